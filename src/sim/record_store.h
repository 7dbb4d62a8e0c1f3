/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The records on the disk of a simulated node: their texts, in the order in which they were put there, and what has not
 * been synced yet.
 * Owns: its rows and their texts.
 * Never: loses what was synced, but by record_store_remove.   Full: ends the process without memory. */

#include "base/map.h"
#include "swarm/content/object_id.h"

struct stored_record {
    struct object_id id;
    int64_t at_ms;
    bool is_own, is_advert;
    bool is_synced;
    bool is_told;   /* to the engine of this process */
    bool is_let_go; /* by it: it goes in a moment */
    uint8_t *text;
    size_t size;
};
struct record_store {
    struct stored_record *rows;
    size_t count, capacity;
    struct map *places; /* by id; NULL while there is no row */
};

void record_store_deinit(struct record_store *store); /* an empty store is all zero */
/* All but the text, which is copied. False: it is there. */
bool record_store_put(struct record_store *store, const struct stored_record *record, struct span text);
const struct stored_record *record_store_find(const struct record_store *store, const struct object_id *id);
void record_store_remove(struct record_store *store, const struct object_id *id);
/* What is not synced stays (all of it, in its order), or is lost. */
void record_store_end(struct record_store *store, bool is_synced);
