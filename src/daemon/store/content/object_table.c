/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/store/content/object_table.h"

#include <string.h>

#define COLUMNS "number, id, kind, at, sum, length(bytes)"

enum err object_table_init(struct object_table *table, sqlite3 *handle, struct err_detail *detail) {
    *table = (struct object_table){0};
    const struct {
        const char *sql;
        sqlite3_stmt **statement;
    } wanted[] = {
        {"INSERT OR IGNORE INTO object (id, kind, at, sum, bytes) VALUES (?1, ?2, ?3, ?4, ?5)", &table->put},
        {"DELETE FROM object WHERE id = ?1 RETURNING " COLUMNS, &table->remove},
        {"UPDATE total SET objects = objects + ?1, bytes = bytes + ?2", &table->count},
        {"SELECT objects, bytes FROM total", &table->total},
        {"SELECT " COLUMNS " FROM object WHERE id = ?1", &table->look},
        {"SELECT " COLUMNS ", bytes FROM object WHERE id = ?1", &table->load},
        {"SELECT " COLUMNS ", bytes FROM object WHERE number > ?1 ORDER BY number", &table->walk},
        {"SELECT " COLUMNS ", bytes FROM object WHERE kind = ?2 AND number > ?1 ORDER BY number", &table->walk_kind},
    };
    enum err err = ERR_OK;
    for (size_t i = 0; err == ERR_OK && i < sizeof wanted / sizeof wanted[0]; i++)
        err = database_prepare(handle, wanted[i].sql, wanted[i].statement, detail);
    return err;
}

void object_table_deinit(struct object_table *table) {
    sqlite3_stmt *const all[] = {table->put,  table->remove, table->count, table->total,
                                 table->look, table->load,   table->walk,  table->walk_kind};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) (void)sqlite3_finalize(all[i]);
    *table = (struct object_table){0};
}

/* ---- What a row holds ---- */

bool object_kind_is_blob(enum object_kind kind) {
    return kind == OBJECT_CHUNK || kind == OBJECT_LIST;
}

static struct sha256 sum_of(const struct content_object *object, struct sha256 hash) {
    uint8_t memory[32 + 1 + 8 + 32];
    struct buffer text = buffer_over(memory, sizeof memory);
    buffer_put(&text, (struct span){object->id.bytes, sizeof object->id.bytes});
    buffer_put_u8(&text, (uint8_t)object->kind);
    buffer_put_u64(&text, (uint64_t)object->at_ms);
    buffer_put(&text, (struct span){hash.bytes, sizeof hash.bytes});
    return hash_sha256(buffer_span(&text));
}

struct sha256 object_sum(const struct content_object *object) {
    return sum_of(object, hash_sha256(object->bytes));
}

bool object_row_holds(const struct object_row *row) {
    const struct content_object object = {row->id, row->kind, row->at_ms, row->bytes};
    const struct sha256 hash = hash_sha256(row->bytes), sum = sum_of(&object, hash);
    if (memcmp(sum.bytes, row->sum.bytes, sizeof sum.bytes) != 0) return false;
    return !object_kind_is_blob(row->kind) || memcmp(hash.bytes, row->id.bytes, sizeof hash.bytes) == 0;
}

static void row_read(sqlite3_stmt *statement, bool has_bytes, struct object_row *row) {
    *row = (struct object_row){.number = sqlite3_column_int64(statement, 0),
                               .kind = (enum object_kind)sqlite3_column_int(statement, 2),
                               .at_ms = sqlite3_column_int64(statement, 3),
                               .size = (size_t)sqlite3_column_int64(statement, 5)};
    (void)database_column_copy(statement, 1, row->id.bytes, sizeof row->id.bytes);
    (void)database_column_copy(statement, 4, row->sum.bytes, sizeof row->sum.bytes);
    if (has_bytes) row->bytes = database_column_bytes(statement, 6);
}

/* ---- Writing ---- */

