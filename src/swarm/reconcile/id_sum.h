/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The sum of many ids, each a number of 256 bits, modulo 2^256: what two nodes compare instead of the ids. It does not
 * depend on the order in which they came, one id is added or taken away in four additions, and the sum of a range is
 * the difference of two sums. A fingerprint is the hash of a sum and of how many ids are in it.
 *
 * It is linear: with much work, and tens of thousands of records of his own in one range, somebody can make two ranges
 * look the same that are not (decision 23). That delays what differs there; it makes nobody believe anything.
 *
 * Owns: nothing.   Full: cannot be.   Spec: Negentropy protocol v1, Fingerprint Algorithm. */

#include "swarm/content/object_id.h"

struct id_sum {
    uint64_t limbs[4]; /* the lowest first; all zero: the sum of nothing */
};
void id_sum_add_id(struct id_sum *sum, const struct object_id *id);
void id_sum_remove_id(struct id_sum *sum, const struct object_id *id);
void id_sum_add(struct id_sum *sum, const struct id_sum *other);
void id_sum_remove(struct id_sum *sum, const struct id_sum *other);

struct fingerprint {
    uint8_t bytes[16];
};
struct fingerprint id_sum_fingerprint(const struct id_sum *sum, uint64_t count);
bool fingerprint_equal(const struct fingerprint *a, const struct fingerprint *b);
