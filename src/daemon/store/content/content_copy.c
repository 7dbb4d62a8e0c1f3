/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/store/content/content_copy.h"

#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "daemon/store/content/content_migrations.h"
#include "daemon/store/content/content_tables.h"
#include "daemon/store/content/sealed_file.h"
#include "daemon/store/database_copy.h"
#include "daemon/store/folder_file.h"

struct content_copy {
    struct content_copy_options options;
    struct content_tables tables;
    char root[FOLDER_PATH_MAX]; /* content/ */
    struct content_copy_counts counts;
    struct file_record file; /* the one it is in; number 0: none yet */
    int fd;                  /* of its sealed file; -1: not open */
    bool has_given;          /* something of this file */
    uint32_t next;           /* chunk of it */
    uint8_t page[PAGE_BYTES];
    uint32_t list; /* whose ids are in `ids`; UINT32_MAX: none's */
    size_t ids_size;
    uint8_t *ids;
    uint8_t *chunk;
};

static enum err failed(const struct content_copy *copy, int result, struct err_detail *detail) {
    return database_failed(detail, copy->tables.handle, result, "prepare");
}

/* ---- The database ---- */

/* What did not verify is evidence for a person at this node; its bytes are not in the backup, so neither is its row. */
static const char settle[] = "DELETE FROM quarantine;";
static const char leave[] = "DELETE FROM chunk_page WHERE file IN (SELECT number FROM file WHERE role <> 2);"
                            "UPDATE file SET is_complete = 0, chunks_here = 0, verified_at = 0 WHERE role <> 2;";
_Static_assert(HOLDING_PUBLISHED == 2, "the number above");

static int count_read(sqlite3 *handle, const char *sql, uint64_t *count) {
    sqlite3_stmt *statement = NULL;
    int result = sqlite3_prepare_v2(handle, sql, -1, &statement, NULL);
    if (result == SQLITE_OK) result = sqlite3_step(statement);
    if (result == SQLITE_ROW) *count = (uint64_t)sqlite3_column_int64(statement, 0);
    (void)sqlite3_finalize(statement);
    return result == SQLITE_ROW ? SQLITE_OK : result;
}

static int counts_read(struct content_copy *copy) {
    sqlite3 *handle = copy->tables.handle;
    int result = count_read(handle, "SELECT count(*) FROM object WHERE kind = 3", &copy->counts.manifests);
    if (result == SQLITE_OK)
        result = count_read(handle, "SELECT count(*) FROM object WHERE kind = 4", &copy->counts.posts);
    if (result == SQLITE_OK && copy->options.leaves_files)
        result = count_read(handle, "SELECT count(*) FROM file WHERE role <> 2", &copy->counts.files_left);
    return result;
}
_Static_assert(OBJECT_MANIFEST == 3 && OBJECT_POST == 4, "the numbers above");

