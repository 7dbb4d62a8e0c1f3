/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* How many records of a DTLS 1.2 session came, and how many are missing: every record carries its number in the clear.
 *
 *     type u8 | version u16 | epoch u16 | sequence number u48 | length u16 | ...
 *
 * Missing is what lies between the first number and the highest, less what came; one that comes late is not missing
 * any more. Only encrypted records count (epoch 1; without renegotiation there is no other), and only what the caller
 * knows to be genuine may be given.
 * Owns: nothing.   Never: reads past a datagram.   Full: cannot be.   Spec: RFC 6347 section 4.1. */

#include "base/bytes.h"

struct dtls_record_count {
    uint64_t received;
    uint64_t first, highest; /* numbers; of no meaning before the first has come */
};
void dtls_record_count_datagram(struct dtls_record_count *count, struct span datagram);
uint64_t dtls_record_missing(const struct dtls_record_count *count);
