/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/websocket/web_socket_key.h"

#include "base/encoding.h"
#include "base/must.h"
#include "crypto/hash.h"

#define APPENDED "258EAFA5-E914-47DA-95CA-C5AB0DC85B11" /* RFC 6455, 1.3 */

struct web_socket_key web_socket_key_make(const struct entropy *source) {
    struct web_socket_key key = {""};
    uint8_t nonce[WEB_SOCKET_NONCE_SIZE];
    struct buffer out = buffer_over((uint8_t *)key.text, WEB_SOCKET_KEY_SIZE);
    entropy_fill(source, nonce, sizeof nonce);
    base64_write(&out, (struct span){nonce, sizeof nonce});
    must(!out.overflowed);
    return key;
}

/* The bits that base64 leaves over may be anything: some clients write any 22 characters. */
bool web_socket_key_is_valid(struct span text) {
    uint8_t nonce[WEB_SOCKET_NONCE_SIZE];
    struct buffer out = buffer_over(nonce, sizeof nonce);
    return text.size == WEB_SOCKET_KEY_SIZE && base64_read_forgiving(text, &out) && out.size == sizeof nonce;
}

struct web_socket_proof web_socket_key_prove(struct span key) {
    struct web_socket_proof proof = {""};
    uint8_t joined[WEB_SOCKET_KEY_SIZE + sizeof APPENDED];
    struct buffer text = buffer_over(joined, sizeof joined);
    struct buffer out = buffer_over((uint8_t *)proof.text, WEB_SOCKET_PROOF_SIZE);
    must(key.size == WEB_SOCKET_KEY_SIZE);
    buffer_put(&text, key);
    buffer_put_text(&text, APPENDED);
    const struct sha1 hash = hash_sha1(buffer_span(&text));
    base64_write(&out, (struct span){hash.bytes, sizeof hash.bytes});
    must(!text.overflowed && !out.overflowed);
    return proof;
}
