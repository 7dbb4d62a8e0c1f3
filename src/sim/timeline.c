/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/timeline.h"

#include "base/memory.h"
#include "base/must.h"

struct moment_cell {
    struct moment moment;
    struct moment_cell *next_spare;
};

void timeline_init(struct timeline *timeline, int64_t now_ms) {
    *timeline = (struct timeline){.now_ms = now_ms};
}

static void spare_put(struct timeline *timeline, struct moment_cell *cell) {
    cell->next_spare = timeline->spare;
    timeline->spare = cell;
}

static struct moment_cell *spare_take(struct timeline *timeline) {
    struct moment_cell *cell = timeline->spare;
    if (cell == NULL) return memory_zeroed(1, sizeof *cell);
    timeline->spare = cell->next_spare;
    return cell;
}

void timeline_deinit(struct timeline *timeline) {
    struct heap_item item;
    while (heap_pop(&timeline->heap, &item)) memory_free(item.subject);
    while (timeline->spare != NULL) memory_free(spare_take(timeline));
    heap_deinit(&timeline->heap);
}

void timeline_add(struct timeline *timeline, int64_t at_ms, struct moment moment) {
    struct moment_cell *cell = spare_take(timeline);
    cell->moment = moment;
    if (at_ms < timeline->now_ms) at_ms = timeline->now_ms;
    heap_push(&timeline->heap, (struct heap_item){at_ms, timeline->next_order++, cell});
}

int64_t timeline_next_ms(const struct timeline *timeline) {
    struct heap_item item;
    return heap_peek(&timeline->heap, &item) ? item.at_ms : INT64_MAX;
}

bool timeline_step(struct timeline *timeline) {
    struct heap_item item;
    if (!heap_pop(&timeline->heap, &item)) return false;
    struct moment_cell *cell = item.subject;
    struct moment moment = cell->moment;
    timeline->now_ms = item.at_ms;
    timeline->happened_count++;
    spare_put(timeline, cell);
    moment.happen(moment.context, moment.subject, moment.number);
    return true;
}

void timeline_advance(struct timeline *timeline, int64_t to_ms) {
    must_le(to_ms, timeline_next_ms(timeline));
    if (timeline->now_ms < to_ms) timeline->now_ms = to_ms;
}
