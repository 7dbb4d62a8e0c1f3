/* SPDX-License-Identifier: Apache-2.0 */
/* Who gets a place when a peer comes twice, or the view is full. */
#include "lib/engine_rig.h"
#include "swarm/wire/pong.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* Two links to one peer. */

/* The rig has a link with `peer` that it dialled itself: the beacon named it. */
static uint32_t link_outbound(struct rig *rig, const struct rig_peer *peer) {
    struct hello hello = rig_hello(peer);
    hello.mesh = MESH_WISH_NONE;
    rig_beacon_lists(rig, &peer->ticket, 1);
    uint32_t link = rig_action(rig, ACTION_DIAL, 0)->link;
    rig_up_outbound(rig, link, peer);
    rig_say(rig, link, MESSAGE_HELLO, &hello);
    assert_int_equal(rig_link(rig, link).state, LINK_STATE_OPEN);
    return link;
}

static void of_twins_the_one_dialled_by_the_smaller_id_stays(void **state) {
    (void)state;
    for (int is_smaller = 0; is_smaller <= 1; is_smaller++) {
        struct rig *rig = RIG(.source_count = 1);
        struct rig_peer peer = rig_peer_beside(rig, is_smaller);
        struct hello hello = rig_hello(&peer);
        uint32_t ours = link_outbound(rig, &peer);
        uint32_t theirs = rig_up_inbound(rig, &peer);
        rig_say(rig, theirs, MESSAGE_HELLO, &hello);
        uint32_t loser = is_smaller ? ours : theirs;
        uint32_t winner = is_smaller ? theirs : ours;
        assert_int_equal(rig_goodbye(rig, loser), REASON_DUPLICATE);
        assert_int_equal(rig_link(rig, winner).state, LINK_STATE_OPEN);
        assert_int_equal(rig_open_count(rig), 1);
        rig_free(rig);
    }
}

static void of_twins_of_one_dialler_the_newer_stays(void **state) {
    (void)state;
    struct rig *rig = RIG();
    struct rig_peer peer = rig_peer(1);
    uint32_t old = rig_link_inbound(rig, &peer);
    uint32_t new = rig_link_inbound(rig, &peer);
    assert_int_equal(rig_goodbye(rig, old), REASON_DUPLICATE);
    assert_int_equal(rig_link(rig, new).state, LINK_STATE_OPEN);
    rig_free(rig);
}

static void a_later_process_replaces_the_earlier(void **state) {
    (void)state;
    struct rig *rig = RIG();
    struct rig_peer before = rig_peer(1), after = rig_peer(1);
    after.ticket = rig_ticket(&after, RIG_WALL_MS, &after.address, 1, "rig", 2);
    uint32_t old = rig_link_inbound(rig, &before);
    uint32_t new = rig_link_inbound(rig, &after);
    assert_int_equal(rig_goodbye(rig, old), REASON_REPLACED);
    assert_int_equal(rig_link(rig, new).state, LINK_STATE_OPEN);
    rig_free(rig);
}

static void an_earlier_process_does_not_replace_the_later(void **state) {
    (void)state;
    struct rig *rig = RIG();
    struct rig_peer before = rig_peer(1), after = rig_peer(1);
    after.ticket = rig_ticket(&after, RIG_WALL_MS, &after.address, 1, "rig", 2);
    uint32_t old = rig_link_inbound(rig, &after);
    uint32_t new = rig_link_inbound(rig, &before);
    assert_int_equal(rig_goodbye(rig, new), REASON_REPLACED);
    assert_int_equal(rig_link(rig, old).state, LINK_STATE_OPEN);
    rig_free(rig);
}

/* A full view. */

static enum reason knock(struct rig *rig, enum mesh_wish wish, uint32_t *link) {
    struct rig_peer peer = rig_peer(1);
    struct hello hello = rig_hello(&peer);
    hello.mesh = wish;
    *link = rig_up_inbound(rig, &peer);
    rig_say(rig, *link, MESSAGE_HELLO, &hello);
    return rig_goodbye(rig, *link);
}

static void low_is_turned_away_at_the_target(void **state) {
    (void)state;
    struct rig *rig = RIG();
    uint32_t link;
    rig_fill_view(rig, LIMIT_VIEW_TARGET, MESH_WISH_LOW);
    assert_int_equal(knock(rig, MESH_WISH_LOW, &link), REASON_VIEW_FULL);
    rig_free(rig);
}

