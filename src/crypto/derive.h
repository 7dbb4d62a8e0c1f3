/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* HKDF-SHA-256 (RFC 5869), by OpenSSL: many keys from one secret, none of which tells of the others.
 * Never: a password stretcher; the secret must be one that nobody can guess already.
 * Full: cannot be; `out` has at most DERIVE_SIZE_MAX bytes. */

#include "base/bytes.h"

enum { DERIVE_SIZE_MAX = 255 * 32 }; /* RFC 5869, 2.3 */

struct derivation {
    struct span secret; /* its "input keying material"; not empty */
    struct span salt;   /* may be empty: no salt */
    struct span info;   /* what the key is for; may be empty */
};
void derive_bytes(const struct derivation *derivation, uint8_t *out, size_t size);
