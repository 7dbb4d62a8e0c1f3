/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/store/history_table.h"

#include <string.h>

#include "base/memory.h"
#include "base/must.h"
#include "daemon/store/folder_file.h"
#include "daemon/store/store.h"
#include "swarm/observe/finding.h"

/* ---- On their way ---- */

static struct history_batch *batch_new(size_t capacity, size_t *size) {
    *size = sizeof(struct history_batch) + capacity * sizeof(struct history_entry);
    return memory_zeroed(1, *size);
}

struct history_batch *history_batch_of(const struct history_entry *entries, size_t count, size_t *size) {
    struct history_batch *batch = batch_new(count, size);
    for (size_t i = 0; i < count; i++) batch->entries[batch->count++] = entries[i];
    return batch;
}

static uint32_t slot_of(const struct history_entry *entry) {
    return history_tier_slot(entry->tier, entry->row.at_s);
}

static bool has_slot(const struct history_batch *batch, const struct history_entry *entry) {
    for (size_t i = 0; i < batch->count; i++)
        if (batch->entries[i].tier == entry->tier && slot_of(&batch->entries[i]) == slot_of(entry)) return true;
    return false;
}

/* The newer one is small: what a few seconds brought. */
struct history_batch *history_batch_join(const struct history_batch *older, const struct history_batch *newer,
                                         size_t *size) {
    struct history_batch *both = batch_new(older->count + newer->count, size);
    for (size_t i = 0; i < older->count; i++)
        if (!has_slot(newer, &older->entries[i])) both->entries[both->count++] = older->entries[i];
    for (size_t i = 0; i < newer->count; i++) both->entries[both->count++] = newer->entries[i];
    return both;
}

/* ---- The table ---- */

/* The columns, in the order of both statements. */
enum {
    COLUMN_TIER,
    COLUMN_SLOT,
    COLUMN_AT,
    COLUMN_SECONDS,
    COLUMN_LEVEL,
    COLUMN_FINDINGS,
    COLUMN_LINKS,
    COLUMN_LINKS_WANTED,
    COLUMN_BYTES_IN,
    COLUMN_BYTES_OUT,
    COLUMN_IN_PEAK,
    COLUMN_OUT_PEAK,
    COLUMN_RTTS,
    COLUMN_RTT_PEAK,
    COLUMN_LOSS_IN,
    COLUMN_LOSS_IN_WEIGHT,
    COLUMN_LOSS_OUT,
    COLUMN_LOSS_OUT_WEIGHT,
    COLUMN_LOSS_IN_PEAK,
    COLUMN_ATTEMPTS,
    COLUMN_SUCCESSES,
};
#define COLUMNS                                                                                                        \
    "tier, slot, at, seconds, level, findings, links, links_wanted, bytes_in, bytes_out, in_peak, out_peak, rtts, "    \
    "rtt_p95_peak_us, loss_in, loss_in_weight, loss_out, loss_out_weight, loss_in_peak, attempts, successes"

enum err history_table_init(struct history_table *table, sqlite3 *handle, struct err_detail *detail) {
    static const char put[] =
        "INSERT OR REPLACE INTO history (" COLUMNS ")"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21)";
    static const char put_moment[] = "INSERT OR REPLACE INTO history_moment (slot, at, links) VALUES (?1, ?2, ?3)";
    *table = (struct history_table){0};
    enum err err = database_prepare(handle, put, &table->put, detail);
    return err == ERR_OK ? database_prepare(handle, put_moment, &table->put_moment, detail) : err;
}

void history_table_deinit(struct history_table *table) {
    (void)sqlite3_finalize(table->put_moment);
    (void)sqlite3_finalize(table->put);
    *table = (struct history_table){0};
}

/* ---- Writing ---- */

enum { MS_PER_S = 1000, RTTS_SIZE = 1 + RTT_COUNTS_BUCKETS, FINDINGS_TEXT_MAX = 512 };

static void bind_number(sqlite3_stmt *statement, int column, uint64_t number) {
    database_bind_number(statement, column, number < INT64_MAX ? (int64_t)number : INT64_MAX);
}

/* By name: the numbers of another version may differ. */
static void bind_findings(sqlite3_stmt *put, uint32_t bits) {
    uint8_t memory[FINDINGS_TEXT_MAX];
    struct buffer names = buffer_over(memory, sizeof memory);
    for (int code = 0; code < FINDING_CODE_COUNT; code++) {
        if ((bits >> code & 1) == 0) continue;
        if (names.size > 0) buffer_put_text(&names, " ");
        buffer_put_text(&names, finding_code_name((enum finding_code)code));
    }
    must(!names.overflowed);
    database_bind_text(put, COLUMN_FINDINGS, buffer_span(&names));
}

