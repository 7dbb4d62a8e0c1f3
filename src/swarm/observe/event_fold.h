/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Keeps strangers from emptying the history: whoever connects a thousand times causes a thousand refusals. What links
 * do, failed dials and bad tickets of one code, reason and network are kept while they are few; beyond EVENT_FOLD_KEPT
 * in a minute only each EVENT_FOLD_SAMPLE-th is, as a sample, and what was left out is told as one count when the
 * minute is over.
 * Owns: its counters.
 * Never: reads the clock, allocates, folds what strangers have no part in or what comes from loopback.
 * Full: those who find no row share the last one. */

#include "swarm/observe/event.h"

enum { EVENT_FOLD_ROWS = 64, EVENT_FOLD_KEPT = 20, EVENT_FOLD_SAMPLE = 32, EVENT_FOLD_WINDOW_MS = 60000 };

struct event_fold_row {
    uint32_t count; /* 0 = a free row */
    uint32_t dropped;
    int64_t begins_at_ms;
    uint16_t code;
    uint8_t reason;
    struct address prefix; /* family NONE: of no address, or of any in the shared row */
};
struct event_fold { /* zeroed = empty */
    struct event_fold_row rows[EVENT_FOLD_ROWS];
};

/* Ends one window that is over; true: `summary` tells what it left out. Ask until false before event_fold_keeps. */
bool event_fold_take_ended(struct event_fold *fold, int64_t now_ms, struct event *summary);
/* Whether this event is to be kept; counts it. */
bool event_fold_keeps(struct event_fold *fold, const struct event *event);
