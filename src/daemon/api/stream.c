/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/api/stream.h"

#include "base/must.h"
#include "base/number.h"
#include "daemon/api/snapshot.h"
#include "daemon/api/state.h"

#include <inttypes.h>

enum {
    RETRY_MS = 2000,
    TICK_EVERY = 2,           /* of the API's ticks: 2 s */
    RESUMED_EVENTS_MAX = 500, /* the page keeps no more */
};

/* How far a reader is. */
struct place {
    int64_t run;
    int64_t delta;
    int64_t seq;
};

static struct place place_now(const struct api *api) {
    return (struct place){api->streams.run, (int64_t)api->streams.delta,
                          (int64_t)event_log_newest(api->options.events)};
}

static void put_head(struct buffer *out, const char *event, struct place place) {
    buffer_put_text(out, "event: ");
    buffer_put_text(out, event);
    buffer_put_text(out, "\nid: ");
    buffer_put_decimal(out, place.run);
    buffer_put_text(out, ".");
    buffer_put_decimal(out, place.delta);
    buffer_put_text(out, ".");
    buffer_put_decimal(out, place.seq);
    buffer_put_text(out, "\ndata: ");
}

/* False when a part is missing or is no number. */
static bool take_number(struct span *text, int64_t *number) {
    size_t size = 0;
    while (size < text->size && text->at[size] != '.') size++;
    if (!number_read_i64((struct span){text->at, size}, number)) return false;
    size_t used = size < text->size ? size + 1 : size;
    *text = (struct span){text->at + used, text->size - used};
    return true;
}

static bool place_read(struct span text, struct place *place) {
    return take_number(&text, &place->run) && take_number(&text, &place->delta) && take_number(&text, &place->seq) &&
           text.size == 0;
}

/* ---- The set ---- */

static void remove_at(struct stream_set *set, size_t index) {
    set->exchanges[index] = set->exchanges[--set->count];
}

void stream_gone(struct api *api, struct http_exchange *exchange) {
    struct stream_set *set = &api->streams;
    for (size_t i = 0; i < set->count; i++) {
        if (set->exchanges[i] != exchange) continue;
        remove_at(set, i);
        return;
    }
}

/* From the last to the first: one that is closed makes way for one that had its turn. */
static void send_to_all(struct api *api, struct span message) {
    struct stream_set *set = &api->streams;
    for (size_t i = set->count; i > 0; i--) {
        if (http_stream_write(set->exchanges[i - 1], message)) continue;
        http_stream_close(set->exchanges[i - 1]);
        remove_at(set, i - 1);
    }
}

/* ---- Messages ---- */

static void write_tick(struct buffer *out, const struct api *api) {
    struct json_writer w = json_writer_into(out);
    put_head(out, "tick", place_now(api));
    json_open_object(&w, NULL);
    json_put_integer(&w, "asOf", api_wall_ms(api));
    json_close_object(&w);
    buffer_put_text(out, "\n\n");
}

static void write_event(struct buffer *out, const struct api *api, const struct event_record *record) {
    struct place place = place_now(api);
    place.seq = (int64_t)record->seq;
    put_head(out, "event", place);
    event_log_write_json(out, record);
    buffer_put_text(out, "\n\n");
}

static void write_snapshot(struct buffer *out, void *context) {
    const struct api *api = context;
    put_head(out, "snapshot", place_now(api));
    snapshot_write(out, &api->look);
    buffer_put_text(out, "\n\n");
}

struct delta {
    struct api *api;
    bool has_changes;
};

static void write_delta(struct buffer *out, void *context) {
    struct delta *delta = context;
    struct stream_set *set = &delta->api->streams;
    struct place place = place_now(delta->api);
    place.delta++;
    put_head(out, "delta", place);
    delta->has_changes = change_write(out, &delta->api->look, &set->told[set->current], &set->told[1 - set->current]);
    buffer_put_text(out, "\n\n");
}

/* The message that brings readers from what they were told to what is now; empty when that is the same. Borrowed until
 * the next draft. */
static struct span delta_make(struct api *api) {
    struct delta delta = {.api = api};
    struct span message;
    api_look(api);
    look_take_peers(&api->look, api->options.engine, 0, LOOK_PEERS_MAX);
    bool fits = draft_write(&api->draft, write_delta, &delta, &message);
    if (!fits || !delta.has_changes) return SPAN_NONE;
    api->streams.current = 1 - api->streams.current;
    api->streams.delta++;
    return message;
}

/* ---- Time and events ---- */

static void event_added(void *context, const struct event_record *record) {
    struct api *api = context;
    uint8_t memory[8192];
    struct buffer out = buffer_over(memory, sizeof memory);
    if (api->streams.count == 0) return;
    write_event(&out, api, record);
    must(!out.overflowed);
    send_to_all(api, buffer_span(&out));
}

