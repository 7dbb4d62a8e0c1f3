/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/engine_rig.h"

#include "base/memory.h"
#include "base/must.h"
#include "swarm/wire/ping.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { FIRST_NOW_MS = 500000 };

static void fill_entropy(void *context, uint8_t *bytes, size_t size) {
    for (size_t i = 0; i < size; i++) bytes[i] = (uint8_t)prng_next(context);
}

static struct signing_key key_of_number(uint32_t number) {
    struct signing_key key;
    uint8_t seed[32] = {'r', 'i', 'g', (uint8_t)(number >> 16), (uint8_t)(number >> 8), (uint8_t)number};
    sign_key_from_seed(&key, seed);
    return key;
}

struct address rig_address(const char *text) {
    struct address address;
    must(address_read(span_of_text(text), &address));
    return address;
}

static size_t or_default(size_t wanted, size_t usual) {
    return wanted == 0 ? usual : wanted;
}

static void make_engine(struct rig *rig, const struct rig_options *options) {
    struct engine_source sources[LIMIT_SOURCES_MAX] = {0};
    for (uint8_t i = 0; i < options->source_count; i++) {
        (void)snprintf(sources[i].name, sizeof sources[i].name, "beacon-%d", i + 1);
        (void)snprintf(sources[i].url, sizeof sources[i].url, "http://beacon-%d.invalid", i + 1);
    }
    struct engine_options engine = {
        .node_key = &rig->key,
        .user_key = &rig->user_key,
        .community = options->community == NULL ? "rig" : options->community,
        .agent = "rig",
        .entropy = {fill_entropy, &rig->entropy},
        .seed = or_default(options->seed, 1),
        .book_rows = or_default(options->book_rows, 64),
        .passive_tickets = or_default(options->passive_tickets, 16),
        .links = or_default(options->links, 32),
        .files = or_default(options->files, 64),
        .providers = or_default(options->providers, 256),
        .claims = or_default(options->claims, 8192),
        .hides_view = options->hides_view,
        .ignores_doctor = options->ignores_doctor,
        .listens_first = options->listens_first,
        .download_bytes_per_second = options->download_bytes_per_second,
        .listens_on_loopback_only = options->listens_on_loopback_only,
        .interfaces = options->interfaces,
        .interface_count = options->interface_count,
        .sources = sources,
        .source_count = options->source_count,
        .operator_peers = options->operator_peers,
        .operator_peer_count = options->operator_peer_count,
    };
    rig->engine = engine_new(&engine, rig->now_ms);
    assert_non_null(rig->engine);
}

struct rig *rig_make(const struct rig_options *options) {
    struct rig *rig = memory_zeroed(1, sizeof *rig);
    assert_true(sign_init());
    rig->now_ms = FIRST_NOW_MS;
    rig->next_inbound = 1;
    rig->entropy = prng_seeded(or_default(options->seed, 1) + 1000);
    rig->key = key_of_number(0xfffff0);
    rig->user_key = key_of_number(0xfffff1);
    struct public_key key = sign_public_key(&rig->key);
    rig->id = node_id_of_key(&key);
    rig->actions = actions_new();
    assert_non_null(rig->actions);
    make_engine(rig, options);
    rig_feed(rig, &(struct input){.kind = INPUT_CLOCK, .as.wall_ms = RIG_WALL_MS});
    struct address own = options->own.port == 0 ? rig_address("198.51.100.9:8782") : options->own;
    struct input advertised = {.kind = INPUT_ADVERTISED};
    advertised.as.place.addresses = &own;
    advertised.as.place.count = 1;
    rig_feed(rig, &advertised);
    if (!options->is_not_started) rig_feed(rig, &(struct input){.kind = INPUT_START});
    return rig;
}

static void forget_kept(struct rig *rig) {
    for (size_t i = 0; i < rig->kept_count; i++) memory_free(rig->kept[i].bytes);
    rig->kept_count = 0;
}

void rig_free(struct rig *rig) {
    forget_kept(rig);
    memory_free(rig->kept);
    memory_free(rig->dials);
    engine_free(rig->engine);
    actions_free(rig->actions);
    memory_free(rig);
}

static void keep(struct rig *rig, const struct action *action) {
    rig->kept = memory_resized(rig->kept, (rig->kept_count + 1) * sizeof *rig->kept);
    struct rig_kept *kept = &rig->kept[rig->kept_count++];
    *kept = (struct rig_kept){.action = *action};
    if (action->bytes.size == 0) return;
    kept->bytes = memory_zeroed(1, action->bytes.size);
    memcpy(kept->bytes, action->bytes.at, action->bytes.size);
    kept->action.bytes.at = kept->bytes;
}

