/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Ed25519 signatures (RFC 8032), by libsodium, strictly: a non-canonical S, a non-canonical point and a key of small
 * order are refused, so that one key has one form and nobody signs "for everyone".
 * Owns: nothing; keys are values. A signing key is wiped with sign_key_wipe by whoever holds it.
 * Never: logs, prints or compares secrets byte by byte.
 * Spec: CONTRACT 2, WIRE W7. */

#include "base/bytes.h"

struct public_key {
    uint8_t bytes[32];
};
struct signature {
    uint8_t bytes[64];
};
struct signing_key {
    uint8_t seed[32];
    uint8_t expanded[64]; /* seed then public key, as libsodium wants it */
};

/* Must be called once before any other function of src/crypto; may be called again. False: the library refuses. */
bool sign_init(void);
/* Whether the library signs and verifies as RFC 8032 says (its section 7.1, test 2), and refuses what does not hold: a
 * machine on which it does not must take no part in anything. */
bool sign_is_sound(void);

void sign_key_from_seed(struct signing_key *key, const uint8_t seed[32]);
void sign_key_wipe(struct signing_key *key);
struct public_key sign_public_key(const struct signing_key *key);
bool public_key_is_valid(const struct public_key *key); /* canonical, on the curve, not of small order */
bool public_key_equal(const struct public_key *a, const struct public_key *b);
struct signature sign_message(const struct signing_key *key, struct span message);
bool sign_verify(const struct public_key *key, struct span message, const struct signature *signature);

/* Who verifies. The daemon passes sign_verifier(); the simulator one that remembers what it has verified, so that ten
 * thousand nodes do not verify the same ticket ten thousand times. */
struct verifier {
    bool (*verify)(void *context, const struct public_key *key, struct span message, const struct signature *signature);
    void *context; /* borrowed for as long as the verifier is used */
};
struct verifier sign_verifier(void);
