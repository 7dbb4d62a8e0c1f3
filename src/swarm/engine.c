/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/engine_inside.h"

#include "base/deadline.h"
#include "base/memory.h"
#include "swarm/content/download.h"
#include "swarm/content/upload.h"
#include "swarm/control/control.h"
#include "swarm/dial/dial.h"
#include "swarm/dial/operator_peer.h"
#include "swarm/dial/redial.h"
#include "swarm/handlers.h"
#include "swarm/link/examination.h"
#include "swarm/link/health.h"
#include "swarm/link/session.h"
#include "swarm/mesh/broadcast.h"
#include "swarm/mesh/exchange.h"
#include "swarm/mesh/explore.h"
#include "swarm/mesh/hearsay.h"
#include "swarm/peer/peers.h"
#include "swarm/reach/advertise.h"
#include "swarm/reach/reachability.h"
#include "swarm/reach/recovery.h"
#include "swarm/replica/possession.h"
#include "swarm/sync/sync.h"

#include <stdio.h>
#include <string.h>

static size_t or_ceiling(size_t wanted, size_t ceiling) {
    return wanted == 0 || wanted > ceiling ? ceiling : wanted;
}

static bool make_broadcast(struct engine *engine, const struct engine_options *options, uint64_t seed) {
    const struct broadcast_sizes sizes = {
        .links = or_ceiling(options->links, LIMIT_LINKS_MAX),
        .seen = or_ceiling(options->records_seen, LIMIT_SEEN_RECORDS),
        .authors = or_ceiling(options->record_authors, LIMIT_AUTHORS_MAX),
        .cached_bytes = or_ceiling(options->record_bytes, LIMIT_RECORD_CACHE_BYTES),
    };
    return broadcast_init(&engine->broadcast, &sizes, seed);
}

static size_t smaller(size_t a, size_t b) {
    return a < b ? a : b;
}

static bool make_sync(struct engine *engine, const struct engine_options *options, uint64_t seed) {
    const size_t kept = or_ceiling(options->records_kept, LIMIT_RECORDS_KEPT);
    const struct sync_sizes sizes = {
        .links = or_ceiling(options->links, LIMIT_LINKS_MAX),
        .kept = kept,
        .waiting = smaller(kept, LIMIT_WAITING_RECORDS),
        .dropped = smaller(kept, LIMIT_DROPPED_RECORDS),
    };
    return sync_init(&engine->sync, &sizes, seed);
}

static void forget_advert(void *context, const struct object_id *id, int64_t at_ms) {
    struct engine *engine = context;
    struct action *action = actions_add(engine->actions, ACTION_FORGET_RECORD);
    action->as.forget.id = *id;
    action->as.forget.at_ms = at_ms;
}

static bool make_replica(struct engine *engine, const struct engine_options *options, uint64_t seed) {
    const struct provider_sizes sizes = {
        .providers = or_ceiling(options->providers, LIMIT_PROVIDERS_MAX),
        .pages = LIMIT_ADVERTS_MAX,
        .claims = or_ceiling(options->claims, LIMIT_CLAIMS_MAX),
    };
    const bool has_all = replica_init(&engine->replica, &sizes, or_ceiling(options->links, LIMIT_LINKS_MAX), seed);
    engine->replica.bytes_per_second = options->repair_bytes_per_second;
    engine->replica.providers.catalog = &engine->content.catalog;
    engine->replica.providers.forget = forget_advert;
    engine->replica.providers.context = engine;
    return has_all;
}

