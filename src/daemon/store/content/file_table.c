/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/store/content/file_table.h"

#include <string.h>

#define COLUMNS "number, manifest, size, role, is_complete, chunks_here, created_at, used_at, verified_at"

enum err file_table_init(struct file_table *table, sqlite3 *handle, struct err_detail *detail) {
    *table = (struct file_table){0};
    const struct {
        const char *sql;
        sqlite3_stmt **statement;
    } wanted[] = {
        {"SELECT " COLUMNS " FROM file WHERE manifest = ?1", &table->find},
        {"SELECT " COLUMNS " FROM file WHERE number > ?1 ORDER BY number LIMIT 1", &table->next},
        {"INSERT INTO file (manifest, size, role, created_at, used_at) VALUES (?1, ?2, ?3, ?4, ?4)", &table->add},
        {"DELETE FROM file WHERE manifest = ?1 RETURNING " COLUMNS, &table->remove},
        {"DELETE FROM chunk_page WHERE file = ?1", &table->remove_pages},
        {"UPDATE file SET role = ?2 WHERE manifest = ?1", &table->set_role},
        {"UPDATE file SET used_at = ?2 WHERE number = ?1", &table->set_used},
        {"UPDATE file SET verified_at = ?2 WHERE number = ?1", &table->set_verified},
        {"SELECT bits FROM chunk_page WHERE file = ?1 AND page = ?2", &table->page},
        {"INSERT OR REPLACE INTO chunk_page (file, page, bits) VALUES (?1, ?2, ?3)", &table->put_page},
        {"UPDATE file SET chunks_here = chunks_here + ?2, is_complete = (chunks_here + ?2 = ?3) WHERE number = ?1",
         &table->add_here},
        {"SELECT " COLUMNS " FROM file ORDER BY number LIMIT ?1", &table->list_all},
        {"SELECT " COLUMNS " FROM file WHERE role = 0 ORDER BY used_at, number LIMIT ?1", &table->list_to_evict},
        {"SELECT size FROM file", &table->sizes},
    };
    enum err err = ERR_OK;
    for (size_t i = 0; err == ERR_OK && i < sizeof wanted / sizeof wanted[0]; i++)
        err = database_prepare(handle, wanted[i].sql, wanted[i].statement, detail);
    return err;
}

void file_table_deinit(struct file_table *table) {
    sqlite3_stmt *const all[] = {table->find,          table->next,     table->add,      table->remove,
                                 table->remove_pages,  table->set_role, table->set_used, table->set_verified,
                                 table->page,          table->put_page, table->add_here, table->list_all,
                                 table->list_to_evict, table->sizes};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) (void)sqlite3_finalize(all[i]);
    *table = (struct file_table){0};
}

/* ---- Rows ---- */

static bool row_read(sqlite3_stmt *statement, struct file_record *record) {
    struct content_file_row *row = &record->row;
    const int64_t size = sqlite3_column_int64(statement, 2), role = sqlite3_column_int64(statement, 3);
    *record = (struct file_record){.number = sqlite3_column_int64(statement, 0)};
    if (size < 0 || !file_shape_of((uint64_t)size, &row->shape) || role < HOLDING_REPLICA || role > HOLDING_PUBLISHED ||
        !database_column_copy(statement, 1, row->manifest.bytes, sizeof row->manifest.bytes))
        return false;
    row->role = (enum holding_role)role;
    row->is_complete = sqlite3_column_int(statement, 4) != 0;
    row->chunks_here = (uint32_t)sqlite3_column_int64(statement, 5);
    row->created_at_ms = sqlite3_column_int64(statement, 6);
    row->used_at_ms = sqlite3_column_int64(statement, 7);
    row->verified_at_ms = sqlite3_column_int64(statement, 8);
    return row->chunks_here <= row->shape.chunk_count;
}

static void bind_id(sqlite3_stmt *statement, const struct object_id *id) {
    database_bind_bytes(statement, 0, (struct span){id->bytes, sizeof id->bytes});
}

