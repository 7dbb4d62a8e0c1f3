/* SPDX-License-Identifier: Apache-2.0 */
/* Whom an engine calls, and whom it does not. */
#include "lib/engine_rig.h"

#include "swarm/wire/ping.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void an_operators_peer_is_pinned_and_named_again(void **state) {
    (void)state;
    struct engine_operator_peer named = {.name = "198.18.0.1:8782"};
    struct rig *rig = RIG(.operator_peers = &named, .operator_peer_count = 1);
    struct rig_peer peer = rig_peer(1);
    struct input resolved = {.kind = INPUT_OPERATOR_PEER};
    resolved.as.place.addresses = &peer.address;
    resolved.as.place.count = 1;
    rig_feed(rig, &resolved);
    const struct action *dial = rig_action(rig, ACTION_DIAL, 0);
    assert_true(dial != NULL && !dial->has_peer);
    uint32_t link = dial->link;
    struct hello hello = rig_hello(&peer);
    rig_up_outbound(rig, link, &peer);
    rig_say(rig, link, MESSAGE_HELLO, &hello);
    const struct action *pin = rig_action(rig, ACTION_PIN, 0);
    assert_true(pin != NULL && pin->source == 0 && node_id_equal(&pin->peer, &peer.id));
    assert_non_null(rig_event(rig, EVENT_PEER_PINNED));
    rig_down(rig, link, REASON_RESET);
    rig_tick(rig, 15000);
    dial = rig_action(rig, ACTION_DIAL, 0);
    assert_true(dial != NULL && dial->has_peer && node_id_equal(&dial->peer, &peer.id));
    rig_free(rig);
}

/* The peer called first, so our own call to the operator's address ends as a duplicate: that names it all the same. */
static void an_operators_peer_that_is_linked_already_is_not_called_again(void **state) {
    (void)state;
    struct engine_operator_peer named = {.name = "198.18.0.1:8782"};
    struct rig *rig = RIG(.operator_peers = &named, .operator_peer_count = 1);
    struct rig_peer peer = rig_peer_beside(rig, true);
    struct hello hello = rig_hello(&peer);
    struct input resolved = {.kind = INPUT_OPERATOR_PEER};
    resolved.as.place.addresses = &peer.address;
    resolved.as.place.count = 1;
    uint32_t theirs = rig_link_inbound(rig, &peer);
    rig_feed(rig, &resolved);
    uint32_t ours = rig_action(rig, ACTION_DIAL, 0)->link;
    rig_up_outbound(rig, ours, &peer);
    rig_say(rig, ours, MESSAGE_HELLO, &hello);
    assert_int_equal(rig_goodbye(rig, ours), REASON_DUPLICATE);
    rig_down(rig, ours, REASON_NONE);
    assert_non_null(rig_action(rig, ACTION_PIN, 0));
    for (int i = 0; i < 10; i++) {
        struct ping ping = {.seq = 1};
        rig_tick(rig, 10000);
        assert_int_equal(rig_count(rig, ACTION_DIAL), 0);
        rig_say(rig, theirs, MESSAGE_PING, &ping);
    }
    rig_free(rig);
}

/* A thousand strangers do not push the operator's peer out of the book (address_book.h), nor does a restart. */
static void an_operators_peer_stays_in_the_book(void **state) {
    (void)state;
    struct rig_peer peer = rig_peer(1);
    struct engine_operator_peer named = {.name = "198.18.0.1:8782", .has_id = true, .id = peer.id};
    struct rig *rig = RIG(.operator_peers = &named, .operator_peer_count = 1, .source_count = 1, .book_rows = 8);
    rig_beacon_lists(rig, &peer.ticket, 1);
    for (uint32_t i = 0; i < 1000; i++) {
        struct rig_peer stranger = rig_peer(1000 + i);
        stranger.ticket = rig_ticket(&stranger, RIG_WALL_MS + i, &stranger.address, 1, "rig", 1);
        rig_feed(rig, &(struct input){.kind = INPUT_REFRESH});
        rig_beacon_lists(rig, &stranger.ticket, 1);
    }
    struct peer_view views[8];
    size_t next;
    size_t count = engine_view_peers(rig->engine, 0, views, 8, &next, rig->now_ms);
    bool is_there = false;
    for (size_t i = 0; i < count; i++) is_there = is_there || node_id_equal(&views[i].node_id, &peer.id);
    assert_true(is_there);
    rig_free(rig);
}

