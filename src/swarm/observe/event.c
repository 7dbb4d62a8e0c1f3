/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/observe/event.h"

#include <string.h>

struct event_kind {
    const char *name;
    enum event_level level;
    const char *source;
    const char *sentence;
    const char *figures[2];
    const char *text;
};

static const struct event_kind event_kinds[EVENT_COUNT] = {
#define EVENT(NAME, code, LEVEL, source, sentence, figure0, figure1, text)                                             \
    [EVENT_##NAME] = {code, EVENT_LEVEL_##LEVEL, source, sentence, {figure0, figure1}, text},
#include "events.def"
#undef EVENT
};

const char *event_name(enum event_code code) {
    return event_kinds[code].name;
}

const char *event_source(enum event_code code) {
    return event_kinds[code].source;
}

enum event_level event_level(enum event_code code) {
    return event_kinds[code].level;
}

const char *event_level_name(enum event_level level) {
    static const char *const names[] = {"debug", "info", "warn", "error"};
    return names[level];
}

/* Control characters of strangers must not reach a terminal. */
static void put_printable(struct buffer *out, const char *text) {
    for (; *text != '\0'; text++) {
        uint8_t byte = (uint8_t)*text;
        buffer_put_u8(out, byte < 0x20 || byte == 0x7f ? (uint8_t)'?' : byte);
    }
}

static void put_peer(struct buffer *out, const struct event *event) {
    char text[16];
    buffer_put_text(out, event->has_peer ? node_id_short(&event->peer, text) : "a node");
}

static void put_address(struct buffer *out, const struct event *event) {
    if (event->has_address) {
        address_write(out, &event->address);
    } else {
        buffer_put_text(out, "an unknown address");
    }
}

/* A figure; of "0 address" one address, or two addresses. */
static void put_figure(struct buffer *out, const struct event *event, struct span name) {
    int64_t figure = event->figures[name.at[0] - '0'];
    buffer_put_decimal(out, figure);
    if (name.size == 1) return;
    buffer_put(out, (struct span){name.at + 1, name.size - 1});
    if (figure != 1) buffer_put_text(out, name.at[name.size - 1] == 's' ? "es" : "s");
}

/* Writes the field that a {name} of the sentence stands for. */
static void put_field(struct buffer *out, const struct event *event, struct span name) {
    if (span_equal_text(name, "peer")) put_peer(out, event);
    if (span_equal_text(name, "address")) put_address(out, event);
    if (span_equal_text(name, "reason")) buffer_put_text(out, reason_sentence((enum reason)event->reason));
    if (span_equal_text(name, "word")) buffer_put_text(out, reason_name((enum reason)event->reason));
    if (name.at[0] == '0' || name.at[0] == '1') put_figure(out, event, name);
    if (span_equal_text(name, "text")) put_printable(out, event->text);
}

void event_write_sentence(struct buffer *out, const struct event *event) {
    const char *at = event_kinds[event->code].sentence;
    while (*at != '\0') {
        const char *open = strchr(at, '{');
        if (open == NULL) {
            buffer_put_text(out, at);
            return;
        }
        const char *close = strchr(open, '}');
        buffer_put(out, (struct span){(const uint8_t *)at, (size_t)(open - at)});
        put_field(out, event, (struct span){(const uint8_t *)open + 1, (size_t)(close - open - 1)});
        at = close + 1;
    }
}

static void write_context(struct json_writer *w, const struct event *event) {
    const struct event_kind *kind = &event_kinds[event->code];
    char id[NODE_ID_TEXT_SIZE + 1];
    char address[ADDRESS_TEXT_MAX];
    json_open_object(w, "context");
    if (event->has_peer) json_put_text(w, "nodeId", node_id_text(&event->peer, id));
    if (event->has_address) json_put_text(w, "address", address_text(&event->address, address));
    if (event->reason != REASON_NONE) json_put_text(w, "reason", reason_name((enum reason)event->reason));
    for (size_t i = 0; i < 2; i++) {
        if (kind->figures[i][0] != '\0') json_put_integer(w, kind->figures[i], event->figures[i]);
    }
    if (kind->text[0] != '\0' && event->text[0] != '\0') json_put_text(w, kind->text, event->text);
    json_close_object(w);
}

void event_write_members(struct json_writer *w, const struct event *event) {
    uint8_t memory[512];
    struct buffer sentence = buffer_over(memory, sizeof memory);
    enum event_code code = (enum event_code)event->code;
    event_write_sentence(&sentence, event);
    json_put_text(w, "level", event_level_name(event_level(code)));
    json_put_text(w, "source", event_source(code));
    json_put_text(w, "code", event_name(code));
    json_put_span(w, "message", buffer_span(&sentence));
    write_context(w, event);
}

static bool is_within_character(char byte) {
    return ((uint8_t)byte & 0xc0) == 0x80;
}

void event_set_trouble(struct event *event, const char *text) {
    static const char gap[] = "...";
    enum { HEAD = 36, GAP = sizeof gap - 1, TAIL = EVENT_TEXT_MAX - HEAD - GAP };
    const size_t size = strlen(text);
    if (size <= EVENT_TEXT_MAX) {
        event_set_text(event, text);
        return;
    }
    size_t head = HEAD;
    const char *tail = text + size - TAIL;
    while (is_within_character(text[head])) head--;
    while (is_within_character(*tail)) tail++;
    memcpy(event->text, text, head);
    memcpy(event->text + head, gap, GAP);
    memcpy(event->text + head + GAP, tail, strlen(tail) + 1);
}

void event_set_text(struct event *event, const char *text) {
    size_t size = strlen(text);
    if (size > EVENT_TEXT_MAX) {
        size = EVENT_TEXT_MAX;
        while (size > 0 && is_within_character(text[size])) size--;
    }
    memcpy(event->text, text, size);
    event->text[size] = '\0';
}
