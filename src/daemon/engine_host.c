/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/engine_host.h"

#include <string.h>

#include "base/memory.h"
#include "daemon/name_resolver.h"
#include "swarm/engine_view.h"

enum { HOUSEKEEPING_MS = 1000, STOP_MS_MAX = 3000, CLOCK_DRIFT_MS = 50 };

struct engine_host {
    struct engine_host_options options;
    struct engine *engine;
    struct actions *actions;
    struct link_set *links;
    struct signaled_link_set *signaled; /* NULL: no signaling */
    struct beacon_client *beacons;
    struct name_resolver *resolver;
    struct content_host *content;
    struct loop_timer *deadline;
    struct loop_timer *housekeeping;
    struct loop_timer *stop_limit;
    struct link_view *link_views; /* LIMIT_LINKS_MAX, for the look at links */
    int64_t wall_offset_ms;       /* as last told to the engine */
    bool is_stopping;
    bool has_stopped;
    uint64_t revision;   /* of the controls, as last told */
    uint64_t journaling; /* the operation whose writing is answered next */
};

static void journaled(void *context, bool is_synced) {
    struct engine_host *host = context;
    struct input input = {.kind = INPUT_JOURNALED};
    input.as.operation.id = host->journaling;
    input.as.operation.is_kept = is_synced;
    engine_host_feed(host, &input);
}

static void journal(struct engine_host *host, const struct action *action) {
    const struct operation *operation = &action->as.operation;
    if (action->is_gone)
        store_remove_operation(host->options.store, operation->id);
    else
        store_put_operation(host->options.store, operation);
    if (!action->waits) return;
    host->journaling = operation->id; /* the engine journals one at a time */
    store_when_synced(host->options.store, journaled, host);
}

/* A link is in the one set or in the other. */
static bool is_signaled(const struct engine_host *host, uint32_t link) {
    return host->signaled != NULL && signaled_link_set_has(host->signaled, link);
}

static void dial(struct engine_host *host, const struct action *action) {
    if (action->by_signaling)
        signaled_link_set_dial(host->signaled, action->link, &action->peer);
    else
        link_set_dial(host->links, action->link, &action->address, action->has_peer ? &action->peer : NULL);
}

static void send_frame(struct engine_host *host, uint32_t link, uint8_t type, struct span body) {
    if (is_signaled(host, link))
        signaled_link_set_send(host->signaled, link, type, body);
    else
        link_set_send(host->links, link, type, body);
}

static void close_link(struct engine_host *host, uint32_t link, bool is_graceful) {
    if (is_signaled(host, link))
        signaled_link_set_close(host->signaled, link, is_graceful);
    else
        link_set_close(host->links, link, is_graceful);
}

static void perform(struct engine_host *host, const struct action *action) {
    switch (action->kind) {
    case ACTION_DIAL: dial(host, action); return;
    case ACTION_SEND: send_frame(host, action->link, action->type, action->bytes); return;
    case ACTION_CLOSE: close_link(host, action->link, action->is_graceful); return;
    case ACTION_RENEW:
        if (is_signaled(host, action->link)) signaled_link_set_renew(host->signaled, action->link);
        return;
    case ACTION_ANNOUNCE: beacon_client_ask(host->beacons, action->source, action->bytes); return;
    case ACTION_FETCH: beacon_client_ask(host->beacons, action->source, SPAN_NONE); return;
    case ACTION_STORE_ROW: store_put_book_row(host->options.store, &action->as.row); return;
    case ACTION_REMOVE_ROW: store_remove_book_row(host->options.store, &action->peer); return;
    case ACTION_PIN:
        store_put_pin(host->options.store, host->options.peers[action->source].named.name, &action->peer);
        return;
    case ACTION_JOURNAL: journal(host, action); return;
    case ACTION_RECORD:
    case ACTION_LIST_MISSING:
    case ACTION_COLLECT:
    case ACTION_DISCARD:
    case ACTION_SERVE:
    case ACTION_HOLD:
    case ACTION_RELEASE:
    case ACTION_FORGET_RECORD:
    case ACTION_CHOOSE_PROOF:
    case ACTION_UNSERVE:
    case ACTION_SEND_RECORD:
        if (host->content != NULL) content_host_perform(host->content, action);
        return;
    case ACTION_MARK: host->options.marked(host->options.context, !action->is_gone); return;
    case ACTION_EMIT: event_log_add(host->options.events, &action->as.event); return;
    }
}

