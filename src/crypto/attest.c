/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/attest.h"

#include "base/must.h"

#include <sodium.h>
#include <string.h>

_Static_assert(ATTEST_TAG_SIZE >= crypto_generichash_BYTES_MIN, "a tag is a short hash");

struct attest_key attest_key_from(struct span secret, const char *purpose) {
    static const char name[] = "skep-attest-v1";
    crypto_generichash_state state;
    struct attest_key made;
    must(secret.size >= crypto_generichash_KEYBYTES_MIN && secret.size <= crypto_generichash_KEYBYTES_MAX);
    must(crypto_generichash_init(&state, secret.at, secret.size, sizeof made.bytes) == 0);
    must(crypto_generichash_update(&state, (const uint8_t *)name, sizeof name) == 0); /* its NUL too */
    must(crypto_generichash_update(&state, (const uint8_t *)purpose, strlen(purpose)) == 0);
    must(crypto_generichash_final(&state, made.bytes, sizeof made.bytes) == 0);
    sodium_memzero(&state, sizeof state);
    return made;
}

struct attest_key attest_key_of(const struct signing_key *key, const char *purpose) {
    return attest_key_from((struct span){key->seed, sizeof key->seed}, purpose);
}

struct attest_tag attest_make(const struct attest_key *key, struct span text) {
    struct attest_tag tag;
    must(crypto_generichash(tag.bytes, sizeof tag.bytes, text.at, text.size, key->bytes, sizeof key->bytes) == 0);
    return tag;
}

bool attest_check(const struct attest_key *key, struct span text, struct span tag) {
    const struct attest_tag right = attest_make(key, text);
    return tag.size == sizeof right.bytes && sodium_memcmp(tag.at, right.bytes, sizeof right.bytes) == 0;
}
