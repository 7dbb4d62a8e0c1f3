/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/reconcile/block_set.h"

#include "base/memory.h"
#include "base/must.h"

enum { BLOCK_ITEMS = 512, BLOCK_HALF = BLOCK_ITEMS / 2 };

struct block {
    struct set_item items[BLOCK_ITEMS];
};
struct row {
    uint32_t block; /* in the pool */
    uint32_t count;
    struct id_sum sum;
    size_t before_count;      /* of the rows before this one, */
    struct id_sum before_sum; /* right in the first `sound` rows */
};
struct block_set {
    size_t size, capacity;
    struct block *blocks;
    struct row *rows; /* in order */
    size_t row_count, sound;
    uint32_t *spare; /* blocks that no row has */
    size_t spare_count;
};

/* Every block but the last is at least half full, and one is being split. */
static size_t rows_max(size_t capacity) {
    return capacity / BLOCK_HALF + 2;
}

struct block_set *block_set_new(size_t capacity) {
    const size_t count = rows_max(capacity);
    must(count <= UINT32_MAX);
    struct block_set *set = memory_try_zeroed(1, sizeof *set);
    if (set == NULL) return NULL;
    set->capacity = capacity;
    set->blocks = memory_try_zeroed(count, sizeof *set->blocks);
    set->rows = memory_try_zeroed(count, sizeof *set->rows);
    set->spare = memory_try_zeroed(count, sizeof *set->spare);
    if (set->blocks == NULL || set->rows == NULL || set->spare == NULL) {
        block_set_free(set);
        return NULL;
    }
    for (size_t i = 0; i < count; i++) set->spare[i] = (uint32_t)(count - 1 - i);
    set->spare_count = count;
    return set;
}

void block_set_free(struct block_set *set) {
    if (set == NULL) return;
    memory_free(set->blocks);
    memory_free(set->rows);
    memory_free(set->spare);
    memory_free(set);
}

static struct set_item *items_of(const struct block_set *set, size_t row) {
    return set->blocks[set->rows[row].block].items;
}

static struct id_sum sum_of(const struct set_item *items, size_t count) {
    struct id_sum sum = {0};
    for (size_t i = 0; i < count; i++) id_sum_add_id(&sum, &items[i].id);
    return sum;
}

/* What is known of the rows behind `row` is stale. */
static void row_changed(struct block_set *set, size_t row) {
    if (set->sound > row + 1) set->sound = row + 1;
}

static void make_sound(struct block_set *set) {
    for (; set->sound < set->row_count; set->sound++) {
        struct row *row = &set->rows[set->sound];
        row->before_count = 0;
        row->before_sum = (struct id_sum){0};
        if (set->sound == 0) continue;
        const struct row *last = row - 1;
        row->before_count = last->before_count + last->count;
        row->before_sum = last->before_sum;
        id_sum_add(&row->before_sum, &last->sum);
    }
}

/* ---- Rows: where the order is cut ---- */

/* An empty row at `at`. */
static void row_insert(struct block_set *set, size_t at) {
    must(set->spare_count > 0 && at <= set->row_count);
    memmove(&set->rows[at + 1], &set->rows[at], (set->row_count - at) * sizeof set->rows[0]);
    set->rows[at] = (struct row){.block = set->spare[--set->spare_count]};
    set->row_count++;
    if (set->sound > at) set->sound = at;
}

static void row_remove(struct block_set *set, size_t at) {
    must(set->rows[at].count == 0);
    set->spare[set->spare_count++] = set->rows[at].block;
    set->row_count--;
    memmove(&set->rows[at], &set->rows[at + 1], (set->row_count - at) * sizeof set->rows[0]);
    if (set->sound > at) set->sound = at;
}

/* The first `count` items of row + 1 become the last of `row`. */
static void rows_move_down(struct block_set *set, size_t row, uint32_t count) {
    struct row *to = &set->rows[row], *from = to + 1;
    struct set_item *source = items_of(set, row + 1);
    const struct id_sum sum = sum_of(source, count);
    must(to->count + count <= BLOCK_ITEMS && count <= from->count);
    memcpy(&items_of(set, row)[to->count], source, count * sizeof source[0]);
    memmove(source, &source[count], (from->count - count) * sizeof source[0]);
    id_sum_add(&to->sum, &sum);
    id_sum_remove(&from->sum, &sum);
    to->count += count;
    from->count -= count;
    row_changed(set, row);
}

/* The upper half of a full row becomes a row of its own. */
static void row_split(struct block_set *set, size_t at) {
    row_insert(set, at + 1);
    struct row *low = &set->rows[at], *high = low + 1;
    const struct set_item *upper = &items_of(set, at)[BLOCK_HALF];
    memcpy(items_of(set, at + 1), upper, BLOCK_HALF * sizeof upper[0]);
    high->sum = sum_of(upper, BLOCK_HALF);
    id_sum_remove(&low->sum, &high->sum);
    low->count = high->count = BLOCK_HALF;
}

/* A row that fell under the half takes from the next one: all, or as much as makes them equal. */
static void row_refill(struct block_set *set, size_t at) {
    const struct row *row = &set->rows[at], *next = row + 1;
    const uint32_t both = row->count + next->count;
    rows_move_down(set, at, both <= BLOCK_ITEMS ? next->count : both / 2 - row->count);
    if (next->count == 0) row_remove(set, at + 1);
}

/* ---- Places ---- */