static void finish_stop(struct engine_host *host) {
    if (host->has_stopped) return;
    host->has_stopped = true;
    loop_timer_stop(host->stop_limit);
    host->options.stopped(host->options.context);
}

static void set_deadline(struct engine_host *host) {
    int64_t deadline_ms = engine_deadline_ms(host->engine);
    if (deadline_ms == INT64_MAX) {
        loop_timer_stop(host->deadline);
        return;
    }
    int64_t delay_ms = deadline_ms - loop_now_ms(host->options.loop);
    loop_timer_start(host->deadline, delay_ms > 0 ? delay_ms : 0);
}

static void tell_switched(struct engine_host *host) {
    host->revision = engine_view_control_revision(host->engine);
    if (host->options.switched != NULL) host->options.switched(host->options.context);
}

void engine_host_feed(struct engine_host *host, const struct input *input) {
    int64_t now_us = loop_now_us(host->options.loop);
    struct input timed = *input;
    struct action action;
    timed.sub_us = (uint16_t)(now_us % 1000);
    engine_feed(host->engine, &timed, host->actions, now_us / 1000);
    while (actions_take(host->actions, &action)) perform(host, &action);
    set_deadline(host);
    if (engine_view_control_revision(host->engine) != host->revision) tell_switched(host);
    if (host->is_stopping && engine_is_stopped(host->engine)) finish_stop(host);
}

static void tick(void *context) {
    engine_host_feed(context, &(struct input){.kind = INPUT_TICK});
}

/* Links. */

static void link_up(void *context, uint32_t link, enum link_direction direction, const struct address *remote,
                    const struct public_key *key, int64_t handshake_ms) {
    struct input input = {.kind = INPUT_LINK_UP};
    input.as.link.id = link;
    input.as.link.is_inbound = direction == LINK_INBOUND;
    input.as.link.remote = *remote;
    input.as.link.key = *key;
    input.as.link.handshake_ms = handshake_ms;
    engine_host_feed(context, &input);
}

static void link_up_signaled(void *context, uint32_t link, enum link_direction direction, const struct address *remote,
                             const struct link_binding *binding, int64_t handshake_ms) {
    struct input input = {.kind = INPUT_LINK_UP};
    input.as.link.id = link;
    input.as.link.is_inbound = direction == LINK_INBOUND;
    input.as.link.remote = *remote;
    input.as.link.transport = LINK_TRANSPORT_WEBRTC;
    input.as.link.binding = binding;
    input.as.link.handshake_ms = handshake_ms;
    engine_host_feed(context, &input);
}

static void link_message(void *context, uint32_t link, const struct checked_message *message) {
    struct input input = {.kind = INPUT_FRAME};
    input.as.frame.link = link;
    input.as.frame.type = message->type;
    input.as.frame.message = message;
    engine_host_feed(context, &input);
}

static void link_frame_refused(void *context, uint32_t link, uint8_t type, enum refusal refusal) {
    struct input input = {.kind = INPUT_FRAME_REFUSED};
    input.as.frame.link = link;
    input.as.frame.type = type;
    input.as.frame.refusal = refusal;
    engine_host_feed(context, &input);
}

static void feed_link(struct engine_host *host, enum input_kind kind, uint32_t link, enum reason reason,
                      const char *detail) {
    struct input input = {.kind = kind};
    input.as.link.id = link;
    input.as.link.reason = reason;
    input.as.link.detail = detail;
    engine_host_feed(host, &input);
}

static void link_faulted(void *context, uint32_t link, enum reason reason) {
    feed_link(context, INPUT_LINK_FAULTED, link, reason, NULL);
}

static void link_down(void *context, uint32_t link, enum reason reason) {
    feed_link(context, INPUT_LINK_DOWN, link, reason, NULL);
}

