/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/store/content/chunk_index.h"

enum err chunk_index_init(struct chunk_index *index, sqlite3 *handle, struct err_detail *detail) {
    *index = (struct chunk_index){0};
    /* A list is work while not all of its ids are in, or its file is gone; all in is what set_indexed says with -1. */
    const struct {
        const char *sql;
        sqlite3_stmt **statement;
    } wanted[] = {
        {"INSERT OR IGNORE INTO file_list (file, number, id) VALUES (?1, ?2, ?3)", &index->add_list},
        {"SELECT file, number, id, indexed FROM file_list WHERE file = ?1 ORDER BY number", &index->lists},
        {"SELECT file, number, id, indexed FROM file_list WHERE file = ?1 AND number = ?2", &index->list},
        {"DELETE FROM file_list WHERE file = ?1 AND number = ?2", &index->drop_list},
        {"DELETE FROM file_list WHERE id = ?1", &index->forget_list},
        {"UPDATE file_list SET indexed = ?3 WHERE file = ?1 AND number = ?2", &index->set_indexed},
        {"SELECT 1 FROM file_list WHERE id = ?1 LIMIT 1", &index->is_used},
        {"SELECT manifest FROM file WHERE number IN (SELECT file FROM file_list WHERE id = ?1) LIMIT 1", &index->owner},
        {"SELECT file, number, id, indexed FROM file_list"
         " WHERE indexed >= 0 OR file NOT IN (SELECT number FROM file) LIMIT 1",
         &index->work},
        {"INSERT OR IGNORE INTO chunk (id, file, number) VALUES (?1, ?2, ?3)", &index->add},
        {"DELETE FROM chunk WHERE id = ?1 AND file = ?2 AND number = ?3", &index->drop},
        {"SELECT file, number FROM chunk WHERE id = ?1 LIMIT ?2", &index->find},
        {"SELECT 1 FROM file WHERE number = ?1", &index->file_is_there},
    };
    enum err err = ERR_OK;
    for (size_t i = 0; err == ERR_OK && i < sizeof wanted / sizeof wanted[0]; i++)
        err = database_prepare(handle, wanted[i].sql, wanted[i].statement, detail);
    return err;
}

void chunk_index_deinit(struct chunk_index *index) {
    sqlite3_stmt *const all[] = {index->add_list,    index->lists,       index->list,    index->drop_list,
                                 index->forget_list, index->set_indexed, index->is_used, index->work,
                                 index->add,         index->drop,        index->find,    index->file_is_there,
                                 index->owner};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) (void)sqlite3_finalize(all[i]);
    *index = (struct chunk_index){0};
}

static struct span span_of_id(const struct object_id *id) {
    return (struct span){id->bytes, sizeof id->bytes};
}

static int has_row(sqlite3_stmt *statement, bool *has) {
    const int result = sqlite3_step(statement);
    *has = result == SQLITE_ROW;
    return database_end(statement, result);
}

/* ---- Lists ---- */

static bool row_read(sqlite3_stmt *statement, struct list_row *row) {
    *row = (struct list_row){.file = sqlite3_column_int64(statement, 0),
                             .number = (uint32_t)sqlite3_column_int64(statement, 1),
                             .indexed = (uint32_t)sqlite3_column_int64(statement, 3)};
    return row->number < FILE_LISTS_MAX && database_column_copy(statement, 2, row->id.bytes, sizeof row->id.bytes);
}

int chunk_index_add_list(struct chunk_index *index, int64_t file, uint32_t number, const struct object_id *id) {
    database_bind_number(index->add_list, 0, file);
    database_bind_number(index->add_list, 1, number);
    database_bind_bytes(index->add_list, 2, span_of_id(id));
    return database_execute(index->add_list);
}

int chunk_index_lists(struct chunk_index *index, int64_t file, void (*take)(void *context, const struct list_row *row),
                      void *context) {
    int result;
    database_bind_number(index->lists, 0, file);
    while ((result = sqlite3_step(index->lists)) == SQLITE_ROW) {
        struct list_row row;
        if (row_read(index->lists, &row)) take(context, &row);
    }
    return database_end(index->lists, result);
}

/* One list; none, when the row does not hold. */
static int one_list(sqlite3_stmt *statement, struct list_row *row) {
    *row = (struct list_row){0};
    const int result = sqlite3_step(statement);
    if (result == SQLITE_ROW && !row_read(statement, row)) *row = (struct list_row){0};
    return database_end(statement, result);
}