static void goodbye_for_a_while_is_heeded(void **state) {
    (void)state;
    struct engine_operator_peer named = {.name = "198.18.0.1:8782"};
    struct rig *rig = RIG(.operator_peers = &named, .operator_peer_count = 1);
    struct rig_peer peer = rig_peer(1);
    struct input resolved = {.kind = INPUT_OPERATOR_PEER};
    resolved.as.place.addresses = &peer.address;
    resolved.as.place.count = 1;
    rig_feed(rig, &resolved);
    uint32_t link = rig_action(rig, ACTION_DIAL, 0)->link;
    struct hello hello = rig_hello(&peer);
    struct goodbye goodbye = {.reason = REASON_PAUSED, .for_ms = 120000};
    rig_up_outbound(rig, link, &peer);
    rig_say(rig, link, MESSAGE_HELLO, &hello);
    rig_say(rig, link, MESSAGE_GOODBYE, &goodbye);
    rig_down(rig, link, REASON_NONE);
    rig_tick(rig, 119000);
    assert_int_equal(rig_count(rig, ACTION_DIAL), 0);
    rig_tick(rig, 2000);
    assert_int_equal(rig_count(rig, ACTION_DIAL), 1);
    rig_free(rig);
}

static void what_cannot_change_by_waiting_is_not_dialled_again(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    struct rig_peer peer = rig_peer(1);
    rig_beacon_lists(rig, &peer.ticket, 1);
    rig_dial_failed(rig, rig_action(rig, ACTION_DIAL, 0)->link, REASON_VERSION);
    rig_tick(rig, 1200000);
    assert_int_equal(rig_count(rig, ACTION_DIAL), 0);
    peer.ticket = rig_ticket(&peer, RIG_WALL_MS + 1200000, &peer.address, 1, "rig", 2);
    rig_feed(rig, &(struct input){.kind = INPUT_REFRESH});
    rig_beacon_lists(rig, &peer.ticket, 1);
    assert_int_equal(rig_count(rig, ACTION_DIAL), 1);
    rig_free(rig);
}

/* W6: the address that answered with another key is at fault, not the node that is said to live there. */
static void a_wrong_key_is_held_against_the_address(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    struct rig_peer peer = rig_peer(1);
    struct address addrs[2] = {rig_peer(2).address, peer.address};
    peer.ticket = rig_ticket(&peer, RIG_WALL_MS, addrs, 2, "rig", 1);
    rig_beacon_lists(rig, &peer.ticket, 1);
    const struct action *dial = rig_action(rig, ACTION_DIAL, 0);
    assert_true(address_equal(&dial->address, &addrs[0]));
    rig_dial_failed(rig, dial->link, REASON_IDENTITY);
    dial = rig_action(rig, ACTION_DIAL, 0); /* the other address at once */
    assert_true(dial != NULL && address_equal(&dial->address, &addrs[1]));
    rig_free(rig);
}

/* A node whose only addresses we may not dial is no reason to wake up four times a second. */
static void what_may_not_be_dialled_costs_no_waking(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    struct rig_peer peers[3] = {rig_peer(1), rig_peer(2), rig_peer(3)};
    struct ticket tickets[3];
    for (int i = 0; i < 3; i++) {
        struct address private = {.family = ADDRESS_IPV4, .port = 8782, .ip = {10, 0, 0, (uint8_t)(1 + i)}};
        tickets[i] = rig_ticket(&peers[i], RIG_WALL_MS, &private, 1, "rig", 1);
    }
    rig_beacon_lists(rig, tickets, 3);
    assert_int_equal(rig_count(rig, ACTION_DIAL), 0);
    size_t wakes = 0;
    int64_t until_ms = rig->now_ms + 60000;
    while (engine_deadline_ms(rig->engine) <= until_ms) {
        int64_t deadline_ms = engine_deadline_ms(rig->engine);
        rig->now_ms = deadline_ms > rig->now_ms ? deadline_ms : rig->now_ms;
        rig_feed(rig, &(struct input){.kind = INPUT_TICK});
        wakes++;
    }
    assert_true(wakes < 40);
    rig_free(rig);
}

