/* SPDX-License-Identifier: Apache-2.0 */
/* The beacon is away for two minutes: the mesh does not notice, every node says so, a new one joins by a peer's
 * address, and when it is back all are announced again by themselves. */
#include "lib/swarm.h"
#include "swarm/engine_view.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { NODES = 20, JOINER = NODES, AWAY_MS = 120000, SETTLE_MS = 60000 };

static struct rendezvous_view view_of(const struct world *world, uint32_t node) {
    struct rendezvous_view view;
    engine_view_rendezvous(world_look(world, node)->engine, &view);
    return view;
}

/* Links that ended for another reason than that the mesh had a better use for the place. */
static uint64_t count_ends(const struct world *world) {
    const struct trace *trace = world_trace(world);
    uint64_t count = 0;
    for (int reason = 0; reason < REASON_COUNT; reason++) {
        bool is_meshs = reason == REASON_REPLACED || reason == REASON_VIEW_FULL || reason == REASON_DUPLICATE;
        if (!is_meshs) count += trace->closed[reason];
    }
    return count;
}

static bool every_node_is_in_the_cache(const struct world *world) {
    for (uint32_t i = 0; i < NODES; i++) {
        if (!view_of(world, i).is_on_fallback) return false;
    }
    return true;
}

static bool joiner_has_links(const struct world *world) {
    return world_linked_count(world, JOINER) >= LIMIT_VIEW_MIN;
}

static bool every_node_is_announced(const struct world *world) {
    for (uint32_t i = 0; i <= JOINER; i++) {
        struct rendezvous_view view = view_of(world, i);
        if (view.is_on_fallback || !view.sources[0].has_announced) return false;
    }
    return true;
}

/* When the last of them will have tried again. */
static int64_t longest_wait_ms(const struct world *world) {
    int64_t longest_ms = 0;
    for (uint32_t i = 0; i <= JOINER; i++) {
        struct rendezvous_view view = view_of(world, i);
        int64_t wait_ms = view.sources[0].is_asked ? LIMIT_HARVEST_TIMEOUT_MS + LIMIT_HARVEST_MS
                                                   : view.sources[0].next_at_ms - world_now_ms(world);
        if (wait_ms > longest_ms) longest_ms = wait_ms;
    }
    return longest_ms;
}

static struct world *settled(uint64_t seed) {
    struct world *world = world_new(&(struct world_options){.seed = seed, .node_count = NODES + 1});
    for (uint32_t i = 0; i < NODES; i++) world_start(world, i);
    world_run_for(world, SETTLE_MS);
    assert_int_equal(world_component_count(world), 1);
    for (uint32_t i = 0; i < NODES; i++) assert_false(view_of(world, i).is_on_fallback);
    return world;
}

static void assert_kept(struct world *world, uint64_t ends_before) {
    if (count_ends(world) != ends_before) swarm_tell(world, NODES + 1);
    assert_int_equal(count_ends(world), ends_before);
    assert_int_equal(world_component_count(world), 1);
}

static void go_away_and_come_back(uint64_t seed, enum beacon_mood mood, int64_t away_ms) {
    struct world *world = settled(seed);
    uint64_t ends = count_ends(world);
    world_beacons(world, mood);
    int64_t said_ms = world_run_while_not(world, every_node_is_in_the_cache, away_ms);
    assert_true(said_ms >= 0);
    world_operator_peer(world, JOINER, 3, false);
    world_start(world, JOINER);
    int64_t joined_ms = world_run_while_not(world, joiner_has_links, SETTLE_MS);
    assert_true(joined_ms >= 0);
    world_run_for(world, away_ms - said_ms - joined_ms);
    assert_kept(world, ends);
    assert_true(every_node_is_in_the_cache(world));
    int64_t bound_ms = longest_wait_ms(world);
    assert_in_range(bound_ms, 1, LIMIT_HARVEST_TIMEOUT_MS + LIMIT_HARVEST_MS);
    world_beacons(world, BEACON_MOOD_UP);
    int64_t back_ms = world_run_while_not(world, every_node_is_announced, bound_ms + 1000);
    print_message("seed %" PRIu64 ": all said so after %" PRId64 " ms, a new node had links %" PRId64
                  " ms after its start, all announced %" PRId64 " ms after the return (at most %" PRId64 ")\n",
                  seed, said_ms, joined_ms, back_ms, bound_ms);
    assert_true(back_ms >= 0);
    assert_int_equal(world_event_count(world, EVENT_FALLBACK_BEGAN), world_event_count(world, EVENT_FALLBACK_ENDED));
    world_run_for(world, SETTLE_MS);
    assert_kept(world, ends);
    swarm_end(world);
}

static void a_beacon_that_is_gone_for_two_minutes_ends_no_link(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 2; seed++) go_away_and_come_back(seed, BEACON_MOOD_UNREACHABLE, AWAY_MS);
}

static void nor_does_one_that_keeps_silent(void **state) {
    (void)state;
    for (uint64_t seed = 3; seed <= 4; seed++) go_away_and_come_back(seed, BEACON_MOOD_SILENT, AWAY_MS + 30000);
}

static void nor_one_that_answers_500(void **state) {
    (void)state;
    for (uint64_t seed = 5; seed <= 5; seed++) go_away_and_come_back(seed, BEACON_MOOD_FAILING, AWAY_MS);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_beacon_that_is_gone_for_two_minutes_ends_no_link),
        cmocka_unit_test(nor_does_one_that_keeps_silent),
        cmocka_unit_test(nor_one_that_answers_500),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