static bool make_tables(struct engine *engine, const struct engine_options *options) {
    uint64_t seed = prng_next(&engine->prng);
    bool has_book = address_book_init(&engine->book, or_ceiling(options->book_rows, LIMIT_BOOK_ROWS_MAX), seed);
    bool has_passive = passive_view_init(&engine->passive, or_ceiling(options->passive_tickets, LIMIT_PASSIVE_MAX));
    bool has_links = link_table_init(&engine->links, or_ceiling(options->links, LIMIT_LINKS_MAX));
    bool has_operations = operations_init(&engine->operations, or_ceiling(options->operations, LIMIT_OPERATIONS_MAX));
    bool has_hearsay = hearsay_table_init(&engine->hearsay.table, engine->view_max);
    bool has_content = content_init(&engine->content, or_ceiling(options->files, LIMIT_FILES_MAX),
                                    or_ceiling(options->links, LIMIT_LINKS_MAX), seed);
    bool has_broadcast = make_broadcast(engine, options, seed);
    bool has_sync = make_sync(engine, options, seed);
    bool has_replica = make_replica(engine, options, seed);
    return has_book && has_passive && has_links && has_operations && has_hearsay && has_content && has_broadcast &&
           has_sync && has_replica;
}

static void take_operator_peers(struct engine *engine, const struct engine_options *options) {
    engine->operator_peer_count = or_ceiling(options->operator_peer_count, LIMIT_OPERATOR_PEERS_MAX);
    if (options->operator_peer_count == 0) engine->operator_peer_count = 0;
    for (size_t i = 0; i < engine->operator_peer_count; i++) {
        engine->operator_peers[i].named = options->operator_peers[i];
    }
}

static void take_policy(struct engine *engine, const struct engine_options *options) {
    engine->policy.allows_loopback = options->listens_on_loopback_only;
    for (size_t i = 0; i < options->interface_count && i < LIMIT_INTERFACES_MAX; i++) {
        engine->policy.interfaces[engine->policy.interface_count++] = options->interfaces[i];
    }
}

static void take_options(struct engine *engine, const struct engine_options *options) {
    snprintf(engine->agent, sizeof engine->agent, "%s", options->agent);
    engine->entropy = options->entropy;
    engine->view_min = options->view_min == 0 ? LIMIT_VIEW_MIN : options->view_min;
    engine->view_target = options->view_target == 0 ? LIMIT_VIEW_TARGET : options->view_target;
    engine->view_max = options->view_max == 0 ? LIMIT_VIEW_MAX : options->view_max;
    engine->next_link_id = 2; /* ours are even, the host's inbound ones odd */
    engine->next_dial_ms = engine->next_explore_ms = engine->next_pex_ms = INT64_MAX;
    engine->hearsay.next_tell_ms = INT64_MAX;
    engine->hearsay.is_shared = !options->hides_view;
    engine->examinations.is_answering = !options->ignores_doctor;
    if (options->listens_first) clone_guard_mark(engine);
    take_policy(engine, options);
    take_operator_peers(engine, options);
    self_init(&engine->self, options->node_key, options->user_key, options->community, &engine->entropy);
    size_t source_count = options->source_count < LIMIT_SOURCES_MAX ? options->source_count : LIMIT_SOURCES_MAX;
    harvest_init(&engine->harvest, options->sources, source_count);
}

struct engine *engine_new(const struct engine_options *options, int64_t now_ms) {
    struct engine *engine = memory_try_zeroed(1, sizeof *engine);
    if (engine == NULL) return NULL;
    engine->prng = prng_seeded(options->seed);
    engine->next_forget_ms = now_ms;
    engine->due_ms = INT64_MAX;
    take_options(engine, options);
    byte_pace_set(&engine->content.pace, options->download_bytes_per_second, now_ms);
    if (make_tables(engine, options)) return engine;
    engine_free(engine);
    return NULL;
}

void engine_free(struct engine *engine) {
    if (engine == NULL) return;
    address_book_deinit(&engine->book);
    passive_view_deinit(&engine->passive);
    link_table_deinit(&engine->links);
    operations_deinit(&engine->operations);
    hearsay_table_deinit(&engine->hearsay.table);
    broadcast_deinit(&engine->broadcast);
    sync_deinit(&engine->sync);
    content_deinit(&engine->content);
    replica_deinit(&engine->replica);
    self_deinit(&engine->self);
    memory_free(engine);
}

