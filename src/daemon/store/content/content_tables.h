/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* content.db through one connection: all its tables. There are two of them, the ledger's, which writes, and the
 * readers', which cannot.
 * Owns: the connection. Used by one thread at a time. */

#include "daemon/store/content/chunk_index.h"
#include "daemon/store/content/file_table.h"
#include "daemon/store/content/holding_table.h"
#include "daemon/store/content/object_table.h"
#include "daemon/store/content/quarantine_table.h"

/* Where a scrub is, and how it has gone. */
struct scrub_position {
    bool is_at_files; /* the objects come first */
    int64_t number;   /* the last object it has been through; the file it is in, or before */
    uint32_t chunk;   /* the next of that file */
    uint64_t bytes;
    uint64_t faults;
    uint64_t passes;
    int64_t ended_at_ms;
};

struct content_tables {
    sqlite3 *handle;
    struct object_table objects;
    struct file_table files;
    struct chunk_index chunks;
    struct quarantine_table quarantine;
    struct holding_table holdings;
    sqlite3_stmt *scrub_save;
    sqlite3_stmt *scrub_load;
};
MUST_USE enum err content_tables_open(struct content_tables *tables, const char *path, bool is_reader,
                                      struct err_detail *detail);
void content_tables_close(struct content_tables *tables);

/* SQLite result codes. */
int content_tables_save_scrub(struct content_tables *tables, const struct scrub_position *position);
int content_tables_load_scrub(struct content_tables *tables, struct scrub_position *position);
