/* SPDX-License-Identifier: Apache-2.0 */
/* Whom an engine dials first, of all whom its disk knows. */
#include "lib/engine_rig.h"

#include "swarm/wire/forward_join.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static void start(struct rig *rig) {
    rig_feed(rig, &(struct input){.kind = INPUT_START});
}

/* Some of our dials succeeded, some did not; the last link of them ended just now. */
static struct book_row row_of(const struct rig_peer *peer, uint8_t successes, uint8_t failures) {
    struct book_row row = rig_row(peer);
    row.linked_at_ms = RIG_WALL_MS;
    row.successes = successes;
    row.failures = failures;
    return row;
}

static struct book_row load(struct rig *rig, const struct rig_peer *peer, uint8_t successes, uint8_t failures) {
    struct book_row row = row_of(peer, successes, failures);
    rig_load_row(rig, &row);
    return row;
}

static void assert_dialled(const struct rig *rig, size_t nth, uint32_t number) {
    struct rig_peer peer = rig_peer(number);
    assert_true(nth < rig->dial_count);
    assert_true(node_id_equal(&rig->dials[nth].peer, &peer.id));
}

static bool was_dialled(const struct rig *rig, const struct rig_peer *peer) {
    for (size_t i = 0; i < rig->dial_count; i++) {
        if (node_id_equal(&rig->dials[i].peer, &peer->id)) return true;
    }
    return false;
}

static void anchors_come_first_then_who_answered_most(void **state) {
    (void)state;
    struct rig *rig = RIG(.is_not_started = true);
    const struct {
        uint8_t successes, failures;
        bool is_anchor;
    } facts[5] = {{1, 5, false}, {9, 0, false}, {0, 0, false}, {0, 9, true}, {5, 1, false}};
    for (uint32_t i = 0; i < 5; i++) {
        struct rig_peer peer = rig_peer(1 + i);
        struct book_row row = row_of(&peer, facts[i].successes, facts[i].failures);
        row.is_anchor = facts[i].is_anchor;
        rig_load_row(rig, &row);
    }
    start(rig);
    assert_int_equal(rig->dial_count, LIMIT_DIALS_AT_ONCE);
    assert_dialled(rig, 0, 4);
    assert_dialled(rig, 1, 2);
    assert_dialled(rig, 2, 5);
    assert_dialled(rig, 3, 3);
    rig_free(rig);
}

static void of_equals_who_was_linked_last_comes_first(void **state) {
    (void)state;
    struct rig *rig = RIG(.is_not_started = true);
    for (uint32_t number = 1; number <= 3; number++) {
        struct rig_peer peer = rig_peer(number);
        struct book_row row = row_of(&peer, 1, 1);
        row.linked_at_ms = RIG_WALL_MS - (number == 2 ? 0 : 86400000);
        rig_load_row(rig, &row);
    }
    start(rig);
    assert_dialled(rig, 0, 2);
    rig_free(rig);
}

static void who_was_linked_comes_before_who_was_only_heard_of(void **state) {
    (void)state;
    struct rig *rig = RIG(.is_not_started = true);
    struct rig_peer heard = rig_peer(1), linked = rig_peer(2);
    struct book_row row = rig_row(&heard);
    row.last_seen_at_ms = RIG_WALL_MS;
    rig_load_row(rig, &row);
    load(rig, &linked, 0, 0);
    start(rig);
    assert_dialled(rig, 0, 2);
    assert_dialled(rig, 1, 1);
    rig_free(rig);
}

/* So many peers of one /24 call us. */
static void link_inbound_from_one_prefix(struct rig *rig, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        char address[ADDRESS_TEXT_MAX];
        (void)snprintf(address, sizeof address, "203.0.113.%u:8782", (unsigned)(1 + i));
        struct rig_peer peer = rig_peer_at(100 + i, address);
        assert_int_equal(rig_link(rig, rig_link_inbound(rig, &peer)).state, LINK_STATE_OPEN);
    }
}

static void a_prefix_that_has_its_share_is_passed_over(void **state) {
    (void)state;
    struct rig *rig = RIG(.is_not_started = true);
    struct rig_peer best = rig_peer_at(1, "203.0.113.99:8782"), worst = rig_peer(2);
    load(rig, &best, 99, 0);
    load(rig, &worst, 0, 99);
    link_inbound_from_one_prefix(rig, LIMIT_VIEW_PER_PREFIX);
    start(rig);
    assert_dialled(rig, 0, 2);
    rig_live(rig, 30000);
    assert_false(was_dialled(rig, &best));
    rig_free(rig);
}

