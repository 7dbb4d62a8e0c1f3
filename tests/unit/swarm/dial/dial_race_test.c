/* SPDX-License-Identifier: Apache-2.0 */
/* A node with addresses of two families, and which of them its link takes. */
#include "lib/engine_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/* Lists one peer that lives at an IPv4 and at an IPv6 address, the former named first; gives its first dial. */
static const struct action *list_both(struct rig *rig, struct rig_peer *peer) {
    struct address addrs[2] = {peer->address};
    assert_true(address_read(SPAN_LITERAL("[2001:db8:7::1]:8782"), &addrs[1]));
    peer->ticket = rig_ticket(peer, RIG_WALL_MS, addrs, 2, "rig", 1);
    rig_beacon_lists(rig, &peer->ticket, 1);
    return rig_action(rig, ACTION_DIAL, 0);
}

/* The dial of the last feed to this family; 0: none. */
static uint32_t dial_of(const struct rig *rig, enum address_family family) {
    for (size_t i = 0; i < rig_count(rig, ACTION_DIAL); i++) {
        const struct action *dial = rig_action(rig, ACTION_DIAL, i);
        if (dial->address.family == family) return dial->link;
    }
    return 0;
}

static void ipv6_goes_first_and_ipv4_follows(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    struct rig_peer peer = rig_peer(1);
    assert_int_equal(list_both(rig, &peer)->address.family, ADDRESS_IPV6);
    assert_int_equal(rig_count(rig, ACTION_DIAL), 1);
    rig_tick(rig, LIMIT_RACE_MS - 1);
    assert_int_equal(rig_count(rig, ACTION_DIAL), 0);
    rig_tick(rig, 1);
    assert_true(dial_of(rig, ADDRESS_IPV4) != 0);
    rig_tick(rig, 4000);
    assert_int_equal(rig_count(rig, ACTION_DIAL), 0);
    rig_free(rig);
}

static void who_answers_in_time_has_no_rival(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    struct rig_peer peer = rig_peer(1);
    uint32_t link = list_both(rig, &peer)->link;
    rig_tick(rig, 100);
    rig_up_outbound(rig, link, &peer);
    rig_tick(rig, 1000);
    assert_int_equal(rig_count(rig, ACTION_DIAL), 0);
    rig_free(rig);
}

static void a_failure_starts_the_rival_at_once_and_is_not_charged(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    struct rig_peer peer = rig_peer(1);
    struct peer_view view;
    size_t next;
    rig_dial_failed(rig, list_both(rig, &peer)->link, REASON_UNREACHABLE);
    uint32_t rival = dial_of(rig, ADDRESS_IPV4);
    assert_true(rival != 0);
    assert_int_equal(engine_view_peers(rig->engine, 0, &view, 1, &next, rig->now_ms), 1);
    assert_int_equal(view.failures, 0);
    rig_dial_failed(rig, rival, REASON_UNREACHABLE);
    assert_int_equal(rig_count(rig, ACTION_DIAL), 0);
    engine_view_peers(rig->engine, 0, &view, 1, &next, rig->now_ms);
    assert_int_equal(view.failures, 1); /* once for both */
    rig_free(rig);
}

static void who_wins_ends_the_other(void **state) {
    (void)state;
    for (int ipv4_wins = 0; ipv4_wins <= 1; ipv4_wins++) {
        struct rig *rig = RIG(.source_count = 1);
        struct rig_peer peer = rig_peer(1);
        uint32_t by_ipv6 = list_both(rig, &peer)->link;
        rig_tick(rig, LIMIT_RACE_MS);
        uint32_t by_ipv4 = dial_of(rig, ADDRESS_IPV4);
        uint32_t winner = ipv4_wins ? by_ipv4 : by_ipv6;
        uint32_t loser = ipv4_wins ? by_ipv6 : by_ipv4;
        struct hello hello = rig_hello(&peer);
        rig_up_outbound(rig, winner, &peer);
        const struct action *close = rig_action(rig, ACTION_CLOSE, 0);
        assert_true(close != NULL && close->link == loser);
        rig_down(rig, loser, REASON_NONE);
        rig_say(rig, winner, MESSAGE_HELLO, &hello);
        assert_int_equal(rig_link(rig, winner).state, LINK_STATE_OPEN);
        assert_int_equal(rig_open_count(rig), 1);
        rig_free(rig);
    }
}

