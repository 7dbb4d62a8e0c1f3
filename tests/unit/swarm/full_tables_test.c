/* SPDX-License-Identifier: Apache-2.0 */
/* Every table that strangers can fill, filled by one of them and by a thousand: it keeps to its capacity, what goes
 * first is what its header says, and an engine at work allocates nothing. This program's own door to the heap counts.
 */
#include "lib/broadcast_rig.h"
#include "lib/engine_rig.h"
#include "lib/engine_tables.h"
#include "lib/flood.h"
#include "lib/sync_rig.h"

#include "base/memory.h"
#include "swarm/observe/event_fold.h"
#include "swarm/reach/reachability.h"
#include "swarm/wire/forward_join.h"
#include "swarm/wire/intake.h"
#include "swarm/wire/pex.h"
#include "swarm/wire/probed.h"
#include "swarm/wire/ticket_frame.h"
#include "swarm/wire/view.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct rig *watched; /* NULL: nobody */
static size_t allocations;        /* by the watched one's engine, at work */

static void count_allocation(void) {
    allocations += watched != NULL && watched->is_in_engine;
}

void *memory_try_zeroed(size_t count, size_t size) {
    count_allocation();
    return calloc(count == 0 ? 1 : count, size == 0 ? 1 : size);
}

void *memory_zeroed(size_t count, size_t size) {
    void *block = memory_try_zeroed(count, size);
    assert_non_null(block);
    return block;
}

void *memory_resized(void *block, size_t size) {
    count_allocation();
    block = realloc(block, size == 0 ? 1 : size);
    assert_non_null(block);
    return block;
}

void memory_free(void *block) {
    free(block);
}

static void watch(const struct rig *rig) {
    watched = rig;
    allocations = 0;
}

static void end_watch(struct rig *rig) {
    assert_int_equal(allocations, 0);
    watched = NULL;
    rig_free(rig);
}

/* All of what one link may say. */

enum { FIRST_INVENTED = 2000, ROUNDS = 30, ROUND_MS = LIMIT_PEX_SAME_PEER_MS };

/* A peer nobody heard of before, each time. */
static struct rig_peer invented(const struct rig *rig, uint32_t *next) {
    struct rig_peer peer = rig_peer(FIRST_INVENTED + (*next)++);
    peer.ticket = rig_ticket(&peer, rig_wall_ms(rig), &peer.address, 1, "rig", 1);
    return peer;
}

static void say_invented(struct rig *rig, enum flood_way way, uint32_t link, uint32_t *next) {
    struct ticket tickets[LIMIT_ANSWER_TICKETS_MAX];
    for (size_t i = 0; i < flood_portion(way); i++) tickets[i] = invented(rig, next).ticket;
    flood_tell(rig, way, link, tickets, flood_portion(way));
}

static void say_own_ticket(struct rig *rig, uint32_t link, const struct rig_peer *peer) {
    struct ticket_frame frame = {.ticket = rig_ticket(peer, rig_wall_ms(rig), &peer->address, 1, "rig", 1)};
    rig_say(rig, link, MESSAGE_TICKET_FRAME, &frame);
}

/* As many links as can be said, with nodes that nobody is. */
static void say_made_up_view(struct rig *rig, uint32_t link) {
    struct view view = {.link_count = LIMIT_VIEW_LINKS_MAX};
    for (size_t i = 0; i < view.link_count; i++)
        view.links[i] = (struct view_link){{{(uint8_t)link, (uint8_t)(link >> 8), (uint8_t)i}}, LINK_PATH_LAN, 1};
    rig_say(rig, link, MESSAGE_VIEW, &view);
}

static void ask_for_probe(struct rig *rig, uint32_t link, const struct rig_peer *peer, uint16_t port) {
    struct probe probe = {.nonce = {1}, .address = peer->address};
    probe.address.port = port;
    rig_say(rig, link, MESSAGE_PROBE, &probe);
}

