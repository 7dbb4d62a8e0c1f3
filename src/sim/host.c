/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/host.h"

#include "base/memory.h"
#include "base/must.h"

#include <string.h>

enum { LINKS_FIRST = 16, FRAME_BYTES_MAX = LIMIT_FRAME_HEADER_SIZE + LIMIT_BULK_BODY_MAX };
_Static_assert(FRAME_BYTES_MAX < 80000, "a frame fits the stack");

static int64_t now_of(const struct host *host) {
    return host->stage->timeline.now_ms;
}

static void fill_entropy(void *context, uint8_t *bytes, size_t size) {
    struct prng *prng = context;
    for (size_t i = 0; i < size; i++) bytes[i] = (uint8_t)prng_next(prng);
}

static void make_key(struct prng *prng, struct signing_key *key) {
    uint8_t seed[32];
    fill_entropy(prng, seed, sizeof seed);
    sign_key_from_seed(key, seed);
}

void host_init(struct host *host, struct stage *stage, uint32_t index, const struct host_options *options) {
    *host = (struct host){.stage = stage, .index = index, .options = *options, .wake_at_ms = INT64_MAX};
    host->entropy = prng_seeded(options->seed);
    make_key(&host->entropy, &host->node_key);
    make_key(&host->entropy, &host->user_key);
    struct public_key key = sign_public_key(&host->node_key);
    host->node_id = node_id_of_key(&key);
    if (options->liar != LIAR_NONE) host->liar = liar_new(options->liar, prng_next(&host->entropy));
    network_place(stage->network, index, &options->address, &options->nat);
}

static void drop_process(struct host *host) {
    for (size_t i = 0; i < host->link_count; i++) memory_free(host->links[i].partial);
    host->link_count = 0;
    file_host_end(host);
    engine_free(host->engine);
    host->engine = NULL;
    host->stalled_until_ms = 0;
    host->wake_at_ms = INT64_MAX;
    host->stopped_at_ms = now_of(host);
}

void host_deinit(struct host *host) {
    drop_process(host);
    memory_free(host->links);
    disk_deinit(&host->disk);
    record_store_deinit(&host->records);
    file_host_deinit(host);
    liar_free(host->liar);
    sign_key_wipe(&host->node_key);
    sign_key_wipe(&host->user_key);
}

bool host_is_running(const struct host *host) {
    return host->engine != NULL;
}

bool host_is_stalled(const struct host *host) {
    return host->stalled_until_ms != 0 && host->stalled_until_ms >= now_of(host);
}

struct address host_public_address(const struct host *host) {
    return host->options.nat.kind == NAT_OPEN ? host->options.address : host->options.nat.public_address;
}

int64_t host_wall_ms(const struct host *host) {
    return host->stage->wall_zero_ms + now_of(host) + host->options.clock_skew_ms;
}

/* Links: what the edge keeps of each. */

static struct host_link *find_link(struct host *host, uint32_t id) {
    for (size_t i = 0; i < host->link_count; i++) {
        if (host->links[i].id == id) return &host->links[i];
    }
    return NULL;
}

static void add_link(struct host *host, const struct network_up *up) {
    if (host->link_count == host->link_capacity) {
        host->link_capacity = host->link_capacity == 0 ? LINKS_FIRST : 2 * host->link_capacity;
        host->links = memory_resized(host->links, host->link_capacity * sizeof *host->links);
    }
    struct host_link *link = &host->links[host->link_count++];
    *link = (struct host_link){
        .id = up->link, .peer = node_id_of_key(&up->key), .is_signaled = up->is_signaled, .binding = up->binding};
    intake_init(&link->intake, now_of(host));
}

static void remove_link(struct host *host, uint32_t id) {
    struct host_link *link = find_link(host, id);
    if (link == NULL) return;
    memory_free(link->partial);
    *link = host->links[--host->link_count];
}

/* Waking. */