struct event *engine_emit(struct engine *engine, enum event_code code, int64_t now_ms) {
    struct event *event = &actions_add(engine->actions, ACTION_EMIT)->as.event;
    event->code = (uint16_t)code;
    event->at_ms = engine_wall_ms(engine, now_ms);
    return event;
}

struct event *engine_emit_peer(struct engine *engine, enum event_code code, const struct node_id *peer,
                               int64_t now_ms) {
    struct event *event = engine_emit(engine, code, now_ms);
    event->has_peer = true;
    event->peer = *peer;
    return event;
}

struct event *engine_emit_link(struct engine *engine, enum event_code code, const struct link_row *link,
                               int64_t now_ms) {
    struct event *event = engine_emit(engine, code, now_ms);
    event->has_peer = link->has_peer;
    event->peer = link->node_id;
    event->has_address = link->address.family != ADDRESS_NONE;
    event->address = link->address;
    event->reason = (uint8_t)link->reason;
    return event;
}

struct buffer engine_body(struct engine *engine) {
    return actions_bytes(engine->actions);
}

static void count_frame(struct counter_traffic *traffic, uint8_t type, size_t size) {
    traffic[message_place(type)].frames++;
    traffic[message_place(type)].bytes += size;
}

void engine_send_kept(struct engine *engine, uint32_t link, uint8_t type, struct span body) {
    struct action *action = actions_add(engine->actions, ACTION_SEND);
    action->link = link;
    action->type = type;
    action->bytes = body;
    count_frame(engine->counters.out, type, LIMIT_FRAME_HEADER_SIZE + body.size);
}

void engine_send(struct engine *engine, uint32_t link, uint8_t type, const struct buffer *body) {
    engine_send_kept(engine, link, type, actions_keep_bytes(engine->actions, body));
}

static void start(struct engine *engine, int64_t now_ms) {
    if (engine->started_at_ms != 0) return;
    engine->started_at_ms = now_ms;
    struct event *event = engine_emit_peer(engine, EVENT_NODE_STARTED, &engine->self.node_id, now_ms);
    event_set_text(event, engine->self.community);
    control_start(engine, now_ms);
    clone_guard_start(engine, now_ms); /* before anything is said */
    harvest_start(engine, now_ms);
    exchange_start(engine, now_ms);
    hearsay_start(engine, now_ms);
    dial_start(engine, now_ms);
    explore_start(engine, now_ms);
    reachability_start(engine, now_ms);
    sync_start(engine, now_ms);
}

static void set_clock(struct engine *engine, int64_t wall_ms, int64_t now_ms) {
    int64_t jump_ms = wall_ms - engine_wall_ms(engine, now_ms);
    engine->wall_offset_ms = wall_ms - now_ms;
    if (engine->started_at_ms == 0 || (jump_ms < LIMIT_CLOCK_SKEW_MS && jump_ms > -LIMIT_CLOCK_SKEW_MS)) return;
    struct event *event = engine_emit(engine, EVENT_CLOCK_JUMPED, now_ms);
    event->figures[0] = jump_ms;
    harvest_ticket_due(engine, now_ms);
}

static bool may_come_now(const struct link_row *link, uint8_t type) {
    if (link->state == LINK_STATE_OPEN) return true;
    return type == MESSAGE_HELLO || type == MESSAGE_GOODBYE;
}

static void dispatch(struct engine *engine, struct link_row *link, const struct checked_message *message,
                     int64_t now_ms) {
    switch (message->type) {
#define MESSAGE(type, NAME, name, wire_name, concern)                                                                  \
    case MESSAGE_##NAME:                                                                                               \
        concern##_on_##name(engine, link, message->body, now_ms);                                                      \
        return;
#include "messages.def"
#undef MESSAGE
    default: return; /* a type from a later version: to be ignored */
    }
}

