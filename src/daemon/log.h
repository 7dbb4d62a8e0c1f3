/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The log on stderr: one line for each event that is loud enough: time, level, code, subject, sentence, key=value.
 * Under journald (JOURNAL_STREAM) without the time, with a syslog level prefix.
 * Full: when nobody reads stderr, lines are dropped and counted; the node never waits for its log.
 * Never: writes bytes of strangers as they came; writes the same line more than 10 times in 10 s (then a count). */

#include "daemon/event_log.h"

struct log;

struct log *log_new(enum event_level least); /* owned by the caller; writes to stderr */
void log_set_level(struct log *log, enum event_level least);
void log_free(struct log *log);
void log_write(struct log *log, const struct event_record *record);
