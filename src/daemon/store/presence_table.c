/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/store/presence_table.h"

#include <string.h>

#include "base/memory.h"
#include "base/must.h"

/* ---- Packing ---- */

/* A row without its envelope, which follows it. */
struct head {
    int64_t received_at_ms;
    struct address group;
    uint16_t number;
    uint16_t envelope_size; /* 0: the row goes */
    char community[LIMIT_COMMUNITY_MAX + 1];
};

static struct presence *presence_new(size_t capacity) {
    return memory_zeroed(1, sizeof(struct presence) + capacity);
}

static void append(struct presence *presence, const struct head *head, const uint8_t *envelope) {
    uint8_t *at = presence->packed + presence->size;
    memcpy(at, head, sizeof *head);
    memcpy(at + sizeof *head, envelope, head->envelope_size);
    presence->size += sizeof *head + head->envelope_size;
}

struct presence *presence_pack(const struct beacon_row *rows, size_t count, size_t *size) {
    size_t packed = 0;
    for (size_t i = 0; i < count; i++) packed += sizeof(struct head) + rows[i].envelope_size;
    struct presence *presence = presence_new(packed);
    for (size_t i = 0; i < count; i++) {
        const struct beacon_row *row = &rows[i];
        struct head head = {row->received_at_ms, row->group, row->number, row->envelope_size, ""};
        must_le(row->envelope_size, sizeof row->envelope);
        must(i == 0 || row->number > rows[i - 1].number);
        memcpy(head.community, row->community, sizeof head.community);
        append(presence, &head, row->envelope);
    }
    *size = sizeof *presence + packed;
    return presence;
}

/* Walks over what is packed; at the end, `envelope` is NULL. */
struct cursor {
    const struct presence *presence;
    size_t next;
    struct head head;
    const uint8_t *envelope;
};

static void cursor_step(struct cursor *cursor) {
    const uint8_t *at = cursor->presence->packed + cursor->next;
    cursor->envelope = NULL;
    if (cursor->next == cursor->presence->size) return;
    memcpy(&cursor->head, at, sizeof cursor->head);
    cursor->envelope = at + sizeof cursor->head;
    cursor->next += sizeof cursor->head + cursor->head.envelope_size;
}

static struct cursor cursor_over(const struct presence *presence) {
    struct cursor cursor = {.presence = presence};
    cursor_step(&cursor);
    return cursor;
}

static bool stands_before(const struct cursor *a, const struct cursor *b) {
    return b->envelope == NULL || a->head.number < b->head.number;
}

struct presence *presence_join(const struct presence *older, const struct presence *newer, size_t *size) {
    struct presence *both = presence_new(older->size + newer->size);
    struct cursor old = cursor_over(older), new = cursor_over(newer);
    while (old.envelope != NULL || new.envelope != NULL) {
        const bool takes_old = old.envelope != NULL && stands_before(&old, &new);
        struct cursor *taken = takes_old ? &old : &new;
        const bool is_replaced = !takes_old && old.envelope != NULL && old.head.number == new.head.number;
        append(both, &taken->head, taken->envelope);
        if (is_replaced) cursor_step(&old);
        cursor_step(taken);
    }
    *size = sizeof *both + both->size;
    return both;
}

/* ---- The table ---- */

enum err presence_table_init(struct presence_table *table, sqlite3 *handle, struct err_detail *detail) {
    static const char put[] = "INSERT OR REPLACE INTO presence (number, community, received_at, network, envelope, tag)"
                              " VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    static const char load[] = "SELECT number, community, received_at, network, envelope, tag FROM presence"
                               " ORDER BY number";
    *table = (struct presence_table){0};
    enum err err = database_prepare(handle, "DELETE FROM presence WHERE number = ?1", &table->remove, detail);
    if (err == ERR_OK) err = database_prepare(handle, put, &table->put, detail);
    if (err == ERR_OK) err = database_prepare(handle, load, &table->load, detail);
    return err;
}

void presence_table_deinit(struct presence_table *table) {
    (void)sqlite3_finalize(table->load);
    (void)sqlite3_finalize(table->put);
    (void)sqlite3_finalize(table->remove);
    explicit_bzero(table, sizeof *table);
}

/* ---- Writing ---- */

/* What a tag is over: the whole row but its number. */
struct row_text {
    uint8_t bytes[LIMIT_COMMUNITY_MAX + 1 + 8 + ADDRESS_TEXT_MAX + 1 + LIMIT_TICKET_ENVELOPE_MAX];
    size_t size;
};

