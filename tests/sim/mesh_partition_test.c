/* SPDX-License-Identifier: Apache-2.0 */
/* A network that falls in two for a minute, with the beacon on one side, and what becomes of the swarm when it heals.
 */
#include "lib/swarm.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { NODES = 20, CUT_OFF = 8 };

static bool nothing_crosses(const struct world *world) {
    for (uint32_t a = 0; a < CUT_OFF; a++) {
        for (uint32_t b = CUT_OFF; b < NODES; b++) {
            if (world_sees_open(world, a, b) || world_sees_open(world, b, a)) return false;
        }
    }
    return true;
}

static bool is_in_two(const struct world *world) {
    return world_component_count(world) == 2;
}

static void cut_and_heal(uint64_t seed, bool severs, enum beacon_mood mood_after) {
    struct world *world = swarm_settled(seed, NODES);
    world_cut(world, &(struct world_cut){.count = CUT_OFF, .severs = severs});
    int64_t noticed_ms = world_run_while_not(world, nothing_crosses, 25000);
    int64_t in_two_ms = world_run_while_not(world, is_in_two, 60000 - noticed_ms);
    assert_true(noticed_ms >= 0 && in_two_ms >= 0);
    world_run_for(world, 60000 - noticed_ms - in_two_ms);
    assert_true(is_in_two(world));
    world_beacons(world, mood_after);
    world_heal(world);
    int64_t whole_ms = world_run_while_not(world, swarm_is_one, 180000);
    if (whole_ms < 0) swarm_tell(world, NODES);
    print_message("a minute in two (%s), seed %" PRIu64 ": noticed after %" PRId64 " ms, one again %" PRId64
                  " ms after the heal\n",
                  severs ? "severed" : "held", seed, noticed_ms, whole_ms);
    assert_true(whole_ms >= 0);
    world_run_for(world, 60000);
    assert_true(swarm_is_one(world));
    swarm_end(world);
}

static void a_partition_that_holds_data_heals(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 3; seed++) cut_and_heal(seed, false, BEACON_MOOD_UP);
}

static void a_partition_that_severs_links_heals(void **state) {
    (void)state;
    for (uint64_t seed = 4; seed <= 6; seed++) cut_and_heal(seed, true, BEACON_MOOD_UP);
}

/* Each half is content with its own links, so nobody needs the other side; the links that full views trade now and then
 * find it all the same, whether a beacon tells of it or only the address books. */
static void halves_that_need_nobody_find_each_other(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 4; seed++) {
        struct world *world = swarm_settled(seed, 40);
        world_cut(world, &(struct world_cut){.count = 20, .severs = true});
        world_run_for(world, 60000);
        assert_int_equal(world_component_count(world), 2);
        if (seed % 2 == 0) world_beacons(world, BEACON_MOOD_UNREACHABLE);
        world_heal(world);
        int64_t whole_ms = world_run_while_not(world, swarm_is_one, 420000);
        print_message("two content halves%s, seed %" PRIu64 ": one again %" PRId64 " ms after the heal\n",
                      seed % 2 == 0 ? " without a beacon" : "", seed, whole_ms);
        assert_true(whole_ms >= 0);
        swarm_end(world);
    }
}

static void a_short_cut_breaks_nothing(void **state) {
    (void)state;
    struct world *world = swarm_settled(7, NODES);
    uint64_t losses = swarm_losses(world);
    world_cut(world, &(struct world_cut){.count = CUT_OFF, .severs = false});
    world_run_for(world, 5000);
    world_heal(world);
    world_run_for(world, 60000);
    assert_int_equal(swarm_losses(world), losses);
    assert_true(swarm_is_one(world));
    swarm_end(world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_partition_that_holds_data_heals),
        cmocka_unit_test(a_partition_that_severs_links_heals),
        cmocka_unit_test(halves_that_need_nobody_find_each_other),
        cmocka_unit_test(a_short_cut_breaks_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