/* The one row of a statement, if there is one. A row that does not hold is damage. */
static int one_row(sqlite3_stmt *statement, struct file_record *record) {
    *record = (struct file_record){0};
    bool holds = true;
    int result = sqlite3_step(statement);
    if (result == SQLITE_ROW) {
        holds = row_read(statement, record);
        result = sqlite3_step(statement); /* a removal is to come to its end */
    }
    result = database_end(statement, result);
    return holds ? result : SQLITE_CORRUPT;
}

int file_table_find(struct file_table *table, const struct object_id *manifest, struct file_record *record) {
    bind_id(table->find, manifest);
    return one_row(table->find, record);
}

int file_table_next(struct file_table *table, int64_t after, struct file_record *record) {
    database_bind_number(table->next, 0, after);
    return one_row(table->next, record);
}

int file_table_add(struct file_table *table, const struct content_file_row *row, int64_t *number) {
    bind_id(table->add, &row->manifest);
    database_bind_number(table->add, 1, (int64_t)row->shape.size);
    database_bind_number(table->add, 2, row->role);
    database_bind_number(table->add, 3, row->created_at_ms);
    const int result = database_execute(table->add);
    *number = result == SQLITE_OK ? sqlite3_last_insert_rowid(sqlite3_db_handle(table->add)) : 0;
    return result;
}

int file_table_remove(struct file_table *table, const struct object_id *manifest, struct file_record *was) {
    bind_id(table->remove, manifest);
    const int result = one_row(table->remove, was);
    if (result != SQLITE_OK || was->number == 0) return result;
    database_bind_number(table->remove_pages, 0, was->number);
    return database_execute(table->remove_pages);
}

int file_table_set_role(struct file_table *table, const struct object_id *manifest, enum holding_role role,
                        bool *was_there) {
    bind_id(table->set_role, manifest);
    database_bind_number(table->set_role, 1, role);
    const int result = database_execute(table->set_role);
    *was_there = result == SQLITE_OK && sqlite3_changes(sqlite3_db_handle(table->set_role)) > 0;
    return result;
}

static int set_time(sqlite3_stmt *statement, int64_t number, int64_t at_ms) {
    database_bind_number(statement, 0, number);
    database_bind_number(statement, 1, at_ms);
    return database_execute(statement);
}

int file_table_set_used(struct file_table *table, int64_t number, int64_t at_ms) {
    return set_time(table->set_used, number, at_ms);
}

int file_table_set_verified(struct file_table *table, int64_t number, int64_t at_ms) {
    return set_time(table->set_verified, number, at_ms);
}

int file_table_list(struct file_table *table, enum content_files which, size_t max,
                    void (*take)(void *context, const struct file_record *record), void *context) {
    sqlite3_stmt *statement = which == CONTENT_FILES_ALL ? table->list_all : table->list_to_evict;
    int result;
    database_bind_number(statement, 0, (int64_t)max);
    while ((result = sqlite3_step(statement)) == SQLITE_ROW) {
        struct file_record record;
        if (row_read(statement, &record)) take(context, &record);
    }
    return database_end(statement, result);
}

int file_table_total(struct file_table *table, uint64_t *files, uint64_t *bytes) {
    int result;
    *files = *bytes = 0;
    while ((result = sqlite3_step(table->sizes)) == SQLITE_ROW) {
        struct file_shape shape;
        if (!file_shape_of((uint64_t)sqlite3_column_int64(table->sizes, 0), &shape)) continue;
        ++*files;
        *bytes += file_sealed_size(&shape);
    }
    return database_end(table->sizes, result);
}

/* ---- Chunks ---- */

int file_table_page(struct file_table *table, int64_t number, uint32_t page, uint8_t bits[PAGE_BYTES]) {
    database_bind_number(table->page, 0, number);
    database_bind_number(table->page, 1, page);
    const int result = sqlite3_step(table->page);
    const bool holds = result != SQLITE_ROW || database_column_copy(table->page, 0, bits, PAGE_BYTES);
    if (result == SQLITE_DONE) memset(bits, 0, PAGE_BYTES);
    const int ended = database_end(table->page, result);
    return holds ? ended : SQLITE_CORRUPT;
}

