/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Which records one process published or was given, noted at the edge of its host with what was wrong with them: what a
 * checker holds against the engine.
 * Owns: its rows.   Never: keeps a record from anybody.   Full: the oldest row goes. */

#include "swarm/content/record.h"

enum { RECORD_LOG_NOTES = 512 };

enum record_fault {
    RECORD_FAULT_NONE,
    RECORD_FAULT_TWICE,    /* it was there before, or is its own */
    RECORD_FAULT_REFUSED,  /* it does not hold, or is not what the engine says it is */
    RECORD_FAULT_UNTIMELY, /* too old, or too far ahead */
};
struct record_note {
    struct object_id id;
    int64_t at_ms; /* when it came here */
    uint8_t hops;
};
struct record_log {
    uint64_t count; /* of this process */
    struct record_note notes[RECORD_LOG_NOTES];
    enum record_fault fault; /* the first */
};
const char *record_fault_text(enum record_fault fault); /* "twice" */
void record_log_add(struct record_log *log, const struct record_note *note);
void record_log_fault(struct record_log *log, enum record_fault fault);
const struct record_note *record_log_find(const struct record_log *log,
                                          const struct object_id *id); /* NULL: not here */
