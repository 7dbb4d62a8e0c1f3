/* SPDX-License-Identifier: Apache-2.0 */
/* A node whose clock is wrong finds the others all the same, by a beacon that does not take its tickets, and is told.
 */
#include "lib/swarm.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { NODES = 20 };

static bool first_has_enough(const struct world *world) {
    return world_open_count(world, 0) >= LIMIT_VIEW_MIN;
}

static uint64_t told_of_skew(const struct world *world) {
    return world_event_count(world, EVENT_CLOCK_SKEW);
}

static void a_new_node_with_a_wrong_clock_joins_and_is_told(void **state) {
    (void)state;
    static const int64_t skews_ms[] = {60000, -60000, 600000, -600000, 3000000, -3000000};
    for (size_t i = 0; i < sizeof skews_ms / sizeof skews_ms[0]; i++) {
        struct world *world = world_new(&(struct world_options){.seed = 5 + i, .node_count = NODES});
        for (uint32_t node = 1; node < NODES; node++) world_start(world, node);
        world_run_for(world, 20000);
        host_set_clock(world_host(world, 0), skews_ms[i]);
        world_start(world, 0);
        int64_t linked_ms = world_run_while_not(world, first_has_enough, 60000);
        print_message("a clock wrong by %" PRId64 " s: three links after %" PRId64 " ms\n", skews_ms[i] / 1000,
                      linked_ms);
        assert_true(linked_ms >= 0);
        assert_true(told_of_skew(world) > 0);
        swarm_end(world);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_node_with_a_wrong_clock_joins_and_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