static void one_peer_that_sends_all_it_can_has_its_share(void **state) {
    (void)state;
    struct rig *rig = RIG(0);
    struct rig_peer peer = rig_peer(1);
    struct probed probed = {.reason = REASON_UNREACHABLE};
    uint32_t next = 0, link = rig_link_inbound(rig, &peer);
    watch(rig);
    for (uint16_t round = 0; round < ROUNDS; round++) {
        say_invented(rig, FLOOD_PEX, link, &next);
        say_invented(rig, FLOOD_FORWARD_JOIN, link, &next);
        say_invented(rig, FLOOD_PEX, link, &next); /* too soon to be heeded */
        say_own_ticket(rig, link, &peer);
        for (int i = 0; i < 10; i++) say_made_up_view(rig, link);
        for (uint16_t i = 1; i < 9; i++) ask_for_probe(rig, link, &peer, (uint16_t)(100 * i + round));
        rig_say(rig, link, MESSAGE_PROBED, &probed);
        flood_fail_dials(rig, REASON_REFUSED);
        engine_tables_check(rig->engine);
        rig_live(rig, ROUND_MS);
    }
    struct engine_tables tables = engine_tables_of(rig->engine);
    assert_int_equal(rig_link(rig, link).state, LINK_STATE_OPEN);
    assert_int_equal(tables.book, tables.book_max / 2 + 1); /* half by its word, and itself */
    assert_in_range(tables.passive, 1, tables.passive_max / 2);
    assert_int_equal(tables.claims, 1);
    assert_int_equal(engine_view_counters(rig->engine)->views_ignored, 9 * ROUNDS);
    assert_int_equal(tables.witnesses_max, 0); /* we asked for no probe */
    assert_int_equal(tables.operator_peers, 0);
    end_watch(rig);
}

/* As many records by as many authors, and as many names of nothing, as it can say in a second. */
static void say_records(struct rig *rig, uint32_t link, uint32_t *next) {
    for (int i = 0; i < 80; i++) broadcast_rig_say(rig, link, (*next)++);
    for (int i = 0; i < 10; i++) {
        broadcast_rig_ihave(rig, link, *next += LIMIT_IHAVE_IDS, LIMIT_IHAVE_IDS);
        broadcast_rig_graft(rig, link, *next - 2 * LIMIT_IHAVE_IDS - (uint32_t)i);
    }
    broadcast_rig_prune(rig, link);
}

static void a_view_full_of_peers_that_flood_the_broadcast_fills_no_table_over(void **state) {
    (void)state;
    struct rig *rig = RIG(0);
    uint32_t links[LIMIT_VIEW_MAX], next = FIRST_INVENTED;
    for (uint32_t i = 0; i < LIMIT_VIEW_MAX; i++) links[i] = broadcast_rig_link(rig, 1 + i);
    watch(rig);
    for (int second = 0; second < 60; second++) {
        for (uint32_t i = 0; i < LIMIT_VIEW_MAX; i++) say_records(rig, links[i], &next);
        engine_tables_check(rig->engine);
        assert_int_equal(engine_tables_of(rig->engine).missing, LIMIT_VIEW_MAX * LIMIT_MISSING_PER_LINK);
        rig_live(rig, 1000);
    }
    struct engine_tables tables = engine_tables_of(rig->engine);
    assert_int_equal(tables.refused, tables.refused_max);
    assert_int_equal(tables.authors, LIMIT_VIEW_MAX * (LIMIT_NEWCOMER_BURST + 59000 / LIMIT_NEWCOMER_MS));
    assert_int_equal(tables.seen, tables.authors); /* each was new, and said one thing */
    for (uint32_t i = 0; i < LIMIT_VIEW_MAX; i++) assert_int_equal(rig_link(rig, links[i]).state, LINK_STATE_OPEN);
    end_watch(rig);
}

