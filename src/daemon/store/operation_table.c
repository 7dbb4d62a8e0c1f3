/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/store/operation_table.h"

/* The columns, in the order of both statements. */
enum {
    COLUMN_ID,
    COLUMN_SEQUENCE,
    COLUMN_CONTROL,
    COLUMN_STATE,
    COLUMN_TARGET_KIND, /* null when it has none, as are the next two */
    COLUMN_TARGET_NODE,
    COLUMN_TARGET_USER,
    COLUMN_DIRECTION,
    COLUMN_BEFORE, /* two bits for each thing it set: how that was */
    COLUMN_LOST,   /* one: it was set again since */
    COLUMN_ASKED,
    COLUMN_ENDED,
    COLUMN_NOTED,
    COLUMN_FOR,
    COLUMN_CONFIRM_WITHIN,
    COLUMN_LEFT,
    COLUMN_CONFIRM,
    COLUMN_AUTHOR,
    COLUMN_REASON,
    COLUMN_KEY,
    COLUMN_TARGET_ADDRESS,
};
#define COLUMNS                                                                                                        \
    "id, sequence, control, state, target_kind, target_node, target_user, direction, before, lost, asked_at, "         \
    "ended_at, noted_at, for_ms, confirm_ms, left_ms, confirm_left_ms, author,"                                        \
    " reason, key, target_address"

enum err operation_table_init(struct operation_table *table, sqlite3 *handle, struct err_detail *detail) {
    static const char put[] =
        "INSERT OR REPLACE INTO operation (" COLUMNS ")"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21)";
    static const char load[] = "SELECT " COLUMNS " FROM operation ORDER BY sequence";
    *table = (struct operation_table){0};
    enum err err = database_prepare(handle, put, &table->put, detail);
    if (err == ERR_OK) err = database_prepare(handle, "DELETE FROM operation WHERE id = ?1", &table->remove, detail);
    if (err == ERR_OK) err = database_prepare(handle, load, &table->load, detail);
    return err;
}

void operation_table_deinit(struct operation_table *table) {
    (void)sqlite3_finalize(table->load);
    (void)sqlite3_finalize(table->remove);
    (void)sqlite3_finalize(table->put);
    *table = (struct operation_table){0};
}

/* ---- Writing ---- */

static void bind_text(sqlite3_stmt *statement, int column, const char *text) {
    database_bind_text(statement, column, span_of_text(text));
}

enum { BEFORE_BITS = 2, BEFORE_MASK = 3 };

static int64_t before_bits(const struct operation *operation) {
    int64_t bits = 0;
    for (size_t i = 0; i < operation->setting_count; i++)
        bits |= (int64_t)(operation->settings[i].before & BEFORE_MASK) << (BEFORE_BITS * i);
    return bits;
}

static int64_t lost_bits(const struct operation *operation) {
    int64_t bits = 0;
    for (size_t i = 0; i < operation->setting_count; i++) bits |= (int64_t)operation->settings[i].is_lost << i;
    return bits;
}

static void bind_address(sqlite3_stmt *put, const struct address *address) {
    uint8_t memory[ADDRESS_TEXT_MAX];
    struct buffer text = buffer_over(memory, sizeof memory);
    address_write(&text, address);
    database_bind_text(put, COLUMN_TARGET_ADDRESS, buffer_span(&text));
}

static bool has_user(const struct control_target *target) {
    return target->kind == TARGET_USER || target->kind == TARGET_CLAIM;
}

static void bind_target(sqlite3_stmt *put, const struct operation *operation) {
    const struct control_target *target = &operation->target;
    if (!control_needs_target(operation->control)) return; /* null, as every binding is at first */
    bind_text(put, COLUMN_TARGET_KIND, target_kind_name(target->kind));
    if (target->kind == TARGET_ENDPOINT) {
        bind_text(put, COLUMN_TARGET_ADDRESS, target->endpoint);
        return;
    }
    if (target->kind == TARGET_ADDRESS) bind_address(put, &target->address);
    if (target->kind != TARGET_USER)
        database_bind_bytes(put, COLUMN_TARGET_NODE,
                            (struct span){target->node_id.bytes, sizeof target->node_id.bytes});
    if (has_user(target)) bind_text(put, COLUMN_TARGET_USER, target->user_id);
}