static void wake(void *context, void *subject, uint64_t epoch) {
    struct host *host = subject;
    (void)context;
    if (host->engine == NULL || host->epoch != epoch || host->wake_at_ms > now_of(host)) return;
    host->wake_at_ms = INT64_MAX;
    host_feed(host, &(struct input){.kind = INPUT_TICK});
}

static void plan_waking(struct host *host) {
    int64_t at_ms = engine_deadline_ms(host->engine);
    if (at_ms == INT64_MAX) return;
    if (at_ms < host->stalled_until_ms) at_ms = host->stalled_until_ms;
    if (at_ms < now_of(host)) at_ms = now_of(host);
    if (at_ms >= host->wake_at_ms) return;
    host->wake_at_ms = at_ms;
    timeline_add(&host->stage->timeline, at_ms, (struct moment){wake, host->stage, host, host->epoch});
}

/* Actions. */

void host_say(struct host *host, uint32_t id, uint8_t type, struct span body) {
    uint8_t memory[FRAME_BYTES_MAX];
    struct buffer frame = buffer_over(memory, sizeof memory);
    struct host_link *link = find_link(host, id);
    frame_write_header(&frame, type, (uint32_t)body.size);
    buffer_put(&frame, body);
    must(!frame.overflowed);
    host->frames_out++;
    host->bytes_out += frame.size;
    if (link != NULL) link->bytes_out += frame.size;
    network_send(host->stage->network, host->index, id, buffer_span(&frame));
}

static void lie(struct host *host, uint32_t link, uint8_t type, struct span body) {
    void *memory = memory_zeroed(1, LIMIT_BULK_BODY_MAX);
    struct buffer out = buffer_over(memory, LIMIT_BULK_BODY_MAX);
    struct liar_scene scene = {&host->stage->verifier, host->stage->lie_memory, host->stage->community,
                               host_wall_ms(host)};
    bool speaks = liar_speaks(host->liar, &scene, type, &body, &out);
    must(!out.overflowed);
    if (speaks) host_say(host, link, type, body);
    memory_free(memory);
}

void host_utter(struct host *host, uint32_t link, uint8_t type, struct span body) {
    if (host->liar != NULL) {
        lie(host, link, type, body);
    } else {
        host_say(host, link, type, body);
    }
}

bool host_is_liar(const struct host *host, enum liar_kind kind) {
    return host->liar != NULL && host->liar->kind == kind;
}

static void ask_beacon(struct host *host, const struct action *action) {
    must(action->source < host->stage->beacon_count);
    struct beacon_call call = {
        .host = host->index,
        .epoch = host->epoch,
        .source = action->source,
        .is_announce = action->kind == ACTION_ANNOUNCE,
        .is_cut = !network_reaches_beacons(host->stage->network, host->index),
        .from = host_public_address(host),
        .community = host->stage->community,
        .body = action->bytes,
    };
    beacon_host_ask(host->stage->beacons[action->source], &call);
}

static void dial(struct host *host, const struct action *action) {
    struct network_dial wanted = {action->link, action->by_signaling, action->address, action->has_peer, action->peer};
    dial_log_add(&host->dial_log, &action->address, action->has_peer ? &action->peer : NULL, now_of(host));
    network_dial(host->stage->network, host->index, &wanted);
}

enum { SYNC_MS = 2 };

static void journaled(void *context, void *subject, uint64_t epoch) {
    struct host *host = subject;
    (void)context;
    if (host->engine == NULL || host->epoch != epoch) return;
    struct input input = {.kind = INPUT_JOURNALED};
    input.as.operation.id = host->journaling.id;
    input.as.operation.is_kept = true;
    disk_put_operation(&host->disk, &host->journaling);
    host->is_journaling = false;
    host_feed(host, &input);
}

