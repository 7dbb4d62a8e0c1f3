/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A beacon's presence in the database, row by row.
 * Owns: its statements, from init to deinit.
 * Never: gives out a row that is not in form (it is counted, and given as one of nobody); whether its ticket holds is
 * for the beacon. */

#include "crypto/attest.h"
#include "daemon/store/database.h"
#include "swarm/rendezvous/beacon.h"

/* Rows on their way, packed: a beacon_row has room for the largest envelope, and most are far smaller. In the order of
 * their numbers. */
struct presence {
    size_t size; /* of what follows */
    uint8_t packed[];
};
/* Both are owned by the caller (memory_free); `size` is of all of it. */
struct presence *presence_pack(const struct beacon_row *rows, size_t count, size_t *size);
/* What both say, the newer one where both have a row. */
struct presence *presence_join(const struct presence *older, const struct presence *newer, size_t *size);

struct presence_table {
    bool has_key;
    struct attest_key key; /* tags what it writes, and knows it again */
    sqlite3_stmt *remove;
    sqlite3_stmt *put;
    sqlite3_stmt *load;
};
MUST_USE enum err presence_table_init(struct presence_table *table, sqlite3 *handle, struct err_detail *detail);
void presence_table_deinit(struct presence_table *table);
/* SQLite result codes. */
int presence_table_put(struct presence_table *table, const struct presence *presence);
int presence_table_load(struct presence_table *table, void (*take)(void *context, const struct beacon_row *row),
                        void *context, uint64_t *refused);