static void the_last_places_are_for_those_in_need(void **state) {
    (void)state;
    struct rig *rig = RIG();
    uint32_t link;
    rig_fill_view(rig, LIMIT_VIEW_TARGET, MESH_WISH_LOW);
    assert_int_equal(knock(rig, MESH_WISH_HIGH, &link), REASON_NONE);
    assert_int_equal(rig_open_count(rig), LIMIT_VIEW_TARGET + 1);
    rig_free(rig);
}

static void in_need_the_weakest_gives_way(void **state) {
    (void)state;
    const enum mesh_wish wishes[] = {MESH_WISH_HIGH, MESH_WISH_JOIN};
    for (size_t i = 0; i < 2; i++) {
        struct rig *rig = RIG();
        uint32_t link;
        rig_fill_view(rig, LIMIT_VIEW_MAX, MESH_WISH_JOIN);
        assert_int_equal(knock(rig, wishes[i], &link), REASON_NONE);
        assert_int_equal(rig_link(rig, link).state, LINK_STATE_OPEN);
        assert_int_equal(rig_open_count(rig), LIMIT_VIEW_MAX);
        const struct event *closing = rig_event(rig, EVENT_LINK_CLOSING);
        assert_int_equal(closing->reason, REASON_REPLACED);
        const struct action *close = rig_action(rig, ACTION_CLOSE, 0);
        assert_non_null(rig_sent(rig, close->link, MESSAGE_PEX)); /* where else it may go */
        assert_int_equal(rig_goodbye(rig, close->link), REASON_REPLACED);
        rig_free(rig);
    }
}

static void a_link_outside_the_mesh_needs_no_place(void **state) {
    (void)state;
    struct rig *rig = RIG();
    uint32_t link;
    rig_fill_view(rig, LIMIT_VIEW_MAX, MESH_WISH_JOIN);
    assert_int_equal(knock(rig, MESH_WISH_NONE, &link), REASON_NONE);
    assert_int_equal(rig_open_count(rig), LIMIT_VIEW_MAX);
    rig_free(rig);
}

/* The twin that goes leaves its place: else both would be lost. */
static void a_twin_takes_the_place_of_the_one_it_ends(void **state) {
    (void)state;
    struct rig *rig = RIG();
    struct rig_peer peer = rig_peer(1), again = rig_peer(1);
    again.ticket = rig_ticket(&again, RIG_WALL_MS, &again.address, 1, "rig", 2);
    rig_link_inbound(rig, &peer);
    rig_fill_view(rig, LIMIT_VIEW_MAX - 1, MESH_WISH_JOIN);
    uint32_t link = rig_link_inbound(rig, &again); /* with the wish low, which a view this full turns away */
    assert_int_equal(rig_link(rig, link).state, LINK_STATE_OPEN);
    assert_int_equal(rig_open_count(rig), LIMIT_VIEW_MAX);
    rig_free(rig);
}

/* Strangers may not fill the table: as many rows as the view wants stay free for our own dials. */
static void strangers_leave_room_for_our_own_links(void **state) {
    (void)state;
    struct rig *rig = RIG(.links = LIMIT_VIEW_TARGET + 4);
    for (uint32_t i = 0; i < 4; i++) {
        struct rig_peer peer = rig_peer(10 + i);
        uint32_t link = rig_link_inbound(rig, &peer);
        assert_int_equal(rig_link(rig, link).state, LINK_STATE_OPEN);
    }
    struct rig_peer peer = rig_peer(1);
    uint32_t link = rig_up_inbound(rig, &peer);
    const struct action *close = rig_action(rig, ACTION_CLOSE, 0);
    assert_true(close != NULL && close->link == link && !close->is_graceful);
    assert_int_equal(rig_event(rig, EVENT_LINK_REFUSED)->reason, REASON_RESOURCES);
    rig_down(rig, link, REASON_NONE);
    assert_int_equal(rig->kept_count, 0);
    rig_free(rig);
}

