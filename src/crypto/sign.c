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

bool sign_is_sound(void) {
    static const uint8_t seed[32] = {0x4c, 0xcd, 0x08, 0x9b, 0x28, 0xff, 0x96, 0xda, 0x9d, 0xb6, 0xc3,
                                     0x46, 0xec, 0x11, 0x4e, 0x0f, 0x5b, 0x8a, 0x31, 0x9f, 0x35, 0xab,
                                     0xa6, 0x24, 0xda, 0x8c, 0xf6, 0xed, 0x4f, 0xb8, 0xa6, 0xfb};
    static const struct signature expected = {
        {0x92, 0xa0, 0x09, 0xa9, 0xf0, 0xd4, 0xca, 0xb8, 0x72, 0x0e, 0x82, 0x0b, 0x5f, 0x64, 0x25, 0x40,
         0xa2, 0xb2, 0x7b, 0x54, 0x16, 0x50, 0x3f, 0x8f, 0xb3, 0x76, 0x22, 0x23, 0xeb, 0xdb, 0x69, 0xda,
         0x08, 0x5a, 0xc1, 0xe4, 0x3e, 0x15, 0x99, 0x6e, 0x45, 0x8f, 0x36, 0x13, 0xd0, 0xf1, 0x1d, 0x8c,
         0x38, 0x7b, 0x2e, 0xae, 0xb4, 0x30, 0x2a, 0xee, 0xb0, 0x0d, 0x29, 0x16, 0x12, 0xbb, 0x0c, 0x00}};
    const struct span message = SPAN_LITERAL("\x72");
    struct signing_key key;
    sign_key_from_seed(&key, seed);
    const struct public_key public_key = sign_public_key(&key);
    const struct signature signature = sign_message(&key, message);
    return memcmp(signature.bytes, expected.bytes, sizeof expected.bytes) == 0 &&
           sign_verify(&public_key, message, &expected) &&
           !sign_verify(&public_key, SPAN_LITERAL("\x73"), &expected);
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