int chunk_index_list(struct chunk_index *index, int64_t file, uint32_t number, struct list_row *row) {
    database_bind_number(index->list, 0, file);
    database_bind_number(index->list, 1, number);
    return one_list(index->list, row);
}

int chunk_index_forget_list(struct chunk_index *index, const struct object_id *id) {
    database_bind_bytes(index->forget_list, 0, span_of_id(id));
    return database_execute(index->forget_list);
}

int chunk_index_is_used(struct chunk_index *index, const struct object_id *id, bool *is_used) {
    database_bind_bytes(index->is_used, 0, span_of_id(id));
    return has_row(index->is_used, is_used);
}

int chunk_index_owner(struct chunk_index *index, const struct object_id *id, struct object_id *manifest) {
    *manifest = (struct object_id){{0}};
    database_bind_bytes(index->owner, 0, span_of_id(id));
    const int result = sqlite3_step(index->owner);
    if (result == SQLITE_ROW && !database_column_copy(index->owner, 0, manifest->bytes, sizeof manifest->bytes))
        *manifest = (struct object_id){{0}};
    return database_end(index->owner, result);
}

/* ---- Steps ---- */

int chunk_index_next_work(struct chunk_index *index, struct list_row *row) {
    bool has_file = false;
    int result = one_list(index->work, row);
    if (result != SQLITE_OK || row->file == 0) return result;
    database_bind_number(index->file_is_there, 0, row->file);
    result = has_row(index->file_is_there, &has_file);
    row->is_of_no_file = !has_file;
    return result;
}

static int set_indexed(struct chunk_index *index, const struct list_row *row, int64_t indexed) {
    database_bind_number(index->set_indexed, 0, row->file);
    database_bind_number(index->set_indexed, 1, row->number);
    database_bind_number(index->set_indexed, 2, indexed);
    return database_execute(index->set_indexed);
}

static int drop_list(struct chunk_index *index, const struct list_row *row) {
    database_bind_number(index->drop_list, 0, row->file);
    database_bind_number(index->drop_list, 1, row->number);
    return database_execute(index->drop_list);
}

static int step_one(sqlite3_stmt *statement, const struct list_row *row, const uint8_t *id, uint32_t at) {
    (void)sqlite3_bind_blob(statement, 1, id, 32, SQLITE_STATIC);
    database_bind_number(statement, 1, row->file);
    database_bind_number(statement, 2, (int64_t)row->number * FILE_LIST_CHUNKS + at);
    return database_execute(statement);
}

/* Out of a removed file they go from the end: `indexed` says for both ways how many are in. */
int chunk_index_step(struct chunk_index *index, struct list_row *row, struct span ids, bool *is_done) {
    const uint32_t count = (uint32_t)(ids.size / 32);
    const uint32_t in = row->indexed > count ? count : row->indexed; /* -1: all of them */
    uint32_t from = in, to = count - in > CHUNK_INDEX_STEP ? in + CHUNK_INDEX_STEP : count;
    sqlite3_stmt *statement = index->add;
    int result = SQLITE_OK;
    if (row->is_of_no_file) {
        to = in;
        from = in > CHUNK_INDEX_STEP ? in - CHUNK_INDEX_STEP : 0;
        statement = index->drop;
    }
    for (uint32_t at = from; result == SQLITE_OK && at < to; at++)
        result = step_one(statement, row, ids.at + 32 * (size_t)at, at);
    if (result != SQLITE_OK) return result;
    row->indexed = row->is_of_no_file ? from : to;
    *is_done = row->indexed == (row->is_of_no_file ? 0 : count);
    if (*is_done && row->is_of_no_file) return drop_list(index, row);
    return set_indexed(index, row, *is_done ? -1 : (int64_t)row->indexed);
}

int chunk_index_find(struct chunk_index *index, const struct object_id *id, struct chunk_place places[CHUNK_PLACES_MAX],
                     size_t *count) {
    int result;
    *count = 0;
    database_bind_bytes(index->find, 0, span_of_id(id));
    database_bind_number(index->find, 1, CHUNK_PLACES_MAX);
    while ((result = sqlite3_step(index->find)) == SQLITE_ROW)
        places[(*count)++] =
            (struct chunk_place){sqlite3_column_int64(index->find, 0), (uint32_t)sqlite3_column_int64(index->find, 1)};
    return database_end(index->find, result);
}
