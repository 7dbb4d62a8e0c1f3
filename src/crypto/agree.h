/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* X25519 key agreement (RFC 7748), by OpenSSL, and the X25519 image of an Ed25519 key (WIRE W4), by libsodium.
 * Never: gives a shared secret of all zeros (a point of small order): false instead. */

#include "crypto/entropy.h"
#include "crypto/sign.h"

struct agree_public {
    uint8_t bytes[32];
};
struct agree_secret {
    uint8_t bytes[32];
};
/* A pair for one use; the secret half is wiped (crypto/wipe.h) by whoever made it. */
void agree_pair_make(const struct entropy *entropy, struct agree_secret *secret, struct agree_public *public_half);
bool agree_public_from_secret(const struct agree_secret *secret, struct agree_public *public_half);
bool agree_shared(const struct agree_secret *own, const struct agree_public *theirs, uint8_t shared[32]);
bool agree_public_of_key(const struct public_key *key, struct agree_public *image);
void agree_secret_of_key(const struct signing_key *key, struct agree_secret *image);