static void link_dial_failed(void *context, uint32_t link, enum reason reason, const char *detail) {
    feed_link(context, INPUT_DIAL_FAILED, link, reason, detail);
}

static void link_turned_away(void *context, const struct address *remote, enum reason reason, const char *detail) {
    struct input input = {.kind = INPUT_TURNED_AWAY};
    input.as.link.remote = *remote;
    input.as.link.reason = reason;
    input.as.link.detail = detail;
    engine_host_feed(context, &input);
}

static bool measure(const struct engine_host *host, uint32_t link, struct link_measure *found) {
    return is_signaled(host, link) ? signaled_link_set_measure(host->signaled, link, found)
                                   : link_set_measure(host->links, link, found);
}

static void measure_links(struct engine_host *host) {
    int64_t now_ms = loop_now_ms(host->options.loop);
    size_t count = engine_view_links(host->engine, host->link_views, LIMIT_LINKS_MAX, now_ms);
    for (size_t i = 0; i < count; i++) {
        struct link_measure found;
        if (!measure(host, host->link_views[i].id, &found)) continue;
        struct input input = {.kind = INPUT_LINK_MEASURED};
        input.as.link.id = host->link_views[i].id;
        input.as.link.bytes_in = found.bytes_in;
        input.as.link.bytes_out = found.bytes_out;
        input.as.link.unsent_bytes = found.unsent_bytes;
        input.as.link.packets = found.packets;
        input.as.link.packets_lost = found.packets_lost;
        input.as.link.route = found.route;
        engine_host_feed(host, &input);
    }
}

/* Beacons. */

static void beacon_replied(void *context, const struct input *input) {
    engine_host_feed(context, input);
}

/* The operator's peers. */

static void peer_resolved(void *context, size_t index, const struct address *addresses, size_t count) {
    struct engine_host *host = context;
    struct input input = {.kind = INPUT_OPERATOR_PEER};
    input.as.place.source = (uint8_t)index;
    input.as.place.addresses = addresses;
    input.as.place.count = count;
    if (!host->is_stopping) engine_host_feed(host, &input);
}

/* Content. */

static void link_drained(void *context, uint32_t link) {
    struct engine_host *host = context;
    if (host->content != NULL) content_host_drained(host->content, link);
}

static void content_feeds(void *context, const struct input *input) {
    engine_host_feed(context, input);
}

static void content_sends(void *context, uint32_t link, uint8_t type, struct span body) {
    struct engine_host *host = context;
    send_frame(host, link, type, body);
}

static size_t content_unsent(void *context, uint32_t link) {
    struct engine_host *host = context;
    return is_signaled(host, link) ? signaled_link_set_bulk_unsent(host->signaled, link)
                                   : link_set_bulk_unsent(host->links, link);
}

static void content_emits(void *context, const struct event *event) {
    struct engine_host *host = context;
    event_log_add(host->options.events, event);
}

static bool content_redundancy(void *context, const struct object_id *file, struct redundancy_view *view) {
    const struct engine_host *host = context;
    return engine_view_redundancy(host->engine, file, view, loop_now_ms(host->options.loop));
}

static enum err open_content(struct engine_host *host, struct err_detail *detail) {
    if (host->options.folder == NULL) return ERR_OK;
    const struct content_host_options options = {
        .loop = host->options.loop,
        .folder = host->options.folder,
        .bytes_max = host->options.storage_max,
        .upload_bytes_per_second = host->options.upload_rate,
        .scrub_bytes_per_second = host->options.scrub_rate,
        .node_key = host->options.key,
        .user_key = host->options.user_key,
        .community = host->options.community,
        .feed = content_feeds,
        .send = content_sends,
        .unsent = content_unsent,
        .emit = content_emits,
        .redundancy = content_redundancy,
        .context = host,
    };
    return content_host_open(&host->content, &options, detail);
}

struct content_host *engine_host_content(const struct engine_host *host) {
    return host->content;
}

/* Once a second. */

