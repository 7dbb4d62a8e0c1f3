/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A key from a passphrase (Argon2id, RFC 9106, by libsodium): slow and large on purpose, so that guessing is, too.
 * Never: weaker than libsodium's "moderate" limits; gives a file that asks for more than its "sensitive" ones that much
 * memory or time.
 * Full: false when the machine has not the memory. */

#include "crypto/entropy.h"
#include "crypto/seal.h"

enum { STRETCH_SALT_SIZE = 16 };

struct stretch {
    uint32_t passes;
    uint64_t memory_bytes;
    uint8_t salt[STRETCH_SALT_SIZE];
};
struct stretch stretch_make(const struct entropy *entropy); /* of now, with a salt of its own */
bool stretch_is_allowed(const struct stretch *stretch);
/* Takes about a second. The key is the caller's to wipe. */
bool stretch_passphrase(const struct stretch *stretch, struct span passphrase, struct seal_key *key);