/* It begins, asks for more than may be asked for, gives what it can, and says of us that we lack a thousand. */
static void reconcile_all(struct rig *rig, struct sync_rig_peer *peer, uint32_t *next) {
    static const uint8_t everything[] = {0x61, 0, 0, 2, 0}; /* a list of nothing */
    uint32_t lacked[LIMIT_LACK_IDS];
    (void)sync_rig_peer_answers(peer);
    for (uint32_t i = 0; i < LIMIT_LACK_IDS; i++) lacked[i] = i + 1;
    sync_rig_say(rig, peer->link, SYNC_ASK, *next, 0, (struct span){everything, sizeof everything});
    sync_rig_lack(rig, peer->link, lacked, LIMIT_LACK_IDS);
    sync_rig_lack(rig, peer->link, lacked, LIMIT_LACK_IDS);
    for (int i = 0; i < 40; i++) sync_rig_give(rig, peer->link, (*next)++);
}

static void a_view_full_of_peers_that_reconcile_without_end_fills_no_table_over(void **state) {
    (void)state;
    struct rig *rig = RIG(0);
    struct sync_rig_peer *peers[LIMIT_VIEW_MAX];
    uint32_t next = 100000;
    for (uint32_t i = 0; i < LIMIT_VIEW_MAX; i++) {
        peers[i] = sync_rig_peer_new(rig, sync_rig_link(rig, 1 + i));
        sync_rig_peer_add(peers[i], 10000 + 2000 * i, 1500);
    }
    sync_rig_keep(rig, 1, 2000, true);
    watch(rig);
    for (int second = 0; second < 60; second++) {
        for (uint32_t i = 0; i < LIMIT_VIEW_MAX; i++) reconcile_all(rig, peers[i], &next);
        engine_tables_check(rig->engine);
        rig_live(rig, 1000);
    }
    const struct engine_tables tables = engine_tables_of(rig->engine);
    assert_int_equal(tables.dropped, tables.dropped_max);
    assert_int_equal(tables.sending, LIMIT_SENDING_RECORDS);
    assert_int_equal(tables.sending_of_one, LIMIT_SENDING_PER_LINK);
    assert_int_equal(tables.queued_of_one, LIMIT_LACK_IDS);
    assert_int_equal(tables.kept, 2000);
    for (uint32_t i = 0; i < LIMIT_VIEW_MAX; i++) sync_rig_peer_free(peers[i]);
    end_watch(rig);
}

static void of_a_full_set_of_records_the_oldest_goes(void **state) {
    (void)state;
    struct rig *rig = RIG(0);
    watch(rig);
    sync_rig_keep(rig, 1, LIMIT_RECORDS_KEPT, true);
    assert_int_equal(engine_tables_of(rig->engine).kept, LIMIT_RECORDS_KEPT);
    assert_int_equal(engine_tables_of(rig->engine).waiting, LIMIT_WAITING_RECORDS);
    sync_rig_keep(rig, LIMIT_RECORDS_KEPT + 1, 3, true);
    engine_tables_check(rig->engine);
    const uint32_t link = sync_rig_link(rig, 1);
    const uint8_t nothing[] = {0x61};
    sync_rig_say(rig, link, SYNC_ASK, 1, 0, (struct span){nothing, 1});
    assert_int_equal(sync_rig_said(rig, link, 0)->since, sync_rig_item(rig, 4).timestamp);
    assert_int_equal(sync_rig_said(rig, link, 0)->message.size, 0);
    end_watch(rig);
}

static void one_peer_that_knocks_again_and_again_holds_few_links(void **state) {
    (void)state;
    struct rig *rig = RIG(.links = 64);
    struct rig_peer peer = rig_peer(1);
    watch(rig);
    for (int i = 0; i < 1000; i++) rig_up_inbound(rig, &peer);
    struct engine_tables tables = engine_tables_of(rig->engine);
    assert_int_equal(tables.handshaking, LIMIT_HANDSHAKES_PER_ADDRESS_MAX);
    assert_int_equal(tables.links, LIMIT_HANDSHAKES_PER_ADDRESS_MAX);
    for (int i = 0; i < 1000; i++) rig_link_inbound(rig, &peer);
    engine_tables_check(rig->engine);
    end_watch(rig);
}

