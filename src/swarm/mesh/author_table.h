/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* How much each author may still say: ten records a minute, thirty at once.
 * Owns: its rows and their index, from init to deinit.
 * Never: tells a new author from one that was forgotten.
 * Full: the author who was heard longest ago goes, and begins with a full budget when he comes back; LIMIT_AUTHORS_MAX
 * is so many that by then he would have it anyhow.   Spec: WIRE W11. */

#include "base/map.h"
#include "base/pace.h"
#include "swarm/content/record.h"

struct author_row {
    struct record_author author;
    struct pace said;
    uint32_t newer, older; /* neighbours in the order in which they were heard */
};
struct author_table {
    struct map *places;
    struct author_row *rows;
    size_t capacity, count;
    uint32_t newest, oldest;
};
bool author_table_init(struct author_table *table, size_t capacity, uint64_t seed); /* false without memory */
void author_table_deinit(struct author_table *table);
bool author_table_knows(const struct author_table *table, const struct record_author *author);
/* One record more of this author, who is known from now on. False: it is one too many. */
bool author_table_take(struct author_table *table, const struct record_author *author, int64_t now_ms);
