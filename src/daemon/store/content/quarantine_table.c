/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/store/content/quarantine_table.h"

#define COLUMNS "number, wanted, actual, first_difference, sender, signer, expected_key, cause, at, size"

enum err quarantine_table_init(struct quarantine_table *table, sqlite3 *handle, struct err_detail *detail) {
    *table = (struct quarantine_table){0};
    const struct {
        const char *sql;
        sqlite3_stmt **statement;
    } wanted[] = {
        {"INSERT INTO quarantine (" COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)", &table->add},
        {"DELETE FROM quarantine WHERE number = ?1", &table->remove},
        {"SELECT number FROM quarantine ORDER BY number DESC LIMIT 1 OFFSET ?1", &table->over},
        {"SELECT " COLUMNS " FROM quarantine ORDER BY number DESC LIMIT ?1", &table->list},
        {"SELECT " COLUMNS " FROM quarantine WHERE number = ?1", &table->find},
        {"UPDATE quarantine SET first_difference = ?2, expected_key = ?3 WHERE number = ?1", &table->settle},
        {"SELECT max(seq) FROM sqlite_sequence WHERE name = 'quarantine'", &table->last},
    };
    enum err err = ERR_OK;
    for (size_t i = 0; err == ERR_OK && i < sizeof wanted / sizeof wanted[0]; i++)
        err = database_prepare(handle, wanted[i].sql, wanted[i].statement, detail);
    return err;
}

void quarantine_table_deinit(struct quarantine_table *table) {
    sqlite3_stmt *const all[] = {table->add,  table->remove, table->over,  table->list,
                                 table->find, table->last,   table->settle};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) (void)sqlite3_finalize(all[i]);
    *table = (struct quarantine_table){0};
}

#define SPAN_OF(array) ((struct span){(array), sizeof(array)})

int quarantine_table_add(struct quarantine_table *table, const struct quarantine_entry *entry) {
    database_bind_number(table->add, 0, (int64_t)entry->number);
    database_bind_bytes(table->add, 1, SPAN_OF(entry->wanted.bytes));
    database_bind_bytes(table->add, 2, SPAN_OF(entry->actual.bytes));
    database_bind_number(table->add, 3, entry->first_difference);
    database_bind_bytes(table->add, 4, SPAN_OF(entry->sender.bytes));
    database_bind_bytes(table->add, 5, SPAN_OF(entry->signer.bytes));
    database_bind_bytes(table->add, 6, SPAN_OF(entry->expected_key.bytes));
    database_bind_text(table->add, 7, span_of_text(entry->cause));
    database_bind_number(table->add, 8, entry->at_ms);
    database_bind_number(table->add, 9, (int64_t)entry->size);
    return database_execute(table->add);
}

int quarantine_table_remove(struct quarantine_table *table, uint64_t number, bool *was_there) {
    database_bind_number(table->remove, 0, (int64_t)number);
    const int result = database_execute(table->remove);
    *was_there = result == SQLITE_OK && sqlite3_changes(sqlite3_db_handle(table->remove)) > 0;
    return result;
}

int quarantine_table_settle(struct quarantine_table *table, const struct quarantine_entry *entry, bool *was_there) {
    database_bind_number(table->settle, 0, (int64_t)entry->number);
    database_bind_number(table->settle, 1, entry->first_difference);
    database_bind_bytes(table->settle, 2, SPAN_OF(entry->expected_key.bytes));
    const int result = database_execute(table->settle);
    *was_there = result == SQLITE_OK && sqlite3_changes(sqlite3_db_handle(table->settle)) > 0;
    return result;
}

static int number_of(sqlite3_stmt *statement, uint64_t *number) {
    const int result = sqlite3_step(statement);
    *number = result == SQLITE_ROW ? (uint64_t)sqlite3_column_int64(statement, 0) : 0;
    return database_end(statement, result);
}

int quarantine_table_over(struct quarantine_table *table, uint64_t *number) {
    database_bind_number(table->over, 0, QUARANTINE_ENTRIES_MAX);
    return number_of(table->over, number);
}

int quarantine_table_last(struct quarantine_table *table, uint64_t *number) {
    return number_of(table->last, number);
}

static bool entry_read(sqlite3_stmt *row, struct quarantine_entry *entry) {
    *entry = (struct quarantine_entry){.number = (uint64_t)sqlite3_column_int64(row, 0),
                                       .first_difference = sqlite3_column_int64(row, 3),
                                       .at_ms = sqlite3_column_int64(row, 8),
                                       .size = (uint64_t)sqlite3_column_int64(row, 9)};
    return database_column_copy(row, 1, entry->wanted.bytes, sizeof entry->wanted.bytes) &&
           database_column_copy(row, 2, entry->actual.bytes, sizeof entry->actual.bytes) &&
           database_column_copy(row, 4, entry->sender.bytes, sizeof entry->sender.bytes) &&
           database_column_copy(row, 5, entry->signer.bytes, sizeof entry->signer.bytes) &&
           database_column_copy(row, 6, entry->expected_key.bytes, sizeof entry->expected_key.bytes) &&
           span_copy_text(database_column_bytes(row, 7), entry->cause, sizeof entry->cause);
}

int quarantine_table_list(struct quarantine_table *table,
                          void (*take)(void *context, const struct quarantine_entry *entry), void *context) {
    int result;
    database_bind_number(table->list, 0, QUARANTINE_ENTRIES_MAX);
    while ((result = sqlite3_step(table->list)) == SQLITE_ROW) {
        struct quarantine_entry entry;
        if (entry_read(table->list, &entry)) take(context, &entry);
    }
    return database_end(table->list, result);
}

int quarantine_table_find(struct quarantine_table *table, uint64_t number, struct quarantine_entry *entry) {
    *entry = (struct quarantine_entry){0};
    database_bind_number(table->find, 0, (int64_t)number);
    const int result = sqlite3_step(table->find);
    if (result == SQLITE_ROW && !entry_read(table->find, entry)) *entry = (struct quarantine_entry){0};
    return database_end(table->find, result);
}