static void a_new_address_is_tried_at_once(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    struct rig_peer peer = rig_peer(1);
    struct address private = {.family = ADDRESS_IPV4, .port = 8782, .ip = {10, 0, 0, 1}};
    struct ticket hidden = rig_ticket(&peer, RIG_WALL_MS, &private, 1, "rig", 1);
    struct ticket public = rig_ticket(&peer, RIG_WALL_MS + 1, &peer.address, 1, "rig", 1);
    rig_beacon_lists(rig, &hidden, 1);
    rig_tick(rig, 3000);
    rig_feed(rig, &(struct input){.kind = INPUT_REFRESH});
    rig_beacon_lists(rig, &public, 1);
    assert_int_equal(rig_count(rig, ACTION_DIAL), 1);
    rig_free(rig);
}

static void list_strangers(struct rig *rig, uint32_t first, size_t count) {
    struct ticket tickets[64];
    for (uint32_t i = 0; i < count; i++) tickets[i] = rig_peer(first + i).ticket;
    rig_feed(rig, &(struct input){.kind = INPUT_REFRESH});
    rig_beacon_lists(rig, tickets, count);
}

/* All dials of the last feed end with this goodbye, and those that follow from it; gives how many there were. */
static size_t turn_away_all(struct rig *rig, uint32_t first) {
    size_t dials = 0;
    for (const struct action *dial; (dial = rig_action(rig, ACTION_DIAL, 0)) != NULL && dials < 100; dials++) {
        struct goodbye goodbye = {.reason = REASON_VIEW_FULL};
        struct rig_peer peer = rig_peer(first);
        for (uint32_t number = first; !node_id_equal(&dial->peer, &peer.id); number++) peer = rig_peer(number);
        uint32_t link = dial->link;
        rig_up_outbound(rig, link, &peer);
        rig_say(rig, link, MESSAGE_GOODBYE, &goodbye);
        rig_down(rig, link, REASON_NONE);
    }
    return dials;
}

/* With the minimum of links, a view that is turned away here and there does not try all doors of the swarm. */
static void full_views_are_not_all_knocked_at(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    rig_fill_view(rig, LIMIT_VIEW_MIN, MESH_WISH_LOW);
    list_strangers(rig, 1, 40);
    assert_true(rig_count(rig, ACTION_DIAL) <= LIMIT_DIALS_AT_ONCE);
    assert_true(turn_away_all(rig, 1) <= LIMIT_DIALS_AT_ONCE);
    rig_free(rig);
}

/* At its target a node dials nobody, but for one stranger within five minutes; the weakest link goes for that one. */
static void a_full_view_trades_a_link_now_and_then(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    struct ping ping = {.seq = 1};
    rig_fill_view(rig, LIMIT_VIEW_TARGET, MESH_WISH_LOW);
    list_strangers(rig, 1, 1);
    size_t dials = 0;
    int64_t began_ms = rig->now_ms;
    while (dials == 0 && rig->now_ms - began_ms <= LIMIT_EXPLORE_MS) {
        rig_tick(rig, 10000);
        dials += rig_count(rig, ACTION_DIAL);
        if (dials > 0) break;
        for (uint32_t link = 1; link < rig->next_inbound; link += 2) rig_say(rig, link, MESSAGE_PING, &ping);
    }
    assert_int_equal(dials, 1);
    struct rig_peer stranger = rig_peer(1);
    struct hello hello = rig_hello(&stranger);
    uint32_t link = rig_action(rig, ACTION_DIAL, 0)->link;
    rig_up_outbound(rig, link, &stranger);
    rig_say(rig, link, MESSAGE_HELLO, &hello);
    assert_int_equal(rig_link(rig, link).state, LINK_STATE_OPEN);
    assert_int_equal(rig_open_count(rig), LIMIT_VIEW_TARGET);
    assert_int_equal(rig_event(rig, EVENT_LINK_CLOSING)->reason, REASON_REPLACED);
    rig_free(rig);
}

static struct rig *with_operators_peer(const struct rig_peer *peer) {
    static struct engine_operator_peer named;
    named = (struct engine_operator_peer){.name = "friend.example:8782", .has_id = true, .id = peer->id};
    return RIG(.operator_peers = &named, .operator_peer_count = 1);
}

static void resolve(struct rig *rig, const struct rig_peer *peer) {
    struct input input = {.kind = INPUT_OPERATOR_PEER};
    input.as.place.addresses = &peer->address;
    input.as.place.count = 1;
    rig_feed(rig, &input);
}

