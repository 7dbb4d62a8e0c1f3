/* SPDX-License-Identifier: Apache-2.0 */
/* A record that somebody publishes reaches everybody: over a tree once there is one, and over what is left of it while
 * a fifth of the nodes dies at once and others come and go. The checkers look on: none comes twice or that is wrong. */
#include "lib/swarm.h"
#include "swarm/engine_view.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Longer forms of the same, without the sanitizers, are in sim/seeds.cmake. */
#ifndef BROADCAST_NODES
#define BROADCAST_NODES 100
#define BROADCAST_SEEDS 1
#endif

enum { NODES = BROADCAST_NODES, SEEDS = BROADCAST_SEEDS, EVERY_MS = 500 };

/* One that is on its way. */
struct published {
    struct object_id id;
    int64_t at_ms;
    uint64_t epochs[NODES]; /* of the processes that were in the mesh then; 0 = it was not */
};

static struct published publish(struct world *world, uint32_t node) {
    static uint32_t number;
    struct published published = {.at_ms = world_now_ms(world)};
    for (uint32_t i = 0; i < world_node_count(world); i++)
        published.epochs[i] = world_open_count(world, i) > 0 ? world_look(world, i)->epoch : 0;
    published.id = swarm_publish(world, node, ++number);
    return published;
}

static uint32_t somebody(const struct world *world, struct prng *prng) {
    for (;;) {
        const uint32_t node = prng_below(prng, (uint32_t)world_node_count(world));
        if (world_open_count(world, node) > 0) return node;
    }
}

/* How far it came among those who have lived since. */
struct reach {
    size_t living, reached;
    int64_t last_ms; /* after it was published */
    unsigned hops;   /* at most */
};

static struct reach reach_of(const struct world *world, const struct published *published) {
    struct reach reach = {0};
    for (uint32_t i = 0; i < world_node_count(world); i++) {
        const struct host *host = world_look(world, i);
        if (!host_is_running(host) || host->epoch != published->epochs[i]) continue;
        const struct record_note *note = record_log_find(&host->record_log, &published->id);
        reach.living++;
        if (note == NULL) continue;
        reach.reached++;
        if (note->at_ms - published->at_ms > reach.last_ms) reach.last_ms = note->at_ms - published->at_ms;
        if (note->hops > reach.hops) reach.hops = note->hops;
    }
    return reach;
}

static void reach_add(struct reach *sum, const struct reach *one) {
    sum->living += one->living;
    sum->reached += one->reached;
    if (one->last_ms > sum->last_ms) sum->last_ms = one->last_ms;
    if (one->hops > sum->hops) sum->hops = one->hops;
}

static void tell(const char *what, uint64_t seed, const struct reach *reach) {
    print_message("%s, seed %" PRIu64 ": %.4f %% of %zu, the last after %" PRId64 " ms, at most %u hops\n", what, seed,
                  100.0 * (double)reach->reached / (double)reach->living, reach->living, reach->last_ms, reach->hops);
}

/* Relative message redundancy: records sent beyond the one that each other node needs, for each of those. */
static double redundancy(const struct world *world, uint64_t sent_before, size_t records) {
    const uint64_t sent = world_trace(world)->frames[MESSAGE_GOSSIP] - sent_before;
    return (double)sent / (double)(records * (world_node_count(world) - 1)) - 1;
}

enum { WARM_UP = 20, MEASURED = 20, LOOKED_AT_MS = 3000 };