static void log_dial(struct rig *rig, const struct action *action) {
    rig->dials = memory_resized(rig->dials, (rig->dial_count + 1) * sizeof *rig->dials);
    rig->dials[rig->dial_count++] = (struct rig_dial){action->link, action->by_signaling, action->address,
                                                      action->has_peer ? action->peer : NODE_ID_NONE, rig->now_ms};
}

static void log_renewal(struct rig *rig, const struct action *action) {
    rig->renewal_count++;
    rig->renewed_link = action->link;
}

static void feed_more(struct rig *rig, const struct input *input) {
    struct action action;
    rig->is_in_engine = true;
    engine_feed(rig->engine, input, rig->actions, rig->now_ms);
    rig->is_in_engine = false;
    while (actions_take(rig->actions, &action)) {
        keep(rig, &action);
        if (action.kind == ACTION_DIAL) log_dial(rig, &action);
        if (action.kind == ACTION_RENEW) log_renewal(rig, &action);
    }
}

void rig_feed(struct rig *rig, const struct input *input) {
    forget_kept(rig);
    feed_more(rig, input);
}

static void tick_more(struct rig *rig, int64_t after_ms) {
    int64_t until_ms = rig->now_ms + after_ms;
    for (int feeds = 0;; feeds++) {
        int64_t deadline_ms = engine_deadline_ms(rig->engine);
        if (deadline_ms > until_ms) break;
        if (deadline_ms > rig->now_ms) rig->now_ms = deadline_ms;
        assert_true(feeds < 100000);
        feed_more(rig, &(struct input){.kind = INPUT_TICK});
    }
    rig->now_ms = until_ms;
}

void rig_tick(struct rig *rig, int64_t after_ms) {
    forget_kept(rig);
    tick_more(rig, after_ms);
}

static void say_more(struct rig *rig, uint32_t link, uint8_t type, const void *message) {
    struct checked_message checked = {.type = type, .body = message};
    struct input input = {.kind = INPUT_FRAME};
    input.as.frame.link = link;
    input.as.frame.type = type;
    input.as.frame.message = &checked;
    feed_more(rig, &input);
}

static void say_on_all_links(struct rig *rig) {
    struct link_view views[LIMIT_LINKS_MAX];
    size_t count = engine_view_links(rig->engine, views, LIMIT_LINKS_MAX, rig->now_ms);
    for (size_t i = 0; i < count; i++) {
        if (views[i].state == LINK_STATE_OPEN) say_more(rig, views[i].id, MESSAGE_PING, &(struct ping){.seq = 1});
    }
}

void rig_live(struct rig *rig, int64_t for_ms) {
    enum { SAY_EVERY_MS = 10000 };
    forget_kept(rig);
    for (int64_t left_ms = for_ms; left_ms > 0; left_ms -= SAY_EVERY_MS) {
        tick_more(rig, left_ms < SAY_EVERY_MS ? left_ms : SAY_EVERY_MS);
        say_on_all_links(rig);
    }
}

/* Peers. */

struct rig_peer rig_peer(uint32_t number) {
    struct rig_peer peer = {.key = key_of_number(number)};
    peer.public_key = sign_public_key(&peer.key);
    peer.id = node_id_of_key(&peer.public_key);
    peer.address = (struct address){.family = ADDRESS_IPV4, .port = 8782, .ip = {198, 18}};
    peer.address.ip[2] = (uint8_t)number; /* neighbours in number are strangers in prefix */
    peer.address.ip[3] = (uint8_t)(1 + (number >> 8));
    peer.ticket = rig_ticket(&peer, RIG_WALL_MS - 1000, &peer.address, 1, "rig", 1);
    return peer;
}

struct rig_peer rig_peer_at(uint32_t number, const char *address) {
    struct rig_peer peer = rig_peer(number);
    peer.address = rig_address(address);
    peer.ticket = rig_ticket(&peer, RIG_WALL_MS - 1000, &peer.address, 1, "rig", 1);
    return peer;
}

struct ticket rig_ticket(const struct rig_peer *peer, int64_t issued_at_ms, const struct address *addrs, size_t count,
                         const char *community, uint8_t boot) {
    struct ticket ticket;
    char peer_id[NODE_ID_TEXT_SIZE + 1];
    char user_id[NODE_ID_TEXT_SIZE + 1];
    struct user_id user = user_id_of_key(&peer->public_key);
    struct ticket_draft draft = {
        .peer_id = node_id_text(&peer->id, peer_id),
        .user_id = user_id_text(&user, user_id),
        .nonce = "AAAAAAAAAAAAAAAA",
        .issued_at_ms = issued_at_ms,
        .expires_at_ms = issued_at_ms + LIMIT_TICKET_LIFETIME_MS,
        .addrs = addrs,
        .addr_count = count,
        .is_native = true,
        .boot = {boot},
        .community = community,
    };
    assert_true(ticket_sign(&ticket, &draft, &peer->key));
    return ticket;
}