static void one_address_has_few_unfinished_links(void **state) {
    (void)state;
    struct rig *rig = RIG();
    struct rig_peer peer = rig_peer(1);
    for (uint32_t i = 0; i < LIMIT_HANDSHAKES_PER_ADDRESS_MAX; i++) {
        struct rig_peer other = rig_peer(10 + i);
        other.address = peer.address;
        assert_int_equal(rig_link(rig, rig_up_inbound(rig, &other)).state, LINK_STATE_HANDSHAKING);
    }
    rig_up_inbound(rig, &peer);
    assert_int_equal(rig_event(rig, EVENT_LINK_REFUSED)->reason, REASON_RESOURCES);
    rig_free(rig);
}

/* So many peers of one network come, one after another, each with the wish to join; how many have a place at the end.
 */
static size_t besiege(struct rig *rig, const char *network, size_t count) {
    size_t open = 0;
    uint32_t links[64];
    for (uint32_t i = 0; i < count; i++) {
        char text[ADDRESS_TEXT_MAX];
        struct rig_peer peer = rig_peer(1000 + i);
        struct hello hello = rig_hello(&peer);
        hello.mesh = MESH_WISH_JOIN;
        (void)snprintf(text, sizeof text, "%s.%u:40000", network, (unsigned)(1 + i));
        assert_true(address_read(span_of_text(text), &peer.address));
        links[i] = rig_up_inbound(rig, &peer);
        rig_say(rig, links[i], MESSAGE_HELLO, &hello);
    }
    for (size_t i = 0; i < count; i++) open += rig_link(rig, links[i]).state == LINK_STATE_OPEN;
    return open;
}

static void one_network_gets_three_places_of_the_view(void **state) {
    (void)state;
    struct rig *rig = RIG(0);
    rig_fill_view(rig, 5, MESH_WISH_LOW);
    assert_int_equal(besiege(rig, "203.0.113", 20), LIMIT_VIEW_PER_PREFIX);
    assert_int_equal(rig_open_count(rig), 5 + LIMIT_VIEW_PER_PREFIX);
    rig_free(rig);
}

static void on_a_private_network_many_may_join(void **state) {
    (void)state;
    struct rig *rig = RIG(0);
    assert_int_equal(besiege(rig, "192.168.7", 10), 10);
    rig_free(rig);
}

/* Whoever joins again and again from where diversity cannot help still does not end the oldest links that we dialled.
 */
static void a_siege_leaves_our_own_oldest_links(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    uint32_t ours[4];
    struct rig_peer peers[4];
    struct ticket tickets[4];
    for (uint32_t i = 0; i < 4; i++) {
        peers[i] = rig_peer(1 + i);
        tickets[i] = peers[i].ticket;
    }
    rig_beacon_lists(rig, tickets, 4);
    struct action dials[4];
    for (size_t i = 0; i < 4; i++) dials[i] = *rig_action(rig, ACTION_DIAL, i);
    for (size_t i = 0; i < 4; i++) {
        const struct rig_peer *peer = peers;
        while (!node_id_equal(&peer->id, &dials[i].peer)) peer++;
        struct hello hello = rig_hello(peer);
        hello.mesh = MESH_WISH_NONE;
        ours[i] = dials[i].link;
        rig_up_outbound(rig, ours[i], peer);
        rig_say(rig, ours[i], MESSAGE_HELLO, &hello);
    }
    for (int i = 0; i < 6; i++) {
        rig_tick(rig, 11000);
        for (uint32_t at = 0; at < 4; at++) rig_say(rig, ours[at], MESSAGE_PONG, &(struct pong){0});
    }
    besiege(rig, "127.0.0", 20);
    for (uint32_t i = 0; i < 4; i++) assert_int_equal(rig_link(rig, ours[i]).state, LINK_STATE_OPEN);
    rig_free(rig);
}

static void one_network_does_not_hold_all_places(void **state) {
    (void)state;
    struct rig *rig = RIG(.links = LIMIT_LINKS_MAX);
    size_t refused = 0;
    for (uint32_t i = 0; i < 60; i++) {
        char text[ADDRESS_TEXT_MAX];
        struct rig_peer peer = rig_peer(1000 + i);
        struct hello hello = rig_hello(&peer);
        hello.mesh = MESH_WISH_NONE;
        (void)snprintf(text, sizeof text, "203.0.113.%u:40000", (unsigned)(1 + i));
        assert_true(address_read(span_of_text(text), &peer.address));
        uint32_t link = rig_up_inbound(rig, &peer);
        const struct event *event = rig_event(rig, EVENT_LINK_REFUSED);
        if (event != NULL && event->reason == REASON_RESOURCES)
            refused++;
        else
            rig_say(rig, link, MESSAGE_HELLO, &hello);
    }
    assert_int_equal(60 - refused, LIMIT_LINKS_MAX / 16);
    rig_free(rig);
}