static void take_frame(struct engine *engine, const struct input *input, int64_t now_ms) {
    struct link_row *link = link_table_find(&engine->links, input->as.frame.link);
    const struct checked_message *message = input->as.frame.message;
    count_frame(engine->counters.in, message->type, message->frame_size);
    if (link == NULL || link->state == LINK_STATE_CLOSING) return;
    link->is_bound |= message->is_bound;
    link_health_heard(&link->health, now_ms);
    if (may_come_now(link, message->type)) {
        dispatch(engine, link, message, now_ms);
    } else {
        session_refuse(engine, link, REASON_PROTOCOL, "a frame before hello", message->type, now_ms);
    }
}

static void take_refused_frame(struct engine *engine, const struct input *input, int64_t now_ms) {
    struct link_row *link = link_table_find(&engine->links, input->as.frame.link);
    enum refusal refusal = input->as.frame.refusal;
    engine->counters.refused[refusal]++;
    if (link == NULL) return;
    session_refuse(engine, link, refusal_reason(refusal), refusal_name(refusal), input->as.frame.type, now_ms);
}

static void take_fault(struct engine *engine, const struct input *input, int64_t now_ms) {
    struct link_row *link = link_table_find(&engine->links, input->as.link.id);
    if (link == NULL) return;
    enum reason reason = input->as.link.reason;
    session_refuse(engine, link, reason, reason_name(reason), 0, now_ms);
}

static void tick(struct engine *engine, int64_t now_ms) {
    session_tick(engine, now_ms);
    control_tick(engine, now_ms); /* before whatever it may forbid, as is the next */
    clone_guard_tick(engine, now_ms);
    health_tick(engine, now_ms);
    harvest_tick(engine, now_ms);
    exchange_tick(engine, now_ms);
    hearsay_tick(engine, now_ms);
    examination_tick(engine, now_ms);
    peers_tick(engine, now_ms);
    explore_tick(engine, now_ms);
    reachability_tick(engine, now_ms);
    broadcast_tick(engine, now_ms);
    sync_tick(engine, now_ms);
    content_tick(engine, now_ms);
    replica_tick(engine, now_ms);
    dial_tick(engine, now_ms);
}

static void route(struct engine *engine, const struct input *input, int64_t now_ms) {
    switch (input->kind) {
    case INPUT_START: start(engine, now_ms); return;
    case INPUT_STOP: session_stop(engine, now_ms); return;
    case INPUT_TICK: return;
    case INPUT_CLOCK: set_clock(engine, input->as.wall_ms, now_ms); return;
    case INPUT_BOOK_ROW: peers_load(engine, input->as.row, now_ms); return;
    case INPUT_OPERATION_ROW: control_load(engine, input->as.operation_row); return;
    case INPUT_PIN: operator_peer_pin(engine, input->as.place.source, &input->as.place.peer); return;
    case INPUT_OPERATOR_PEER: operator_peer_addresses(engine, input, now_ms); return;
    case INPUT_ADVERTISED: advertise_base(engine, input, now_ms); return;
    case INPUT_INTERFACES: recovery_interfaces(engine, input, now_ms); return;
    case INPUT_WOKE:
        control_woke(engine, input->as.stood_ms);
        replica_woke(engine, input->as.stood_ms, now_ms);
        recovery_woke(engine, input->as.stood_ms, now_ms);
        return;
    case INPUT_LINK_UP: session_up(engine, input, now_ms); return;
    case INPUT_LINK_DOWN: session_down(engine, input, now_ms); return;
    case INPUT_LINK_FAULTED: take_fault(engine, input, now_ms); return;
    case INPUT_LINK_MEASURED: health_measured(engine, input, now_ms); return;
    case INPUT_DIAL_FAILED: redial_dial_failed(engine, input, now_ms); return;
    case INPUT_TURNED_AWAY: session_turned_away(engine, input, now_ms); return;
    case INPUT_FRAME: take_frame(engine, input, now_ms); return;
    case INPUT_FRAME_REFUSED: take_refused_frame(engine, input, now_ms); return;
    case INPUT_BEACON_REPLY: harvest_reply(engine, input, now_ms); return;
    case INPUT_REFRESH: harvest_refresh(engine, now_ms); return;
    case INPUT_PUBLISH_RECORD: broadcast_publish(engine, input->as.record, now_ms); return;
    case INPUT_SHARE_VIEW: hearsay_share(engine, input->as.is_on, now_ms); return;
    case INPUT_ANSWER_DOCTOR: engine->examinations.is_answering = input->as.is_on; return;
    case INPUT_DOWNLOAD_RATE: download_set_rate(engine, input->as.bytes_per_second, now_ms); return;
    case INPUT_SIGNALING: dial_signaling(engine, input->as.is_on, now_ms); return;
    case INPUT_EXAMINE: *input->as.examine.answer = examination_ask(engine, input->as.examine.peer, now_ms); return;
    case INPUT_OPERATION: control_take(engine, input, now_ms); return;
    case INPUT_FILE: content_file(engine, input, now_ms); return;
    case INPUT_PARTS_MISSING: download_missing(engine, input, now_ms); return;
    case INPUT_PART_CHECKED: download_checked(engine, input, now_ms); return;
    case INPUT_SERVED: upload_served(engine, input, now_ms); return;
    case INPUT_RECORD_KEPT:
        replica_kept(engine, input, now_ms);
        sync_record_kept(engine, input, now_ms);
        return;
    case INPUT_RECORD_GONE: sync_record_gone(engine, input, now_ms); return;
    case INPUT_RECORD_SENT: sync_record_sent(engine, input, now_ms); return;
    case INPUT_STORAGE: replica_room(engine, input->as.storage.room_bytes, now_ms); return;
    case INPUT_PROOF_CHOSEN: possession_chosen(engine, input, now_ms); return;
    case INPUT_REPAIR_RATE: engine->replica.bytes_per_second = input->as.bytes_per_second; return;
    case INPUT_JOURNALED:
        control_journaled(engine, input->as.operation.id, input->as.operation.is_kept, now_ms);
        return;
    }
}

