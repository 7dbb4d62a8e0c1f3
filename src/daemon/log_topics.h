/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Which topics of the log are louder or quieter than the rest, as the caretaker writes it: "link", "-api". A topic is
 * the source of events in defs/events.def; "all" is every one. Named, it is told with its details (debug); with a "-"
 * before it, only what may need somebody (warn and error). What is said last counts.
 * Owns: nothing.   Never: allocates.   Full: cannot be. */

#include "swarm/observe/event.h"

enum log_wish { LOG_WISH_NONE, LOG_WISH_DETAILS, LOG_WISH_QUIET };
struct log_topics {
    uint8_t wishes[EVENT_COUNT]; /* enum log_wish, for each event that of its topic */
};
/* False: it is no topic, `why` says which there are, and nothing was changed. */
bool log_topics_take(const char *word, struct log_topics *topics, char *why, size_t capacity);
/* The level from which on this event is told, when that is `least` for those of which nothing was said. */
enum event_level log_topics_least(const struct log_topics *topics, enum event_code code, enum event_level least);