/* A thousand. */

enum { MANY = 1000 };

/* Sees us at the same place as all others, and answers probes: with no. */
static uint32_t link_witness(struct rig *rig, const struct rig_peer *peer, enum mesh_wish wish) {
    struct hello hello = rig_hello(peer);
    hello.mesh = wish;
    hello.has_seen = true;
    hello.seen = rig_address("198.51.100.9:40000");
    hello.feature_count = 2;
    memcpy(hello.features[0], FEATURE_PROBE, sizeof FEATURE_PROBE);
    memcpy(hello.features[1], FEATURE_VIEW, sizeof FEATURE_VIEW);
    uint32_t link = rig_up_inbound(rig, peer);
    rig_say(rig, link, MESSAGE_HELLO, &hello);
    return link;
}

static void listen_at(struct rig *rig, const char *text) {
    struct address own = rig_address(text);
    struct input input = {.kind = INPUT_ADVERTISED};
    input.as.place.addresses = &own;
    input.as.place.count = 1;
    input.as.place.listen_port = own.port;
    rig_feed(rig, &input);
}

/* Gives whether one was asked for: no, it did not get through. */
static bool answer_a_probe(struct rig *rig) {
    static _Alignas(16) uint8_t memory[65536];
    struct arena arena = arena_over(memory, sizeof memory);
    const struct action *sent;
    const void *probe;
    for (size_t i = 0; (sent = rig_action(rig, ACTION_SEND, i)) != NULL; i++) {
        if (sent->type != MESSAGE_PROBE) continue;
        assert_int_equal(probe_check(sent->bytes, NULL, &arena, &probe), REFUSAL_NONE);
        struct probed probed = {.reason = REASON_UNREACHABLE};
        memcpy(probed.nonce, ((const struct probe *)probe)->nonce, sizeof probed.nonce);
        rig_say(rig, sent->link, MESSAGE_PROBED, &probed);
        return true;
    }
    return false;
}

/* Each calls us for a place or as a guest, tells of itself and wants a probe; for an hour in all, so that we ask them
 * for probes again and again. */
static void a_thousand_peers_leave_every_table_within_its_capacity(void **state) {
    (void)state;
    enum { EACH_MS = 3500 };
    static const enum mesh_wish wishes[] = {MESH_WISH_NONE, MESH_WISH_LOW, MESH_WISH_HIGH, MESH_WISH_JOIN};
    struct rig *rig = RIG(.links = 64, .passive_tickets = LIMIT_PASSIVE_MAX, .is_not_started = true);
    size_t answered = 0;
    listen_at(rig, "198.51.100.9:8782");
    rig_feed(rig, &(struct input){.kind = INPUT_START});
    watch(rig);
    for (uint32_t number = 1; number <= MANY; number++) {
        struct rig_peer peer = rig_peer(number);
        uint32_t link = link_witness(rig, &peer, wishes[number % 4]);
        struct pex pex = {.want = LIMIT_PEX_TICKETS_MAX, .ticket_count = 1, .tickets = &peer.ticket};
        rig_say(rig, link, MESSAGE_PEX, &pex);
        ask_for_probe(rig, link, &peer, (uint16_t)number);
        say_made_up_view(rig, link);
        if (number % 100 == 0) flood_fail_dials(rig, REASON_REFUSED);
        rig_tick(rig, EACH_MS); /* who is silent for long is ended, and makes place for the next */
        answered += answer_a_probe(rig);
        engine_tables_check(rig->engine);
    }
    struct engine_tables tables = engine_tables_of(rig->engine);
    assert_in_range(tables.claims, 1, tables.claims_max);
    assert_int_equal(tables.book, tables.book_max);
    assert_true(answered > REACHABILITY_WITNESSES_MAX);
    assert_int_equal(tables.witnesses_max, REACHABILITY_WITNESSES_MAX);
    end_watch(rig);
}

