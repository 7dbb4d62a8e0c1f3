/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/sign.h"

#include "base/must.h"

#include <sodium.h>
#include <string.h>

_Static_assert(sizeof(struct public_key) == crypto_sign_PUBLICKEYBYTES, "a key is its 32 bytes");
_Static_assert(sizeof(struct signature) == crypto_sign_BYTES, "a signature is its 64 bytes");
_Static_assert(sizeof(((struct signing_key *)0)->seed) == crypto_sign_SEEDBYTES, "RFC 8032: the private key is a seed");
_Static_assert(sizeof(((struct signing_key *)0)->expanded) == crypto_sign_SECRETKEYBYTES, "as libsodium wants it");

/* Where libsodium keeps the public key inside its secret key. */
enum { EXPANDED_PUBLIC_AT = 32 };

/* libsodium reads no byte when the size is 0, but a null pointer there is undefined behaviour all the same. */
static const uint8_t *span_start(struct span message) {
    return message.at != NULL ? message.at : (const uint8_t *)"";
}

bool sign_init(void) {
    return sodium_init() >= 0; /* 1 = done before */
}

void sign_key_from_seed(struct signing_key *key, const uint8_t seed[32]) {
    struct public_key ignored;
    memmove(key->seed, seed, sizeof key->seed);
    must(crypto_sign_seed_keypair(ignored.bytes, key->expanded, key->seed) == 0);
}

void sign_key_wipe(struct signing_key *key) {
    sodium_memzero(key, sizeof *key);
}

struct public_key sign_public_key(const struct signing_key *key) {
    struct public_key public_key;
    memcpy(public_key.bytes, key->expanded + EXPANDED_PUBLIC_AT, sizeof public_key.bytes);
    return public_key;
}

/* libsodium's check is stricter than its name: canonical, on the curve, not of small order, and without a small-order
 * part mixed in (it must lie in the main subgroup). The test of this file pins each of them. */
bool public_key_is_valid(const struct public_key *key) {
    return crypto_core_ed25519_is_valid_point(key->bytes) == 1;
}

bool public_key_equal(const struct public_key *a, const struct public_key *b) {
    return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

struct signature sign_message(const struct signing_key *key, struct span message) {
    struct signature signature;
    must(crypto_sign_detached(signature.bytes, NULL, span_start(message), message.size, key->expanded) == 0);
    return signature;
}

/* Strict by libsodium's default: S below the group order; key canonical and not of small order; R not of small order,
 * and canonical because it is compared, byte by byte, with one that was computed. */
bool sign_verify(const struct public_key *key, struct span message, const struct signature *signature) {
    return crypto_sign_verify_detached(signature->bytes, span_start(message), message.size, key->bytes) == 0;
}

static bool verify_now(void *context, const struct public_key *key, struct span message,
                       const struct signature *signature) {
    (void)context;
    return sign_verify(key, message, signature);
}

struct verifier sign_verifier(void) {
    return (struct verifier){.verify = verify_now};
}
