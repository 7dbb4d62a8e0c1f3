/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/store/book_table.h"

#include <string.h>

#include "base/must.h"

enum { ADDRS_TEXT_MAX = LIMIT_TICKET_ADDRS_MAX * ADDRESS_TEXT_MAX };

enum err book_table_init(struct book_table *table, sqlite3 *handle, struct err_detail *detail) {
    static const char put[] = "INSERT OR REPLACE INTO book (node_id, key, addrs, issued_at, expires_at, last_seen_at,"
                              " linked_at, learned_kind, learned_source, learned_node, learned_at, successes, failures,"
                              " is_anchor, proven_user)"
                              " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)";
    static const char load[] =
        "SELECT node_id, key, addrs, issued_at, expires_at, last_seen_at, linked_at,"
        " learned_kind, learned_source, learned_node, learned_at, successes, failures, is_anchor, proven_user"
        " FROM book ORDER BY is_anchor DESC, linked_at > 0 DESC, last_seen_at DESC, node_id LIMIT ?1";
    *table = (struct book_table){0};
    enum err err = database_prepare(handle, put, &table->put, detail);
    if (err == ERR_OK) err = database_prepare(handle, "DELETE FROM book WHERE node_id = ?1", &table->remove, detail);
    if (err == ERR_OK) err = database_prepare(handle, load, &table->load, detail);
    return err;
}

void book_table_deinit(struct book_table *table) {
    (void)sqlite3_finalize(table->load);
    (void)sqlite3_finalize(table->remove);
    (void)sqlite3_finalize(table->put);
    *table = (struct book_table){0};
}

/* ---- Writing ---- */

static bool is_zero(const uint8_t *bytes, size_t size) {
    for (size_t i = 0; i < size; i++)
        if (bytes[i] != 0) return false;
    return true;
}

/* Bytes that are all zero mean "none" (neither a key nor an id can be), which is NULL in the row. */
static void bind_bytes(sqlite3_stmt *statement, int column, const uint8_t *bytes, size_t size) {
    if (is_zero(bytes, size)) {
        (void)sqlite3_bind_null(statement, column);
    } else {
        (void)sqlite3_bind_blob(statement, column, bytes, (int)size, SQLITE_TRANSIENT);
    }
}

static void bind_addrs(sqlite3_stmt *statement, int column, const struct book_row *row) {
    uint8_t memory[ADDRS_TEXT_MAX];
    struct buffer text = buffer_over(memory, sizeof memory);
    for (size_t i = 0; i < row->addr_count; i++) {
        if (i > 0) buffer_put_u8(&text, ' ');
        address_write(&text, &row->addrs[i]);
    }
    must(!text.overflowed);
    (void)sqlite3_bind_text(statement, column, (const char *)memory, (int)text.size, SQLITE_TRANSIENT);
}

int book_table_put(struct book_table *table, const struct book_row *row) {
    sqlite3_stmt *put = table->put;
    must_le(row->addr_count, LIMIT_TICKET_ADDRS_MAX);
    bind_bytes(put, 1, row->node_id.bytes, sizeof row->node_id.bytes);
    bind_bytes(put, 2, row->key.bytes, sizeof row->key.bytes);
    bind_addrs(put, 3, row);
    (void)sqlite3_bind_int64(put, 4, row->issued_at_ms);
    (void)sqlite3_bind_int64(put, 5, row->expires_at_ms);
    (void)sqlite3_bind_int64(put, 6, row->last_seen_at_ms);
    (void)sqlite3_bind_int64(put, 7, row->linked_at_ms);
    (void)sqlite3_bind_int(put, 8, row->learned_from.kind);
    (void)sqlite3_bind_int(put, 9, row->learned_from.source);
    bind_bytes(put, 10, row->learned_from.node.bytes, sizeof row->learned_from.node.bytes);
    (void)sqlite3_bind_int64(put, 11, row->learned_from.at_ms);
    (void)sqlite3_bind_int(put, 12, row->successes);
    (void)sqlite3_bind_int(put, 13, row->failures);
    (void)sqlite3_bind_int(put, 14, row->is_anchor);
    bind_bytes(put, 15, row->proven_user.bytes, sizeof row->proven_user.bytes);
    return database_execute(put);
}