int64_t rig_wall_ms(const struct rig *rig) {
    return RIG_WALL_MS + rig->now_ms - FIRST_NOW_MS;
}

struct hello rig_hello(const struct rig_peer *peer) {
    struct hello hello = {
        .version = HELLO_VERSION,
        .agent = "rig",
        .now_ms = RIG_WALL_MS,
        .ticket = peer->ticket,
        .mesh = MESH_WISH_LOW,
        .feature_count = 2,
        .features = {FEATURE_VIEW, FEATURE_CONTENT},
    };
    memcpy(hello.community, peer->ticket.community, sizeof hello.community);
    memcpy(hello.boot, peer->ticket.boot, sizeof hello.boot);
    return hello;
}

struct book_row rig_row(const struct rig_peer *peer) {
    return (struct book_row){
        .node_id = peer->id,
        .key = peer->public_key,
        .addr_count = 1,
        .addrs = {peer->address},
        .issued_at_ms = RIG_WALL_MS - 86400000,
        .expires_at_ms = RIG_WALL_MS - 86400000 + LIMIT_TICKET_LIFETIME_MS,
        .last_seen_at_ms = RIG_WALL_MS - 86400000,
        .learned_from = {.kind = PROVENANCE_INBOUND},
    };
}

void rig_load_row(struct rig *rig, const struct book_row *row) {
    rig_feed(rig, &(struct input){.kind = INPUT_BOOK_ROW, .as.row = row});
}

struct rig_peer rig_peer_beside(const struct rig *rig, bool is_smaller) {
    for (uint32_t number = 1;; number++) {
        struct rig_peer peer = rig_peer(number);
        if ((node_id_compare(&peer.id, &rig->id) < 0) == is_smaller) return peer;
    }
}

static void feed_up(struct rig *rig, uint32_t link, bool is_inbound, const struct rig_peer *peer) {
    struct input input = {.kind = INPUT_LINK_UP};
    input.as.link.id = link;
    input.as.link.is_inbound = is_inbound;
    input.as.link.remote = peer->address;
    input.as.link.key = peer->public_key;
    input.as.link.handshake_ms = 3;
    rig_feed(rig, &input);
}

uint32_t rig_up_inbound(struct rig *rig, const struct rig_peer *peer) {
    uint32_t link = rig->next_inbound;
    rig->next_inbound += 2;
    feed_up(rig, link, true, peer);
    return link;
}

void rig_up_outbound(struct rig *rig, uint32_t link, const struct rig_peer *peer) {
    feed_up(rig, link, false, peer);
}

const struct link_binding rig_binding = {.own = {1, 2, 3}, .peer = {4, 5, 6}};

void rig_measured(struct rig *rig, uint32_t link, enum ice_candidate_kind kind, const char *address) {
    struct input input = {.kind = INPUT_LINK_MEASURED};
    input.as.link.id = link;
    input.as.link.route = (struct link_route){.is_known = true, .peer = {kind, rig_address(address)}};
    rig_feed(rig, &input);
}

uint32_t rig_up_signaled(struct rig *rig, uint32_t link, const struct rig_peer *peer) {
    struct input input = {.kind = INPUT_LINK_UP};
    input.as.link.is_inbound = link == 0;
    if (link == 0) {
        link = rig->next_inbound;
        rig->next_inbound += 2;
    }
    input.as.link.id = link;
    input.as.link.remote = peer->address;
    input.as.link.transport = LINK_TRANSPORT_WEBRTC;
    input.as.link.binding = &rig_binding;
    rig_feed(rig, &input);
    return link;
}

void rig_say_hello(struct rig *rig, uint32_t link, const struct hello *hello, bool is_bound) {
    struct checked_message checked = {.type = MESSAGE_HELLO, .body = hello, .is_bound = is_bound};
    struct input input = {.kind = INPUT_FRAME};
    input.as.frame.link = link;
    input.as.frame.type = MESSAGE_HELLO;
    input.as.frame.message = &checked;
    rig_feed(rig, &input);
}

void rig_signaling(struct rig *rig, bool is_on) {
    rig_feed(rig, &(struct input){.kind = INPUT_SIGNALING, .as.is_on = is_on});
}

uint32_t rig_link_inbound(struct rig *rig, const struct rig_peer *peer) {
    struct hello hello = rig_hello(peer);
    uint32_t link = rig_up_inbound(rig, peer);
    rig_say(rig, link, MESSAGE_HELLO, &hello);
    return link;
}

void rig_link_outbound(struct rig *rig, uint32_t link, const struct rig_peer *peer) {
    struct hello hello = rig_hello(peer);
    hello.mesh = MESH_WISH_NONE;
    rig_up_outbound(rig, link, peer);
    rig_say(rig, link, MESSAGE_HELLO, &hello);
}