static void tell_clock(struct engine_host *host) {
    int64_t wall_ms = loop_wall_ms(host->options.loop);
    int64_t offset_ms = wall_ms - loop_now_ms(host->options.loop);
    int64_t drift_ms = offset_ms - host->wall_offset_ms;
    if (drift_ms < CLOCK_DRIFT_MS && drift_ms > -CLOCK_DRIFT_MS) return;
    struct input input = {.kind = INPUT_CLOCK};
    input.as.wall_ms = wall_ms;
    host->wall_offset_ms = offset_ms;
    engine_host_feed(host, &input);
}

static void keep_house(void *context) {
    struct engine_host *host = context;
    loop_timer_start(host->housekeeping, HOUSEKEEPING_MS);
    tell_clock(host);
    measure_links(host);
    tell_switched(host); /* the guard against a clone is no control: it lifts without a new revision */
    if (!host->is_stopping) name_resolver_tick(host->resolver, loop_now_ms(host->options.loop));
}

/* Life. */

static enum err make_links(struct engine_host *host, struct err_detail *detail) {
    struct link_options options = {
        .loop = host->options.loop,
        .key = host->options.key,
        .verifier = sign_verifier(),
        .callbacks = {link_up, link_message, link_frame_refused, link_faulted, link_down, link_dial_failed,
                      link_turned_away, link_drained},
        .context = host,
    };
    return link_set_new(&host->links, &options, detail);
}

static enum err make_beacons(struct engine_host *host, struct err_detail *detail) {
    const char *urls[LIMIT_SOURCES_MAX];
    const struct engine_options *engine = host->options.engine;
    for (size_t i = 0; i < engine->source_count; i++) urls[i] = engine->sources[i].url;
    struct beacon_client_options options = {
        .loop = host->options.loop,
        .http = host->options.http,
        .community = engine->community,
        .urls = urls,
        .url_count = engine->source_count,
        .verifier = sign_verifier(),
        .replied = beacon_replied,
        .context = host,
    };
    host->beacons = beacon_client_new(&options);
    return host->beacons == NULL ? err_set(detail, ERR_MEMORY, "no memory for the beacon client") : ERR_OK;
}

static void make_resolver(struct engine_host *host) {
    struct place_name names[LIMIT_OPERATOR_PEERS_MAX];
    for (size_t i = 0; i < host->options.peer_count; i++) names[i] = host->options.peers[i].place;
    const struct name_resolver_options options = {
        .loop = host->options.loop,
        .names = names,
        .count = host->options.peer_count,
        .resolved = peer_resolved,
        .context = host,
    };
    host->resolver = name_resolver_new(&options);
}

static void out_of_time(void *context) {
    finish_stop(context);
}

static enum err make_parts(struct engine_host *host, struct err_detail *detail) {
    struct loop *loop = host->options.loop;
    host->engine = engine_new(host->options.engine, loop_now_ms(loop));
    host->actions = actions_new();
    host->link_views = memory_try_zeroed(LIMIT_LINKS_MAX, sizeof *host->link_views);
    if (host->engine == NULL || host->actions == NULL || host->link_views == NULL) {
        return err_set(detail, ERR_MEMORY, "no memory for the engine's tables");
    }
    host->deadline = loop_timer_open(loop, tick, host);
    host->housekeeping = loop_timer_open(loop, keep_house, host);
    host->stop_limit = loop_timer_open(loop, out_of_time, host);
    make_resolver(host);
    enum err err = make_beacons(host, detail);
    if (err == ERR_OK) err = make_links(host, detail);
    return err != ERR_OK ? err : open_content(host, detail);
}

enum err engine_host_new(struct engine_host **out, const struct engine_host_options *options,
                         struct err_detail *detail) {
    struct engine_host *host = memory_zeroed(1, sizeof *host);
    host->options = *options;
    *out = host;
    enum err err = make_parts(host, detail);
    if (err == ERR_OK) return ERR_OK;
    engine_host_free(host);
    *out = NULL;
    return err;
}

