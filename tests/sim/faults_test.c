/* SPDX-License-Identifier: Apache-2.0 */
/* Each kind of fault does what its options say, as far as it can be counted from outside. */
#include "lib/swarm.h"
#include "sim/faults/faults.h"
#include "swarm/engine_view.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { NODES = 20 };

static size_t count_stalled(const struct world *world) {
    size_t count = 0;
    for (uint32_t i = 0; i < world_node_count(world); i++) count += host_is_stalled(world_look(world, i));
    return count;
}

static void a_tenth_stands_still_at_any_time(void **state) {
    (void)state;
    enum { MANY = 100, SECONDS = 180, WARM_UP_S = 60 };
    struct faults_options options = {.stalls = {.percent = 10, .ms_min = 1000, .ms_max = 40000}};
    struct world *world = world_new(&(struct world_options){.seed = 1, .node_count = MANY});
    struct faults faults;
    size_t stalled = 0;
    faults_init(&faults, &options, 1, world);
    world_start_all(world);
    world_run_for(world, 10000);
    for (int second = 0; second < WARM_UP_S + SECONDS; second++) {
        faults_run(&faults, world, 1000);
        if (second >= WARM_UP_S) stalled += count_stalled(world);
    }
    double share = (double)stalled / MANY / SECONDS;
    print_message("%.1f of 100 nodes stood still, %" PRIu64 " stalls\n", share * 100, faults.counts[FAULT_STALLS]);
    assert_true(share > 0.07 && share < 0.13);
    faults_deinit(&faults);
    swarm_end(world);
}

/* Nothing comes back from the far side, so whoever waits for an answer gives up, and no new link can be made. */
static void a_cut_of_one_direction_ends_links_across(void **state) {
    (void)state;
    for (int way = WORLD_CUT_PASSES_OUT; way <= WORLD_CUT_PASSES_IN; way++) {
        struct world *world = swarm_settled(2, NODES);
        world_cut(world, &(struct world_cut){.count = 8, .passes = (enum world_cut_passes)way});
        world_run_for(world, 60000);
        for (uint32_t a = 0; a < 8; a++) {
            for (uint32_t b = 8; b < NODES; b++) assert_false(world_is_linked(world, a, b));
        }
        world_heal(world);
        assert_true(world_run_while_not(world, swarm_is_one, 180000) >= 0);
        swarm_end(world);
    }
}

static void a_pulled_cable_isolates_one_node(void **state) {
    (void)state;
    struct world *world = swarm_settled(3, NODES);
    world_plug(world, 0, false);
    world_run_for(world, 40000);
    assert_true(host_is_running(world_look(world, 0)));
    assert_int_equal(swarm_seen_by(world, 0), 0);
    assert_int_equal(world_component_count(world), 2);
    world_plug(world, 0, true);
    assert_true(world_run_while_not(world, swarm_is_one, 60000) >= 0);
    swarm_end(world);
}

static void clocks_that_jump_end_no_link(void **state) {
    (void)state;
    struct world *world = swarm_settled(4, NODES);
    uint64_t losses = swarm_losses(world);
    for (uint32_t i = 0; i < NODES; i += 4) host_set_clock(world_host(world, i), i % 8 == 0 ? 90000 : -90000);
    world_run_for(world, 240000);
    print_message("links lost with jumping clocks: %" PRIu64 "\n", swarm_losses(world) - losses);
    assert_int_equal(swarm_losses(world), losses);
    assert_true(swarm_is_one(world));
    swarm_end(world);
}

static void a_massacre_takes_its_share(void **state) {
    (void)state;
    struct faults_options options = {.massacre = {.percent = 40, .death = NETWORK_PROCESS_DIES}};
    struct world *world = world_new(&(struct world_options){.seed = 5, .node_count = NODES});
    struct faults faults;
    size_t running = 0;
    faults_init(&faults, &options, 5, world);
    world_start_all(world);
    faults_run(&faults, world, 20000);
    faults_end(&faults, world);
    for (uint32_t i = 0; i < NODES; i++) running += host_is_running(world_look(world, i));
    assert_int_equal(running, NODES * 6 / 10);
    assert_true(world_run_while_not(world, swarm_is_whole, 60000) >= 0);
    faults_deinit(&faults);
    swarm_end(world);
}

/* A foreign frame now and then, so that there is enough to lose a share of. */
static void chat(struct world *world, uint32_t node, int64_t for_ms) {
    enum { EVERY_MS = 200, TYPE_FOREIGN = 0xc0 };
    struct host *host = world_host(world, node);
    for (int64_t passed_ms = 0; passed_ms < for_ms; passed_ms += EVERY_MS) {
        for (size_t i = 0; i < host->link_count; i++) {
            host_say(host, host->links[i].id, TYPE_FOREIGN, SPAN_LITERAL("blah"));
        }
        world_run_for(world, EVERY_MS);
    }
}

static struct link_view only_link(const struct world *world, uint32_t node) {
    struct link_view views[LIMIT_LINKS_MAX];
    size_t count = engine_view_links(world_look(world, node)->engine, views, LIMIT_LINKS_MAX, world_now_ms(world));
    for (size_t i = 0; i < count; i++) {
        if (views[i].state == LINK_STATE_OPEN) return views[i];
    }
    fail_msg("node %" PRIu32 " has no link", node);
    return views[0];
}

static void lost_segments_are_seen_as_loss_at_both_ends(void **state) {
    (void)state;
    struct weather weather = {.lossy_percent = 100, .loss_permille = 100};
    struct world *world = swarm_begun(6, 2);
    world_weather(world, &weather);
    world_run_for(world, 5000);
    chat(world, 0, 90000);
    double out = only_link(world, 0).loss_out;
    double in = only_link(world, 1).loss_in;
    print_message("a tenth is lost: %.3f out, %.3f in\n", out, in);
    assert_true(out > 0.06 && out < 0.14);
    assert_true(in > 0.06 && in < 0.14);
    swarm_end(world);
}

static void a_slow_path_may_be_slow_one_way(void **state) {
    (void)state;
    struct weather weather = {.slow_percent = 50, .slow_ms_min = 1000, .slow_ms_max = 1000};
    bool one_way = false;
    for (uint64_t seed = 1; seed <= 8 && !one_way; seed++) {
        struct world *world = swarm_begun(seed, 2);
        world_weather(world, &weather);
        world_run_for(world, 60000);
        double rtt_ms = only_link(world, 0).rtt_ms;
        one_way = rtt_ms > 1000 && rtt_ms < 1400;
        swarm_end(world);
    }
    assert_true(one_way);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tenth_stands_still_at_any_time),
        cmocka_unit_test(a_cut_of_one_direction_ends_links_across),
        cmocka_unit_test(a_pulled_cable_isolates_one_node),
        cmocka_unit_test(clocks_that_jump_end_no_link),
        cmocka_unit_test(a_massacre_takes_its_share),
        cmocka_unit_test(lost_segments_are_seen_as_loss_at_both_ends),
        cmocka_unit_test(a_slow_path_may_be_slow_one_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
