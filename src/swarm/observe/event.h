/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Something that happened: a code from defs/events.def, when, and its typed fields. The log, the stream, the metrics
 * and the tests are renderings of it.
 * Owns: nothing; one value without pointers.
 * Never: holds a secret; its texts may come from strangers and are escaped by whoever shows them. */

#include "base/address.h"
#include "base/json_writer.h"
#include "swarm/identity/node_id.h"
#include "swarm/reason.h"

enum event_level { EVENT_LEVEL_DEBUG, EVENT_LEVEL_INFO, EVENT_LEVEL_WARN, EVENT_LEVEL_ERROR };

enum event_code {
#define EVENT(NAME, code, LEVEL, source, sentence, figure0, figure1, text) EVENT_##NAME,
#include "events.def"
#undef EVENT
    EVENT_COUNT
};

enum { EVENT_TEXT_MAX = 127 };
struct event {
    uint16_t code;  /* enum event_code */
    uint8_t reason; /* enum reason; NONE = no such field */
    bool has_peer;
    bool has_address;
    struct node_id peer;
    struct address address;
    int64_t at_ms; /* wall clock */
    int64_t figures[2];
    char text[EVENT_TEXT_MAX + 1];
};

const char *event_name(enum event_code code);   /* "link-open" */
const char *event_source(enum event_code code); /* "link" */
enum event_level event_level(enum event_code code);
const char *event_level_name(enum event_level level);
/* The sentence for people; bytes from outside are escaped. */
void event_write_sentence(struct buffer *out, const struct event *event);
/* `level source code message context` as members of an object that the caller opened. */
void event_write_members(struct json_writer *w, const struct event *event);
void event_set_text(struct event *event, const char *text); /* cut to fit, at a whole character */
/* What a disk says: where it began, and why and what to do, which stand at its end; what is between them goes. */
void event_set_trouble(struct event *event, const char *text);
