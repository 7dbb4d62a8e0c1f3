/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/store/content/holding_table.h"

enum err holding_table_init(struct holding_table *table, sqlite3 *handle, struct err_detail *detail) {
    *table = (struct holding_table){0};
    const struct {
        const char *sql;
        sqlite3_stmt **statement;
    } wanted[] = {
        /* What is there already touches no page: it has to succeed on a disk that is full, too. */
        {"INSERT INTO holding (manifest, role, since, used) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (manifest) DO UPDATE"
         " SET role = max(role, excluded.role), used = max(used, excluded.used)"
         " WHERE excluded.role > role OR excluded.used > used",
         &table->put},
        {"UPDATE file SET role = ?2 WHERE manifest = ?1 AND role < ?2", &table->raise},
        {"DELETE FROM holding WHERE manifest = ?1", &table->remove},
        {"SELECT manifest, role, since, used FROM holding WHERE manifest > ?1 ORDER BY manifest LIMIT ?2",
         &table->walk},
        {"SELECT id, at FROM object WHERE kind = 3 AND id NOT IN (SELECT manifest FROM holding)"
         " ORDER BY at, id LIMIT ?1",
         &table->spare},
        {"SELECT manifest FROM file WHERE manifest NOT IN (SELECT manifest FROM holding) LIMIT ?1", &table->stray},
    };
    enum err err = ERR_OK;
    for (size_t i = 0; err == ERR_OK && i < sizeof wanted / sizeof wanted[0]; i++)
        err = database_prepare(handle, wanted[i].sql, wanted[i].statement, detail);
    return err;
}

void holding_table_deinit(struct holding_table *table) {
    sqlite3_stmt *const all[] = {table->put, table->raise, table->remove, table->walk, table->spare, table->stray};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) (void)sqlite3_finalize(all[i]);
    *table = (struct holding_table){0};
}

static void bind_id(sqlite3_stmt *statement, const struct object_id *id) {
    database_bind_bytes(statement, 0, (struct span){id->bytes, sizeof id->bytes});
}

int holding_table_put(struct holding_table *table, const struct content_holding *holding) {
    bind_id(table->put, &holding->manifest);
    database_bind_number(table->put, 1, holding->role);
    database_bind_number(table->put, 2, holding->since_ms);
    database_bind_number(table->put, 3, holding->used_ms);
    const int result = database_execute(table->put);
    if (result != SQLITE_OK) return result;
    bind_id(table->raise, &holding->manifest);
    database_bind_number(table->raise, 1, holding->role);
    return database_execute(table->raise);
}

int holding_table_remove(struct holding_table *table, const struct object_id *manifest, bool *was_there) {
    bind_id(table->remove, manifest);
    const int result = database_execute(table->remove);
    *was_there = result == SQLITE_OK && sqlite3_changes(sqlite3_db_handle(table->remove)) > 0;
    return result;
}

static bool holding_read(sqlite3_stmt *row, struct content_holding *holding) {
    const int64_t role = sqlite3_column_int64(row, 1);
    *holding = (struct content_holding){.role = (enum holding_role)role,
                                        .since_ms = sqlite3_column_int64(row, 2),
                                        .used_ms = sqlite3_column_int64(row, 3)};
    return role >= HOLDING_REPLICA && role <= HOLDING_PUBLISHED &&
           database_column_copy(row, 0, holding->manifest.bytes, sizeof holding->manifest.bytes);
}

int holding_table_walk(struct holding_table *table, const struct object_id *after, size_t max,
                       void (*take)(void *context, const struct content_holding *holding), void *context) {
    int result;
    bind_id(table->walk, after);
    database_bind_number(table->walk, 1, (int64_t)max);
    while ((result = sqlite3_step(table->walk)) == SQLITE_ROW) {
        struct content_holding holding;
        if (holding_read(table->walk, &holding)) take(context, &holding);
    }
    return database_end(table->walk, result);
}

int holding_table_spare(struct holding_table *table, size_t max,
                        void (*take)(void *context, const struct object_id *id, int64_t at_ms), void *context) {
    int result;
    database_bind_number(table->spare, 0, (int64_t)max);
    while ((result = sqlite3_step(table->spare)) == SQLITE_ROW) {
        struct object_id id;
        if (database_column_copy(table->spare, 0, id.bytes, sizeof id.bytes))
            take(context, &id, sqlite3_column_int64(table->spare, 1));
    }
    return database_end(table->spare, result);
}

int holding_table_stray(struct holding_table *table, size_t max,
                        void (*take)(void *context, const struct object_id *manifest), void *context) {
    int result;
    database_bind_number(table->stray, 0, (int64_t)max);
    while ((result = sqlite3_step(table->stray)) == SQLITE_ROW) {
        struct object_id id;
        if (database_column_copy(table->stray, 0, id.bytes, sizeof id.bytes)) take(context, &id);
    }
    return database_end(table->stray, result);
}
