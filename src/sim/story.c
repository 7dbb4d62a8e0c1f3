/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/story.h"

bool story_tells(enum event_code code) {
    static const enum event_code told[] = {
        EVENT_NODE_STARTED,   EVENT_NODE_STOPPING, EVENT_NODE_STOPPED,   EVENT_CONNECT_ATTEMPT,
        EVENT_CONNECT_FAILED, EVENT_PEER_PINNED,   EVENT_LINK_HANDSHAKE, EVENT_LINK_OPEN,
        EVENT_LINK_REFUSED,   EVENT_LINK_CLOSING,  EVENT_LINK_CLOSED,
    };
    for (size_t i = 0; i < sizeof told / sizeof told[0]; i++) {
        if (told[i] == code) return true;
    }
    return false;
}

void story_write_line(struct buffer *out, const char *actor, const struct event *event) {
    bool says_by = event->code == EVENT_LINK_CLOSING || event->code == EVENT_LINK_CLOSED;
    buffer_put_text(out, actor);
    buffer_put_text(out, " ");
    buffer_put_text(out, event_name((enum event_code)event->code));
    buffer_put_text(out, " ");
    buffer_put_text(out, event->reason == REASON_NONE ? "-" : reason_name((enum reason)event->reason));
    if (says_by) buffer_put_text(out, " ");
    if (says_by) buffer_put_text(out, event->text);
    buffer_put_text(out, "\n");
}

void story_write(struct buffer *out, const char *actor, const struct trace *trace, uint32_t host) {
    for (size_t i = 0; i < trace_kept(trace); i++) {
        const struct trace_line *line = trace_line(trace, i);
        if (line->host == host && story_tells((enum event_code)line->event.code)) {
            story_write_line(out, actor, &line->event);
        }
    }
}