void rig_fill_view(struct rig *rig, size_t count, enum mesh_wish wish) {
    for (uint32_t i = 0; i < count; i++) {
        struct rig_peer peer = rig_peer(100 + i);
        struct hello hello = rig_hello(&peer);
        hello.mesh = wish;
        peer.address.ip[0] = 10; /* no place is kept for our own calls on a private network */
        uint32_t link = rig_up_inbound(rig, &peer);
        rig_say(rig, link, MESSAGE_HELLO, &hello);
        assert_int_equal(rig_link(rig, link).state, LINK_STATE_OPEN);
    }
}

void rig_say(struct rig *rig, uint32_t link, uint8_t type, const void *message) {
    forget_kept(rig);
    say_more(rig, link, type, message);
}

void rig_down(struct rig *rig, uint32_t link, enum reason reason) {
    struct input input = {.kind = INPUT_LINK_DOWN};
    input.as.link.id = link;
    input.as.link.reason = reason;
    rig_feed(rig, &input);
}

void rig_dial_failed(struct rig *rig, uint32_t link, enum reason reason) {
    struct input input = {.kind = INPUT_DIAL_FAILED};
    input.as.link.id = link;
    input.as.link.reason = reason;
    rig_feed(rig, &input);
}

void rig_beacon_lists(struct rig *rig, const struct ticket *tickets, size_t count) {
    struct beacon_reply reply = {.is_ok = true, .ticket_count = count, .tickets = tickets};
    struct input input = {.kind = INPUT_BEACON_REPLY};
    input.as.beacon.outcome = BEACON_OUTCOME_ANSWERED;
    input.as.beacon.was_announce = true;
    input.as.beacon.status = 200;
    input.as.beacon.reply = &reply;
    rig_feed(rig, &input);
}

void rig_beacon_lists_now(struct rig *rig, const struct ticket *tickets, size_t count) {
    rig_feed(rig, &(struct input){.kind = INPUT_REFRESH});
    rig_beacon_lists(rig, tickets, count);
}

/* What came out. */

const struct action *rig_action(const struct rig *rig, enum action_kind kind, size_t nth) {
    for (size_t i = 0; i < rig->kept_count; i++) {
        if (rig->kept[i].action.kind == kind && nth-- == 0) return &rig->kept[i].action;
    }
    return NULL;
}

size_t rig_count(const struct rig *rig, enum action_kind kind) {
    size_t count = 0;
    while (rig_action(rig, kind, count) != NULL) count++;
    return count;
}

const struct action *rig_sent(const struct rig *rig, uint32_t link, uint8_t type) {
    for (size_t i = 0; i < rig->kept_count; i++) {
        const struct action *action = &rig->kept[i].action;
        if (action->kind == ACTION_SEND && action->link == link && action->type == type) return action;
    }
    return NULL;
}

const struct event *rig_event(const struct rig *rig, enum event_code code) {
    for (size_t i = 0; i < rig->kept_count; i++) {
        const struct action *action = &rig->kept[i].action;
        if (action->kind == ACTION_EMIT && action->as.event.code == code) return &action->as.event;
    }
    return NULL;
}

enum reason rig_goodbye(const struct rig *rig, uint32_t link) {
    static uint8_t memory[65536];
    struct arena arena = arena_over(memory, sizeof memory);
    const struct action *sent = rig_sent(rig, link, MESSAGE_GOODBYE);
    const void *goodbye = NULL;
    if (sent == NULL) return REASON_NONE;
    assert_int_equal(goodbye_check(sent->bytes, NULL, &arena, &goodbye), REFUSAL_NONE);
    return ((const struct goodbye *)goodbye)->reason;
}

struct link_view rig_link(const struct rig *rig, uint32_t link) {
    struct link_view views[LIMIT_LINKS_MAX];
    size_t count = engine_view_links(rig->engine, views, LIMIT_LINKS_MAX, rig->now_ms);
    for (size_t i = 0; i < count; i++) {
        if (views[i].id == link) return views[i];
    }
    return (struct link_view){.state = LINK_STATE_CLOSED};
}

size_t rig_open_count(const struct rig *rig) {
    struct mesh_view view;
    engine_view_mesh(rig->engine, &view);
    return view.active;
}

struct peer_view rig_peer_view(const struct rig *rig, const struct rig_peer *peer) {
    size_t cursor = 0;
    do {
        struct peer_view view;
        if (engine_view_peers(rig->engine, cursor, &view, 1, &cursor, rig->now_ms) == 0) break;
        if (node_id_equal(&view.node_id, &peer->id)) return view;
    } while (cursor != 0);
    return (struct peer_view){.node_id = NODE_ID_NONE};
}