static void a_thousand_listed_by_a_beacon_leave_every_table_within_its_capacity(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1, .passive_tickets = LIMIT_PASSIVE_MAX);
    uint32_t next = 0;
    watch(rig);
    while (next < MANY) {
        say_invented(rig, FLOOD_BEACON, 0, &next);
        flood_fail_dials(rig, REASON_REFUSED);
        engine_tables_check(rig->engine);
        rig_tick(rig, 1000);
    }
    struct engine_tables tables = engine_tables_of(rig->engine);
    assert_int_equal(tables.book, tables.book_max / 2);
    assert_in_range(tables.passive, 1, tables.passive_max / 2);
    end_watch(rig);
}

static void a_thousand_that_only_knock_hold_the_unfinished_places_alone(void **state) {
    (void)state;
    struct rig *rig = RIG(.links = LIMIT_LINKS_MAX);
    watch(rig);
    for (uint32_t number = 1; number <= MANY; number++) {
        struct rig_peer peer = rig_peer(number);
        rig_up_inbound(rig, &peer);
    }
    struct engine_tables tables = engine_tables_of(rig->engine);
    assert_int_equal(tables.handshaking, LIMIT_HANDSHAKES_MAX);
    assert_int_equal(tables.links, LIMIT_HANDSHAKES_MAX);
    end_watch(rig);
}

static void a_thousand_guests_leave_the_places_of_our_own_dials(void **state) {
    (void)state;
    struct rig *rig = RIG(.links = 64);
    watch(rig);
    for (uint32_t number = 1; number <= MANY; number++) {
        struct rig_peer peer = rig_peer(number);
        flood_guest(rig, &peer);
    }
    assert_int_equal(engine_tables_of(rig->engine).links, 64 - LIMIT_VIEW_TARGET);
    end_watch(rig);
}

static void a_thousand_that_want_a_probe_have_two_at_a_time(void **state) {
    (void)state;
    enum { GUESTS = 40, TESTS_AT_ONCE = 2 };
    struct rig *rig = RIG(.links = 4 * GUESTS);
    uint32_t links[GUESTS];
    for (uint32_t i = 0; i < GUESTS; i++) {
        struct rig_peer peer = rig_peer(1 + i);
        links[i] = flood_guest(rig, &peer);
    }
    watch(rig);
    for (uint16_t i = 0; i < MANY; i++) {
        struct rig_peer peer = rig_peer(1 + i % GUESTS);
        ask_for_probe(rig, links[i % GUESTS], &peer, (uint16_t)(1 + i));
        if (i >= TESTS_AT_ONCE) assert_non_null(rig_sent(rig, links[i % GUESTS], MESSAGE_PROBED)); /* no, not now */
    }
    assert_int_equal(rig->dial_count, TESTS_AT_ONCE);
    assert_int_equal(engine_tables_of(rig->engine).tests, TESTS_AT_ONCE);
    end_watch(rig);
}

/* However fast they fail: four a second in the long run, which the ledger remembers for a minute. */
static void dials_that_are_refused_at_once_keep_their_pace(void **state) {
    (void)state;
    enum { STEP_MS = 50 };
    struct rig *rig = RIG(.book_rows = 1024, .is_not_started = true);
    for (uint32_t number = 1; number <= MANY; number++) {
        struct rig_peer peer = rig_peer(number);
        struct book_row row = rig_row(&peer);
        rig_load_row(rig, &row);
    }
    watch(rig);
    rig_feed(rig, &(struct input){.kind = INPUT_START});
    for (int64_t left_ms = 60000; left_ms > 0; left_ms -= STEP_MS) {
        flood_fail_dials(rig, REASON_REFUSED);
        rig_tick(rig, STEP_MS);
    }
    assert_in_range(rig->dial_count, 200, 60000 / LIMIT_DIAL_EVERY_MS + LIMIT_DIAL_BURST);
    assert_true(engine_tables_of(rig->engine).ledger < LIMIT_DIAL_LEDGER_ROWS);
    end_watch(rig);
}