/* What nobody waits for is there at once. Of one operation the newest is written. */
static void journal(struct host *host, const struct action *action) {
    const struct operation *operation = &action->as.operation;
    const bool is_newer = host->is_journaling && host->journaling.id == operation->id;
    if (action->waits || is_newer) host->journaling = *operation;
    if (action->is_gone)
        disk_remove_operation(&host->disk, operation->id);
    else if (!action->waits && !is_newer)
        disk_put_operation(&host->disk, operation);
    if (!action->waits) return;
    host->is_journaling = true;
    timeline_add(&host->stage->timeline, now_of(host) + SYNC_MS,
                 (struct moment){journaled, host->stage, host, host->epoch});
}

/* The process ends with a write under way: `is_orderly` finishes it; else it is on the disk, or it is not. */
static void journal_end(struct host *host, bool is_orderly) {
    const bool is_there = host->is_journaling && (is_orderly || prng_below(&host->entropy, 2) == 0);
    if (is_there) disk_put_operation(&host->disk, &host->journaling);
    host->is_journaling = false;
}

/* Whatever the engine says of it: looked at as by somebody who trusts nobody. */
static void take_record(struct host *host, const struct action *action) {
    struct arena arena = arena_over(host->stage->lie_memory, LIMIT_CHECK_ARENA);
    struct checked_record record;
    const struct record_note note = {action->as.record.id, now_of(host), action->as.record.hops};
    record_log_add(&host->record_log, &note);
    const bool holds = record_check(action->bytes, &host->stage->verifier, &arena, &record) == REFUSAL_NONE &&
                       object_id_equal(&record.id, &action->as.record.id) &&
                       record_author_equal(&record.author, &action->as.record.author) &&
                       span_equal(record.type, action->as.record.type);
    if (!holds) {
        record_log_fault(&host->record_log, RECORD_FAULT_REFUSED);
        return;
    }
    const int64_t age_ms = host_wall_ms(host) - record.at_ms;
    const bool is_old = !action->as.record.is_late && age_ms > LIMIT_RECORD_OLD_MS;
    if (is_old || age_ms < -LIMIT_RECORD_AHEAD_MS) record_log_fault(&host->record_log, RECORD_FAULT_UNTIMELY);
    if (action->as.record.publication->kind == PUBLICATION_MANIFEST)
        file_host_heard(host, action->as.record.publication->as.manifest);
}

static void do_action(struct host *host, const struct action *action) {
    trace_action(&host->stage->trace, host->index, action, now_of(host));
    switch (action->kind) {
    case ACTION_DIAL: dial(host, action); return;
    case ACTION_SEND: host_utter(host, action->link, action->type, action->bytes); return;
    case ACTION_CLOSE: network_close(host->stage->network, host->index, action->link, action->is_graceful); return;
    case ACTION_ANNOUNCE:
    case ACTION_FETCH: ask_beacon(host, action); return;
    case ACTION_STORE_ROW: disk_store_row(&host->disk, &action->as.row); return;
    case ACTION_REMOVE_ROW: disk_remove_row(&host->disk, &action->peer); return;
    case ACTION_PIN: disk_pin(&host->disk, action->source, &action->peer); return;
    case ACTION_JOURNAL: journal(host, action); return;
    case ACTION_RECORD:
        take_record(host, action);
        record_edge_keep(host, action);
        return;
    case ACTION_SEND_RECORD: record_edge_send(host, action); return;
    case ACTION_LIST_MISSING:
    case ACTION_COLLECT:
    case ACTION_DISCARD:
    case ACTION_SERVE:
    case ACTION_UNSERVE:
    case ACTION_HOLD:
    case ACTION_RELEASE:
    case ACTION_CHOOSE_PROOF: file_host_perform(host, action); return;
    case ACTION_FORGET_RECORD: record_edge_let_go(host, &action->as.forget.id); return;
    case ACTION_MARK: return;  /* nobody copies a disk here */
    case ACTION_RENEW: return; /* nor does a path change beneath a link */
    case ACTION_EMIT: return;
    }
}

static void count_feed(struct host *host) {
    if (host->fed_at_ms != now_of(host)) host->fed_count = 0;
    host->fed_at_ms = now_of(host);
    host->fed_count++;
    if (host->fed_count <= host->stage->fed_most) return;
    host->stage->fed_most = host->fed_count;
    host->stage->fed_most_host = host->index;
}

