/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What STUN's long-term credentials ask for: MD5 and HMAC-SHA-1, of which the protocol leaves no choice. It keeps a
 * server's quota from strangers and nothing of ours from anybody.
 *   Owns: nothing.   Spec: RFC 8489 sections 9.2.2 and 14.5. */

#include "base/bytes.h"

enum { STUN_KEY_SIZE = 16, STUN_INTEGRITY_SIZE = 20, STUN_WORDS_MAX = 2048 };

/* MD5(user ":" realm ":" password). False: they are longer than STUN_WORDS_MAX together, or OpenSSL has no MD5. */
bool stun_key_derive(struct span user, struct span realm, struct span password, uint8_t key[STUN_KEY_SIZE]);
bool stun_integrity_compute(const uint8_t key[STUN_KEY_SIZE], struct span message, uint8_t out[STUN_INTEGRITY_SIZE]);