/* Whoever fills the view cannot keep the caretaker's own peers out of it. */
static void an_operators_peer_has_a_place_in_a_full_view(void **state) {
    (void)state;
    struct rig_peer peer = rig_peer(1);
    struct rig *rig = with_operators_peer(&peer);
    rig_fill_view(rig, LIMIT_VIEW_MAX, MESH_WISH_HIGH);
    resolve(rig, &peer);
    assert_int_equal(rig->dial_count, 1);
    rig_link_outbound(rig, rig->dials[0].link, &peer);
    assert_int_equal(rig_link(rig, rig->dials[0].link).state, LINK_STATE_OPEN);
    rig_free(rig);
}

static void an_operators_peer_that_called_us_is_not_given_up(void **state) {
    (void)state;
    struct rig_peer peer = rig_peer(1), joiner = rig_peer(2);
    struct rig *rig = with_operators_peer(&peer);
    struct hello hello = rig_hello(&joiner);
    uint32_t link = rig_link_inbound(rig, &peer);
    rig_fill_view(rig, LIMIT_VIEW_MAX - 1, MESH_WISH_HIGH);
    hello.mesh = MESH_WISH_JOIN;
    joiner.address.ip[0] = 10;
    rig_say(rig, rig_up_inbound(rig, &joiner), MESSAGE_HELLO, &hello);
    assert_int_equal(rig_link(rig, link).state, LINK_STATE_OPEN);
    rig_free(rig);
}

/* W16: three drops in a minute, whatever word they come with. */
static void who_lets_us_go_each_time_is_not_called_for_ever(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    struct rig_peer peer = rig_peer(1);
    struct goodbye goodbye = {.reason = REASON_REPLACED};
    rig_beacon_lists(rig, &peer.ticket, 1);
    for (size_t ended = 0, second = 0; second < LIMIT_FLAP_HOLD_MS / 1000; second++) {
        if (rig->dial_count > ended) {
            uint32_t link = rig->dials[ended++].link;
            rig_link_outbound(rig, link, &peer);
            rig_say(rig, link, MESSAGE_GOODBYE, &goodbye);
            rig_down(rig, link, REASON_NONE);
        }
        rig_live(rig, 1000);
    }
    print_message("%zu calls in five minutes\n", rig->dial_count);
    assert_true(rig->dial_count <= 2 * LIMIT_FLAP_DROPS);
    rig_free(rig);
}

/* We had no place for it; nobody has failed to reach anybody. */
static void whom_our_full_view_turned_away_is_not_failing(void **state) {
    (void)state;
    struct rig *rig = RIG(.is_not_started = true);
    struct rig_peer peer = rig_peer(1);
    struct book_row row = rig_row(&peer);
    rig_load_row(rig, &row);
    rig_fill_view(rig, LIMIT_VIEW_MAX, MESH_WISH_HIGH);
    rig_feed(rig, &(struct input){.kind = INPUT_START});
    for (int i = 0; i < 4; i++) {
        uint32_t link = rig_link_inbound(rig, &peer);
        assert_int_equal(rig_goodbye(rig, link), REASON_VIEW_FULL);
        rig_down(rig, link, REASON_NONE);
    }
    assert_int_equal(rig_peer_view(rig, &peer).wait, DIAL_WAIT_NOT_NEEDED);
    rig_free(rig);
}

static void a_link_that_holds_ends_the_count_of_failures(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    struct rig_peer peer = rig_peer(1);
    struct ping ping = {.seq = 1};
    rig_beacon_lists(rig, &peer.ticket, 1);
    rig_dial_failed(rig, rig_action(rig, ACTION_DIAL, 0)->link, REASON_REFUSED);
    uint32_t link = rig_link_inbound(rig, &peer);
    assert_int_equal(rig_peer_view(rig, &peer).failures, 1);
    for (int i = 0; i < 13; i++) {
        rig_tick(rig, 10000);
        rig_say(rig, link, MESSAGE_PING, &ping);
    }
    assert_int_equal(rig_peer_view(rig, &peer).failures, 0);
    rig_free(rig);
}

/* The same before there is a link: no word makes an attempt that came to nothing free of charge. */
static void who_lets_us_go_before_its_hello_is_not_called_for_ever(void **state) {
    (void)state;
    const enum reason words[] = {REASON_REPLACED, REASON_DUPLICATE};
    for (size_t i = 0; i < 2; i++) {
        struct rig *rig = RIG(.source_count = 1);
        struct rig_peer peer = rig_peer(1);
        struct goodbye goodbye = {.reason = words[i]};
        rig_beacon_lists(rig, &peer.ticket, 1);
        for (size_t ended = 0, second = 0; second < LIMIT_FLAP_HOLD_MS / 1000; second++) {
            if (rig->dial_count > ended) {
                uint32_t link = rig->dials[ended++].link;
                rig_up_outbound(rig, link, &peer);
                rig_say(rig, link, MESSAGE_GOODBYE, &goodbye);
                rig_down(rig, link, REASON_NONE);
            }
            rig_live(rig, 1000);
        }
        print_message("%zu calls in five minutes\n", rig->dial_count);
        assert_true(rig->dial_count <= 12);
        rig_free(rig);
    }
}