static void bind_rtts(sqlite3_stmt *put, const struct history_row *row) {
    uint8_t bytes[RTTS_SIZE];
    bytes[0] = row->rtts.shift;
    memcpy(bytes + 1, row->rtts.of, RTT_COUNTS_BUCKETS);
    database_bind_bytes(put, COLUMN_RTTS, (struct span){bytes, sizeof bytes});
    if (row->rtt_p95_peak_ms >= 0)
        bind_number(put, COLUMN_RTT_PEAK, (uint64_t)((double)row->rtt_p95_peak_ms * 1000)); /* else null */
}

static int put_entry(sqlite3_stmt *put, const struct history_entry *entry) {
    const struct history_row *row = &entry->row;
    bind_number(put, COLUMN_TIER, entry->tier);
    bind_number(put, COLUMN_SLOT, slot_of(entry));
    bind_number(put, COLUMN_AT, (uint64_t)row->at_s * MS_PER_S);
    bind_number(put, COLUMN_SECONDS, row->seconds);
    bind_number(put, COLUMN_LEVEL, row->level);
    bind_findings(put, row->findings);
    bind_number(put, COLUMN_LINKS, row->links);
    bind_number(put, COLUMN_LINKS_WANTED, row->links_wanted);
    bind_number(put, COLUMN_BYTES_IN, row->bytes_in);
    bind_number(put, COLUMN_BYTES_OUT, row->bytes_out);
    bind_number(put, COLUMN_IN_PEAK, row->in_peak);
    bind_number(put, COLUMN_OUT_PEAK, row->out_peak);
    bind_rtts(put, row);
    bind_number(put, COLUMN_LOSS_IN, row->loss_in);
    bind_number(put, COLUMN_LOSS_IN_WEIGHT, row->loss_in_weight);
    bind_number(put, COLUMN_LOSS_OUT, row->loss_out);
    bind_number(put, COLUMN_LOSS_OUT_WEIGHT, row->loss_out_weight);
    bind_number(put, COLUMN_LOSS_IN_PEAK, row->loss_in_peak);
    bind_number(put, COLUMN_ATTEMPTS, row->rendezvous_attempts);
    bind_number(put, COLUMN_SUCCESSES, row->rendezvous_successes);
    return database_execute(put);
}

int history_table_put(struct history_table *table, const struct history_batch *batch) {
    int result = SQLITE_OK;
    for (size_t i = 0; result == SQLITE_OK && i < batch->count; i++) result = put_entry(table->put, &batch->entries[i]);
    return result;
}

int history_table_put_moment(struct history_table *table, const struct history_moment *moment) {
    uint8_t memory[HISTORY_MOMENT_SIZE_MAX];
    struct buffer links = buffer_over(memory, sizeof memory);
    history_moment_write(&links, moment);
    bind_number(table->put_moment, 0, history_tier_slot(HISTORY_MINUTES, moment->at_s));
    bind_number(table->put_moment, 1, (uint64_t)moment->at_s * MS_PER_S);
    database_bind_bytes(table->put_moment, 2, buffer_span(&links));
    return database_execute(table->put_moment);
}

/* ---- Reading ---- */

/* Numbers of a row, as long as all of them are in bounds. */
struct row_cursor {
    sqlite3_stmt *row;
    bool is_good;
};

static uint64_t read_number(struct row_cursor *cursor, int column, uint64_t max) {
    const sqlite3_int64 number = sqlite3_column_int64(cursor->row, column);
    const bool fits = number >= 0 && (uint64_t)number <= max;
    cursor->is_good = cursor->is_good && fits;
    return fits ? (uint64_t)number : 0;
}

static uint32_t read_u32(struct row_cursor *cursor, int column) {
    return (uint32_t)read_number(cursor, column, UINT32_MAX);
}

static uint16_t read_u16(struct row_cursor *cursor, int column) {
    return (uint16_t)read_number(cursor, column, UINT16_MAX);
}

static uint32_t read_time_s(struct row_cursor *cursor, int column) {
    return (uint32_t)(read_number(cursor, column, (uint64_t)UINT32_MAX * MS_PER_S) / MS_PER_S);
}

/* Codes that this version does not know are left out. */
static uint32_t read_findings(struct row_cursor *cursor) {
    struct span names = database_column_bytes(cursor->row, COLUMN_FINDINGS);
    uint32_t bits = 0;
    while (names.size > 0) {
        const struct span name = span_take_until(&names, ' ');
        for (int code = 0; code < FINDING_CODE_COUNT; code++)
            if (span_equal_text(name, finding_code_name((enum finding_code)code))) bits |= 1U << code;
    }
    return bits;
}

static void read_rtts(struct row_cursor *cursor, struct history_row *row) {
    enum { SHIFT_MAX = 24 };
    uint8_t bytes[RTTS_SIZE] = {0};
    const bool is_known = sqlite3_column_type(cursor->row, COLUMN_RTT_PEAK) != SQLITE_NULL;
    const bool is_there = database_column_copy(cursor->row, COLUMN_RTTS, bytes, sizeof bytes);
    cursor->is_good = cursor->is_good && is_there && bytes[0] <= SHIFT_MAX;
    row->rtts.shift = bytes[0];
    memcpy(row->rtts.of, bytes + 1, RTT_COUNTS_BUCKETS);
    row->rtt_p95_peak_ms = is_known ? (float)read_u32(cursor, COLUMN_RTT_PEAK) / 1000 : -1;
}

