/* SPDX-License-Identifier: Apache-2.0 */
/* How a swarm forms, and stays formed while nothing goes wrong but its beacon. */
#include "lib/swarm.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static void form(uint64_t seed, size_t nodes, int64_t within_ms) {
    struct world *world = swarm_begun(seed, nodes);
    int64_t took_ms = world_run_while_not(world, swarm_is_one, within_ms);
    if (took_ms < 0) swarm_tell(world, (uint32_t)nodes);
    assert_true(took_ms >= 0);
    world_run_for(world, 15000);
    print_message("%zu nodes, seed %" PRIu64 ": one component after %" PRId64 " ms, %zu links, fewest %zu\n", nodes,
                  seed, took_ms, world_link_total(world), swarm_least_links(world));
    assert_true(swarm_least_links(world) >= LIMIT_VIEW_MIN);
    swarm_end(world);
}

static void twenty_nodes_are_one_swarm_within_ten_seconds(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 8; seed++) form(seed, 20, 10000);
}

static void a_hundred_nodes_are_one_swarm_within_thirty_seconds(void **state) {
    (void)state;
    form(11, 100, 30000);
}

static uint64_t hash_of_run(uint64_t seed) {
    struct world *world = swarm_begun(seed, 12);
    world_run_for(world, 20000);
    world_crash(world, 3, NETWORK_PROCESS_DIES);
    world_run_for(world, 5000);
    world_start(world, 3);
    world_run_for(world, 20000);
    uint64_t hash = world_hash(world);
    swarm_end(world);
    return hash;
}

static void one_seed_is_one_run(void **state) {
    (void)state;
    uint64_t first = hash_of_run(77);
    assert_true(first == hash_of_run(77));
    assert_true(first != hash_of_run(78));
}

/* Both name each other as the operator's peer, without an id, and start in the same instant. */
static void nodes_that_dial_each_other_keep_one_link(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct world *world = world_new(&(struct world_options){.seed = seed, .node_count = 2, .has_no_beacon = true});
        world_operator_peer(world, 0, 1, false);
        world_operator_peer(world, 1, 0, false);
        world_start(world, 0);
        world_start(world, 1);
        world_run_for(world, 5000);
        assert_true(world_is_linked(world, 0, 1));
        assert_int_equal(world_open_count(world, 0), 1);
        assert_int_equal(world_open_count(world, 1), 1);
        uint64_t attempts = world_event_count(world, EVENT_CONNECT_ATTEMPT);
        world_run_for(world, 120000);
        assert_int_equal(world_event_count(world, EVENT_CONNECT_ATTEMPT),
                         attempts); /* and do not try again and again */
        assert_int_equal(world_event_count(world, EVENT_PEER_PINNED), 2);
        swarm_end(world);
    }
}

/* Nothing of it is anybody's fault: no link may break, everybody says what is so, and all comes back by itself. */
static void two_minutes_without_a_beacon(void **state) {
    (void)state;
    enum { NODES = 9, NEWCOMER = NODES - 1 };
    struct world *world = world_new(&(struct world_options){.seed = 5, .node_count = NODES});
    world_operator_peer(world, NEWCOMER, 0, false);
    for (uint32_t node = 0; node < NEWCOMER; node++) world_start(world, node);
    assert_true(world_run_while_not(world, swarm_is_whole, 20000) >= 0);
    world_run_for(world, 30000);
    const uint64_t losses = swarm_losses(world);
    world_beacons(world, BEACON_MOOD_UNREACHABLE);
    world_run_for(world, 60000);
    world_start(world, NEWCOMER);
    world_run_for(world, 60000);
    assert_int_equal(swarm_losses(world), losses);
    assert_true(world_open_count(world, NEWCOMER) >= LIMIT_VIEW_MIN);
    assert_int_equal(world_event_count(world, EVENT_FALLBACK_BEGAN), NODES);
    assert_int_equal(world_event_count(world, EVENT_FALLBACK_ENDED), 0);
    const uint64_t announced = world_event_count(world, EVENT_BEACON_ANNOUNCED);
    world_beacons(world, BEACON_MOOD_UP);
    world_run_for(world, LIMIT_HARVEST_MS + 6000); /* the longest back-off of a source, and its jitter */
    assert_int_equal(world_event_count(world, EVENT_FALLBACK_ENDED), NODES);
    assert_true(world_event_count(world, EVENT_BEACON_ANNOUNCED) >= announced + NODES);
    assert_int_equal(swarm_losses(world), losses);
    swarm_end(world);
}

static void links_stay_while_the_beacon_is_out(void **state) {
    (void)state;
    const enum beacon_mood moods[] = {BEACON_MOOD_UNREACHABLE, BEACON_MOOD_SILENT, BEACON_MOOD_FAILING,
                                      BEACON_MOOD_NONSENSE};
    const enum event_code codes[] = {EVENT_BEACON_ERROR, EVENT_BEACON_TIMEOUT, EVENT_BEACON_FAILED,
                                     EVENT_BEACON_INVALID};
    for (size_t i = 0; i < 4; i++) {
        struct world *world = swarm_settled(21 + i, 12);
        uint64_t losses = swarm_losses(world);
        world_beacons(world, moods[i]);
        world_run_for(world, 120000);
        assert_true(world_event_count(world, codes[i]) >= 12);
        assert_true(swarm_is_one(world));
        assert_int_equal(swarm_losses(world), losses);
        assert_true(swarm_least_links(world) >= LIMIT_VIEW_MIN);
        world_beacons(world, BEACON_MOOD_UP);
        uint64_t successes = world_event_count(world, EVENT_BEACON_SUCCESS);
        world_run_for(world, 70000); /* no back-off is longer than a minute */
        assert_true(world_event_count(world, EVENT_BEACON_SUCCESS) >= successes + 12);
        swarm_end(world);
    }
}

static void a_swarm_forms_around_one_operator_peer_without_a_beacon(void **state) {
    (void)state;
    struct world *world = world_new(&(struct world_options){.seed = 31, .node_count = 12, .has_no_beacon = true});
    for (uint32_t i = 1; i < 12; i++) world_operator_peer(world, i, 0, false);
    world_start_all(world);
    int64_t took_ms = world_run_while_not(world, swarm_is_one, 30000);
    assert_true(took_ms >= 0);
    int64_t began_ms = world_now_ms(world);
    while (swarm_least_links(world) < LIMIT_VIEW_MIN && world_now_ms(world) - began_ms < 300000) {
        world_run_for(world, 1000);
    }
    print_message("12 nodes around one: one component after %" PRId64 " ms, 3 links each after %" PRId64 " ms more\n",
                  took_ms, world_now_ms(world) - began_ms);
    assert_true(swarm_least_links(world) >= LIMIT_VIEW_MIN);
    swarm_end(world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(twenty_nodes_are_one_swarm_within_ten_seconds),
        cmocka_unit_test(a_hundred_nodes_are_one_swarm_within_thirty_seconds),
        cmocka_unit_test(one_seed_is_one_run),
        cmocka_unit_test(nodes_that_dial_each_other_keep_one_link),
        cmocka_unit_test(two_minutes_without_a_beacon),
        cmocka_unit_test(links_stay_while_the_beacon_is_out),
        cmocka_unit_test(a_swarm_forms_around_one_operator_peer_without_a_beacon),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