void engine_host_free(struct engine_host *host) {
    if (host == NULL) return;
    store_forget_waiting(host->options.store, host);
    name_resolver_free(host->resolver);
    content_host_close(host->content);
    signaled_link_set_free(host->signaled);
    link_set_free(host->links);
    beacon_client_free(host->beacons);
    loop_timer_close(host->deadline);
    loop_timer_close(host->housekeeping);
    loop_timer_close(host->stop_limit);
    engine_free(host->engine);
    actions_free(host->actions);
    memory_free(host->link_views);
    memory_free(host);
}

enum err engine_host_listen(struct engine_host *host, const struct address *at, struct address *bound,
                            struct err_detail *detail) {
    return link_set_listen(host->links, at, bound, detail);
}

static void load_row(void *context, const struct book_row *row) {
    struct input input = {.kind = INPUT_BOOK_ROW};
    input.as.row = row;
    engine_host_feed(context, &input);
}

static void load_pin(void *context, const char *name, const struct node_id *id) {
    struct engine_host *host = context;
    for (size_t i = 0; i < host->options.peer_count; i++) {
        if (strcmp(host->options.peers[i].named.name, name) != 0) continue;
        struct input input = {.kind = INPUT_PIN};
        input.as.place.source = (uint8_t)i;
        input.as.place.peer = *id;
        engine_host_feed(host, &input);
    }
}

static void load_operation(void *context, const struct operation *operation) {
    struct input input = {.kind = INPUT_OPERATION_ROW};
    input.as.operation_row = operation;
    engine_host_feed(context, &input);
}

enum err engine_host_start(struct engine_host *host, struct err_detail *detail) {
    enum err err = store_load_book(host->options.store, LIMIT_BOOK_ROWS_MAX, load_row, host, detail);
    if (err == ERR_OK) err = store_load_operations(host->options.store, load_operation, host, detail);
    if (err == ERR_OK) err = store_load_pins(host->options.store, load_pin, host, detail);
    if (err != ERR_OK) return err;
    engine_host_feed(host, &(struct input){.kind = INPUT_START});
    if (host->content != NULL) content_host_start(host->content);
    keep_house(host);
    return ERR_OK;
}

void engine_host_join_signaling(struct engine_host *host, struct peerjs_peer *peer) {
    const struct public_key key = sign_public_key(host->options.key);
    const struct signaled_options options = {
        .loop = host->options.loop,
        .peer = peer,
        .self = node_id_of_key(&key),
        .verifier = sign_verifier(),
        .callbacks = {link_up_signaled, link_message, link_frame_refused, link_faulted, link_down, link_dial_failed,
                      link_drained},
        .context = host,
    };
    host->signaled = signaled_link_set_new(&options);
}

struct signaled_link_set *engine_host_signaled(const struct engine_host *host) {
    return host->signaled;
}

void engine_host_tell_signaling(struct engine_host *host, bool is_on) {
    engine_host_feed(host, &(struct input){.kind = INPUT_SIGNALING, .as.is_on = is_on});
}

void engine_host_stop(struct engine_host *host) {
    if (host->is_stopping) return;
    host->is_stopping = true;
    link_set_stop_listening(host->links);
    loop_timer_start(host->stop_limit, STOP_MS_MAX);
    engine_host_feed(host, &(struct input){.kind = INPUT_STOP});
}

enum operation_answer engine_host_operate(struct engine_host *host, enum operation_verb verb, uint64_t id,
                                          const struct operation_request *request) {
    enum operation_answer answer = OPERATION_ABSENT;
    struct input input = {.kind = INPUT_OPERATION};
    input.as.operation.verb = verb;
    input.as.operation.id = id;
    input.as.operation.request = request;
    input.as.operation.answer = &answer;
    engine_host_feed(host, &input);
    return answer;
}

enum examine_answer engine_host_examine(struct engine_host *host, const struct node_id *peer) {
    enum examine_answer answer = EXAMINE_NO_LINK;
    struct input input = {.kind = INPUT_EXAMINE};
    input.as.examine.peer = peer;
    input.as.examine.answer = &answer;
    engine_host_feed(host, &input);
    return answer;
}

const struct engine *engine_host_engine(const struct engine_host *host) {
    return host->engine;
}

uint64_t engine_host_callers_over_rate(const struct engine_host *host) {
    return link_set_callers_over_rate(host->links);
}
