/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* An Ed25519 seed as PKCS8 PEM (RFC 8410, RFC 7468) and back: the text of a key file.
 * Never: touches files; leaves the seed in a buffer that it made itself.
 * Full: false when `out` is too small (KEY_PEM_SIZE_MAX is enough). */

#include "crypto/sign.h"

enum { KEY_PEM_SIZE_MAX = 256 };

bool key_pem_write(const struct signing_key *key, struct buffer *out);
/* Reads one PRIVATE KEY block holding an Ed25519 seed and nothing else. False: it is something else, or damaged. */
bool key_pem_read(struct span pem, struct signing_key *key);