/* Who goes first. */

static const struct node_id *nth_removed(const struct rig *rig, size_t nth) {
    const struct action *action = rig_action(rig, ACTION_REMOVE_ROW, nth);
    assert_non_null(action);
    return &action->peer;
}

static void of_a_full_book_the_row_worth_least_goes(void **state) {
    (void)state;
    enum { ROWS = 8, LINKED = 2, ANCHOR = 3 };
    struct rig *rig = RIG(.book_rows = ROWS, .is_not_started = true);
    struct rig_peer teller = rig_peer(100);
    struct ticket news[3];
    for (uint32_t number = 1; number < ROWS; number++) { /* seen the longer ago the smaller the number */
        struct rig_peer peer = rig_peer(number);
        struct book_row row = rig_row(&peer);
        row.last_seen_at_ms = RIG_WALL_MS - 1000000 + number;
        row.linked_at_ms = number == LINKED ? 1 : 0;
        row.is_anchor = number == ANCHOR;
        rig_load_row(rig, &row);
    }
    uint32_t link = rig_link_inbound(rig, &teller);
    assert_int_equal(engine_tables_of(rig->engine).book, ROWS);
    for (uint32_t i = 0; i < 3; i++) news[i] = rig_peer(200 + i).ticket;
    watch(rig);
    flood_tell(rig, FLOOD_PEX, link, news, 3);
    static const uint32_t gone[] = {1, 4, 5};
    for (size_t i = 0; i < 3; i++) {
        struct rig_peer peer = rig_peer(gone[i]);
        assert_true(node_id_equal(nth_removed(rig, i), &peer.id));
    }
    assert_int_equal(engine_tables_of(rig->engine).book, ROWS);
    end_watch(rig);
}

static void of_a_full_passive_view_the_oldest_ticket_goes(void **state) {
    (void)state;
    enum { TICKETS = 8, TELLERS = 4 };
    struct rig *rig = RIG(.passive_tickets = TICKETS, .is_not_started = true);
    struct rig_peer told[TICKETS + 2];
    uint32_t links[TELLERS];
    for (uint32_t i = 0; i < TELLERS; i++) {
        struct rig_peer teller = rig_peer(100 + i);
        links[i] = rig_link_inbound(rig, &teller);
    }
    for (uint32_t i = 0; i < TICKETS + 2; i++) { /* the last but one newer than all, the last older */
        int64_t age_ms = i == TICKETS ? 0 : i > TICKETS ? 20000 : 10000 - 10 * (int64_t)i;
        told[i] = rig_peer(1 + i);
        told[i].ticket = rig_ticket(&told[i], RIG_WALL_MS - age_ms, &told[i].address, 1, "rig", 1);
    }
    watch(rig);
    for (uint32_t i = 0; i < TICKETS + 2; i += TICKETS / 2) {
        struct ticket tickets[TICKETS / 2];
        size_t count = i < TICKETS ? TICKETS / 2 : 2;
        for (size_t k = 0; k < count; k++) tickets[k] = told[i + k].ticket;
        flood_tell(rig, FLOOD_PEX, links[i / (TICKETS / 2)], tickets, count);
    }
    assert_int_equal(engine_tables_of(rig->engine).passive, TICKETS);
    for (uint32_t i = 0; i < TICKETS + 2; i++) {
        bool is_held = engine_tables_passive_holds(rig->engine, &told[i].id);
        assert_int_equal(is_held, i != 0 && i != TICKETS + 1);
    }
    end_watch(rig);
}

