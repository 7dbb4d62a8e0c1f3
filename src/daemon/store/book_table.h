/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The address book in the database: one row per node.
 * Owns: its statements, from init to deinit.   Never: gives out a row that does not hold (it is counted instead). */

#include "daemon/store/database.h"
#include "swarm/peer/book_row.h"

struct book_table {
    sqlite3_stmt *put;
    sqlite3_stmt *remove;
    sqlite3_stmt *load;
};
MUST_USE enum err book_table_init(struct book_table *table, sqlite3 *handle, struct err_detail *detail);
void book_table_deinit(struct book_table *table);
/* SQLite result codes. */
int book_table_put(struct book_table *table, const struct book_row *row);
int book_table_remove(struct book_table *table, const struct node_id *id);
/* Those last seen come first. */
int book_table_load(struct book_table *table, size_t rows_max, void (*row)(void *context, const struct book_row *row),
                    void *context, uint64_t *refused);
