/* SPDX-License-Identifier: Apache-2.0 */
/* Nodes that die, stall, leave and come back: how soon the others know, and how soon all is well again. */
#include "lib/swarm.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { NODES = 20, LOST = 5 };

static bool none_sees_the_lost(const struct world *world) {
    for (uint32_t i = 0; i < LOST; i++) {
        if (swarm_seen_by(world, i) > 0) return false;
    }
    return true;
}

static bool first_is_seen_by_none(const struct world *world) {
    return swarm_seen_by(world, 0) == 0;
}

static bool first_has_a_link(const struct world *world) {
    for (uint32_t i = 1; i < world_node_count(world); i++) {
        if (world_is_linked(world, 0, i)) return true;
    }
    return false;
}

static bool each_has_enough(const struct world *world) {
    return swarm_is_whole(world) && swarm_least_links(world) >= LIMIT_VIEW_MIN;
}

static void lose_five(uint64_t seed, enum network_death death, int64_t within_ms) {
    struct world *world = swarm_settled(seed, NODES);
    for (uint32_t i = 0; i < LOST; i++) world_crash(world, i, death);
    int64_t noticed_ms = world_run_while_not(world, none_sees_the_lost, within_ms);
    int64_t whole_ms = world_run_while_not(world, each_has_enough, 60000);
    print_message("5 of 20 lost (%s), seed %" PRIu64 ": all noticed after %" PRId64 " ms, whole again %" PRId64
                  " ms later\n",
                  death == NETWORK_PROCESS_DIES ? "process" : "machine", seed, noticed_ms, whole_ms);
    assert_true(noticed_ms >= 0 && whole_ms >= 0);
    world_run_for(world, 60000);
    assert_true(each_has_enough(world));
    swarm_end(world);
}

static void five_killed_processes_are_dropped_within_ten_seconds(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 3; seed++) lose_five(seed, NETWORK_PROCESS_DIES, 10000);
}

static void five_dead_machines_are_dropped_within_twenty_five_seconds(void **state) {
    (void)state;
    for (uint64_t seed = 4; seed <= 6; seed++) lose_five(seed, NETWORK_MACHINE_DIES, 25000);
}

static void a_stalled_node_is_noticed_and_comes_back(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 3; seed++) {
        struct world *world = swarm_settled(seed, NODES);
        world_stall(world, 0, 60000);
        int64_t noticed_ms = world_run_while_not(world, first_is_seen_by_none, 25000);
        assert_true(noticed_ms >= 0);
        world_run_for(world, 60000 - noticed_ms);
        int64_t back_ms = world_run_while_not(world, first_has_a_link, 15000);
        print_message("stall of a minute, seed %" PRIu64 ": noticed after %" PRId64 " ms, linked %" PRId64
                      " ms after its end\n",
                      seed, noticed_ms, back_ms);
        assert_true(back_ms >= 0);
        world_run_for(world, 30000);
        assert_true(swarm_is_one(world));
        swarm_end(world);
    }
}

static void a_short_stall_breaks_nothing(void **state) {
    (void)state;
    struct world *world = swarm_settled(7, NODES);
    uint64_t losses = swarm_losses(world);
    for (uint32_t i = 0; i < NODES; i += 3) world_stall(world, i, 7000);
    world_run_for(world, 60000);
    assert_int_equal(swarm_losses(world), losses);
    swarm_end(world);
}

static void a_restarted_node_finds_its_peers_without_a_beacon(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 5; seed++) {
        struct world *world = swarm_settled(seed, NODES);
        world_beacons(world, BEACON_MOOD_UNREACHABLE);
        world_crash(world, 0, NETWORK_PROCESS_DIES);
        world_run_for(world, 30000);
        world_start(world, 0);
        int64_t back_ms = world_run_while_not(world, first_has_a_link, 5000);
        print_message("restart without a beacon, seed %" PRIu64 ": linked after %" PRId64 " ms\n", seed, back_ms);
        assert_true(back_ms >= 0);
        swarm_end(world);
    }
}