static bool read_row(sqlite3_stmt *statement, struct history_entry *entry) {
    struct row_cursor cursor = {statement, true};
    entry->tier = (enum history_tier)read_number(&cursor, COLUMN_TIER, HISTORY_HOURS);
    entry->row = (struct history_row){
        .at_s = read_time_s(&cursor, COLUMN_AT),
        .seconds = read_u16(&cursor, COLUMN_SECONDS),
        .level = (uint8_t)read_number(&cursor, COLUMN_LEVEL, HISTORY_BAD),
        .links_wanted = (uint8_t)read_number(&cursor, COLUMN_LINKS_WANTED, UINT8_MAX),
        .findings = read_findings(&cursor),
        .links = read_u32(&cursor, COLUMN_LINKS),
        .bytes_in = read_number(&cursor, COLUMN_BYTES_IN, INT64_MAX),
        .bytes_out = read_number(&cursor, COLUMN_BYTES_OUT, INT64_MAX),
        .in_peak = read_u32(&cursor, COLUMN_IN_PEAK),
        .out_peak = read_u32(&cursor, COLUMN_OUT_PEAK),
        .loss_in = read_u16(&cursor, COLUMN_LOSS_IN),
        .loss_in_weight = read_u32(&cursor, COLUMN_LOSS_IN_WEIGHT),
        .loss_out = read_u16(&cursor, COLUMN_LOSS_OUT),
        .loss_out_weight = read_u32(&cursor, COLUMN_LOSS_OUT_WEIGHT),
        .loss_in_peak = read_u16(&cursor, COLUMN_LOSS_IN_PEAK),
        .rendezvous_attempts = read_u16(&cursor, COLUMN_ATTEMPTS),
        .rendezvous_successes = read_u16(&cursor, COLUMN_SUCCESSES),
    };
    read_rtts(&cursor, &entry->row);
    return cursor.is_good && read_number(&cursor, COLUMN_SLOT, UINT32_MAX) == slot_of(entry);
}

/* One statement over the file in the folder, on a connection of its own. */
static enum err read_each(const char *folder, const char *sql, uint32_t slot,
                          bool (*take)(void *context, sqlite3_stmt *row), void *context, struct err_detail *detail) {
    char path[FOLDER_PATH_MAX];
    sqlite3 *handle = NULL;
    sqlite3_stmt *statement = NULL;
    uint64_t refused = 0;
    enum err err = folder_join(path, folder, STORE_FILE_NAME, detail);
    if (err == ERR_OK) err = database_open_to_read(&handle, path, detail);
    if (err == ERR_OK) err = database_prepare(handle, sql, &statement, detail);
    if (err == ERR_OK) {
        database_bind_number(statement, 0, slot); /* where it has a place for it */
        const int result = database_each_row(statement, take, context, &refused);
        if (result != SQLITE_OK) err = database_failed(detail, handle, result, "read");
    }
    (void)sqlite3_finalize(statement);
    database_close(handle);
    return err;
}

struct row_taker {
    void (*take)(void *context, const struct history_entry *entry);
    void *context;
};

static bool take_row(void *context, sqlite3_stmt *row) {
    const struct row_taker *taker = context;
    struct history_entry entry;
    if (!read_row(row, &entry)) return false;
    taker->take(taker->context, &entry);
    return true;
}

enum err store_read_history(const char *folder, void (*take)(void *context, const struct history_entry *entry),
                            void *context, struct err_detail *detail) {
    struct row_taker taker = {take, context};
    return read_each(folder, "SELECT " COLUMNS " FROM history", 0, take_row, &taker, detail);
}

static bool take_moment(void *context, sqlite3_stmt *row) {
    struct history_moment *moment = context;
    struct row_cursor reader = {row, true};
    const uint32_t at_s = read_time_s(&reader, 0);
    if (!reader.is_good || !history_moment_read(moment, database_column_bytes(row, 1))) return false;
    moment->at_s = at_s;
    return true;
}

enum err store_read_moment(const char *folder, uint32_t at_s, struct history_moment *moment,
                           struct err_detail *detail) {
    const uint32_t minute_s = at_s - at_s % history_tier_step_s(HISTORY_MINUTES);
    moment->at_s = 0;
    const enum err err = read_each(folder, "SELECT at, links FROM history_moment WHERE slot = ?1",
                                   history_tier_slot(HISTORY_MINUTES, at_s), take_moment, moment, detail);
    if (moment->at_s - moment->at_s % history_tier_step_s(HISTORY_MINUTES) != minute_s) moment->at_s = 0;
    return err;
}