/* The row in which `place` is or would be: the last that begins at or before it. */
static size_t row_for(const struct block_set *set, const struct set_item *place) {
    size_t low = 0, high = set->row_count;
    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;
        if (set_item_compare(items_of(set, middle), place) <= 0) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

/* How many items of the row are before `place`. */
static uint32_t slot_for(const struct block_set *set, size_t row, const struct set_item *place) {
    const struct set_item *items = items_of(set, row);
    uint32_t low = 0, high = set->rows[row].count;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (set_item_compare(&items[middle], place) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static bool is_at(const struct block_set *set, size_t row, uint32_t slot, const struct set_item *item) {
    return slot < set->rows[row].count && set_item_compare(&items_of(set, row)[slot], item) == 0;
}

/* The row that holds the item of that index; the last one for the index behind all. At least one row. */
static size_t row_of_index(const struct block_set *set, size_t index) {
    size_t low = 0, high = set->row_count;
    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;
        if (set->rows[middle].before_count <= index) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

/* ---- Coming and going ---- */

static void item_put(struct block_set *set, size_t at, uint32_t slot, const struct set_item *item) {
    struct row *row = &set->rows[at];
    struct set_item *items = items_of(set, at);
    must(row->count < BLOCK_ITEMS);
    memmove(&items[slot + 1], &items[slot], (row->count - slot) * sizeof items[0]);
    items[slot] = *item;
    id_sum_add_id(&row->sum, &item->id);
    row->count++;
    set->size++;
    row_changed(set, at);
}

enum block_set_outcome block_set_add(struct block_set *set, const struct set_item *item) {
    must(item->timestamp != SET_TIMESTAMP_INFINITY);
    if (set->row_count == 0) {
        if (set->capacity == 0) return BLOCK_SET_FULL;
        row_insert(set, 0);
    }
    size_t row = row_for(set, item);
    uint32_t slot = slot_for(set, row, item);
    if (is_at(set, row, slot, item)) return BLOCK_SET_KNOWN;
    if (set->size == set->capacity) return BLOCK_SET_FULL;
    if (slot == BLOCK_ITEMS && row + 1 == set->row_count) {
        row_insert(set, ++row);
        slot = 0;
    } else if (set->rows[row].count == BLOCK_ITEMS) {
        row_split(set, row);
        if (slot > BLOCK_HALF) row++, slot -= BLOCK_HALF;
    }
    item_put(set, row, slot, item);
    return BLOCK_SET_ADDED;
}

bool block_set_remove(struct block_set *set, const struct set_item *item) {
    if (set->row_count == 0) return false;
    const size_t at = row_for(set, item);
    const uint32_t slot = slot_for(set, at, item);
    if (!is_at(set, at, slot, item)) return false;
    struct row *row = &set->rows[at];
    struct set_item *items = items_of(set, at);
    row->count--;
    memmove(&items[slot], &items[slot + 1], (row->count - slot) * sizeof items[0]);
    id_sum_remove_id(&row->sum, &item->id);
    set->size--;
    row_changed(set, at);
    const bool is_last = at + 1 == set->row_count;
    if (is_last && row->count == 0) row_remove(set, at);
    if (!is_last && row->count < BLOCK_HALF) row_refill(set, at);
    return true;
}

bool block_set_has(const struct block_set *set, const struct set_item *item) {
    if (set->row_count == 0) return false;
    const size_t row = row_for(set, item);
    return is_at(set, row, slot_for(set, row, item), item);
}

size_t block_set_size(const struct block_set *set) {
    return set->size;
}

/* ---- What reconciliation asks ---- */

static size_t view_size(void *of) {
    return block_set_size(of);
}

static struct set_item view_item(void *of, size_t index) {
    struct block_set *set = of;
    must(index < set->size);
    make_sound(set);
    const size_t row = row_of_index(set, index);
    return items_of(set, row)[index - set->rows[row].before_count];
}

static size_t view_lower_bound(void *of, const struct set_item *place) {
    struct block_set *set = of;
    if (set->row_count == 0) return 0;
    make_sound(set);
    const size_t row = row_for(set, place);
    return set->rows[row].before_count + slot_for(set, row, place);
}

/* Of the items 0..end-1: from the nearer end of its block. */
static struct id_sum sum_before(const struct block_set *set, size_t end) {
    const size_t at = row_of_index(set, end);
    const struct row *row = &set->rows[at];
    const size_t slot = end - row->before_count;
    struct id_sum sum = row->before_sum, part;
    if (slot <= row->count / 2) {
        part = sum_of(items_of(set, at), slot);
        id_sum_add(&sum, &part);
    } else {
        id_sum_add(&sum, &row->sum);
        part = sum_of(&items_of(set, at)[slot], row->count - slot);
        id_sum_remove(&sum, &part);
    }
    return sum;
}

static struct id_sum view_sum(void *of, size_t begin, size_t end) {
    struct block_set *set = of;
    must(begin <= end && end <= set->size);
    if (begin == end) return (struct id_sum){0};
    make_sound(set);
    struct id_sum sum = sum_before(set, end);
    const struct id_sum before = sum_before(set, begin);
    id_sum_remove(&sum, &before);
    return sum;
}

static const struct ordered_set_kind BLOCK_SET_KIND = {view_size, view_item, view_lower_bound, view_sum};

struct ordered_set block_set_view(struct block_set *set) {
    return (struct ordered_set){&BLOCK_SET_KIND, set};
}
