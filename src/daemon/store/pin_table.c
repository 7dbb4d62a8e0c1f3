/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/store/pin_table.h"

enum err pin_table_init(struct pin_table *table, sqlite3 *handle, struct err_detail *detail) {
    static const char put[] = "INSERT OR REPLACE INTO pin (name, node_id) VALUES (?1, ?2)";
    *table = (struct pin_table){0};
    enum err err = database_prepare(handle, put, &table->put, detail);
    if (err == ERR_OK)
        err = database_prepare(handle, "SELECT name, node_id FROM pin ORDER BY name", &table->load, detail);
    return err;
}

void pin_table_deinit(struct pin_table *table) {
    (void)sqlite3_finalize(table->load);
    (void)sqlite3_finalize(table->put);
    *table = (struct pin_table){0};
}

int pin_table_put(struct pin_table *table, const struct pin *pin) {
    (void)sqlite3_bind_text(table->put, 1, pin->name, -1, SQLITE_TRANSIENT);
    (void)sqlite3_bind_blob(table->put, 2, pin->node_id.bytes, sizeof pin->node_id.bytes, SQLITE_TRANSIENT);
    return database_execute(table->put);
}

struct reader {
    void (*row)(void *context, const char *name, const struct node_id *id);
    void *context;
};

static bool take_row(void *context, sqlite3_stmt *statement) {
    const struct reader *reader = context;
    struct pin pin;
    if (!span_copy_text(database_column_bytes(statement, 0), pin.name, sizeof pin.name) ||
        !database_column_copy(statement, 1, pin.node_id.bytes, sizeof pin.node_id.bytes))
        return false;
    reader->row(reader->context, pin.name, &pin.node_id);
    return true;
}

int pin_table_load(struct pin_table *table, void (*row)(void *context, const char *name, const struct node_id *id),
                   void *context, uint64_t *refused) {
    struct reader reader = {row, context};
    return database_each_row(table->load, take_row, &reader, refused);
}