/* The last word of a process; in the daemon the host says it too. */
static void tell_stopped(struct host *host) {
    struct action action = {.kind = ACTION_EMIT};
    action.as.event.code = EVENT_NODE_STOPPED;
    action.as.event.at_ms = host_wall_ms(host);
    trace_action(&host->stage->trace, host->index, &action, now_of(host));
}

void host_feed(struct host *host, const struct input *input) {
    struct action action;
    must(host->engine != NULL);
    count_feed(host);
    engine_feed(host->engine, input, host->stage->actions, now_of(host));
    while (actions_take(host->stage->actions, &action)) do_action(host, &action);
    if (engine_is_stopped(host->engine)) {
        tell_stopped(host);
        journal_end(host, true);
        record_edge_end(host, true);
        network_shut(host->stage->network, host->index, NETWORK_PROCESS_DIES);
        drop_process(host);
    } else {
        plan_waking(host);
    }
}

/* Starting and ending. */

enum { RECORDS_SEEN = 1024, RECORD_AUTHORS = 512, PROVIDERS = 256, CLAIMS_PER_FILE = 16 };

static struct engine *make_engine(struct host *host) {
    struct engine_source sources[STAGE_BEACONS_MAX] = {0};
    struct engine_operator_peer peers[LIMIT_OPERATOR_PEERS_MAX] = {0};
    struct engine_options options = {
        .node_key = &host->node_key,
        .user_key = host->options.has_user ? &host->user_key : NULL,
        .community = host->stage->community,
        .agent = "skep-sim",
        .entropy = {fill_entropy, &host->entropy},
        .seed = prng_next(&host->entropy),
        .book_rows = host->options.book_rows,
        .passive_tickets = host->options.passive_tickets,
        .links = host->options.links,
        .operations = 32,
        .files = host->options.files,
        .providers = PROVIDERS,
        .claims = CLAIMS_PER_FILE * host->options.files,
        .records_seen = RECORDS_SEEN,
        .record_authors = RECORD_AUTHORS,
        .records_kept = host->options.records,
        .sources = sources,
        .source_count = host->stage->beacon_count,
        .operator_peers = peers,
        .operator_peer_count = host->operator_peer_count,
    };
    for (size_t i = 0; i < options.source_count; i++) {
        sources[i].name[0] = 'b';
        sources[i].name[1] = (char)('1' + i);
        memcpy(sources[i].url, "sim://beacon", 12);
    }
    for (size_t i = 0; i < options.operator_peer_count; i++) {
        (void)address_text(&host->operator_peers[i].address, peers[i].name);
        peers[i].has_id = host->operator_peers[i].has_id;
        peers[i].id = host->operator_peers[i].id;
    }
    return engine_new(&options, now_of(host));
}

static void load_disk(struct host *host) {
    for (size_t i = 0; i < host->disk.row_count; i++) {
        struct book_row row = host->disk.rows[i]; /* feeding may move the rows */
        host_feed(host, &(struct input){.kind = INPUT_BOOK_ROW, .as.row = &row});
    }
    for (size_t i = 0; i < host->disk.operation_count; i++)
        host_feed(host, &(struct input){.kind = INPUT_OPERATION_ROW, .as.operation_row = &host->disk.operations[i]});
    for (uint8_t i = 0; i < LIMIT_OPERATOR_PEERS_MAX; i++) {
        const struct disk_pin *pin = &host->disk.pins[i];
        if (!pin->is_set) continue;
        host_feed(host, &(struct input){.kind = INPUT_PIN, .as.place = {.source = i, .peer = pin->peer}});
    }
}

