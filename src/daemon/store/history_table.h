/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The history in the database: a row for each slot of each tier, and the links of each minute, replaced by what comes
 * to their slot, so that the table has a size. Owns: its statements, from init to deinit.   Never: gives out a row that
 * is not in form; it is left out. Full: cannot be; about 3 MB (docs/operators/history.md). */

#include "daemon/history/history_moment.h"
#include "daemon/history/history_tiers.h"
#include "daemon/store/database.h"

/* Rows on their way; of those of one slot the newest alone. */
struct history_batch {
    size_t count;
    struct history_entry entries[];
};
/* Both are owned by the caller (memory_free); `size` is of all of it. */
struct history_batch *history_batch_of(const struct history_entry *entries, size_t count, size_t *size);
struct history_batch *history_batch_join(const struct history_batch *older, const struct history_batch *newer,
                                         size_t *size);

struct history_table {
    sqlite3_stmt *put;
    sqlite3_stmt *put_moment;
};
MUST_USE enum err history_table_init(struct history_table *table, sqlite3 *handle, struct err_detail *detail);
void history_table_deinit(struct history_table *table);
/* SQLite result codes. */
int history_table_put(struct history_table *table, const struct history_batch *batch);
int history_table_put_moment(struct history_table *table, const struct history_moment *moment);