static bool is_listed(const struct rig *rig, uint32_t link) {
    struct link_view views[LIMIT_LINKS_MAX];
    size_t count = engine_view_links(rig->engine, views, LIMIT_LINKS_MAX, rig->now_ms);
    for (size_t i = 0; i < count; i++) {
        if (views[i].id == link) return true;
    }
    return false;
}

/* One that cannot be dialled: what is tested is not mixed up with calls of our own. */
static struct rig_peer rig_hidden_peer(uint32_t number) {
    struct rig_peer peer = rig_peer(number);
    peer.ticket = rig_ticket(&peer, RIG_WALL_MS - 1000, NULL, 0, "rig", 1);
    return peer;
}

/* None but a closed link makes place for another. */
static void of_a_full_link_table_the_row_closed_longest_ago_goes(void **state) {
    (void)state;
    enum { ROWS = 16, STAYING = 2 };
    struct rig *rig = RIG(.links = ROWS);
    uint32_t links[ROWS + 2];
    for (uint32_t i = 0; i < ROWS; i++) {
        struct rig_peer peer = rig_hidden_peer(1 + i);
        links[i] = flood_guest(rig, &peer);
        assert_true(links[i] != 0);
        if (i >= STAYING) rig_down(rig, links[i], REASON_LEAVING);
        rig_tick(rig, 10);
    }
    watch(rig);
    for (uint32_t i = 0; i < 2; i++) {
        struct rig_peer peer = rig_hidden_peer(100 + i);
        assert_true(is_listed(rig, links[STAYING + i]));
        links[ROWS + i] = flood_guest(rig, &peer);
        assert_false(is_listed(rig, links[STAYING + i]));
    }
    for (uint32_t i = 0; i < ROWS + 2; i++) {
        bool is_gone = i == STAYING || i == STAYING + 1;
        assert_int_equal(is_listed(rig, links[i]), !is_gone);
    }
    end_watch(rig);
}

/* What stands before and beside the engine. */

static void a_thousand_networks_that_are_refused_leave_few_events_and_are_all_counted(void **state) {
    (void)state;
    enum { EACH = 100, KEPT_OF_EACH = EVENT_FOLD_KEPT + EACH / EVENT_FOLD_SAMPLE, OWN_ROWS = EVENT_FOLD_ROWS - 1 };
    enum { SHARED = (MANY - OWN_ROWS) * EACH, KEPT_OF_SHARED = EVENT_FOLD_KEPT + SHARED / EVENT_FOLD_SAMPLE };
    struct event_fold fold = {0};
    struct event summary;
    size_t kept = 0, summaries = 0, left_out = 0;
    for (uint32_t i = 0; i < MANY * EACH; i++) {
        struct event event = {.code = EVENT_LINK_REFUSED, .reason = REASON_TLS_FAILED, .has_address = true};
        event.address = rig_address("203.0.113.5:1");
        event.address.ip[1] = (uint8_t)(i / EACH >> 8);
        event.address.ip[2] = (uint8_t)(i / EACH);
        kept += event_fold_keeps(&fold, &event);
    }
    for (; event_fold_take_ended(&fold, EVENT_FOLD_WINDOW_MS, &summary); summaries++) {
        left_out += (size_t)summary.figures[0];
    }
    assert_int_equal(kept, OWN_ROWS * KEPT_OF_EACH + KEPT_OF_SHARED);
    assert_int_equal(kept + left_out, MANY * EACH);
    assert_int_equal(summaries, EVENT_FOLD_ROWS);
}