static void tell_places(struct host *host) {
    struct input advertised = {.kind = INPUT_ADVERTISED};
    struct address address = host_public_address(host);
    advertised.as.place.addresses = &address;
    advertised.as.place.count = host->options.is_advertised ? 1 : 0;
    if (host->options.nat.kind != NAT_OPEN) { /* who has a router learns from its peers where it can be dialled */
        advertised.as.place.listen_port = host->options.address.port;
        advertised.as.place.may_grow = true;
    }
    host_feed(host, &advertised);
    for (size_t i = 0; i < host->operator_peer_count; i++) {
        struct input peer = {.kind = INPUT_OPERATOR_PEER};
        peer.as.place.source = (uint8_t)i;
        peer.as.place.addresses = &host->operator_peers[i].address;
        peer.as.place.count = 1;
        host_feed(host, &peer);
    }
}

static void measure(void *context, void *subject, uint64_t epoch) {
    struct host *host = subject;
    if (host->engine == NULL || host->epoch != epoch) return;
    for (size_t i = 0; !host_is_stalled(host) && i < host->link_count; i++) {
        const struct host_link *link = &host->links[i];
        struct network_traffic traffic = network_traffic(host->stage->network, host->index, link->id);
        struct input input = {.kind = INPUT_LINK_MEASURED};
        input.as.link.id = link->id;
        input.as.link.packets = traffic.segments_out;
        input.as.link.packets_lost = traffic.segments_resent;
        input.as.link.bytes_in = link->bytes_in;
        input.as.link.bytes_out = link->bytes_out;
        host_feed(host, &input);
    }
    int64_t at_ms = now_of(host) + host->options.measure_every_ms;
    timeline_add(&host->stage->timeline, at_ms, (struct moment){measure, context, host, epoch});
}

static void tell_clock(struct host *host) {
    host_feed(host, &(struct input){.kind = INPUT_CLOCK, .as.wall_ms = host_wall_ms(host)});
}

static void clock_happens(void *context, void *subject, uint64_t epoch) {
    struct host *host = subject;
    if (host->engine == NULL || host->epoch != epoch) return;
    if (host_is_stalled(host) && host->stalled_until_ms > now_of(host)) {
        timeline_add(&host->stage->timeline, host->stalled_until_ms,
                     (struct moment){clock_happens, context, host, epoch});
        return;
    }
    tell_clock(host);
}

void host_set_clock(struct host *host, int64_t skew_ms) {
    host->options.clock_skew_ms = skew_ms;
    clock_happens(host->stage, host, host->epoch);
}

void host_start(struct host *host) {
    must(host->engine == NULL);
    struct public_key key = sign_public_key(&host->node_key);
    host->epoch++;
    host->started_at_ms = now_of(host);
    host->engine = make_engine(host);
    must(host->engine != NULL);
    network_open(host->stage->network, host->index, &key);
    host->dial_log = (struct dial_log){0};
    host->record_log = (struct record_log){0};
    tell_clock(host);
    load_disk(host);
    tell_places(host);
    host_feed(host, &(struct input){.kind = INPUT_START});
    if (host->options.has_signaling) network_signal(host->stage->network, host->index);
    if (host->options.has_signaling) host_feed(host, &(struct input){.kind = INPUT_SIGNALING, .as.is_on = true});
    record_edge_start(host);
    file_host_start(host);
    if (host->options.measure_every_ms == 0) return;
    timeline_add(&host->stage->timeline, now_of(host), (struct moment){measure, host->stage, host, host->epoch});
}

void host_stop(struct host *host) {
    if (host->engine != NULL) host_feed(host, &(struct input){.kind = INPUT_STOP});
}

void host_crash(struct host *host, enum network_death death) {
    if (host->engine == NULL) return;
    journal_end(host, false);
    record_edge_end(host, false);
    network_shut(host->stage->network, host->index, death);
    if (death == NETWORK_MACHINE_DIES) file_host_died(host);
    drop_process(host);
}

void host_forget(struct host *host) {
    disk_wipe(&host->disk);
    file_host_wipe(host);
}