/* One transaction to the end: what is changed in the copy is changed once. */
static enum err database_prepare_copy(struct content_copy *copy, struct err_detail *detail) {
    sqlite3 *handle = copy->tables.handle;
    int result = counts_read(copy);
    if (result == SQLITE_OK) result = sqlite3_exec(handle, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    if (result == SQLITE_OK) result = sqlite3_exec(handle, settle, NULL, NULL, NULL);
    if (result == SQLITE_OK && copy->options.leaves_files) result = sqlite3_exec(handle, leave, NULL, NULL, NULL);
    return result == SQLITE_OK ? ERR_OK : failed(copy, result, detail);
}

enum err content_copy_open(struct content_copy **out, const struct content_copy_options *options,
                           struct err_detail *detail) {
    char path[FOLDER_PATH_MAX];
    struct content_copy *copy = memory_zeroed(1, sizeof *copy);
    *copy = (struct content_copy){.options = *options, .fd = -1, .list = UINT32_MAX};
    enum err err = folder_join(copy->root, options->folder, "content", detail);
    if (err == ERR_OK) err = folder_join(path, copy->root, "content.db", detail);
    if (err == ERR_OK) err = database_copy(path, options->to, &content_migrations, detail);
    if (err == ERR_OK) err = content_tables_open(&copy->tables, options->to, false, detail);
    if (err == ERR_OK) err = database_prepare_copy(copy, detail);
    if (err == ERR_OK) {
        copy->ids = memory_zeroed(1, CONTENT_LIST_SIZE_MAX);
        *out = copy;
    } else {
        content_copy_free(copy);
        *out = NULL;
    }
    return err;
}

void content_copy_free(struct content_copy *copy) {
    if (copy == NULL) return;
    if (copy->fd >= 0) (void)close(copy->fd);
    content_tables_close(&copy->tables);
    memory_free(copy->ids);
    memory_free(copy->chunk);
    memory_free(copy);
}

/* ---- Ids ---- */

static void ids_take(void *context, const struct object_row *row) {
    struct content_copy *copy = context;
    if (row->size > CONTENT_LIST_SIZE_MAX || !object_row_holds(row)) return;
    memcpy(copy->ids, row->bytes.at, row->size);
    copy->ids_size = row->size;
}

/* A list that is not here, or rotted, leaves no ids: its chunks are given out as they are. */
static int ids_load(struct content_copy *copy, uint32_t number) {
    struct list_row row;
    copy->list = number;
    copy->ids_size = 0;
    const int result = chunk_index_list(&copy->tables.chunks, copy->file.number, number, &row);
    if (result != SQLITE_OK || row.file == 0) return result;
    return object_table_load(&copy->tables.objects, &row.id, ids_take, copy);
}

/* *has_id false: it is not known here. */
static int id_find(struct content_copy *copy, uint32_t index, struct object_id *id, bool *has_id) {
    const uint32_t number = index / FILE_LIST_CHUNKS;
    const size_t at = sizeof id->bytes * (index % FILE_LIST_CHUNKS);
    const int result = copy->list == number ? SQLITE_OK : ids_load(copy, number);
    *has_id = at + sizeof id->bytes <= copy->ids_size;
    if (*has_id) memcpy(id->bytes, copy->ids + at, sizeof id->bytes);
    return result;
}

/* ---- Chunks ---- */

static void file_leave(struct content_copy *copy) {
    if (copy->fd >= 0) (void)close(copy->fd);
    copy->fd = -1;
    copy->counts.files += copy->has_given;
    copy->has_given = false;
}

static int unclaim(struct content_copy *copy, uint32_t from, uint32_t count) {
    uint32_t unclaimed = 0;
    const int result = file_table_unclaim(&copy->tables.files, copy->file.number, from, count, &unclaimed);
    copy->counts.chunks_lost += unclaimed;
    return result;
}

/* The next file. *is_end: there is none. */
static enum err file_enter(struct content_copy *copy, bool *is_end, struct err_detail *detail) {
    file_leave(copy);
    int result = file_table_next(&copy->tables.files, copy->file.number, &copy->file);
    if (result != SQLITE_OK) return failed(copy, result, detail);
    *is_end = copy->file.number == 0;
    copy->next = 0;
    copy->list = UINT32_MAX;
    if (*is_end || copy->file.row.chunks_here == 0) return ERR_OK;
    const enum err err = sealed_file_open_to_read(copy->root, &copy->file.row.manifest, &copy->fd, detail);
    if (err != ERR_NOT_FOUND) return err;
    result = unclaim(copy, 0, copy->file.row.shape.chunk_count); /* it went since the database was copied, or before */
    return result == SQLITE_OK ? ERR_OK : failed(copy, result, detail);
}

/* The next claimed chunk of the file. False: it has no more. */
static bool chunk_find(struct content_copy *copy, uint32_t *index, int *result) {
    const uint32_t count = copy->file.row.shape.chunk_count;
    *result = SQLITE_OK;
    while (copy->fd >= 0 && copy->next < count && *result == SQLITE_OK) {
        *index = copy->next;
        if (*index % PAGE_CHUNKS == 0)
            *result = file_table_page(&copy->tables.files, copy->file.number, *index / PAGE_CHUNKS, copy->page);
        copy->next++;
        if (*result == SQLITE_OK && page_has(copy->page, *index)) return true;
    }
    return false;
}

/* Leaves `chunk->bytes` empty when it is not there as it was written. */
static enum err chunk_read(struct content_copy *copy, uint32_t index, struct content_copy_chunk *chunk,
                           struct err_detail *detail) {
    const struct content_file_row *row = &copy->file.row;
    struct object_id id;
    bool has_id = false;
    int result = id_find(copy, index, &id, &has_id);
    if (result != SQLITE_OK) return failed(copy, result, detail);
    struct sealed_chunk_read read = {.root = copy->root,
                                     .manifest = row->manifest,
                                     .shape = row->shape,
                                     .index = index,
                                     .expected = has_id ? &id : NULL,
                                     .fd = copy->fd};
    const enum err err = sealed_chunk_read(&read, detail);
    if (err != ERR_OK) return err;
    copy->chunk = read.bytes;
    if (read.has_fault) {
        result = unclaim(copy, read.fault.index, read.fault.count);
        return result == SQLITE_OK ? ERR_OK : failed(copy, result, detail);
    }
    *chunk = (struct content_copy_chunk){.manifest = row->manifest,
                                         .place = file_chunk_place(&row->shape, index),
                                         .file_size = file_sealed_size(&row->shape),
                                         .bytes = {copy->chunk, file_chunk_sealed_size(&row->shape, index)}};
    copy->has_given = true;
    return ERR_OK;
}

enum err content_copy_next(struct content_copy *copy, struct content_copy_chunk *chunk, struct err_detail *detail) {
    enum err err = ERR_OK;
    *chunk = (struct content_copy_chunk){0};
    for (bool is_end = false; err == ERR_OK && !is_end && chunk->bytes.size == 0;) {
        uint32_t index = 0;
        int result = SQLITE_OK;
        memory_free(copy->chunk);
        copy->chunk = NULL;
        if (copy->file.number != 0 && chunk_find(copy, &index, &result))
            err = chunk_read(copy, index, chunk, detail);
        else if (result != SQLITE_OK)
            err = failed(copy, result, detail);
        else
            err = file_enter(copy, &is_end, detail);
    }
    return err;
}

enum err content_copy_finish(struct content_copy *copy, struct content_copy_counts *counts, struct err_detail *detail) {
    int result = sqlite3_exec(copy->tables.handle, "COMMIT", NULL, NULL, NULL);
    /* All of it in the one file, and nothing beside it when it is looked at. */
    if (result == SQLITE_OK)
        result = sqlite3_exec(copy->tables.handle, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL);
    if (result != SQLITE_OK) return failed(copy, result, detail);
    content_tables_close(&copy->tables);
    *counts = copy->counts;
    return ERR_OK;
}
