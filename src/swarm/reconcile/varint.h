/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A whole number in as few bytes as it needs: seven bits to a byte, the highest first, the top bit set on all but the
 * last.
 * Owns: nothing.   Full: as struct buffer.   Spec: Negentropy protocol v1, Varint. */

#include "base/bytes.h"
#include "swarm/refusal.h"

enum { VARINT_SIZE_MAX = 10 }; /* of 64 bits */

void varint_put(struct buffer *out, uint64_t value);
/* Takes one from the front of `rest`. Refuses RECONCILE_CUT_SHORT, and RECONCILE_NUMBER: over 64 bits, or longer than
 * it has to be, so that a number has one form. */
enum refusal varint_take(struct span *rest, uint64_t *value);
