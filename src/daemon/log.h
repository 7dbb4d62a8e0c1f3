/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The log on stderr: one line for each event that is loud enough: time, level, code, subject, sentence, key=value.
 * Under journald (JOURNAL_STREAM) without the time, with a syslog level prefix.
 * Full: when nobody reads stderr, lines are dropped and counted; the node never waits for its log.
 * Never: writes bytes of strangers as they came; writes the same line more than 10 times in 10 s (then a count). */

#include "daemon/event_log.h"
#include "daemon/log_topics.h"

struct log;

struct log_options {
    enum event_level least;   /* of the topics of which nothing is said */
    struct log_topics topics; /* all zero: of none */
};
struct log *log_new(const struct log_options *options); /* owned by the caller; writes to stderr */
/* From now on; what was held back as a repeat is still told. */
void log_set(struct log *log, const struct log_options *options);
void log_free(struct log *log);
uint64_t log_dropped(const struct log *log); /* lines so far */
void log_write(struct log *log, const struct event_record *record);