void host_stall(struct host *host, int64_t until_ms) {
    if (host->engine == NULL) return;
    host->stalled_until_ms = until_ms;
    host->wake_at_ms = INT64_MAX; /* what was planned is too early now */
    network_stall(host->stage->network, host->index, until_ms);
    plan_waking(host);
}

struct object_id host_publish(struct host *host, struct span body) {
    uint8_t *memory = memory_zeroed(1, RECORD_SIZE_MAX);
    struct buffer text = buffer_over(memory, RECORD_SIZE_MAX);
    struct arena arena = arena_over(host->stage->lie_memory, LIMIT_CHECK_ARENA);
    struct checked_record record;
    must(record_sign(body, &(struct record_signer){.node = &host->node_key}, &arena, &text, &record) == REFUSAL_NONE);
    const struct object_id id = record.id;
    host_publish_text(host, buffer_span(&text));
    memory_free(memory);
    return id;
}

void host_publish_text(struct host *host, struct span text) {
    void *memory = memory_room(LIMIT_CHECK_ARENA); /* of its own: it is looked at while others lie */
    struct arena arena = arena_over(memory, LIMIT_CHECK_ARENA);
    struct checked_record record;
    must(record_check(text, &host->stage->verifier, &arena, &record) == REFUSAL_NONE);
    record_log_add(&host->record_log, &(struct record_note){record.id, now_of(host), 0});
    record_edge_keep_own(host, &record);
    host_feed(host, &(struct input){.kind = INPUT_PUBLISH_RECORD, .as.record = &record});
    memory_free(memory);
}

/* What the network brings. */

void host_link_up(struct host *host, const struct network_up *up) {
    struct input input = {.kind = INPUT_LINK_UP};
    input.as.link.id = up->link;
    input.as.link.is_inbound = up->is_inbound;
    input.as.link.remote = up->remote;
    input.as.link.handshake_ms = up->handshake_ms;
    if (up->is_signaled) {
        input.as.link.transport = LINK_TRANSPORT_WEBRTC;
        input.as.link.binding = &up->binding;
    } else {
        input.as.link.key = up->key;
    }
    add_link(host, up);
    host_feed(host, &input);
}

void host_link_down(struct host *host, uint32_t link, enum reason reason) {
    struct input input = {.kind = INPUT_LINK_DOWN};
    input.as.link.id = link;
    input.as.link.reason = reason;
    remove_link(host, link);
    host_feed(host, &input);
}

void host_dial_failed(struct host *host, uint32_t link, enum reason reason, const char *detail) {
    struct input input = {.kind = INPUT_DIAL_FAILED};
    input.as.link.id = link;
    input.as.link.reason = reason;
    input.as.link.detail = detail;
    host_feed(host, &input);
}

void host_turned_away(struct host *host, const struct address *remote, enum reason reason) {
    struct input input = {.kind = INPUT_TURNED_AWAY};
    input.as.link.is_inbound = true;
    input.as.link.remote = *remote;
    input.as.link.reason = reason;
    host_feed(host, &input);
}

/* What the engine is told, the host remembers too, for the checkers. */
static void note_goodbye(struct host *host, uint32_t link, const struct checked_message *message) {
    if (message->type != MESSAGE_GOODBYE) return;
    const struct goodbye *goodbye = message->body;
    if (goodbye->for_ms == 0) return;
    dial_log_hold(&host->dial_log, &find_link(host, link)->peer, now_of(host) + goodbye->for_ms);
}

/* What the daemon's check of a frame does for such a link. */
static bool is_bound(const struct host *host, const struct host_link *link, const struct checked_message *message) {
    return link->is_signaled && message->type == MESSAGE_HELLO &&
           hello_is_bound(message->body, &link->binding, &host->node_id, &host->stage->verifier);
}

