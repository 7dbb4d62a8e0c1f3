/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What this node holds or is to hold, in the database; and which manifests are of nothing of that.
 * Owns: its statements, from init to deinit; on the connection that writes or on one that cannot. */

#include "daemon/store/content/content_store.h"
#include "daemon/store/database.h"

struct holding_table {
    sqlite3_stmt *put;
    sqlite3_stmt *raise; /* of the file's role */
    sqlite3_stmt *remove;
    sqlite3_stmt *walk;
    sqlite3_stmt *spare;
    sqlite3_stmt *stray;
};
MUST_USE enum err holding_table_init(struct holding_table *table, sqlite3 *handle, struct err_detail *detail);
void holding_table_deinit(struct holding_table *table);

/* SQLite result codes. */
int holding_table_put(struct holding_table *table, const struct content_holding *holding);
int holding_table_remove(struct holding_table *table, const struct object_id *manifest, bool *was_there);
/* Those after a manifest (zeros: from the first on), at most `max`. */
int holding_table_walk(struct holding_table *table, const struct object_id *after, size_t max,
                       void (*take)(void *context, const struct content_holding *holding), void *context);
/* Sealed files that are no holdings: somebody was killed while he published them. */
int holding_table_stray(struct holding_table *table, size_t max,
                        void (*take)(void *context, const struct object_id *manifest), void *context);
int holding_table_spare(struct holding_table *table, size_t max,
                        void (*take)(void *context, const struct object_id *id, int64_t at_ms), void *context);
