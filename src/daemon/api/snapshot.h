/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Everything the page needs when it opens, as one object.   Owns: nothing.   Spec: docs/developers/api.md. */

#include "daemon/api/look.h"

enum { SNAPSHOT_EVENTS = 50 };

/* `look` with its first page of peers. */
void snapshot_write(struct buffer *out, const struct look *look);

/* Which events a list is of. */
struct event_choice {
    uint64_t before_seq; /* only older ones; 0 = from the newest on */
    size_t count_max;
    bool has_code;
    enum event_code code;
    enum event_level least;
};
/* {"items": [...], "next": null | "id"} as members of the object that the caller opened; newest first. */
void snapshot_write_events(struct json_writer *w, const struct event_log *events, const struct event_choice *choice);
/* Which links a list is of; links go by their ids. */
struct link_choice {
    uint32_t after_id; /* 0 = from the first on */
    size_t count_max;
    bool has_state;
    enum link_state state;
};
void snapshot_write_links(struct json_writer *w, const char *name, const struct look *look,
                          const struct link_choice *choice);
void snapshot_write_peers(struct json_writer *w, const char *name, const struct look *look);