static int64_t next_deadline_ms(const struct engine *engine) {
    int64_t deadline_ms = session_deadline_ms(engine);
    if (engine->is_stopping || engine->started_at_ms == 0) return deadline_ms;
    deadline_ms = deadline_earlier(deadline_ms, control_deadline_ms(engine));
    deadline_ms = deadline_earlier(deadline_ms, clone_guard_deadline_ms(engine));
    deadline_ms = deadline_earlier(deadline_ms, health_deadline_ms(engine));
    deadline_ms = deadline_earlier(deadline_ms, harvest_deadline_ms(&engine->harvest));
    deadline_ms = deadline_earlier(deadline_ms, dial_deadline_ms(engine));
    deadline_ms = deadline_earlier(deadline_ms, explore_deadline_ms(engine));
    deadline_ms = deadline_earlier(deadline_ms, hearsay_deadline_ms(engine));
    deadline_ms = deadline_earlier(deadline_ms, examination_deadline_ms(engine));
    deadline_ms = deadline_earlier(deadline_ms, reachability_deadline_ms(engine));
    deadline_ms = deadline_earlier(deadline_ms, broadcast_deadline_ms(engine));
    deadline_ms = deadline_earlier(deadline_ms, sync_deadline_ms(engine));
    deadline_ms = deadline_earlier(deadline_ms, content_deadline_ms(engine));
    deadline_ms = deadline_earlier(deadline_ms, replica_deadline_ms(engine));
    return deadline_earlier(deadline_ms, deadline_earlier(engine->next_pex_ms, engine->next_forget_ms));
}

void engine_feed(struct engine *engine, const struct input *input, struct actions *actions, int64_t now_ms) {
    actions_reset(actions);
    engine->actions = actions;
    engine->sub_us = input->sub_us;
    recovery_feed_begins(engine, now_ms);
    route(engine, input, now_ms);
    tick(engine, now_ms); /* whatever is due by now, whoever woke us */
    engine->due_ms = next_deadline_ms(engine);
    engine->actions = NULL;
}

int64_t engine_deadline_ms(const struct engine *engine) {
    return engine->due_ms;
}

bool engine_is_stopped(const struct engine *engine) {
    return engine->is_stopping && engine->links.count == 0;
}
