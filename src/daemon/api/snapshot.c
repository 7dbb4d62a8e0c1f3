/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/api/snapshot.h"

#include "daemon/api/panel.h"
#include "daemon/api/row.h"
#include "daemon/api/state.h"

#include <inttypes.h>
#include <stdio.h>

/* A cursor is a text, whatever it counts; 0 = there is none. */
static void put_cursor(struct json_writer *w, const char *name, size_t number) {
    char text[24];
    (void)snprintf(text, sizeof text, "%zu", number);
    json_put_text(w, name, number == 0 ? NULL : text);
}

static bool is_link_chosen(const struct link_view *link, const struct link_choice *choice) {
    return link->id > choice->after_id && (!choice->has_state || link->state == choice->state);
}

void snapshot_write_links(struct json_writer *w, const char *name, const struct look *look,
                          const struct link_choice *choice) {
    const struct link_view *last = NULL;
    size_t count = 0;
    bool has_more = false;
    json_open_object(w, name);
    json_put_integer(w, "asOf", look->wall_ms);
    json_open_array(w, "items");
    for (size_t i = 0; i < look->link_count && !has_more; i++) {
        const struct link_view *link = &look->links[i];
        if (!is_link_chosen(link, choice)) continue;
        has_more = count == choice->count_max;
        if (has_more) continue;
        row_write_link(w, link, &look->rendezvous);
        last = link;
        count++;
    }
    json_close_array(w);
    put_cursor(w, "next", has_more ? last->id : 0);
    json_close_object(w);
}

void snapshot_write_peers(struct json_writer *w, const char *name, const struct look *look) {
    json_open_object(w, name);
    json_put_integer(w, "asOf", look->wall_ms);
    put_cursor(w, "next", look->peer_next);
    json_open_array(w, "items");
    for (size_t i = 0; i < look->peer_count; i++) row_write_peer(w, &look->peers[i], &look->rendezvous);
    json_close_array(w);
    json_close_object(w);
}

static bool is_chosen(const struct event_record *record, const struct event_choice *choice) {
    enum event_code code = (enum event_code)record->event.code;
    return event_level(code) >= choice->least && (!choice->has_code || code == choice->code);
}

/* The next chosen one below `seq`; NULL: none is kept. */
static const struct event_record *older(const struct event_log *events, uint64_t seq,
                                        const struct event_choice *choice) {
    const struct event_record *record;
    while ((record = event_log_at(events, --seq)) != NULL)
        if (is_chosen(record, choice)) return record;
    return NULL;
}

static void put_next(struct json_writer *w, const struct event_record *last, bool has_more) {
    char id[48];
    if (!has_more) {
        json_put_null(w, "next");
        return;
    }
    (void)snprintf(id, sizeof id, "%" PRId64 "-%" PRIu64, last->event.at_ms, last->seq);
    json_put_text(w, "next", id);
}

void snapshot_write_events(struct json_writer *w, const struct event_log *events, const struct event_choice *choice) {
    uint64_t newest = event_log_newest(events);
    uint64_t end = choice->before_seq == 0 || choice->before_seq > newest ? newest + 1 : choice->before_seq;
    const struct event_record *last = NULL;
    const struct event_record *record = older(events, end, choice);
    json_open_array(w, "items");
    for (size_t count = 0; record != NULL && count < choice->count_max; count++) {
        uint8_t memory[8192];
        struct buffer json = buffer_over(memory, sizeof memory);
        event_log_write_json(&json, record);
        json_put_raw(w, NULL, buffer_span(&json));
        last = record;
        record = older(events, record->seq, choice);
    }
    json_close_array(w);
    put_next(w, last, record != NULL && last != NULL);
}

/* Parts that this version does not have. */
static void put_absent_panels(struct json_writer *w) {
    static const char *const names[] = {"identity"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) json_put_null(w, names[i]);
}

void snapshot_write(struct buffer *out, const struct look *look) {
    struct json_writer w = json_writer_into(out);
    const struct event_choice newest = {.count_max = SNAPSHOT_EVENTS};
    const struct link_choice all = {.count_max = LIMIT_LINKS_MAX};
    json_open_object(&w, NULL);
    json_put_integer(&w, "asOf", look->wall_ms);
    for (size_t i = 0; i < PANEL_COUNT; i++) (void)panel_write(&w, &panels[i], panels[i].name, look);
    snapshot_write_links(&w, "links", look, &all);
    snapshot_write_peers(&w, "peers", look);
    put_absent_panels(&w);
    json_open_object(&w, "events");
    json_put_integer(&w, "asOf", look->wall_ms);
    snapshot_write_events(&w, look->events, &newest);
    json_close_object(&w);
    json_close_object(&w);
}

/* ---- Routes ---- */

static void write_snapshot(struct buffer *out, void *context) {
    snapshot_write(out, context);
}

void route_snapshot(struct api *api, struct http_exchange *exchange) {
    api_look(api);
    look_take_peers(&api->look, api->options.engine, 0, LOOK_PEERS_MAX);
    api_answer_json(api, exchange, write_snapshot, &api->look);
}

struct panel_answer {
    const struct panel *panel;
    const struct look *look;
};

static void write_panel(struct buffer *out, void *context) {
    const struct panel_answer *answer = context;
    struct json_writer w = json_writer_into(out);
    (void)panel_write(&w, answer->panel, NULL, answer->look);
}

/* The path's last part names the panel. */
void route_panel(struct api *api, struct http_exchange *exchange) {
    struct span name = http_path(exchange);
    for (size_t i = name.size; i > 0; i--) {
        if (name.at[i - 1] != '/') continue;
        name = (struct span){name.at + i, name.size - i};
        break;
    }
    struct panel_answer answer = {panel_find(name), &api->look};
    api_look(api);
    api_answer_json(api, exchange, write_panel, &answer);
}
