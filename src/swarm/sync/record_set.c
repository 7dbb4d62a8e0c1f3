/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/sync/record_set.h"

bool record_set_init(struct record_set *set, size_t capacity) {
    *set = (struct record_set){.items = block_set_new(capacity)};
    return set->items != NULL;
}

void record_set_deinit(struct record_set *set) {
    block_set_free(set->items);
}

/* All of the oldest time: a floor between two items of one time would say nothing of either. */
static void raise_floor(struct record_set *set) {
    const struct ordered_set view = block_set_view(set->items);
    const uint64_t oldest = ordered_set_item(&view, 0).timestamp;
    set->floor = oldest + 1;
    for (size_t size = ordered_set_size(&view); size > 0; size--) {
        const struct set_item first = ordered_set_item(&view, 0);
        if (first.timestamp > oldest) return;
        (void)block_set_remove(set->items, &first);
    }
}

bool record_set_add(struct record_set *set, const struct set_item *item) {
    if (item->timestamp < set->floor) return false;
    enum block_set_outcome outcome = block_set_add(set->items, item);
    if (outcome != BLOCK_SET_FULL) return outcome == BLOCK_SET_ADDED;
    raise_floor(set);
    return item->timestamp >= set->floor && block_set_add(set->items, item) == BLOCK_SET_ADDED;
}

bool record_set_remove(struct record_set *set, const struct set_item *item) {
    return block_set_remove(set->items, item);
}

bool record_set_has(const struct record_set *set, const struct set_item *item) {
    return block_set_has(set->items, item);
}

size_t record_set_size(const struct record_set *set) {
    return block_set_size(set->items);
}

/* ---- The part from `since` on ---- */

static size_t range_begin(const struct record_range *range) {
    const struct ordered_set all = block_set_view(range->set->items);
    return ordered_set_lower_bound(&all, &(struct set_item){.timestamp = range->since});
}

static size_t range_size(void *of) {
    const struct record_range *range = of;
    return block_set_size(range->set->items) - range_begin(range);
}

static struct set_item range_item(void *of, size_t index) {
    const struct record_range *range = of;
    const struct ordered_set all = block_set_view(range->set->items);
    return ordered_set_item(&all, range_begin(range) + index);
}

static size_t range_lower_bound(void *of, const struct set_item *place) {
    const struct record_range *range = of;
    const struct ordered_set all = block_set_view(range->set->items);
    const size_t begin = range_begin(range), at = ordered_set_lower_bound(&all, place);
    return at < begin ? 0 : at - begin;
}

static struct id_sum range_sum(void *of, size_t begin, size_t end) {
    const struct record_range *range = of;
    const struct ordered_set all = block_set_view(range->set->items);
    const size_t first = range_begin(range);
    return all.kind->sum(all.of, first + begin, first + end);
}

static const struct ordered_set_kind RECORD_RANGE_KIND = {range_size, range_item, range_lower_bound, range_sum};

struct ordered_set record_range_view(struct record_range *range) {
    return (struct ordered_set){&RECORD_RANGE_KIND, range};
}