/* Idle guests ask for nothing and may wait; a node that needs us may not be turned away for them. */
static void guests_do_not_take_the_last_place_of_who_joins(void **state) {
    (void)state;
    struct rig *rig = RIG();
    for (uint32_t i = 0; i < 32; i++) {
        struct rig_peer guest = rig_peer(100 + i);
        struct hello hello = rig_hello(&guest);
        hello.mesh = MESH_WISH_NONE;
        guest.address = rig_address("192.0.2.1:8782");
        guest.address.ip[2] = (uint8_t)(i % 4);
        uint32_t visit = rig_up_inbound(rig, &guest);
        rig_say(rig, visit, MESSAGE_HELLO, &hello);
        bool is_refused = rig_goodbye(rig, visit) == REASON_RESOURCES;
        assert_true(is_refused == (i >= 8)); /* a quarter of the table is theirs */
        if (is_refused) rig_down(rig, visit, REASON_NONE);
    }
    struct rig_peer joiner = rig_peer(1);
    struct hello hello = rig_hello(&joiner);
    hello.mesh = MESH_WISH_JOIN;
    uint32_t link = rig_up_inbound(rig, &joiner);
    rig_say(rig, link, MESSAGE_HELLO, &hello);
    assert_int_equal(rig_link(rig, link).state, LINK_STATE_OPEN);
    rig_free(rig);
}

/* Who had a place and comes again without the wish for one is a guest as others are. */
static void a_place_is_no_door_to_more_guests(void **state) {
    (void)state;
    struct rig *rig = RIG();
    size_t guests = 0;
    for (uint32_t i = 0; i < 32; i++) {
        struct rig_peer peer = rig_peer(100 + i);
        struct hello hello = rig_hello(&peer);
        uint32_t place = rig_link_inbound(rig, &peer);
        hello.mesh = MESH_WISH_NONE;
        uint32_t visit = rig_up_inbound(rig, &peer);
        rig_say(rig, visit, MESSAGE_HELLO, &hello);
        guests += rig_link(rig, visit).state == LINK_STATE_OPEN;
        rig_down(rig, place, REASON_NONE);
        if (rig_link(rig, visit).state != LINK_STATE_OPEN) rig_down(rig, visit, REASON_NONE);
    }
    print_message("%zu guests of 32 links\n", guests);
    assert_true(guests <= 32 / 4);
    struct rig_peer joiner = rig_peer(1);
    struct hello hello = rig_hello(&joiner);
    hello.mesh = MESH_WISH_JOIN;
    uint32_t link = rig_up_inbound(rig, &joiner);
    rig_say(rig, link, MESSAGE_HELLO, &hello);
    assert_int_equal(rig_link(rig, link).state, LINK_STATE_OPEN);
    rig_free(rig);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_twins_the_one_dialled_by_the_smaller_id_stays),
        cmocka_unit_test(of_twins_of_one_dialler_the_newer_stays),
        cmocka_unit_test(a_later_process_replaces_the_earlier),
        cmocka_unit_test(an_earlier_process_does_not_replace_the_later),
        cmocka_unit_test(low_is_turned_away_at_the_target),
        cmocka_unit_test(the_last_places_are_for_those_in_need),
        cmocka_unit_test(in_need_the_weakest_gives_way),
        cmocka_unit_test(a_link_outside_the_mesh_needs_no_place),
        cmocka_unit_test(a_twin_takes_the_place_of_the_one_it_ends),
        cmocka_unit_test(strangers_leave_room_for_our_own_links),
        cmocka_unit_test(one_address_has_few_unfinished_links),
        cmocka_unit_test(one_network_gets_three_places_of_the_view),
        cmocka_unit_test(on_a_private_network_many_may_join),
        cmocka_unit_test(a_siege_leaves_our_own_oldest_links),
        cmocka_unit_test(one_network_does_not_hold_all_places),
        cmocka_unit_test(guests_do_not_take_the_last_place_of_who_joins),
        cmocka_unit_test(a_place_is_no_door_to_more_guests),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
