/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* SHA-256 (FIPS 180-4), by OpenSSL; and SHA-1, for formats that cannot do without it and rest nothing on it.
 *   Owns: nothing.   Full: cannot be. */

#include "base/bytes.h"

struct sha256 {
    uint8_t bytes[32];
};

struct sha256 hash_sha256(struct span bytes);

struct sha1 {
    uint8_t bytes[20];
};

struct sha1 hash_sha1(struct span bytes);