/* Its state is a few counters, whatever it sends; what passes is what fits a burst. */
static void a_link_that_sends_all_it_can_is_refused_within_its_bursts(void **state) {
    (void)state;
    static const uint8_t types[] = {MESSAGE_TICKET_FRAME, MESSAGE_FORWARD_JOIN, MESSAGE_PEX, MESSAGE_PROBE};
    static const size_t bursts[] = {4, 2 * LIMIT_FORWARD_JOIN_BURST, 4, LIMIT_CONTROL_FRAMES_BURST};
    for (size_t i = 0; i < sizeof types; i++) {
        const uint8_t frame[LIMIT_FRAME_HEADER_SIZE] = {0, 0, 0, 0, types[i]};
        struct intake intake;
        size_t passed = 0;
        intake_init(&intake, 0);
        while (intake_next(&intake, (struct span){frame, sizeof frame}, 0).result == INTAKE_FRAME) passed++;
        assert_int_equal(passed, bursts[i]);
    }
}

/* Two a second are let through the gate; they must not push all else out of the history. */
static void tickets_that_do_not_hold_leave_few_events(void **state) {
    (void)state;
    struct rig *rig = RIG(0);
    struct rig_peer peer = rig_peer(1);
    struct forward_join bad = {.ticket_refusal = REFUSAL_TICKET_SIGNATURE_INVALID};
    struct event_fold fold = {0};
    uint32_t link = flood_guest(rig, &peer);
    size_t kept = 0;
    for (int second = 0; second < 59; second++) {
        for (int i = 0; i < 2; i++) {
            rig_say(rig, link, MESSAGE_FORWARD_JOIN, &bad);
            const struct event *event = rig_event(rig, EVENT_PEX_TICKETS_REFUSED);
            kept += event != NULL && event_fold_keeps(&fold, event);
        }
        rig_tick(rig, 1000);
    }
    assert_in_range(kept, 1, EVENT_FOLD_KEPT + 4);
    rig_free(rig);
}

/* Else it is loaded in vain with each start, and nobody ever forgets it. */
static void what_the_disk_has_beyond_a_share_leaves_the_disk(void **state) {
    (void)state;
    enum { SHARE = 4 };
    struct rig *rig = RIG(.is_not_started = true);
    size_t removed = 0;
    for (uint32_t i = 0; i < SHARE + 1; i++) {
        struct rig_peer peer = rig_peer_at(1 + i, "203.0.113.5:8782");
        struct book_row row = rig_row(&peer);
        rig_load_row(rig, &row);
        removed += rig_count(rig, ACTION_REMOVE_ROW);
    }
    assert_int_equal(removed, 1);
    rig_free(rig);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_peer_that_sends_all_it_can_has_its_share),
        cmocka_unit_test(a_view_full_of_peers_that_flood_the_broadcast_fills_no_table_over),
        cmocka_unit_test(a_view_full_of_peers_that_reconcile_without_end_fills_no_table_over),
        cmocka_unit_test(of_a_full_set_of_records_the_oldest_goes),
        cmocka_unit_test(one_peer_that_knocks_again_and_again_holds_few_links),
        cmocka_unit_test(a_thousand_peers_leave_every_table_within_its_capacity),
        cmocka_unit_test(a_thousand_listed_by_a_beacon_leave_every_table_within_its_capacity),
        cmocka_unit_test(a_thousand_that_only_knock_hold_the_unfinished_places_alone),
        cmocka_unit_test(a_thousand_guests_leave_the_places_of_our_own_dials),
        cmocka_unit_test(a_thousand_that_want_a_probe_have_two_at_a_time),
        cmocka_unit_test(dials_that_are_refused_at_once_keep_their_pace),
        cmocka_unit_test(of_a_full_book_the_row_worth_least_goes),
        cmocka_unit_test(of_a_full_passive_view_the_oldest_ticket_goes),
        cmocka_unit_test(of_a_full_link_table_the_row_closed_longest_ago_goes),
        cmocka_unit_test(a_thousand_networks_that_are_refused_leave_few_events_and_are_all_counted),
        cmocka_unit_test(a_link_that_sends_all_it_can_is_refused_within_its_bursts),
        cmocka_unit_test(tickets_that_do_not_hold_leave_few_events),
        cmocka_unit_test(what_the_disk_has_beyond_a_share_leaves_the_disk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
