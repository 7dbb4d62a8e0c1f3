/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/identity/user_cert.h"

#include "base/encoding.h"
#include "base/must.h"
#include "swarm/limits.h"

#include <string.h>

#define TAG SPAN_LITERAL("skep-user-cert-v1\0") /* the NUL that ends the tag is signed, the literal's own is not */

enum { KEY_SIZE = 32, SIGNATURE_SIZE = 64, SIGNED_SIZE_MAX = 96 };
_Static_assert(KEY_SIZE + 8 + 8 + SIGNATURE_SIZE == USER_CERT_SIZE, "the members fill the certificate");
_Static_assert((USER_CERT_SIZE + 2) / 3 * 4 == USER_CERT_TEXT_SIZE, "padded base64");

/* What the user key signs. The user key itself need not be in it: it is the one that verifies. */
static struct span signed_text(const struct user_cert *cert, const struct public_key *node,
                               uint8_t memory[SIGNED_SIZE_MAX]) {
    struct buffer out = buffer_over(memory, SIGNED_SIZE_MAX);
    buffer_put(&out, TAG);
    buffer_put(&out, (struct span){node->bytes, sizeof node->bytes});
    buffer_put_u64(&out, (uint64_t)cert->not_before_ms);
    buffer_put_u64(&out, (uint64_t)cert->not_after_ms);
    must(!out.overflowed);
    return buffer_span(&out);
}

static bool is_life_valid(int64_t not_before_ms, int64_t not_after_ms) {
    return not_before_ms >= 0 && not_after_ms <= IDENTITY_TIME_MS_MAX && not_before_ms < not_after_ms &&
           not_after_ms - not_before_ms <= USER_CERT_LIFE_MS_MAX;
}

void user_cert_issue(struct user_cert *cert, const struct signing_key *user, const struct public_key *node,
                     int64_t not_before_ms, int64_t not_after_ms) {
    uint8_t memory[SIGNED_SIZE_MAX];
    must(is_life_valid(not_before_ms, not_after_ms));
    *cert = (struct user_cert){
        .user_key = sign_public_key(user), .not_before_ms = not_before_ms, .not_after_ms = not_after_ms};
    cert->signature = sign_message(user, signed_text(cert, node, memory));
}

void user_cert_write(struct buffer *out, const struct user_cert *cert) {
    uint8_t memory[USER_CERT_SIZE];
    struct buffer bytes = buffer_over(memory, sizeof memory);
    buffer_put(&bytes, (struct span){cert->user_key.bytes, KEY_SIZE});
    buffer_put_u64(&bytes, (uint64_t)cert->not_before_ms);
    buffer_put_u64(&bytes, (uint64_t)cert->not_after_ms);
    buffer_put(&bytes, (struct span){cert->signature.bytes, SIGNATURE_SIZE});
    must(!bytes.overflowed && bytes.size == USER_CERT_SIZE);
    base64_write(out, buffer_span(&bytes));
}

/* A time of the wire; what does not fit our range becomes -1, which no life accepts. */
static int64_t time_read(const uint8_t *at) {
    uint64_t ms = bytes_read_u64(at);
    return ms <= (uint64_t)IDENTITY_TIME_MS_MAX ? (int64_t)ms : -1;
}

bool user_cert_read(struct span text, struct user_cert *cert) {
    uint8_t memory[USER_CERT_SIZE];
    struct buffer bytes = buffer_over(memory, sizeof memory);
    if (text.size != USER_CERT_TEXT_SIZE || !base64_read(text, &bytes) || bytes.size != USER_CERT_SIZE) return false;
    memcpy(cert->user_key.bytes, memory, KEY_SIZE);
    cert->not_before_ms = time_read(memory + KEY_SIZE);
    cert->not_after_ms = time_read(memory + KEY_SIZE + 8);
    memcpy(cert->signature.bytes, memory + KEY_SIZE + 16, SIGNATURE_SIZE);
    return is_life_valid(cert->not_before_ms, cert->not_after_ms);
}

bool user_cert_verify(const struct user_cert *cert, const struct public_key *node, const struct verifier *verifier) {
    uint8_t memory[SIGNED_SIZE_MAX];
    return verifier->verify(verifier->context, &cert->user_key, signed_text(cert, node, memory), &cert->signature);
}

bool user_cert_is_for(const struct user_cert *cert, struct span user_id) {
    struct user_id claimed, certified = user_id_of_key(&cert->user_key);
    return user_id_read(user_id, &claimed) && memcmp(claimed.bytes, certified.bytes, sizeof claimed.bytes) == 0;
}

bool user_cert_is_in_date(const struct user_cert *cert, int64_t now_ms) {
    return now_ms >= cert->not_before_ms - LIMIT_CLOCK_SKEW_MS && now_ms <= cert->not_after_ms + LIMIT_CLOCK_SKEW_MS;
}
