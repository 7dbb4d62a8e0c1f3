/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/key_pem.h"

#include "base/encoding.h"

#include <sodium.h>
#include <string.h>

#define PEM_BEGIN "-----BEGIN PRIVATE KEY-----"
#define PEM_END   "-----END PRIVATE KEY-----"

/* OneAsymmetricKey (RFC 8410, section 7) of an Ed25519 seed, version 1: everything before the seed is always this. */
static const uint8_t DER_HEAD[16] = {0x30, 0x2e,                               /* SEQUENCE of 46 */
                                     0x02, 0x01, 0x00,                         /* version 0 */
                                     0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, /* 1.3.101.112, Ed25519 */
                                     0x04, 0x22, 0x04, 0x20};                  /* OCTET STRING in OCTET STRING */
enum { SEED_SIZE = 32, DER_SIZE = sizeof DER_HEAD + SEED_SIZE };

bool key_pem_write(const struct signing_key *key, struct buffer *out) {
    uint8_t der[DER_SIZE];
    memcpy(der, DER_HEAD, sizeof DER_HEAD);
    memcpy(der + sizeof DER_HEAD, key->seed, SEED_SIZE);
    buffer_put_text(out, PEM_BEGIN "\n");
    base64_write(out, (struct span){der, sizeof der}); /* 64 characters: exactly one line of RFC 7468 */
    buffer_put_text(out, "\n" PEM_END "\n");
    sodium_memzero(der, sizeof der);
    return !out->overflowed;
}

static bool is_white(uint8_t c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct span trimmed(struct span text) {
    while (text.size > 0 && is_white(text.at[0])) text = (struct span){text.at + 1, text.size - 1};
    while (text.size > 0 && is_white(text.at[text.size - 1])) text.size--;
    return text;
}

static bool ends_with(struct span text, struct span end) {
    return text.size >= end.size && memcmp(text.at + text.size - end.size, end.at, end.size) == 0;
}

/* The base64 between the two lines; false when they are not the first and the last thing in the text. */
static bool pem_body(struct span pem, struct span *body) {
    struct span begin = SPAN_LITERAL(PEM_BEGIN "\n");
    struct span begin_crlf = SPAN_LITERAL(PEM_BEGIN "\r\n");
    struct span end = SPAN_LITERAL("\n" PEM_END);
    struct span text = trimmed(pem);
    if (!span_starts_with(text, begin) && !span_starts_with(text, begin_crlf)) return false;
    if (!ends_with(text, end) || text.size < begin_crlf.size + end.size) return false;
    *body = (struct span){text.at + begin.size, text.size - begin.size - end.size};
    return true;
}

bool key_pem_read(struct span pem, struct signing_key *key) {
    uint8_t der[DER_SIZE];
    struct buffer decoded = buffer_over(der, sizeof der);
    struct span body;
    bool is_key = pem_body(pem, &body) && base64_read_forgiving(body, &decoded) && decoded.size == sizeof der &&
                  memcmp(der, DER_HEAD, sizeof DER_HEAD) == 0;
    if (is_key) sign_key_from_seed(key, der + sizeof DER_HEAD);
    sodium_memzero(der, sizeof der);
    return is_key;
}