static void bind_id(sqlite3_stmt *statement, const struct object_id *id) {
    database_bind_bytes(statement, 0, (struct span){id->bytes, sizeof id->bytes});
}

int object_table_put(struct object_table *table, const struct content_object *object, bool *was_new) {
    const struct sha256 sum = object_sum(object);
    bind_id(table->put, &object->id);
    database_bind_number(table->put, 1, object->kind);
    database_bind_number(table->put, 2, object->at_ms);
    database_bind_bytes(table->put, 3, (struct span){sum.bytes, sizeof sum.bytes});
    /* Not copied: the bytes stay until the statement was run. */
    (void)sqlite3_bind_blob(table->put, 5, object->bytes.at, (int)object->bytes.size, SQLITE_STATIC);
    const int result = database_execute(table->put);
    *was_new = result == SQLITE_OK && sqlite3_changes(sqlite3_db_handle(table->put)) > 0;
    if (*was_new) {
        table->objects_added++;
        table->bytes_added += (int64_t)object->bytes.size;
    }
    return result;
}

int object_table_remove(struct object_table *table, const struct object_id *id, struct object_row *was) {
    *was = (struct object_row){0};
    bind_id(table->remove, id);
    int result = sqlite3_step(table->remove);
    if (result == SQLITE_ROW) {
        row_read(table->remove, false, was);
        result = sqlite3_step(table->remove);
    }
    result = database_end(table->remove, result);
    if (result == SQLITE_OK && was->number != 0) {
        table->objects_added--;
        table->bytes_added -= (int64_t)was->size;
    }
    return result;
}

int object_table_count(struct object_table *table) {
    if (table->objects_added == 0 && table->bytes_added == 0) return SQLITE_OK;
    database_bind_number(table->count, 0, table->objects_added);
    database_bind_number(table->count, 1, table->bytes_added);
    table->objects_added = table->bytes_added = 0;
    return database_execute(table->count);
}

/* ---- Reading ---- */

int object_table_total(struct object_table *table, uint64_t *objects, uint64_t *bytes) {
    const int result = sqlite3_step(table->total);
    if (result == SQLITE_ROW) {
        *objects = (uint64_t)sqlite3_column_int64(table->total, 0);
        *bytes = (uint64_t)sqlite3_column_int64(table->total, 1);
    }
    (void)sqlite3_reset(table->total);
    return result == SQLITE_ROW ? SQLITE_OK : result;
}

int object_table_look(struct object_table *table, const struct object_id *id, struct object_row *row) {
    *row = (struct object_row){0};
    bind_id(table->look, id);
    const int result = sqlite3_step(table->look);
    if (result == SQLITE_ROW) row_read(table->look, false, row);
    return database_end(table->look, result);
}

int object_table_is_other(struct object_table *table, const struct content_object *object, bool *is_other) {
    struct object_row row;
    const int result = object_table_look(table, &object->id, &row);
    *is_other = result == SQLITE_OK && object_kind_is_blob(row.kind) != object_kind_is_blob(object->kind);
    return result;
}

int object_table_load(struct object_table *table, const struct object_id *id,
                      void (*take)(void *context, const struct object_row *row), void *context) {
    struct object_row row;
    bind_id(table->load, id);
    const int result = sqlite3_step(table->load);
    if (result == SQLITE_ROW) {
        row_read(table->load, true, &row);
        take(context, &row);
    }
    return database_end(table->load, result);
}

int object_table_walk(struct object_table *table, int64_t after, unsigned kind,
                      bool (*take)(void *context, const struct object_row *row), void *context) {
    sqlite3_stmt *statement = kind == 0 ? table->walk : table->walk_kind;
    int result;
    database_bind_number(statement, 0, after);
    if (kind != 0) database_bind_number(statement, 1, kind);
    while ((result = sqlite3_step(statement)) == SQLITE_ROW) {
        struct object_row row;
        row_read(statement, true, &row);
        if (!take(context, &row)) break;
    }
    return database_end(statement, result);
}
