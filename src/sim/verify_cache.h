/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A verifier that remembers which signatures held, so that a thousand nodes in one process do not verify one ticket a
 * thousand times.
 * Owns: its table.   Never: says yes to what was not verified once.   Full: forgets everything and begins again. */

#include "crypto/sign.h"

struct verify_cache;

struct verify_cache *verify_cache_new(uint64_t seed);              /* owned by the caller; NULL without memory */
void verify_cache_free(struct verify_cache *cache);                /* accepts NULL */
struct verifier verify_cache_verifier(struct verify_cache *cache); /* borrowed until verify_cache_free */
