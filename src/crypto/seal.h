/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* AES-256-GCM (NIST SP 800-38D), by OpenSSL: seal and open, tag of 16 bytes behind the text.
 * Never: picks a nonce (the caller's scheme makes each one unique), gives out text that did not verify.
 * Full: false when `out` is too small. */

#include "base/bytes.h"

enum { SEAL_KEY_SIZE = 32, SEAL_NONCE_SIZE = 12, SEAL_TAG_SIZE = 16 };

struct seal_key {
    uint8_t bytes[SEAL_KEY_SIZE];
};
bool seal_close(const struct seal_key *key, const uint8_t nonce[SEAL_NONCE_SIZE], struct span associated,
                struct span text, struct buffer *out);
bool seal_open(const struct seal_key *key, const uint8_t nonce[SEAL_NONCE_SIZE], struct span associated,
               struct span sealed, struct buffer *out);