int operation_table_put(struct operation_table *table, const struct operation *operation) {
    sqlite3_stmt *put = table->put;
    database_bind_number(put, COLUMN_ID, (int64_t)operation->id);
    database_bind_number(put, COLUMN_SEQUENCE, (int64_t)operation->sequence);
    bind_text(put, COLUMN_CONTROL, control_name(operation->control));
    bind_text(put, COLUMN_STATE, operation_state_name(operation->state));
    bind_target(put, operation);
    database_bind_number(put, COLUMN_DIRECTION, operation->direction);
    database_bind_number(put, COLUMN_BEFORE, before_bits(operation));
    database_bind_number(put, COLUMN_LOST, lost_bits(operation));
    database_bind_number(put, COLUMN_ASKED, operation->asked_at_ms);
    database_bind_number(put, COLUMN_ENDED, operation->ended_at_ms);
    database_bind_number(put, COLUMN_NOTED, operation->noted_at_ms);
    database_bind_number(put, COLUMN_FOR, operation->for_ms);
    database_bind_number(put, COLUMN_CONFIRM_WITHIN, operation->confirm_ms);
    database_bind_number(put, COLUMN_LEFT, operation->left_ms);
    database_bind_number(put, COLUMN_CONFIRM, operation->confirm_left_ms);
    bind_text(put, COLUMN_AUTHOR, operation->author);
    bind_text(put, COLUMN_REASON, operation->reason);
    bind_text(put, COLUMN_KEY, operation->key);
    return database_execute(put);
}

int operation_table_remove(struct operation_table *table, uint64_t id) {
    database_bind_number(table->remove, COLUMN_ID, (int64_t)id);
    return database_execute(table->remove);
}

/* ---- Reading ---- */

struct reader {
    void (*take)(void *context, const struct operation *operation);
    void *context;
};

static bool read_text(sqlite3_stmt *row, int column, char *text, size_t capacity) {
    return span_copy_text(database_column_bytes(row, column), text, capacity);
}

static void read_bits(sqlite3_stmt *row, struct operation *operation) {
    for (size_t i = 0; i < operation->setting_count; i++) {
        operation->settings[i].before =
            (uint8_t)(sqlite3_column_int64(row, COLUMN_BEFORE) >> (BEFORE_BITS * i) & BEFORE_MASK);
        operation->settings[i].is_lost = (sqlite3_column_int64(row, COLUMN_LOST) >> i & 1) != 0;
    }
}

static bool read_target(sqlite3_stmt *row, struct operation *operation) {
    struct control_target *target = &operation->target;
    const sqlite3_int64 direction = sqlite3_column_int64(row, COLUMN_DIRECTION);
    if (direction < 0 || direction > BLOCK_ALL) return false;
    operation->direction = (uint8_t)direction;
    if (!control_needs_target(operation->control)) return true;
    if (!target_kind_find(database_column_bytes(row, COLUMN_TARGET_KIND), &target->kind)) return false;
    if (target->kind == TARGET_ENDPOINT)
        return read_text(row, COLUMN_TARGET_ADDRESS, target->endpoint, sizeof target->endpoint);
    if (target->kind != TARGET_USER &&
        !database_column_copy(row, COLUMN_TARGET_NODE, target->node_id.bytes, sizeof target->node_id.bytes))
        return false;
    if (target->kind == TARGET_ADDRESS &&
        !address_read(database_column_bytes(row, COLUMN_TARGET_ADDRESS), &target->address))
        return false;
    return !has_user(target) || read_text(row, COLUMN_TARGET_USER, target->user_id, sizeof target->user_id);
}

static bool take_row(void *context, sqlite3_stmt *row) {
    const struct reader *reader = context;
    struct operation operation = {
        .id = (uint64_t)sqlite3_column_int64(row, COLUMN_ID),
        .sequence = (uint64_t)sqlite3_column_int64(row, COLUMN_SEQUENCE),
        .asked_at_ms = sqlite3_column_int64(row, COLUMN_ASKED),
        .ended_at_ms = sqlite3_column_int64(row, COLUMN_ENDED),
        .noted_at_ms = sqlite3_column_int64(row, COLUMN_NOTED),
        .for_ms = sqlite3_column_int64(row, COLUMN_FOR),
        .confirm_ms = sqlite3_column_int64(row, COLUMN_CONFIRM_WITHIN),
        .left_ms = sqlite3_column_int64(row, COLUMN_LEFT),
        .confirm_left_ms = sqlite3_column_int64(row, COLUMN_CONFIRM),
    };
    if (!control_find(database_column_bytes(row, COLUMN_CONTROL), &operation.control) ||
        !operation_state_find(database_column_bytes(row, COLUMN_STATE), &operation.state) ||
        !read_target(row, &operation) || !read_text(row, COLUMN_AUTHOR, operation.author, sizeof operation.author) ||
        !read_text(row, COLUMN_REASON, operation.reason, sizeof operation.reason) ||
        !read_text(row, COLUMN_KEY, operation.key, sizeof operation.key))
        return false;
    operation_fill_settings(&operation);
    read_bits(row, &operation);
    reader->take(reader->context, &operation);
    return true;
}

int operation_table_load(struct operation_table *table, void (*take)(void *context, const struct operation *operation),
                         void *context, uint64_t *refused) {
    struct reader reader = {take, context};
    return database_each_row(table->load, take_row, &reader, refused);
}
