/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The ranges of a message that came from outside, one after the other.
 * Owns: nothing; borrows the message.
 * Never: allocates; gives a range whose bounds do not ascend or whose payload is not all there.
 * Full: a message is as long as it is; who takes it has checked its size. */

#include "swarm/reconcile/range.h"

struct range_reader {
    struct span rest;
    struct set_item lower; /* where the next range begins; infinity: it is empty */
};
struct range_reader range_reader_over(struct span ranges); /* the message behind its version */
bool range_reader_has_more(const struct range_reader *reader);
/* Takes one. Refuses RECONCILE_CUT_SHORT, _NUMBER, _TIMESTAMP (not below infinity), _PREFIX (over 32 bytes, or of
 * infinity), _ORDER (ends where it begins, or before), _MODE and _LIST (more ids
 * than the message has bytes for). */
enum refusal range_reader_take(struct range_reader *reader, struct range *range);