/* Both come through in the same instant: the newer stays, as with any two dials of one side. */
static void a_dead_heat_leaves_one(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    struct rig_peer peer = rig_peer(1);
    struct hello hello = rig_hello(&peer);
    uint32_t by_ipv6 = list_both(rig, &peer)->link;
    rig_tick(rig, LIMIT_RACE_MS);
    uint32_t by_ipv4 = dial_of(rig, ADDRESS_IPV4);
    rig_up_outbound(rig, by_ipv6, &peer);
    rig_up_outbound(rig, by_ipv4, &peer); /* it was on its way when it was given up */
    rig_say(rig, by_ipv6, MESSAGE_HELLO, &hello);
    assert_int_equal(rig_open_count(rig), 1);
    rig_free(rig);
}

static void one_family_has_no_rival(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    struct rig_peer peer = rig_peer(1);
    rig_beacon_lists(rig, &peer.ticket, 1);
    assert_int_equal(rig_count(rig, ACTION_DIAL), 1);
    for (int i = 0; i < 16; i++) {
        rig_tick(rig, 250);
        assert_int_equal(rig_count(rig, ACTION_DIAL), 0);
    }
    rig_free(rig);
}

static void rivals_count_among_the_dials_at_once(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    struct ticket tickets[8];
    for (uint32_t i = 0; i < 8; i++) {
        struct rig_peer peer = rig_peer(1 + i);
        struct address addrs[2] = {peer.address,
                                   {.family = ADDRESS_IPV6, .port = 8782, .ip = {0x20, 1, 0xd, 0xb8, 0, (uint8_t)i}}};
        tickets[i] = rig_ticket(&peer, RIG_WALL_MS, addrs, 2, "rig", 1);
    }
    rig_beacon_lists(rig, tickets, 8);
    assert_int_equal(rig_count(rig, ACTION_DIAL), LIMIT_DIALS_AT_ONCE);
    for (int i = 0; i < 8; i++) {
        struct mesh_view mesh;
        rig_tick(rig, 250);
        engine_view_mesh(rig->engine, &mesh);
        assert_true(mesh.dialing <= LIMIT_DIALS_AT_ONCE);
    }
    rig_free(rig);
}

/* The stranger was there: only one of the two ways to it was given up. */
static void a_lost_race_is_no_stranger_who_was_not_there(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    struct rig_peer peer = rig_peer(1), other = rig_peer(2);
    rig_fill_view(rig, LIMIT_VIEW_TARGET, MESH_WISH_LOW);
    assert_null(list_both(rig, &peer));
    int64_t began_ms = rig->now_ms;
    while (rig->dial_count == 0 && rig->now_ms - began_ms < 2 * LIMIT_EXPLORE_MS) rig_live(rig, LIMIT_RACE_MS);
    assert_int_equal(rig->dial_count, 1);
    rig_live(rig, LIMIT_RACE_MS);
    assert_int_equal(rig->dial_count, 2);
    rig_beacon_lists_now(rig, &other.ticket, 1);
    rig_link_outbound(rig, rig->dials[1].link, &peer);
    assert_int_equal(rig_link(rig, rig->dials[1].link).state, LINK_STATE_OPEN);
    rig_down(rig, rig->dials[0].link, REASON_NONE);
    rig_live(rig, 20000);
    assert_int_equal(rig->dial_count, 2);
    rig_free(rig);
}

/* It failed by itself in the moment in which it was given up. */
static void a_loser_that_fails_meanwhile_is_charged_to_nobody(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    struct rig_peer peer = rig_peer(1);
    list_both(rig, &peer);
    rig_tick(rig, LIMIT_RACE_MS);
    assert_int_equal(rig->dial_count, 2);
    rig_link_outbound(rig, rig->dials[1].link, &peer);
    rig_dial_failed(rig, rig->dials[0].link, REASON_UNREACHABLE);
    assert_null(rig_event(rig, EVENT_CONNECT_FAILED));
    assert_int_equal(rig_peer_view(rig, &peer).failures, 0);
    rig_free(rig);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ipv6_goes_first_and_ipv4_follows),
        cmocka_unit_test(who_answers_in_time_has_no_rival),
        cmocka_unit_test(a_failure_starts_the_rival_at_once_and_is_not_charged),
        cmocka_unit_test(who_wins_ends_the_other),
        cmocka_unit_test(a_dead_heat_leaves_one),
        cmocka_unit_test(one_family_has_no_rival),
        cmocka_unit_test(rivals_count_among_the_dials_at_once),
        cmocka_unit_test(a_lost_race_is_no_stranger_who_was_not_there),
        cmocka_unit_test(a_loser_that_fails_meanwhile_is_charged_to_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
