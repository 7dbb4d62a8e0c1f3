/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The members of an object in an order: by bytes, to find those named twice, or as browsers collate them, for the
 * canonical text.
 * Owns: nothing; the sorted list lives in the arena.   Never: takes more than O(n log n) steps for n bytes of names.
 * Full: NULL. */

#include "base/json.h"

/* Less than, equal to or greater than 0. */
typedef int json_key_compare(struct span a, struct span b);

/* The default collation for keys of decided characters (json_key_is_decided), checked against ICU. */
int json_key_compare_collated(struct span a, struct span b);
bool json_key_is_decided(struct span key);

/* Pointers to the object's members; equal keys keep the order of the text. NULL when the arena is full. */
const struct json_member **json_members_sorted(const struct json_member *members, size_t count,
                                               json_key_compare *compare, struct arena *arena);