static void wear_down_to_a_tree(uint64_t seed) {
    struct world *world = swarm_settled(seed, NODES);
    struct prng prng = prng_seeded(seed);
    struct reach all = {0};
    double first = 0;
    uint64_t sent_before = world_trace(world)->frames[MESSAGE_GOSSIP];
    for (size_t i = 0; i < WARM_UP + MEASURED; i++) {
        if (i == WARM_UP) sent_before = world_trace(world)->frames[MESSAGE_GOSSIP];
        const struct published published = publish(world, somebody(world, &prng));
        world_run_for(world, LOOKED_AT_MS);
        const struct reach reach = reach_of(world, &published);
        if (i == 0) first = redundancy(world, sent_before, 1);
        reach_add(&all, &reach);
        assert_int_equal(reach.reached, NODES);
    }
    const double last = redundancy(world, sent_before, MEASURED);
    tell("all is well", seed, &all);
    print_message("%d nodes, seed %" PRIu64 ": redundancy %.2f at first, then %.4f\n", NODES, seed, first, last);
    assert_true(last < 0.05);
    swarm_end(world);
}

static void every_record_reaches_everybody_over_a_tree(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) wear_down_to_a_tree(seed);
}

static void let_somebody_go_or_come(struct world *world, struct prng *prng) {
    const uint32_t node = prng_below(prng, (uint32_t)world_node_count(world));
    if (host_is_running(world_look(world, node))) {
        world_crash(world, node, prng_below(prng, 2) == 0 ? NETWORK_PROCESS_DIES : NETWORK_MACHINE_DIES);
    } else {
        world_start(world, node);
    }
}

enum { UNDER_FIRE = 40, WITHIN_MS = 10000 };

/* A fifth dies at once; from then on a record each half second, and a node that goes or comes each second. */
static struct reach under_fire(struct world *world, uint64_t seed, enum network_death death) {
    struct published *published = calloc(UNDER_FIRE, sizeof *published);
    struct prng prng = prng_seeded(seed + 1000);
    struct reach all = {0};
    size_t looked_at = 0;
    for (uint32_t i = 0; i < NODES; i += 5) world_crash(world, i + prng_below(&prng, 5), death);
    for (size_t i = 0; looked_at < UNDER_FIRE; i++) {
        if (i < UNDER_FIRE) published[i] = publish(world, somebody(world, &prng));
        world_run_for(world, EVERY_MS);
        if (i % 2 == 1) let_somebody_go_or_come(world, &prng);
        while (looked_at < UNDER_FIRE && looked_at <= i &&
               world_now_ms(world) - published[looked_at].at_ms >= WITHIN_MS) {
            const struct reach reach = reach_of(world, &published[looked_at++]);
            reach_add(&all, &reach);
        }
    }
    free(published);
    return all;
}

static void lose_a_fifth(uint64_t seed, enum network_death death) {
    struct world *world = swarm_settled(seed, NODES);
    struct prng prng = prng_seeded(seed);
    for (int i = 0; i < 20; i++) {
        (void)publish(world, somebody(world, &prng));
        world_run_for(world, EVERY_MS);
    }
    const struct reach reach = under_fire(world, seed, death);
    tell(death == NETWORK_PROCESS_DIES ? "a fifth of processes dies" : "a fifth of machines dies", seed, &reach);
    assert_true((double)reach.reached >= 0.999 * (double)reach.living);
    swarm_end(world);
}

static void records_reach_those_who_live_while_a_fifth_dies(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        lose_a_fifth(seed, NETWORK_PROCESS_DIES);
        lose_a_fifth(seed, NETWORK_MACHINE_DIES);
    }
}

static uint64_t hash_of(uint64_t seed) {
    struct world *world = swarm_settled(seed, 30);
    for (uint32_t i = 0; i < 20; i++) {
        (void)swarm_publish(world, i, i);
        if (i == 10) world_crash(world, 20, NETWORK_MACHINE_DIES);
        world_run_for(world, EVERY_MS);
    }
    const uint64_t hash = world_hash(world);
    swarm_end(world);
    return hash;
}

static void a_seed_is_a_run(void **state) {
    (void)state;
    const uint64_t hash = hash_of(7);
    assert_true(hash_of(7) == hash);
    assert_true(hash_of(8) != hash);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_record_reaches_everybody_over_a_tree),
        cmocka_unit_test(records_reach_those_who_live_while_a_fifth_dies),
        cmocka_unit_test(a_seed_is_a_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