static void a_leaving_node_says_goodbye(void **state) {
    (void)state;
    struct world *world = swarm_settled(8, NODES);
    size_t links = world_open_count(world, 0);
    size_t told = 0;
    uint64_t seen = world_trace(world)->count;
    world_stop(world, 0);
    assert_true(world_run_while_not(world, first_is_seen_by_none, 1000) >= 0);
    world_run_for(world, 3000);
    assert_false(host_is_running(world_look(world, 0)));
    for (size_t i = 0; i < trace_kept(world_trace(world)); i++) {
        const struct trace_line *line = trace_line(world_trace(world), i);
        bool is_new = world_trace(world)->count - trace_kept(world_trace(world)) + i >= seen;
        bool is_end = is_new && line->host != 0 && line->event.code == EVENT_LINK_CLOSED;
        if (is_end && node_id_equal(&line->event.peer, &world_look(world, 0)->node_id)) {
            assert_int_equal(line->event.reason, REASON_LEAVING);
            assert_string_equal(line->event.text, "peer");
            told++;
        }
    }
    assert_int_equal(told, links);
    world_run_for(world, 30000);
    assert_true(each_has_enough(world));
    world_start(world, 0);
    assert_true(world_run_while_not(world, first_has_a_link, 5000) >= 0);
    swarm_end(world);
}

/* The machine loses power and is back before anybody noticed: the old links are still open at the others. */
static void a_new_process_of_a_node_replaces_the_old_one(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 5; seed++) {
        struct world *world = swarm_settled(seed, 6);
        world_crash(world, 0, NETWORK_MACHINE_DIES);
        world_run_for(world, 2000);
        world_start(world, 0);
        world_run_for(world, 10000);
        assert_true(swarm_is_one(world));
        world_run_for(world, 30000);
        for (uint32_t i = 1; i < 6; i++) assert_true(world_sees_open(world, i, 0) == world_sees_open(world, 0, i));
        assert_true(world_open_count(world, 0) >= LIMIT_VIEW_MIN);
        swarm_end(world);
    }
}

/* Everybody restarts again and again, for five minutes: nobody may be left behind. */
static void a_swarm_survives_churn(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 2; seed++) {
        struct world *world = swarm_settled(seed, NODES);
        struct prng prng = prng_seeded(seed);
        for (int i = 0; i < 60; i++) {
            uint32_t node = prng_below(&prng, NODES);
            if (host_is_running(world_look(world, node))) {
                world_crash(world, node, prng_below(&prng, 2) == 0 ? NETWORK_PROCESS_DIES : NETWORK_MACHINE_DIES);
            } else {
                world_start(world, node);
            }
            world_run_for(world, 5000);
        }
        for (uint32_t i = 0; i < NODES; i++) {
            if (!host_is_running(world_look(world, i))) world_start(world, i);
        }
        int64_t whole_ms = world_run_while_not(world, each_has_enough, 120000);
        print_message("after five minutes of churn, seed %" PRIu64 ": whole after %" PRId64 " ms\n", seed, whole_ms);
        if (whole_ms < 0) swarm_tell(world, NODES);
        assert_true(whole_ms >= 0);
        swarm_end(world);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(five_killed_processes_are_dropped_within_ten_seconds),
        cmocka_unit_test(five_dead_machines_are_dropped_within_twenty_five_seconds),
        cmocka_unit_test(a_stalled_node_is_noticed_and_comes_back),
        cmocka_unit_test(a_short_stall_breaks_nothing),
        cmocka_unit_test(a_restarted_node_finds_its_peers_without_a_beacon),
        cmocka_unit_test(a_leaving_node_says_goodbye),
        cmocka_unit_test(a_new_process_of_a_node_replaces_the_old_one),
        cmocka_unit_test(a_swarm_survives_churn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
