/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/content/catalog.h"

#include "base/memory.h"
#include "base/must.h"

enum { RAREST_OF = 32 }; /* so far down the queue we look for a rarer one */

bool catalog_init(struct catalog *catalog, size_t capacity, uint64_t seed) {
    *catalog = (struct catalog){
        .rows = memory_try_zeroed(capacity, sizeof *catalog->rows),
        .index = map_new(capacity, sizeof(struct object_id), seed),
        .capacity = capacity,
        .wanted_first = CATALOG_NONE,
        .wanted_last = CATALOG_NONE,
    };
    return catalog->rows != NULL && catalog->index != NULL;
}

void catalog_deinit(struct catalog *catalog) {
    memory_free(catalog->rows);
    map_free(catalog->index);
}

struct file_row *catalog_find(const struct catalog *catalog, const struct object_id *id) {
    uint32_t place;
    return map_find(catalog->index, id, &place) ? &catalog->rows[place] : NULL;
}

size_t catalog_place(const struct catalog *catalog, const struct file_row *row) {
    return (size_t)(row - catalog->rows);
}

static struct file_row *oldest_known(const struct catalog *catalog) {
    struct file_row *oldest = NULL;
    for (size_t i = 0; i < catalog->end; i++) {
        struct file_row *row = &catalog->rows[i];
        if (!row->in_use || row->state != FILE_KNOWN) continue;
        if (oldest == NULL || row->order < oldest->order) oldest = row;
    }
    return oldest;
}

static bool make_room(struct catalog *catalog) {
    if (catalog->count < catalog->capacity) return true;
    struct file_row *oldest = oldest_known(catalog);
    if (oldest == NULL) return false;
    catalog_remove(catalog, oldest);
    return true;
}

struct file_row *catalog_put(struct catalog *catalog, const struct object_id *id) {
    struct file_row *row = catalog_find(catalog, id);
    if (row != NULL) return row;
    if (!make_room(catalog)) return NULL;
    size_t place = catalog->first_free;
    while (catalog->rows[place].in_use) must_le(++place, catalog->capacity - 1);
    catalog->first_free = place + 1;
    if (place >= catalog->end) catalog->end = place + 1;
    catalog->count++;
    row = &catalog->rows[place];
    *row = (struct file_row){.in_use = true, .id = *id, .order = catalog->next_order++, .next = CATALOG_NONE};
    must(map_put(catalog->index, id, (uint32_t)place));
    return row;
}

void catalog_remove(struct catalog *catalog, struct file_row *row) {
    const size_t place = catalog_place(catalog, row);
    must(map_remove(catalog->index, &row->id));
    *row = (struct file_row){0};
    catalog->count--;
    if (place < catalog->first_free) catalog->first_free = place;
}

/* ---- Those that wait ---- */

void catalog_wait(struct catalog *catalog, struct file_row *row) {
    const uint32_t place = (uint32_t)catalog_place(catalog, row);
    row->next = CATALOG_NONE;
    row->is_waiting = true;
    if (catalog->wanted_last == CATALOG_NONE) {
        catalog->wanted_first = place;
    } else {
        catalog->rows[catalog->wanted_last].next = place;
    }
    catalog->wanted_last = place;
}

/* `before` is the one ahead of it in the queue; CATALOG_NONE: it is the first. */
static void take_out(struct catalog *catalog, uint32_t place, uint32_t before) {
    struct file_row *row = &catalog->rows[place];
    if (before == CATALOG_NONE) {
        catalog->wanted_first = row->next;
    } else {
        catalog->rows[before].next = row->next;
    }
    if (catalog->wanted_last == place) catalog->wanted_last = before;
    row->next = CATALOG_NONE;
    row->is_waiting = false;
}

struct file_row *catalog_take_rarest(struct catalog *catalog) {
    uint32_t rarest = CATALOG_NONE, ahead = CATALOG_NONE, before = CATALOG_NONE;
    size_t fewest = SIZE_MAX, looked = 0;
    for (uint32_t at = catalog->wanted_first; at != CATALOG_NONE && looked < RAREST_OF; looked++) {
        const size_t holders = file_row_count_holders(&catalog->rows[at]);
        const size_t rarity = holders == 0 ? SIZE_MAX - 1 : holders; /* who has it is not known: the others first */
        if (rarity < fewest) {
            fewest = rarity;
            rarest = at;
            ahead = before;
        }
        before = at;
        at = catalog->rows[at].next;
    }
    if (rarest == CATALOG_NONE) return NULL;
    take_out(catalog, rarest, ahead);
    return &catalog->rows[rarest];
}

void catalog_stop_waiting(struct catalog *catalog, struct file_row *row) {
    uint32_t before = CATALOG_NONE;
    if (!row->is_waiting) return;
    for (uint32_t at = catalog->wanted_first; at != CATALOG_NONE; at = catalog->rows[at].next) {
        if (&catalog->rows[at] == row) {
            take_out(catalog, at, before);
            return;
        }
        before = at;
    }
}

/* ---- Holders ---- */

void file_row_set_holder(struct file_row *row, size_t link_place, bool holds) {
    const uint64_t bit = 1ULL << link_place % 64;
    uint64_t *word = &row->holders[link_place / 64];
    *word = holds ? *word | bit : *word & ~bit;
}

bool file_row_is_held_by(const struct file_row *row, size_t link_place) {
    return (row->holders[link_place / 64] >> link_place % 64 & 1) != 0;
}

size_t file_row_count_holders(const struct file_row *row) {
    size_t count = 0;
    for (size_t i = 0; i < CATALOG_HOLDER_WORDS; i++) count += (size_t)__builtin_popcountll(row->holders[i]);
    return count;
}

void catalog_forget_link(struct catalog *catalog, size_t link_place) {
    for (size_t i = 0; i < catalog->end; i++) file_row_set_holder(&catalog->rows[i], link_place, false);
}