int book_table_remove(struct book_table *table, const struct node_id *id) {
    (void)sqlite3_bind_blob(table->remove, 1, id->bytes, sizeof id->bytes, SQLITE_TRANSIENT);
    return database_execute(table->remove);
}

/* ---- Reading ---- */

static bool read_bytes(sqlite3_stmt *statement, int column, uint8_t *bytes, size_t size) {
    if (sqlite3_column_type(statement, column) == SQLITE_NULL) return true;
    return database_column_copy(statement, column, bytes, size);
}

static bool read_addrs(struct span text, struct book_row *row) {
    while (text.size > 0) {
        const uint8_t *space = memchr(text.at, ' ', text.size);
        const size_t size = space == NULL ? text.size : (size_t)(space - text.at);
        if (row->addr_count == LIMIT_TICKET_ADDRS_MAX) return false;
        if (!address_read((struct span){text.at, size}, &row->addrs[row->addr_count++])) return false;
        const size_t used = space == NULL ? size : size + 1;
        text = (struct span){text.at + used, text.size - used};
    }
    return true;
}

static bool read_small(sqlite3_stmt *statement, int column, int64_t max, uint8_t *number) {
    const int64_t value = sqlite3_column_int64(statement, column);
    *number = (uint8_t)value;
    return value >= 0 && value <= max;
}

static bool read_times(sqlite3_stmt *statement, struct book_row *row) {
    row->issued_at_ms = sqlite3_column_int64(statement, 3);
    row->expires_at_ms = sqlite3_column_int64(statement, 4);
    row->last_seen_at_ms = sqlite3_column_int64(statement, 5);
    row->linked_at_ms = sqlite3_column_int64(statement, 6);
    row->learned_from.at_ms = sqlite3_column_int64(statement, 10);
    return row->issued_at_ms >= 0 && row->expires_at_ms >= 0 && row->last_seen_at_ms >= 0 && row->linked_at_ms >= 0 &&
           row->learned_from.at_ms >= 0;
}

/* The id follows from the key, so a row in which it does not is not ours. */
static bool is_bound(const struct book_row *row) {
    if (is_zero(row->key.bytes, sizeof row->key.bytes)) return true;
    const struct node_id id = node_id_of_key(&row->key);
    return node_id_equal(&id, &row->node_id);
}

static bool read_record(sqlite3_stmt *statement, struct book_row *row) {
    uint8_t is_anchor = 0;
    bool is_read = read_small(statement, 11, UINT8_MAX, &row->successes) &&
                   read_small(statement, 12, UINT8_MAX, &row->failures) && read_small(statement, 13, 1, &is_anchor);
    row->is_anchor = is_anchor == 1;
    return is_read;
}

static bool read_row(sqlite3_stmt *statement, struct book_row *row) {
    *row = (struct book_row){0};
    return database_column_copy(statement, 0, row->node_id.bytes, sizeof row->node_id.bytes) &&
           read_bytes(statement, 1, row->key.bytes, sizeof row->key.bytes) &&
           read_addrs(database_column_bytes(statement, 2), row) && read_times(statement, row) &&
           read_small(statement, 7, PROVENANCE_CACHE, &row->learned_from.kind) &&
           read_small(statement, 8, UINT8_MAX, &row->learned_from.source) &&
           read_bytes(statement, 9, row->learned_from.node.bytes, sizeof row->learned_from.node.bytes) &&
           read_record(statement, row) &&
           read_bytes(statement, 14, row->proven_user.bytes, sizeof row->proven_user.bytes) && is_bound(row);
}

struct reader {
    void (*row)(void *context, const struct book_row *row);
    void *context;
};

static bool take_row(void *context, sqlite3_stmt *statement) {
    const struct reader *reader = context;
    struct book_row one;
    if (!read_row(statement, &one)) return false;
    reader->row(reader->context, &one);
    return true;
}

int book_table_load(struct book_table *table, size_t rows_max, void (*row)(void *context, const struct book_row *row),
                    void *context, uint64_t *refused) {
    struct reader reader = {row, context};
    (void)sqlite3_bind_int64(table->load, 1, (sqlite3_int64)rows_max);
    return database_each_row(table->load, take_row, &reader, refused);
}
