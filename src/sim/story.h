/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A run as a story: what one node went through, a line each, without times, ids and figures, so that two runs of one
 * script, one of them made of real processes, can be compared word by word.
 *
 *     A connect-attempt -
 *     A link-open -
 *     A link-closed leaving us
 *
 * A line is the actor's name, the event's code, its reason ("-" = none) and, when the event says who ended a link, "us"
 * or "peer". From a node's events as JSON: code, context.reason, context.by. Only events whose order a script decides
 * are told; what depends on timers (tickets, pings, harvests, second attempts) is not.
 * Owns: nothing.   Full: the buffer says so. */

#include "sim/trace.h"

bool story_tells(enum event_code code);
void story_write_line(struct buffer *out, const char *actor, const struct event *event);
/* All that the trace keeps of this host. */
void story_write(struct buffer *out, const char *actor, const struct trace *trace, uint32_t host);