static int page_put(struct file_table *table, int64_t number, uint32_t page, const uint8_t bits[PAGE_BYTES]) {
    database_bind_number(table->put_page, 0, number);
    database_bind_number(table->put_page, 1, page);
    database_bind_bytes(table->put_page, 2, (struct span){bits, PAGE_BYTES});
    return database_execute(table->put_page);
}

/* The row of a file by its number alone. */
static int find_by_number(struct file_table *table, int64_t number, struct file_record *record) {
    const int result = file_table_next(table, number - 1, record);
    if (record->number != number) *record = (struct file_record){0};
    return result;
}

static int add_here(struct file_table *table, const struct file_record *record, int64_t added) {
    if (added == 0) return SQLITE_OK;
    database_bind_number(table->add_here, 0, record->number);
    database_bind_number(table->add_here, 1, added);
    database_bind_number(table->add_here, 2, record->row.shape.chunk_count);
    return database_execute(table->add_here);
}

/* Sets the bits of the page that the first of `indices` is in; how many of the indices that were. */
static int claim_page(struct file_table *table, const struct chunk_claim *claim, size_t *at, int64_t *added) {
    uint8_t bits[PAGE_BYTES];
    const uint32_t page = claim->indices[*at] / PAGE_CHUNKS;
    const int result = file_table_page(table, claim->number, page, bits);
    if (result != SQLITE_OK) return result;
    for (; *at < claim->count && claim->indices[*at] / PAGE_CHUNKS == page; ++*at) {
        const uint32_t index = claim->indices[*at];
        *added += !page_has(bits, index);
        bits[index % PAGE_CHUNKS / 8] |= (uint8_t)(1 << (index % 8));
    }
    return page_put(table, claim->number, page, bits);
}

int file_table_claim(struct file_table *table, struct chunk_claim *claim) {
    struct file_record record;
    int64_t added = 0;
    int result = find_by_number(table, claim->number, &record);
    claim->is_there = record.number != 0;
    if (result != SQLITE_OK || !claim->is_there) return result;
    for (size_t at = 0; result == SQLITE_OK && at < claim->count;) result = claim_page(table, claim, &at, &added);
    if (result == SQLITE_OK) result = add_here(table, &record, added);
    claim->became_complete = added > 0 && record.row.chunks_here + added == record.row.shape.chunk_count;
    return result;
}

static int unclaim_page(struct file_table *table, int64_t number, uint32_t from, uint32_t to, int64_t *removed) {
    uint8_t bits[PAGE_BYTES];
    const int64_t before = *removed;
    const int result = file_table_page(table, number, from / PAGE_CHUNKS, bits);
    if (result != SQLITE_OK) return result;
    for (uint32_t index = from; index < to; index++) {
        *removed += page_has(bits, index);
        bits[index % PAGE_CHUNKS / 8] &= (uint8_t) ~(1 << (index % 8));
    }
    return *removed == before ? SQLITE_OK : page_put(table, number, from / PAGE_CHUNKS, bits);
}

int file_table_unclaim(struct file_table *table, int64_t number, uint32_t from, uint32_t count, uint32_t *unclaimed) {
    struct file_record record;
    int64_t removed = 0;
    int result = find_by_number(table, number, &record);
    *unclaimed = 0;
    if (result != SQLITE_OK || record.number == 0) return result;
    const uint32_t all = record.row.shape.chunk_count, end = count > all - from ? all : from + count;
    for (uint32_t at = from, to; result == SQLITE_OK && at < end; at = to) {
        to = (at / PAGE_CHUNKS + 1) * PAGE_CHUNKS;
        if (to > end) to = end;
        result = unclaim_page(table, number, at, to, &removed);
    }
    if (result == SQLITE_OK) result = add_here(table, &record, -removed);
    *unclaimed = (uint32_t)removed;
    return result;
}
