/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Virtual time: what is going to happen, in the order of its time. Things of one millisecond happen in the order in
 * which they were put in, so that one seed gives one run.
 * Owns: the moments that wait; what they point to is their maker's.
 * Never: reads a clock, goes back.   Full: ends the process without memory (sizes are ours). */

#include "base/heap.h"

struct moment {
    void (*happen)(void *context, void *subject, uint64_t number);
    void *context; /* borrowed until it has happened */
    void *subject; /* the same; may be NULL */
    uint64_t number;
};
struct moment_cell;
struct timeline {
    struct heap heap;
    int64_t now_ms;
    uint64_t next_order;
    uint64_t happened_count;
    struct moment_cell *spare;
};

void timeline_init(struct timeline *timeline, int64_t now_ms);
void timeline_deinit(struct timeline *timeline);                                   /* what still waits never happens */
void timeline_add(struct timeline *timeline, int64_t at_ms, struct moment moment); /* a time gone by means now */
int64_t timeline_next_ms(const struct timeline *timeline);                         /* INT64_MAX: nothing waits */
bool timeline_step(struct timeline *timeline); /* lets one thing happen; false: nothing waits */
/* Nothing more happens before that time; what is due then has not happened yet. */
void timeline_advance(struct timeline *timeline, int64_t to_ms);
