/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Small objects in the database.
 * Owns: its statements, from init to deinit; on the connection that writes or on one that cannot.
 * Never: takes a row for what was written without comparing its sum. */

#include "daemon/store/content/content_store.h"
#include "daemon/store/database.h"

struct object_table {
    sqlite3_stmt *put;
    sqlite3_stmt *remove;
    sqlite3_stmt *count;
    sqlite3_stmt *total;
    sqlite3_stmt *look;
    sqlite3_stmt *load;
    sqlite3_stmt *walk;
    sqlite3_stmt *walk_kind;
    int64_t objects_added; /* since it was last counted, and may be less than none */
    int64_t bytes_added;
};
MUST_USE enum err object_table_init(struct object_table *table, sqlite3 *handle, struct err_detail *detail);
void object_table_deinit(struct object_table *table);

struct object_row {
    int64_t number; /* 0: there is none */
    struct object_id id;
    enum object_kind kind;
    int64_t at_ms;
    struct sha256 sum;
    size_t size;
    struct span bytes; /* when they were asked for; borrowed until the table is used again */
};
/* What the row's sum is to be. */
struct sha256 object_sum(const struct content_object *object);
/* Is it what was written? */
bool object_row_holds(const struct object_row *row);
/* Is it named by the SHA-256 of its bytes? */
bool object_kind_is_blob(enum object_kind kind);

/* SQLite result codes. */
int object_table_put(struct object_table *table, const struct content_object *object, bool *was_new);
int object_table_remove(struct object_table *table, const struct object_id *id, struct object_row *was);
/* Before a commit: writes down what was added since. */
int object_table_count(struct object_table *table);
int object_table_total(struct object_table *table, uint64_t *objects, uint64_t *bytes);
int object_table_look(struct object_table *table, const struct object_id *id, struct object_row *row); /* no bytes */
/* Of one that was there before: it is a record and `object` a blob, or the other way round. Then it is another thing: a
 * record is named by the hash of a part of its text, and that part can be a blob as well. */
int object_table_is_other(struct object_table *table, const struct content_object *object, bool *is_other);
/* `take` is called with the row and its bytes, unless there is none; its columns are borrowed until it returns. */
int object_table_load(struct object_table *table, const struct object_id *id,
                      void (*take)(void *context, const struct object_row *row), void *context);
/* Rows after a number, of one kind (0: of all), until `take` says that it is enough. */
int object_table_walk(struct object_table *table, int64_t after, unsigned kind,
                      bool (*take)(void *context, const struct object_row *row), void *context);
