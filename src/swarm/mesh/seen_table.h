/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Records that were judged once, by the first halves of their ids, so that none is taken, passed on or asked for twice.
 * Owns: its rows and their index, from init to deinit.
 * Never: remembers one for longer than its owner said.
 * Full: the one that was added longest ago goes, which may then come again.   Spec: WIRE W11. */

#include "base/map.h"
#include "swarm/content/object_id.h"

struct seen_row {
    struct object_half id;
    int64_t at_ms; /* when it was added */
};
struct seen_table {
    struct map *places;
    struct seen_row *rows; /* a ring, oldest first */
    size_t capacity, first, count;
    int64_t kept_ms;
};
/* Each is remembered for so long. False without memory. */
bool seen_table_init(struct seen_table *table, size_t capacity, int64_t kept_ms, uint64_t seed);
void seen_table_deinit(struct seen_table *table);
bool seen_table_has(const struct seen_table *table, const struct object_half *id, int64_t now_ms);
/* It must not be there already. */
void seen_table_add(struct seen_table *table, const struct object_half *id, int64_t now_ms);
/* The same, unless it is there. */
void seen_table_note(struct seen_table *table, const struct object_half *id, int64_t now_ms);
