/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/stretch.h"

#include <sodium.h>

#include "base/must.h"

_Static_assert(STRETCH_SALT_SIZE == crypto_pwhash_argon2id_SALTBYTES, "the salt is Argon2id's");
_Static_assert(SEAL_KEY_SIZE >= crypto_pwhash_argon2id_BYTES_MIN, "a key is long enough to be an output of it");

struct stretch stretch_make(const struct entropy *entropy) {
    struct stretch stretch = {.passes = crypto_pwhash_argon2id_OPSLIMIT_MODERATE,
                              .memory_bytes = crypto_pwhash_argon2id_MEMLIMIT_MODERATE};
    entropy_fill(entropy, stretch.salt, sizeof stretch.salt);
    return stretch;
}

bool stretch_is_allowed(const struct stretch *stretch) {
    return stretch->passes >= crypto_pwhash_argon2id_OPSLIMIT_MODERATE &&
           stretch->passes <= crypto_pwhash_argon2id_OPSLIMIT_SENSITIVE &&
           stretch->memory_bytes >= crypto_pwhash_argon2id_MEMLIMIT_MODERATE &&
           stretch->memory_bytes <= crypto_pwhash_argon2id_MEMLIMIT_SENSITIVE;
}

bool stretch_passphrase(const struct stretch *stretch, struct span passphrase, struct seal_key *key) {
    must(stretch_is_allowed(stretch) && passphrase.size > 0);
    return crypto_pwhash_argon2id(key->bytes, sizeof key->bytes, (const char *)passphrase.at, passphrase.size,
                                  stretch->salt, stretch->passes, (size_t)stretch->memory_bytes,
                                  crypto_pwhash_argon2id_ALG_ARGON2ID13) == 0;
}
