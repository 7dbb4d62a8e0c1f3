/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/store/presence_table.h"

#include <string.h>

#include "base/memory.h"
#include "base/must.h"

/* An entry without its envelope, which follows it. */
struct head {
    int64_t received_at_ms;
    struct address group;
    uint16_t envelope_size;
};

struct presence *presence_pack(const char *community, const struct beacon_entry_record *entries, size_t count,
                               size_t *size) {
    size_t packed = 0;
    for (size_t i = 0; i < count; i++) packed += sizeof(struct head) + entries[i].envelope_size;
    *size = sizeof(struct presence) + packed;
    struct presence *presence = memory_zeroed(1, *size);
    must(span_copy_text(span_of_text(community), presence->community, sizeof presence->community));
    presence->count = count;
    presence->size = packed;
    uint8_t *at = presence->packed;
    for (size_t i = 0; i < count; i++) {
        const struct beacon_entry_record *entry = &entries[i];
        const struct head head = {entry->received_at_ms, entry->group, entry->envelope_size};
        must_le(entry->envelope_size, sizeof entry->envelope);
        memcpy(at, &head, sizeof head);
        memcpy(at + sizeof head, entry->envelope, entry->envelope_size);
        at += sizeof head + entry->envelope_size;
    }
    return presence;
}

enum err presence_table_init(struct presence_table *table, sqlite3 *handle, struct err_detail *detail) {
    static const char put[] = "INSERT INTO presence (community, position, received_at, network, envelope, tag)"
                              " VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    static const char load[] = "SELECT community, received_at, network, envelope, tag FROM presence"
                               " ORDER BY community, position";
    *table = (struct presence_table){0};
    enum err err = database_prepare(handle, "DELETE FROM presence WHERE community = ?1", &table->remove, detail);
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

static void bind_text(sqlite3_stmt *statement, int column, struct span text) {
    (void)sqlite3_bind_text(statement, column, text.size == 0 ? "" : (const char *)text.at, (int)text.size,
                            SQLITE_TRANSIENT);
}

/* What a tag is over: the whole row but its position. */
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
    if (!table->has_key) {
        (void)sqlite3_bind_null(table->put, 6);
        return;
    }
    row_text_write(&text, community, received_at_ms, network, envelope);
    const struct attest_tag tag = attest_make(&table->key, (struct span){text.bytes, text.size});
    (void)sqlite3_bind_blob(table->put, 6, tag.bytes, sizeof tag.bytes, SQLITE_TRANSIENT);
}

static int entry_put(struct presence_table *table, const struct presence *presence, size_t position,
                     const struct head *head, struct span envelope) {
    uint8_t memory[ADDRESS_TEXT_MAX];
    struct buffer network = buffer_over(memory, sizeof memory);
    if (head->group.family != ADDRESS_NONE) address_write_ip(&network, &head->group);
    bind_text(table->put, 1, span_of_text(presence->community));
    (void)sqlite3_bind_int64(table->put, 2, (sqlite3_int64)position);
    (void)sqlite3_bind_int64(table->put, 3, head->received_at_ms);
    bind_text(table->put, 4, buffer_span(&network));
    bind_text(table->put, 5, envelope);
    bind_tag(table, presence->community, head->received_at_ms, buffer_span(&network), envelope);
    return database_execute(table->put);
}

int presence_table_replace(struct presence_table *table, const struct presence *presence) {
    const uint8_t *at = presence->packed;
    bind_text(table->remove, 1, span_of_text(presence->community));
    int result = database_execute(table->remove);
    for (size_t i = 0; result == SQLITE_OK && i < presence->count; i++) {
        struct head head;
        memcpy(&head, at, sizeof head);
        result = entry_put(table, presence, i, &head, (struct span){at + sizeof head, head.envelope_size});
        at += sizeof head + head.envelope_size;
    }
    return result;
}

/* ---- Reading ---- */

static bool is_attested(const struct presence_table *table, const struct beacon_entry_record *entry,
                        struct span network, struct span tag) {
    struct row_text text;
    if (!table->has_key || network.size >= ADDRESS_TEXT_MAX) return false;
    const struct span envelope = {entry->envelope, entry->envelope_size};
    row_text_write(&text, entry->community, entry->received_at_ms, network, envelope);
    return attest_check(&table->key, (struct span){text.bytes, text.size}, tag);
}

static bool read_row(const struct presence_table *table, sqlite3_stmt *statement, struct beacon_entry_record *entry) {
    const struct span network = database_column_bytes(statement, 2);
    *entry = (struct beacon_entry_record){.received_at_ms = sqlite3_column_int64(statement, 1)};
    if (!span_copy_text(database_column_bytes(statement, 0), entry->community, sizeof entry->community)) return false;
    if (network.size > 0 && !address_read_ip(network, &entry->group)) return false;
    const struct span envelope = database_column_bytes(statement, 3);
    if (envelope.size == 0 || envelope.size > sizeof entry->envelope || entry->received_at_ms < 0) return false;
    entry->envelope_size = (uint16_t)envelope.size;
    memcpy(entry->envelope, envelope.at, envelope.size);
    entry->is_attested = is_attested(table, entry, network, database_column_bytes(statement, 4));
    return true;
}

struct reader {
    const struct presence_table *table;
    void (*row)(void *context, const struct beacon_entry_record *entry);
    void *context;
};

static bool take_row(void *context, sqlite3_stmt *statement) {
    const struct reader *reader = context;
    struct beacon_entry_record one;
    if (!read_row(reader->table, statement, &one)) return false;
    reader->row(reader->context, &one);
    return true;
}

int presence_table_load(struct presence_table *table,
                        void (*row)(void *context, const struct beacon_entry_record *entry), void *context,
                        uint64_t *refused) {
    struct reader reader = {table, row, context};
    return database_each_row(table->load, take_row, &reader, refused);
}
