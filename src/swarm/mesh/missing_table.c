/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/mesh/missing_table.h"

#include "base/deadline.h"
#include "base/memory.h"
#include "base/must.h"

bool missing_table_init(struct missing_table *table, size_t capacity, uint64_t seed) {
    *table = (struct missing_table){.places = map_new(capacity, OBJECT_HALF_SIZE, seed),
                                    .rows = memory_try_zeroed(capacity, sizeof(struct missing_row)),
                                    .capacity = capacity,
                                    .next_ms = INT64_MAX};
    return table->places != NULL && table->rows != NULL;
}

void missing_table_deinit(struct missing_table *table) {
    map_free(table->places);
    memory_free(table->rows);
}

struct missing_row *missing_table_find(const struct missing_table *table, const struct object_half *id) {
    uint32_t place;
    return map_find(table->places, id->bytes, &place) ? &table->rows[place] : NULL;
}

static struct missing_row *find_free(struct missing_table *table) {
    for (size_t i = 0; i < table->end; i++)
        if (!table->rows[i].in_use) return &table->rows[i];
    return table->end < table->capacity ? &table->rows[table->end++] : NULL;
}

static struct missing_row *begin(struct missing_table *table, const struct object_half *id, size_t link,
                                 int64_t now_ms) {
    must_le(link + 1, LIMIT_LINKS_MAX);
    if (table->begun[link] >= LIMIT_MISSING_PER_LINK) return NULL;
    struct missing_row *row = find_free(table);
    if (row == NULL) return NULL;
    *row = (struct missing_row){.in_use = true,
                                .id = *id,
                                .ask_at_ms = now_ms + LIMIT_GRAFT_FIRST_MS,
                                .begun_by = (uint16_t)link,
                                .asked = MISSING_NOBODY};
    must(map_put(table->places, id->bytes, (uint32_t)(row - table->rows)));
    table->begun[link]++;
    table->next_ms = deadline_earlier(table->next_ms, row->ask_at_ms);
    return row;
}

bool missing_row_names(const struct missing_row *row, size_t link) {
    for (size_t i = 0; i < row->announcer_count; i++)
        if (row->announcers[i] == link) return true;
    return row->asked == link;
}

void missing_table_note(struct missing_table *table, const struct object_half *id, size_t link, int64_t now_ms) {
    struct missing_row *row = missing_table_find(table, id);
    if (row == NULL) row = begin(table, id, link, now_ms);
    if (row == NULL || missing_row_names(row, link) || row->announcer_count == LIMIT_ANNOUNCERS_MAX) return;
    row->announcers[row->announcer_count++] = (uint16_t)link;
}

void missing_table_drop(struct missing_table *table, struct missing_row *row) {
    must(row->in_use && map_remove(table->places, row->id.bytes));
    row->in_use = false;
    if (row->begun_by != MISSING_NOBODY) table->begun[row->begun_by]--;
    while (table->end > 0 && !table->rows[table->end - 1].in_use) table->end--;
}

static void forget_announcer(struct missing_row *row, size_t link) {
    size_t kept = 0;
    for (size_t i = 0; i < row->announcer_count; i++)
        if (row->announcers[i] != link) row->announcers[kept++] = row->announcers[i];
    row->announcer_count = (uint8_t)kept;
}

void missing_table_forget_link(struct missing_table *table, size_t link, int64_t now_ms) {
    for (size_t i = 0; i < table->end; i++) {
        struct missing_row *row = &table->rows[i];
        if (!row->in_use) continue;
        forget_announcer(row, link);
        if (row->begun_by == link) row->begun_by = MISSING_NOBODY;
        const bool was_asked = row->asked == link;
        if (was_asked) row->asked = MISSING_NOBODY;
        if (row->announcer_count == 0 && row->asked == MISSING_NOBODY) {
            missing_table_drop(table, row);
        } else if (was_asked) {
            row->ask_at_ms = now_ms;
            table->next_ms = deadline_earlier(table->next_ms, now_ms);
        }
    }
    table->begun[link] = 0;
}

void missing_table_clear(struct missing_table *table) {
    for (size_t i = table->end; i-- > 0;)
        if (table->rows[i].in_use) missing_table_drop(table, &table->rows[i]);
    table->next_ms = INT64_MAX;
}

void missing_table_plan(struct missing_table *table) {
    table->next_ms = INT64_MAX;
    for (size_t i = 0; i < table->end; i++)
        if (table->rows[i].in_use) table->next_ms = deadline_earlier(table->next_ms, table->rows[i].ask_at_ms);
}