static void row_text_write(struct row_text *text, const char *community, int64_t received_at_ms, struct span network,
                           struct span envelope) {
    struct buffer out = buffer_over(text->bytes, sizeof text->bytes);
    buffer_put_text(&out, community);
    buffer_put_u8(&out, 0);
    buffer_put_u64(&out, (uint64_t)received_at_ms);
    buffer_put(&out, network);
    buffer_put_u8(&out, 0);
    buffer_put(&out, envelope);
    must(!out.overflowed);
    text->size = out.size;
}

static void bind_tag(struct presence_table *table, const char *community, int64_t received_at_ms, struct span network,
                     struct span envelope) {
    struct row_text text;
    if (!table->has_key) return; /* null, as every binding is at first */
    row_text_write(&text, community, received_at_ms, network, envelope);
    const struct attest_tag tag = attest_make(&table->key, (struct span){text.bytes, text.size});
    database_bind_bytes(table->put, 5, (struct span){tag.bytes, sizeof tag.bytes});
}

static int row_put(struct presence_table *table, const struct head *head, struct span envelope) {
    uint8_t memory[ADDRESS_TEXT_MAX];
    struct buffer network = buffer_over(memory, sizeof memory);
    if (envelope.size == 0) {
        database_bind_number(table->remove, 0, head->number);
        return database_execute(table->remove);
    }
    if (head->group.family != ADDRESS_NONE) address_write_ip(&network, &head->group);
    database_bind_number(table->put, 0, head->number);
    database_bind_text(table->put, 1, span_of_text(head->community));
    database_bind_number(table->put, 2, head->received_at_ms);
    database_bind_text(table->put, 3, buffer_span(&network));
    database_bind_text(table->put, 4, envelope);
    bind_tag(table, head->community, head->received_at_ms, buffer_span(&network), envelope);
    return database_execute(table->put);
}

int presence_table_put(struct presence_table *table, const struct presence *presence) {
    struct cursor cursor = cursor_over(presence);
    int result = SQLITE_OK;
    for (; result == SQLITE_OK && cursor.envelope != NULL; cursor_step(&cursor))
        result = row_put(table, &cursor.head, (struct span){cursor.envelope, cursor.head.envelope_size});
    return result;
}

/* ---- Reading ---- */

static bool is_attested(const struct presence_table *table, const struct beacon_row *row, struct span network,
                        struct span tag) {
    struct row_text text;
    if (!table->has_key || network.size >= ADDRESS_TEXT_MAX) return false;
    const struct span envelope = {row->envelope, row->envelope_size};
    row_text_write(&text, row->community, row->received_at_ms, network, envelope);
    return attest_check(&table->key, (struct span){text.bytes, text.size}, tag);
}

static bool read_row(const struct presence_table *table, sqlite3_stmt *statement, struct beacon_row *row) {
    const struct span network = database_column_bytes(statement, 3);
    row->received_at_ms = sqlite3_column_int64(statement, 2);
    if (!span_copy_text(database_column_bytes(statement, 1), row->community, sizeof row->community)) return false;
    if (network.size > 0 && !address_read_ip(network, &row->group)) return false;
    const struct span envelope = database_column_bytes(statement, 4);
    if (envelope.size == 0 || envelope.size > sizeof row->envelope || row->received_at_ms < 0) return false;
    row->envelope_size = (uint16_t)envelope.size;
    memcpy(row->envelope, envelope.at, envelope.size);
    row->is_attested = is_attested(table, row, network, database_column_bytes(statement, 5));
    return true;
}

struct reader {
    const struct presence_table *table;
    void (*take)(void *context, const struct beacon_row *row);
    void *context;
};

static bool take_row(void *context, sqlite3_stmt *statement) {
    const struct reader *reader = context;
    const sqlite3_int64 number = sqlite3_column_int64(statement, 0);
    if (number < 0 || number >= BEACON_ROWS_MAX) return false;
    struct beacon_row row = {.number = (uint16_t)number};
    const bool is_in_form = read_row(reader->table, statement, &row);
    if (!is_in_form) row.envelope_size = 0;
    reader->take(reader->context, &row);
    return is_in_form;
}

int presence_table_load(struct presence_table *table, void (*take)(void *context, const struct beacon_row *row),
                        void *context, uint64_t *refused) {
    struct reader reader = {table, take, context};
    return database_each_row(table->load, take_row, &reader, refused);
}
