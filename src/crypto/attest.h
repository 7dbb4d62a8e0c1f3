/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A tag by which we know again what we wrote ourselves (keyed BLAKE2b, RFC 7693, by libsodium): whoever cannot read our
 * key cannot make one, and a bit that rotted does not pass.
 * Never: stands for somebody else's word; it says only that this very text went through our hands before. */

#include "crypto/sign.h"

enum { ATTEST_TAG_SIZE = 16 };

struct attest_key {
    uint8_t bytes[32];
};
struct attest_tag {
    uint8_t bytes[ATTEST_TAG_SIZE];
};
/* A key of its own for each purpose ("presence"), from a signing key or a secret of 16 to 64 bytes that it does not
 * reveal. */
struct attest_key attest_key_of(const struct signing_key *key, const char *purpose);
struct attest_key attest_key_from(struct span secret, const char *purpose);
struct attest_tag attest_make(const struct attest_key *key, struct span text);
bool attest_check(const struct attest_key *key, struct span text, struct span tag); /* in constant time */
