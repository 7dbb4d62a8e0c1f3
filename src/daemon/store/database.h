/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* One SQLite file of ours, opened with care.
 * Owns: the connection. Used by one thread at a time; who shares it brings the mutex.
 * Never: writes into a file before it was looked at through a connection that cannot write: another program's, a newer
 * version's and a damaged file stay as they are. */

#include <sqlite3.h>

#include "base/bytes.h"
#include "base/err.h"
#include "daemon/store/migrations.h"

/* Creates the file (0600) when there is none, checks it, migrates it. `*handle` is NULL when it fails. */
MUST_USE enum err database_open(sqlite3 **handle, const char *path, const struct migrations *migrations,
                                struct err_detail *detail);
/* What database_open would refuse it for, through a connection that cannot write. */
MUST_USE enum err database_look(const char *path, const struct migrations *migrations, struct err_detail *detail);
/* A connection that cannot write, beside the one that can; on any thread. `*handle` is NULL when it fails. */
MUST_USE enum err database_open_to_read(sqlite3 **handle, const char *path, struct err_detail *detail);
void database_close(sqlite3 *handle); /* accepts NULL */

/* What an SQLite result means to us; the detail says "cannot VERB PATH: ..." in SQLite's words. */
enum err database_failed(struct err_detail *detail, sqlite3 *handle, int result, const char *verb);

MUST_USE enum err database_prepare(sqlite3 *handle, const char *sql, sqlite3_stmt **statement,
                                   struct err_detail *detail);
/* Steps a statement that gives no rows, resets it and forgets its bindings. An SQLite result code. */
int database_execute(sqlite3_stmt *statement);
/* Ends a query whose last step gave `result`: resets it and forgets its bindings. An SQLite result code. */
int database_end(sqlite3_stmt *statement, int result);
/* Gives every row of a statement to `take`, resets it, and counts in *refused the rows that `take` refuses. An SQLite
 * result code. */
int database_each_row(sqlite3_stmt *statement, bool (*take)(void *context, sqlite3_stmt *row), void *context,
                      uint64_t *refused);
/* Columns of a statement, from 0, copied: a number, a text, and bytes. */
void database_bind_number(sqlite3_stmt *statement, int column, int64_t number);
void database_bind_text(sqlite3_stmt *statement, int column, struct span text);
void database_bind_bytes(sqlite3_stmt *statement, int column, struct span bytes);
/* Bytes of a column; borrowed until the next step. */
struct span database_column_bytes(sqlite3_stmt *statement, int column);
/* False when the column is not bytes or text of exactly this size. */
bool database_column_copy(sqlite3_stmt *statement, int column, uint8_t *bytes, size_t size);
