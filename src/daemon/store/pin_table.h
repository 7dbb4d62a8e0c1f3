/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Pinned keys in the database: what an operator named without an id, and who was found there first.
 * Owns: its statements, from init to deinit.   Never: gives out a row that does not hold (it is counted instead). */

#include "daemon/store/database.h"
#include "swarm/identity/node_id.h"

enum { PIN_NAME_MAX = 300 }; /* a host name and a port */

struct pin {
    char name[PIN_NAME_MAX + 1];
    struct node_id node_id;
};
struct pin_table {
    sqlite3_stmt *put;
    sqlite3_stmt *load;
};
MUST_USE enum err pin_table_init(struct pin_table *table, sqlite3 *handle, struct err_detail *detail);
void pin_table_deinit(struct pin_table *table);
/* SQLite result codes. */
int pin_table_put(struct pin_table *table, const struct pin *pin);
int pin_table_load(struct pin_table *table, void (*row)(void *context, const char *name, const struct node_id *id),
                   void *context, uint64_t *refused);
