/* SPDX-License-Identifier: Apache-2.0 */
/* Who gets a place when a peer comes twice, or the view is full. */
#include "lib/engine_rig.h"

#include <setjmp.h>
#include <stdarg.h>
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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
