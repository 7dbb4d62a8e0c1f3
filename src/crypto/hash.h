/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* SHA-256 (FIPS 180-4), by OpenSSL.   Owns: nothing.   Full: cannot be. */

#include "base/bytes.h"

struct sha256 {
    uint8_t bytes[32];
};

struct sha256 hash_sha256(struct span bytes);
