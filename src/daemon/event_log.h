/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The node's one feed of events: the last ones in a ring, numbered; everybody who wants them reads here (the API's
 * list and stream, the log on stderr).
 * Owns: the ring.
 * Never: blocks, keeps a secret (events cannot hold one).
 * Full: the oldest goes; a reader that asks for a gone id is told so and starts over. What strangers can cause without
 * end does not push the rest out: see event_fold. */

#include "swarm/observe/event_fold.h"

struct event_log;

enum { EVENT_LOG_SIZE = 4096 };

struct event_record {
    uint64_t seq; /* from 1; the id is "<at_ms>-<seq>" */
    struct event event;
};
/* Since the log was made. */
struct event_counts {
    uint64_t of[EVENT_COUNT]; /* for each code, kept or not */
    uint64_t folded;          /* not kept: one too many of their like */
};
struct event_log *event_log_new(void);      /* owned by the caller */
void event_log_free(struct event_log *log); /* accepts NULL */
/* Keeps it, unless it is one too many of its like. */
void event_log_add(struct event_log *log, const struct event *event);
const struct event_counts *event_log_counts(const struct event_log *log); /* borrowed; it counts on */
uint64_t event_log_newest(const struct event_log *log);                   /* 0 = none yet */
uint64_t event_log_oldest(const struct event_log *log);
const struct event_record *event_log_at(const struct event_log *log, uint64_t seq); /* NULL: gone, or not yet */
/* Called for each event after it was kept. At most 4 listeners. */
void event_log_listen(struct event_log *log, void (*added)(void *context, const struct event_record *record),
                      void *context);
void event_log_unlisten(struct event_log *log, void *context); /* the one that listens with this context, if any */
/* {"id","at","level","source","code","message","context"} */
void event_log_write_json(struct buffer *out, const struct event_record *record);
