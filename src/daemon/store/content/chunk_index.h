/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Which chunk of which file a blob id is, in the database: the lists of each file, and each id in them.
 * An id goes in and out in steps of CHUNK_INDEX_STEP, each a write of its own, so that the list of a large file keeps
 * nobody waiting; what a kill leaves half done is found by chunk_index_next_work.
 * Owns: its statements, from init to deinit; on the connection that writes or on one that cannot. */

#include "daemon/store/content/file_table.h"

enum { CHUNK_INDEX_STEP = 4096, CHUNK_PLACES_MAX = 4 };

struct chunk_index {
    sqlite3_stmt *add_list;
    sqlite3_stmt *lists;
    sqlite3_stmt *list;
    sqlite3_stmt *drop_list;
    sqlite3_stmt *forget_list;
    sqlite3_stmt *set_indexed;
    sqlite3_stmt *is_used;
    sqlite3_stmt *owner;
    sqlite3_stmt *work;
    sqlite3_stmt *add;
    sqlite3_stmt *drop;
    sqlite3_stmt *find;
    sqlite3_stmt *file_is_there;
};
MUST_USE enum err chunk_index_init(struct chunk_index *index, sqlite3 *handle, struct err_detail *detail);
void chunk_index_deinit(struct chunk_index *index);

struct list_row {
    int64_t file; /* 0: there is none */
    uint32_t number;
    struct object_id id;
    uint32_t indexed;
    bool is_of_no_file; /* the file was removed: its ids are to go */
};
/* SQLite result codes. */
int chunk_index_add_list(struct chunk_index *index, int64_t file, uint32_t number, const struct object_id *id);
int chunk_index_lists(struct chunk_index *index, int64_t file, void (*take)(void *context, const struct list_row *row),
                      void *context);
int chunk_index_list(struct chunk_index *index, int64_t file, uint32_t number, struct list_row *row);
/* Lists that are held by an object that is gone: they are not here any more. */
int chunk_index_forget_list(struct chunk_index *index, const struct object_id *id);
/* Is the object named by a list of any file? */
int chunk_index_is_used(struct chunk_index *index, const struct object_id *id, bool *is_used);
/* The manifest of a file whose list it is; zeros: there is none. */
int chunk_index_owner(struct chunk_index *index, const struct object_id *id, struct object_id *manifest);

/* A list whose ids are to go in or out. */
int chunk_index_next_work(struct chunk_index *index, struct list_row *row);
/* The next step of a list with these ids. *is_done: it was the last; the row of a list of no file is gone then. */
int chunk_index_step(struct chunk_index *index, struct list_row *row, struct span ids, bool *is_done);

struct chunk_place {
    int64_t file;
    uint32_t index;
};
int chunk_index_find(struct chunk_index *index, const struct object_id *id, struct chunk_place places[CHUNK_PLACES_MAX],
                     size_t *count);
