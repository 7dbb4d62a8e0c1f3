/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/signaling/signal_proof.h"

#include "base/encoding.h"
#include "base/must.h"
#include "base/number.h"

#include <string.h>

/* An id here is a nodeId, so the longest message has a host of full length before it. */
enum { MESSAGE_SIZE_MAX = 15 + SIGNAL_HOST_SIZE_MAX + 1 + NODE_ID_TEXT_SIZE + 1 + 20 };

struct proof {
    struct span time_text;
    int64_t time_ms;
    struct public_key key;
    struct signature signature;
};

/* "skep-signal-v1\0" host "\0" peerId "\0" ms: none of the parts holds a NUL, so each message is of one proof only. */
static struct span message_write(struct buffer *out, struct span host, struct span peer_id, struct span time_text) {
    buffer_put_text(out, "skep-signal-v1");
    buffer_put_u8(out, 0);
    buffer_put(out, host);
    buffer_put_u8(out, 0);
    buffer_put(out, peer_id);
    buffer_put_u8(out, 0);
    buffer_put(out, time_text);
    return buffer_span(out);
}

void signal_proof_write(char text[SIGNAL_PROOF_SIZE_MAX], const struct signing_key *key, struct span host,
                        int64_t now_ms) {
    const struct public_key public_half = sign_public_key(key);
    const struct node_id id = node_id_of_key(&public_half);
    char id_text[NODE_ID_TEXT_SIZE + 1];
    uint8_t message_memory[MESSAGE_SIZE_MAX];
    struct buffer out = buffer_over((uint8_t *)text, SIGNAL_PROOF_SIZE_MAX - 1);
    struct buffer message = buffer_over(message_memory, sizeof message_memory);
    buffer_put_decimal(&out, now_ms);
    const struct span time_text = buffer_span(&out);
    message_write(&message, host, span_of_text(node_id_text(&id, id_text)), time_text);
    must(now_ms >= 0 && !message.overflowed);
    const struct signature signature = sign_message(key, buffer_span(&message));
    buffer_put_u8(&out, '.');
    base64url_write(&out, (struct span){public_half.bytes, sizeof public_half.bytes});
    buffer_put_u8(&out, '.');
    base64url_write(&out, (struct span){signature.bytes, sizeof signature.bytes});
    must(!out.overflowed);
    text[out.size] = '\0';
}

static bool bytes_read(struct span text, uint8_t *bytes, size_t size) {
    struct buffer out = buffer_over(bytes, size);
    return base64url_read(text, &out) && out.size == size;
}

static bool proof_read(struct span token, struct proof *proof) {
    if (token.size >= SIGNAL_PROOF_SIZE_MAX) return false;
    proof->time_text = span_take_until(&token, '.');
    const struct span key_text = span_take_until(&token, '.');
    return number_read_i64(proof->time_text, &proof->time_ms) && proof->time_ms >= 0 &&
           bytes_read(key_text, proof->key.bytes, sizeof proof->key.bytes) &&
           bytes_read(token, proof->signature.bytes, sizeof proof->signature.bytes);
}

static bool is_in_time(const struct proof *proof, int64_t now_ms) {
    return now_ms >= 0 && proof->time_ms >= now_ms - SIGNAL_PROOF_AGE_MS_MAX &&
           proof->time_ms - SIGNAL_PROOF_AGE_MS_MAX <= now_ms;
}

static bool is_signed_for(const struct proof *proof, const char *host, struct span peer_id,
                          const struct verifier *verifier) {
    uint8_t memory[MESSAGE_SIZE_MAX];
    struct buffer out = buffer_over(memory, sizeof memory);
    const struct span message = message_write(&out, span_of_text(host), peer_id, proof->time_text);
    return !out.overflowed && verifier->verify(verifier->context, &proof->key, message, &proof->signature);
}

enum refusal signal_proof_check(struct span token, struct span peer_id, const char *const *hosts, size_t host_count,
                                const struct verifier *verifier, int64_t now_ms) {
    struct proof proof;
    struct node_id claimed;
    if (!proof_read(token, &proof)) return REFUSAL_SIGNAL_PROOF_MALFORMED;
    const struct node_id proven = node_id_of_key(&proof.key);
    if (!node_id_read(peer_id, &claimed) || !node_id_equal(&claimed, &proven)) return REFUSAL_SIGNAL_PROOF_OTHER_KEY;
    if (!is_in_time(&proof, now_ms)) return REFUSAL_SIGNAL_PROOF_OUT_OF_DATE;
    for (size_t i = 0; i < host_count; i++)
        if (is_signed_for(&proof, hosts[i], peer_id, verifier)) return REFUSAL_NONE;
    return REFUSAL_SIGNAL_PROOF_SIGNATURE_INVALID;
}
