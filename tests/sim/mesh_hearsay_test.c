/* SPDX-License-Identifier: Apache-2.0 */
/* What the nodes of a swarm know of each other's links: soon after they meet, what is so; soon after somebody is gone,
 * nothing of it any more; and what it costs. */
#include "lib/swarm.h"
#include "swarm/engine_view.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { NODES = 30, KNOWS_WITHIN_MS = 90000, QUIET_MS = 600000 };

static const struct neighbour_view *said_by(const struct neighbour_view *views, size_t count,
                                            const struct node_id *id) {
    for (size_t i = 0; i < count; i++)
        if (node_id_equal(&views[i].node_id, id)) return &views[i];
    return NULL;
}

static bool names(const struct view *view, const struct node_id *id) {
    for (size_t i = 0; i < view->link_count; i++)
        if (node_id_equal(&view->links[i].peer, id)) return true;
    return false;
}

/* Whether what it says are the links that it has. */
static bool is_so(const struct world *world, uint32_t teller, const struct view *view) {
    size_t linked = 0;
    for (uint32_t other = 0; other < world_node_count(world); other++) {
        if (other == teller || !world_is_linked(world, teller, other)) continue;
        linked++;
        if (!names(view, &world_look(world, other)->node_id)) return false;
    }
    return linked == view->link_count;
}

/* Whether this node knows of each of its neighbours what is so. */
static bool knows_all(const struct world *world, uint32_t node) {
    struct neighbour_view views[LIMIT_VIEW_MAX];
    size_t count = engine_view_neighbours(world_look(world, node)->engine, views, LIMIT_VIEW_MAX);
    for (uint32_t other = 0; other < world_node_count(world); other++) {
        if (other == node || !world_is_linked(world, node, other)) continue;
        const struct neighbour_view *said = said_by(views, count, &world_look(world, other)->node_id);
        if (said == NULL || !is_so(world, other, &said->view)) return false;
    }
    return true;
}

static size_t count_who_know_all(const struct world *world) {
    size_t count = 0;
    for (uint32_t i = 0; i < world_node_count(world); i++) count += knows_all(world, i);
    return count;
}

static bool all_know_all(const struct world *world) {
    return swarm_is_one(world) && count_who_know_all(world) == world_node_count(world);
}

static void each_node_knows_its_neighbours_links_within_ninety_seconds(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 3; seed++) {
        struct world *world = swarm_begun(seed, NODES);
        int64_t took_ms = world_run_while_not(world, all_know_all, KNOWS_WITHIN_MS);
        print_message("seed %d: %zu of %d nodes know their neighbours' links after %d ms\n", (int)seed,
                      count_who_know_all(world), NODES, (int)took_ms);
        assert_true(took_ms >= 0);
        swarm_end(world);
    }
}

/* Who says anything of it: that node itself, or a neighbour that names it. */
static size_t count_who_hear_of(const struct world *world, const struct node_id *id) {
    size_t hearing = 0;
    for (uint32_t node = 0; node < world_node_count(world); node++) {
        struct neighbour_view views[LIMIT_VIEW_MAX];
        if (!host_is_running(world_look(world, node))) continue;
        size_t count = engine_view_neighbours(world_look(world, node)->engine, views, LIMIT_VIEW_MAX);
        bool hears = said_by(views, count, id) != NULL;
        for (size_t i = 0; i < count; i++) hears = hears || names(&views[i].view, id);
        hearing += hears;
    }
    return hearing;
}

static void who_is_gone_is_forgotten_within_three_minutes(void **state) {
    (void)state;
    const enum network_death deaths[] = {NETWORK_PROCESS_DIES, NETWORK_MACHINE_DIES};
    for (size_t i = 0; i < 2; i++) {
        struct world *world = swarm_settled(11 + i, NODES);
        const struct node_id gone = world_look(world, 3)->node_id;
        world_run_for(world, 60000);
        assert_true(count_who_hear_of(world, &gone) > 0);
        world_crash(world, 3, deaths[i]);
        world_run_for(world, LIMIT_HEARSAY_KEPT_MS);
        assert_int_equal(count_who_hear_of(world, &gone), 0);
        swarm_end(world);
    }
}

static struct counter_traffic told_so_far(const struct world *world) {
    struct counter_traffic sum = {0};
    for (uint32_t i = 0; i < world_node_count(world); i++) {
        const struct counter_set *counters = engine_view_counters(world_look(world, i)->engine);
        sum.frames += counters->out[MESSAGE_PLACE_VIEW].frames;
        sum.bytes += counters->out[MESSAGE_PLACE_VIEW].bytes;
    }
    return sum;
}

static void it_costs_a_node_a_few_kilobytes_a_minute(void **state) {
    (void)state;
    struct world *world = swarm_settled(21, NODES);
    world_run_for(world, 120000);
    const struct counter_traffic before = told_so_far(world);
    world_run_for(world, QUIET_MS);
    const struct counter_traffic after = told_so_far(world);
    double node_minutes = (double)NODES * QUIET_MS / 60000;
    double frames = (double)(after.frames - before.frames) / node_minutes;
    double bytes = (double)(after.bytes - before.bytes) / node_minutes;
    print_message("a node tells %.1f views, %.0f bytes a minute; %zu links in all\n", frames, bytes,
                  world_link_total(world));
    assert_true(frames > 1);
    assert_true(bytes < 30000);
    swarm_end(world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_node_knows_its_neighbours_links_within_ninety_seconds),
        cmocka_unit_test(who_is_gone_is_forgotten_within_three_minutes),
        cmocka_unit_test(it_costs_a_node_a_few_kilobytes_a_minute),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
