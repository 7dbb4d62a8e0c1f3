/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What happened in a run: the newest events of all nodes in one row, how many there were of each kind, what travelled,
 * and one number over everything that any engine wanted done, by which two runs are compared.
 * Owns: its lines.   Never: changes a run.   Full: the oldest line goes; counts and number go on. */

#include "swarm/action.h"

struct trace_line {
    int64_t at_ms; /* virtual time */
    uint32_t host;
    struct event event;
};
struct trace {
    struct trace_line *lines; /* a ring */
    size_t capacity;
    uint64_t count; /* all time */
    uint64_t events[EVENT_COUNT];
    uint64_t closed[REASON_COUNT]; /* links that had been open, by why they ended; each end counts */
    uint64_t frames[256];          /* sent, by type */
    uint64_t bytes[256];
    uint64_t hash;
};

void trace_init(struct trace *trace, size_t capacity);
void trace_deinit(struct trace *trace);
/* Every action passes here before it is done. */
void trace_action(struct trace *trace, uint32_t host, const struct action *action, int64_t now_ms);
/* A frame that the engine did not say word by word: a slice. */
void trace_frame(struct trace *trace, uint8_t type, size_t body_size);
size_t trace_kept(const struct trace *trace);
const struct trace_line *trace_line(const struct trace *trace, size_t index); /* 0 = the oldest kept */
