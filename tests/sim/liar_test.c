/* SPDX-License-Identifier: Apache-2.0 */
/* Nodes that speak the protocol and lie: the honest ones stay one swarm, and nobody's victim is flooded. The checker of
 * dials watches every host all the while. */
#include "lib/swarm.h"
#include "swarm/engine_view.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { NODES = 30, LIARS_PERCENT = 30, FOR_MS = 300000 };

static uint64_t count_lies(const struct world *world) {
    uint64_t lies = 0;
    for (uint32_t i = 0; i < world_node_count(world); i++) {
        const struct liar *liar = world_look(world, i)->liar;
        lies += liar == NULL ? 0 : liar->lie_count;
    }
    return lies;
}

static uint64_t dials_of_victim(const struct world *world) {
    const struct address victim = {.family = ADDRESS_IPV4, .port = 1, .ip = {198, 19, 255, 1}};
    struct address prefix = address_diversity_prefix(&victim);
    uint64_t count = 0;
    for (uint32_t node = 0; node < world_node_count(world); node++) {
        const struct dial_log *log = &world_look(world, node)->dial_log;
        for (uint64_t i = 0; i < log->count; i++) {
            const struct dial_note *note = dial_log_at(log, i);
            if (note == NULL) continue;
            struct address dialled = address_diversity_prefix(&note->address);
            count += address_equal(&dialled, &prefix);
        }
    }
    return count;
}

static size_t honest_open_count(const struct world *world, uint32_t node) {
    size_t count = 0;
    for (uint32_t i = 0; i < world_node_count(world); i++) {
        count += i != node && world_look(world, i)->liar == NULL && world_is_linked(world, node, i);
    }
    return count;
}

static void live_among(enum liar_kind kind) {
    struct world *world = world_new(&(struct world_options){
        .seed = 10 + kind, .node_count = NODES, .liar_percent = LIARS_PERCENT, .liar_kind = kind});
    size_t least = NODES;
    world_start_all(world);
    world_run_for(world, FOR_MS);
    for (uint32_t i = 0; i < NODES; i++) {
        if (world_look(world, i)->liar != NULL) continue;
        size_t honest = honest_open_count(world, i);
        if (honest < least) least = honest;
    }
    print_message("%s: %" PRIu64 " lies, %" PRIu64 " dials of the invented, at least %zu honest links each\n",
                  liar_kind_name(kind), count_lies(world), dials_of_victim(world), least);
    assert_true(swarm_is_one(world));
    assert_true(least >= 1);
    swarm_end(world);
}

static void the_honest_stay_one_among_liars(void **state) {
    (void)state;
    for (int kind = LIAR_FORGER; kind < LIAR_KIND_COUNT; kind++) live_among((enum liar_kind)kind);
}

/* Links with nodes that nobody is, as this node was told of them. */
static size_t made_up_links_shown_at(const struct world *world, uint32_t node) {
    struct neighbour_view views[LIMIT_VIEW_MAX];
    size_t count = engine_view_neighbours(world_look(world, node)->engine, views, LIMIT_VIEW_MAX);
    size_t made_up = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < views[i].view.link_count; j++) made_up += liar_made_up(&views[i].view.links[j].peer);
    return made_up;
}

static size_t made_up_peers_known_at(const struct world *world, uint32_t node) {
    struct peer_view peers[200];
    size_t next;
    size_t made_up = 0;
    size_t count = engine_view_peers(world_look(world, node)->engine, 0, peers, 200, &next, world_now_ms(world));
    assert_int_equal(next, 0);
    for (size_t i = 0; i < count; i++) made_up += liar_made_up(&peers[i].node_id);
    return made_up;
}

/* The checker of dials watches for them too. */
static void made_up_links_are_shown_and_nothing_else_comes_of_them(void **state) {
    (void)state;
    struct world *world = world_new(&(struct world_options){
        .seed = 5, .node_count = NODES, .liar_percent = LIARS_PERCENT, .liar_kind = LIAR_SYBIL});
    size_t shown = 0;
    world_start_all(world);
    world_run_for(world, 120000);
    for (uint32_t i = 0; i < NODES; i++) {
        shown += made_up_links_shown_at(world, i);
        assert_int_equal(made_up_peers_known_at(world, i), 0);
    }
    print_message("%zu made-up links are shown\n", shown);
    assert_true(shown > 0);
    assert_true(swarm_is_one(world));
    swarm_end(world);
}

/* Those who know only each other must not be talked out of it: with no beacon and every other node a flooder. */
static void a_flooder_names_its_victim_in_vain(void **state) {
    (void)state;
    struct world *world =
        world_new(&(struct world_options){.seed = 3, .node_count = 10, .liar_percent = 50, .liar_kind = LIAR_FLOODER});
    world_start_all(world);
    world_run_for(world, 60000);
    uint64_t before = dials_of_victim(world);
    world_run_for(world, 60000);
    uint64_t dials = dials_of_victim(world) - before;
    print_message("a victim named by half of ten nodes: %" PRIu64 " dials in a minute from all\n", dials);
    assert_true(count_lies(world) > 0);
    assert_true(dials <= 10 * LIMIT_DIAL_PUBLIC_IP_PER_MINUTE);
    swarm_end(world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_honest_stay_one_among_liars),
        cmocka_unit_test(made_up_links_are_shown_and_nothing_else_comes_of_them),
        cmocka_unit_test(a_flooder_names_its_victim_in_vain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
