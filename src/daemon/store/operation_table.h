/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The caretaker's operations in the database: one row each, replaced by its id.
 * Owns: its statements, from init to deinit.   Never: gives out a row that is not in form (it is counted instead). */

#include "daemon/store/database.h"
#include "swarm/control/operation.h"

struct operation_table {
    sqlite3_stmt *put;
    sqlite3_stmt *remove;
    sqlite3_stmt *load;
};
MUST_USE enum err operation_table_init(struct operation_table *table, sqlite3 *handle, struct err_detail *detail);
void operation_table_deinit(struct operation_table *table);
/* SQLite result codes. */
int operation_table_put(struct operation_table *table, const struct operation *operation);
int operation_table_remove(struct operation_table *table, uint64_t id);
int operation_table_load(struct operation_table *table, void (*take)(void *context, const struct operation *operation),
                         void *context, uint64_t *refused);