void stream_set_tick(struct api *api) {
    uint8_t memory[256];
    struct buffer out = buffer_over(memory, sizeof memory);
    if (api->streams.count == 0) return;
    send_to_all(api, delta_make(api));
    if (api->tick % TICK_EVERY != 0) return;
    write_tick(&out, api);
    send_to_all(api, buffer_span(&out));
}

void stream_set_init(struct api *api) {
    api->streams.run = api_now_ms(api);
    event_log_listen(api->options.events, event_added, api);
}

void stream_set_deinit(struct api *api) {
    event_log_unlisten(api->options.events, api);
}

/* ---- One reader ---- */

/* What happened after `seq`, as far as it is kept. False: the reader is too slow already. */
static bool send_events_since(struct api *api, struct http_exchange *exchange, int64_t seq) {
    uint64_t newest = event_log_newest(api->options.events);
    uint64_t next = (uint64_t)seq + 1;
    if (newest > RESUMED_EVENTS_MAX && next < newest - RESUMED_EVENTS_MAX + 1) next = newest - RESUMED_EVENTS_MAX + 1;
    for (; next <= newest; next++) {
        uint8_t memory[8192];
        struct buffer out = buffer_over(memory, sizeof memory);
        const struct event_record *record = event_log_at(api->options.events, next);
        if (record == NULL) continue;
        write_event(&out, api, record);
        if (!http_stream_write(exchange, buffer_span(&out))) return false;
    }
    return true;
}

static bool send_snapshot(struct api *api, struct http_exchange *exchange) {
    struct span message;
    return draft_write(&api->draft, write_snapshot, api, &message) && http_stream_write(exchange, message);
}

static bool send_tick(struct api *api, struct http_exchange *exchange) {
    uint8_t memory[256];
    struct buffer out = buffer_over(memory, sizeof memory);
    write_tick(&out, api);
    return http_stream_write(exchange, buffer_span(&out));
}

/* The first words to a reader: what it missed since `from`, or everything. `delta` is what all readers are told now,
 * and `delta_before` the number of deltas before it. */
static bool send_first(struct api *api, struct http_exchange *exchange, const struct place *from, struct span delta,
                       uint64_t delta_before) {
    int64_t newest = (int64_t)event_log_newest(api->options.events);
    bool is_known = from != NULL && from->run == api->streams.run && from->seq >= 0 && from->seq <= newest;
    bool misses_one = is_known && from->delta == (int64_t)delta_before;
    bool is_told = misses_one ? http_stream_write(exchange, delta) : send_snapshot(api, exchange);
    if (!is_told) return false;
    if (is_known && !send_events_since(api, exchange, from->seq)) return false;
    return send_tick(api, exchange);
}

static void open_head(struct http_exchange *exchange) {
    static const struct http_header_line headers[] = {{"Cache-Control", "no-store"}, {"X-Accel-Buffering", "no"}};
    uint8_t memory[32];
    struct buffer retry = buffer_over(memory, sizeof memory);
    http_stream_open(exchange, "text/event-stream", headers, sizeof headers / sizeof headers[0]);
    buffer_put_text(&retry, "retry: ");
    buffer_put_decimal(&retry, RETRY_MS);
    buffer_put_text(&retry, "\n\n");
    (void)http_stream_write(exchange, buffer_span(&retry)); /* the first bytes of a new stream fit */
}

static void answer_head(struct http_exchange *exchange) {
    static const struct http_header_line headers[] = {{"Cache-Control", "no-store"}};
    http_answer(exchange,
                &(struct http_reply){
                    .status = 200, .content_type = "text/event-stream", .headers = headers, .header_count = 1});
}

void route_stream(struct api *api, struct http_exchange *exchange) {
    struct stream_set *set = &api->streams;
    struct place from;
    if (span_equal_text(http_method(exchange), "HEAD")) {
        answer_head(exchange); /* one that is open and says nothing would take a place */
        return;
    }
    if (set->count == STREAMS_MAX) {
        api_refuse(api, exchange, PROBLEM_STREAMS_FULL, NULL);
        return;
    }
    bool resumes = place_read(http_header(exchange, "last-event-id"), &from);
    /* First the others, so that what all of them know is what the newcomer is about to be told. */
    uint64_t delta_before = set->delta;
    struct span delta = delta_make(api);
    send_to_all(api, delta);
    open_head(exchange);
    if (send_first(api, exchange, resumes ? &from : NULL, delta, delta_before)) {
        set->exchanges[set->count++] = exchange;
    } else {
        http_stream_close(exchange);
    }
}