static void fail_all_dials(struct rig *rig, enum reason reason) {
    struct link_view views[LIMIT_LINKS_MAX];
    size_t count = engine_view_links(rig->engine, views, LIMIT_LINKS_MAX, rig->now_ms);
    for (size_t i = 0; i < count; i++) {
        if (views[i].state == LINK_STATE_DIALING) rig_dial_failed(rig, views[i].id, reason);
    }
}

/* Many names of many addresses, and no network for some minutes: what they cost then is not owed by others after. */
static void the_operators_peers_leave_no_debt(void **state) {
    (void)state;
    enum { NAMED = 32, KNOWN = 8, STEP_MS = 200, DOWN_MS = 120000, AFTER_MS = 60000 };
    struct engine_operator_peer named[NAMED] = {0};
    struct rig *rig = RIG(.operator_peers = named, .operator_peer_count = NAMED, .is_not_started = true);
    size_t of_others = 0;
    for (uint32_t i = 0; i < KNOWN; i++) {
        struct rig_peer peer = rig_peer(1 + i);
        struct book_row row = rig_row(&peer);
        rig_load_row(rig, &row);
    }
    rig_feed(rig, &(struct input){.kind = INPUT_START});
    for (uint8_t i = 0; i < NAMED; i++) {
        struct address addrs[LIMIT_TICKET_ADDRS_MAX];
        struct input resolved = {.kind = INPUT_OPERATOR_PEER};
        for (uint8_t k = 0; k < LIMIT_TICKET_ADDRS_MAX; k++) {
            addrs[k] = rig_address("203.0.113.1:8782");
            addrs[k].ip[2] = i;
            addrs[k].ip[3] = k;
        }
        resolved.as.place.source = i;
        resolved.as.place.addresses = addrs;
        resolved.as.place.count = LIMIT_TICKET_ADDRS_MAX;
        rig_feed(rig, &resolved);
    }
    for (int64_t left_ms = DOWN_MS; left_ms > 0; left_ms -= STEP_MS) {
        fail_all_dials(rig, REASON_UNREACHABLE);
        rig_tick(rig, STEP_MS);
    }
    size_t before = rig->dial_count;
    for (int64_t left_ms = AFTER_MS; left_ms > 0; left_ms -= STEP_MS) {
        fail_all_dials(rig, REASON_REFUSED);
        rig_tick(rig, STEP_MS);
    }
    for (size_t i = before; i < rig->dial_count; i++) of_others += !node_id_is_none(&rig->dials[i].peer);
    print_message("%zu dials without a network, then %zu, of these %zu of others\n", before, rig->dial_count - before,
                  of_others);
    assert_true(of_others > 0);
    rig_free(rig);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_operators_peer_is_pinned_and_named_again),
        cmocka_unit_test(an_operators_peer_that_is_linked_already_is_not_called_again),
        cmocka_unit_test(an_operators_peer_stays_in_the_book),
        cmocka_unit_test(goodbye_for_a_while_is_heeded),
        cmocka_unit_test(what_cannot_change_by_waiting_is_not_dialled_again),
        cmocka_unit_test(a_wrong_key_is_held_against_the_address),
        cmocka_unit_test(what_may_not_be_dialled_costs_no_waking),
        cmocka_unit_test(a_new_address_is_tried_at_once),
        cmocka_unit_test(full_views_are_not_all_knocked_at),
        cmocka_unit_test(a_full_view_trades_a_link_now_and_then),
        cmocka_unit_test(an_operators_peer_has_a_place_in_a_full_view),
        cmocka_unit_test(an_operators_peer_that_called_us_is_not_given_up),
        cmocka_unit_test(who_lets_us_go_each_time_is_not_called_for_ever),
        cmocka_unit_test(whom_our_full_view_turned_away_is_not_failing),
        cmocka_unit_test(a_link_that_holds_ends_the_count_of_failures),
        cmocka_unit_test(who_lets_us_go_before_its_hello_is_not_called_for_ever),
        cmocka_unit_test(the_operators_peers_leave_no_debt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