static void feed_frame(struct host *host, uint32_t link, const struct frame *frame) {
    struct arena arena = arena_over(host->stage->arena_memory, LIMIT_CHECK_ARENA);
    struct checked_message message;
    struct input input = {.kind = INPUT_FRAME};
    input.as.frame.link = link;
    input.as.frame.type = frame->type;
    input.as.frame.refusal = message_check(frame, &host->stage->verifier, &arena, &message);
    input.as.frame.message = &message;
    if (input.as.frame.refusal != REFUSAL_NONE) {
        input.kind = INPUT_FRAME_REFUSED;
        find_link(host, link)->is_deaf = true;
    } else {
        message.is_bound = is_bound(host, find_link(host, link), &message);
        note_goodbye(host, link, &message);
    }
    host_feed(host, &input);
}

static void feed_refused(struct host *host, uint32_t link, const struct intake_step *step) {
    struct input input = {.kind = INPUT_FRAME_REFUSED};
    input.as.frame.link = link;
    input.as.frame.type = step->frame.type;
    input.as.frame.refusal = step->refusal;
    host_feed(host, &input);
}

/* Takes one whole frame off the bytes; false when there is none, or nothing is read any more. */
static bool take_frame(struct host *host, uint32_t id, struct span *bytes) {
    struct host_link *link = host->engine == NULL ? NULL : find_link(host, id);
    if (link == NULL || link->is_deaf || bytes->size == 0) return false;
    struct intake_step step = intake_next(&link->intake, *bytes, now_of(host));
    if (step.result == INTAKE_MORE) return false;
    if (step.result == INTAKE_REFUSED) {
        link->is_deaf = true;
        feed_refused(host, id, &step);
        return false;
    }
    host->frames_in++;
    bytes->at += step.need;
    bytes->size -= step.need;
    feed_frame(host, id, &step.frame);
    return true;
}

/* What came before and was no whole frame, and what comes now, in one piece; the caller frees it. */
static uint8_t *joined(struct host_link *link, struct span *bytes) {
    uint8_t *all = memory_resized(link->partial, link->partial_size + bytes->size);
    memcpy(all + link->partial_size, bytes->at, bytes->size);
    *bytes = (struct span){all, link->partial_size + bytes->size};
    link->partial = NULL;
    link->partial_size = 0;
    return all;
}

static void keep_partial(struct host *host, uint32_t id, struct span rest) {
    struct host_link *link = host->engine == NULL ? NULL : find_link(host, id);
    if (link == NULL || link->is_deaf || rest.size == 0) return;
    link->partial = memory_zeroed(1, rest.size);
    link->partial_size = rest.size;
    memcpy(link->partial, rest.at, rest.size);
}

void host_bytes(struct host *host, uint32_t id, struct span bytes) {
    struct host_link *link = find_link(host, id);
    uint8_t *all = NULL;
    if (link == NULL || link->is_deaf) return;
    host->bytes_in += bytes.size;
    link->bytes_in += bytes.size;
    if (link->partial != NULL) all = joined(link, &bytes);
    while (take_frame(host, id, &bytes)) continue;
    keep_partial(host, id, bytes);
    memory_free(all);
}

/* Beacons. */

void host_beacon_answered(struct host *host, const struct beacon_result *result) {
    struct arena arena = arena_over(host->stage->arena_memory, ANSWER_ARENA_SIZE);
    struct beacon_reply reply;
    struct input input = {.kind = INPUT_BEACON_REPLY};
    if (host->engine == NULL || host->epoch != result->epoch) return;
    input.as.beacon.source = result->source;
    input.as.beacon.was_announce = result->was_announce;
    input.as.beacon.outcome = result->outcome;
    input.as.beacon.status = result->status;
    input.as.beacon.elapsed_ms = result->elapsed_ms;
    if (result->outcome == BEACON_OUTCOME_ANSWERED && result->status == 200) {
        enum refusal refusal = beacon_reply_check(result->body, &host->stage->verifier, &arena, &reply);
        if (refusal == REFUSAL_NONE) input.as.beacon.reply = &reply;
        if (refusal != REFUSAL_NONE) input.as.beacon.outcome = BEACON_OUTCOME_INVALID;
    }
    host_feed(host, &input);
}