static void below_the_minimum_diversity_waits(void **state) {
    (void)state;
    struct rig *rig = RIG(.is_not_started = true);
    struct rig_peer best = rig_peer_at(1, "203.0.113.99:8782"), worst = rig_peer(2);
    load(rig, &best, 99, 0);
    load(rig, &worst, 0, 99);
    link_inbound_from_one_prefix(rig, LIMIT_VIEW_MIN - 1);
    start(rig);
    assert_dialled(rig, 0, 1);
    rig_free(rig);
}

static void on_a_private_network_nobody_is_passed_over(void **state) {
    (void)state;
    struct address interface = rig_address("10.0.0.1:1");
    struct rig *rig = RIG(.is_not_started = true, .interfaces = &interface, .interface_count = 1);
    struct rig_peer best = rig_peer_at(1, "10.0.0.99:8782");
    load(rig, &best, 99, 0);
    rig_fill_view(rig, LIMIT_VIEW_TARGET - 1, MESH_WISH_LOW);
    start(rig);
    assert_dialled(rig, 0, 1);
    rig_free(rig);
}

/* The beacon names twenty; each dial succeeds. */
static void link_by_beacon(struct rig *rig) {
    struct ticket tickets[20];
    for (uint32_t i = 0; i < 20; i++) tickets[i] = rig_peer(100 + i).ticket;
    rig_beacon_lists(rig, tickets, 20);
    for (size_t i = 0; i < rig->dial_count; i++) { /* grows meanwhile */
        uint32_t number = 100;
        struct rig_peer peer = rig_peer(number);
        while (!node_id_equal(&peer.id, &rig->dials[i].peer)) peer = rig_peer(++number);
        rig_link_outbound(rig, rig->dials[i].link, &peer);
    }
}

static void an_introducer_that_has_its_share_is_passed_over(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    struct rendezvous_view rendezvous;
    link_by_beacon(rig);
    assert_int_equal(rig_open_count(rig), LIMIT_VIEW_MAX / 2);
    engine_view_rendezvous(rig->engine, &rendezvous);
    struct rig_peer best = rig_peer(1), worst = rig_peer(2);
    struct book_row row = row_of(&best, 99, 0);
    row.learned_from = (struct learned_from){.kind = PROVENANCE_BEACON, .node = rendezvous.sources[0].mark};
    rig_load_row(rig, &row);
    load(rig, &worst, 0, 99);
    rig_live(rig, 10000);
    assert_int_equal(rig->dial_count, LIMIT_VIEW_MAX / 2 + 1);
    assert_dialled(rig, LIMIT_VIEW_MAX / 2, 2);
    rig_free(rig);
}

/* The end of a join's walk is a dial like any other: the link would be refused by ourselves. */
static void a_join_from_a_prefix_that_has_its_share_is_not_dialled(void **state) {
    (void)state;
    struct rig *rig = RIG(0);
    struct rig_peer joiner = rig_peer_at(1, "203.0.113.99:8782"), neighbour = rig_peer(2);
    struct forward_join join = {.hops = 0, .ticket = joiner.ticket};
    link_inbound_from_one_prefix(rig, LIMIT_VIEW_PER_PREFIX);
    uint32_t link = rig_link_inbound(rig, &neighbour);
    rig_say(rig, link, MESSAGE_FORWARD_JOIN, &join);
    assert_int_equal(rig->dial_count, 0);
    rig_free(rig);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(anchors_come_first_then_who_answered_most),
        cmocka_unit_test(of_equals_who_was_linked_last_comes_first),
        cmocka_unit_test(who_was_linked_comes_before_who_was_only_heard_of),
        cmocka_unit_test(a_prefix_that_has_its_share_is_passed_over),
        cmocka_unit_test(below_the_minimum_diversity_waits),
        cmocka_unit_test(on_a_private_network_nobody_is_passed_over),
        cmocka_unit_test(an_introducer_that_has_its_share_is_passed_over),
        cmocka_unit_test(a_join_from_a_prefix_that_has_its_share_is_not_dialled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
