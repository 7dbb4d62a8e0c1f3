/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What is in quarantine, in the database; the bytes are files of their own.
 * Owns: its statements, from init to deinit; on the connection that writes or on one that cannot. */

#include "daemon/store/content/content_store.h"
#include "daemon/store/database.h"

struct quarantine_table {
    sqlite3_stmt *add;
    sqlite3_stmt *remove;
    sqlite3_stmt *over;
    sqlite3_stmt *list;
    sqlite3_stmt *find;
    sqlite3_stmt *last;
    sqlite3_stmt *settle;
};
MUST_USE enum err quarantine_table_init(struct quarantine_table *table, sqlite3 *handle, struct err_detail *detail);
void quarantine_table_deinit(struct quarantine_table *table);

/* SQLite result codes. */
int quarantine_table_add(struct quarantine_table *table, const struct quarantine_entry *entry);
int quarantine_table_remove(struct quarantine_table *table, uint64_t number, bool *was_there);
/* The newest that is one too many; 0: none is. */
int quarantine_table_over(struct quarantine_table *table, uint64_t *number);
int quarantine_table_list(struct quarantine_table *table,
                          void (*take)(void *context, const struct quarantine_entry *entry), void *context);
int quarantine_table_find(struct quarantine_table *table, uint64_t number, struct quarantine_entry *entry);
/* Its difference and the expected key. */
int quarantine_table_settle(struct quarantine_table *table, const struct quarantine_entry *entry, bool *was_there);
int quarantine_table_last(struct quarantine_table *table, uint64_t *number); /* that was ever given */
