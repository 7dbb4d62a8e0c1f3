/* SPDX-License-Identifier: Apache-2.0 */
/* A checker that never speaks proves nothing: each is shown what it must not like. */
#include "lib/swarm.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void violated(struct world *world, const char *word) {
    world_run_for(world, 3000);
    assert_non_null(world_violation(world));
    assert_non_null(strstr(world_violation(world), word));
    int64_t stopped_ms = world_now_ms(world);
    world_run_for(world, 1000);
    assert_true(world_now_ms(world) == stopped_ms); /* the world stands still where it happened */
    world_free(world);
}

static void an_engine_that_spins_is_seen(void **state) {
    (void)state;
    struct world *world = swarm_begun(1, 2);
    world_run_for(world, 3000);
    for (int i = 0; i <= 10000; i++) host_feed(world_host(world, 0), &(struct input){.kind = INPUT_TICK});
    violated(world, "spins");
}

/* An engine that is told a lie about its link lets go of a connection that is still there. */
static void a_connection_without_a_link_is_seen(void **state) {
    (void)state;
    struct world *world = swarm_begun(2, 2);
    world_run_for(world, 3000);
    struct input input = {.kind = INPUT_LINK_DOWN};
    input.as.link.id = network_link_at(world_host(world, 0)->stage->network, 0, 0);
    input.as.link.reason = REASON_RESET;
    host_feed(world_host(world, 0), &input);
    violated(world, "does not know it");
}

/* Told that its tables are smaller than they are, a host seems to overflow them. */
static void a_table_over_its_bound_is_seen(void **state) {
    (void)state;
    struct world *world = swarm_begun(3, 4);
    world_run_for(world, 5000);
    world_host(world, 0)->options.book_rows = 1;
    violated(world, "rows in its book");
}

/* A host whose clock is wrong by a minute seems to hold links that have been silent for so long. */
static void a_link_held_in_silence_is_seen(void **state) {
    (void)state;
    struct world *world = swarm_begun(4, 4);
    world_run_for(world, 5000);
    world_host(world, 0)->options.clock_skew_ms = 60000;
    violated(world, "said nothing");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_engine_that_spins_is_seen),
        cmocka_unit_test(a_connection_without_a_link_is_seen),
        cmocka_unit_test(a_table_over_its_bound_is_seen),
        cmocka_unit_test(a_link_held_in_silence_is_seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
