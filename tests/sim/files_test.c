/* SPDX-License-Identifier: Apache-2.0 */
/* A file that somebody publishes comes to everybody who wants it, bit by bit what it was, while segments are lost,
 * nodes die and come back, and one of them lies. The checkers look on: no disk has wrong bytes, nothing that was whole
 * is lost, and nobody honest is blamed. */
#include "lib/swarm.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { NODES = 8, CHUNK = 256 << 10, CHUNKS = 40, AUTHOR = 0, LIAR = 5 };

/* The file that `has_come` looks for. */
static struct object_id wanted;

static size_t holders(const struct world *world, const struct object_id *id) {
    size_t count = 0;
    for (uint32_t i = 0; i < world_node_count(world); i++) count += file_host_holds(&world_look(world, i)->files, id);
    return count;
}

static bool has_come(const struct world *world) {
    return holders(world, &wanted) == world_node_count(world);
}

/* A swarm that has formed, with one that lies. */
static struct world *swarm_with(uint64_t seed, enum liar_kind kind) {
    struct world *world = world_new(&(struct world_options){.seed = seed, .node_count = NODES});
    world_make_liar(world, LIAR, kind);
    world_start_all(world);
    assert_true(world_run_while_not(world, swarm_is_one, 30000) >= 0);
    return world;
}

static void publish(struct world *world, uint64_t size) {
    wanted = file_host_publish(world_host(world, AUTHOR), size, 0);
    world_run_for(world, 2000);
}

static void want_everywhere(struct world *world) {
    for (uint32_t i = 0; i < NODES; i++) file_host_want(world_host(world, i), &wanted);
}

/* Everybody but the author and the liar dies now and then, half of them with their machines. */
static void live_dangerously(struct world *world, uint64_t seed, int64_t for_ms) {
    struct prng prng = prng_seeded(seed);
    for (int64_t end_ms = world_now_ms(world) + for_ms; world_now_ms(world) < end_ms;) {
        const uint32_t node = 1 + prng_below(&prng, NODES - 1);
        world_run_for(world, prng_between(&prng, 500, 2500));
        if (node == LIAR) continue;
        if (host_is_running(world_look(world, node))) {
            world_crash(world, node, prng_below(&prng, 2) == 0 ? NETWORK_PROCESS_DIES : NETWORK_MACHINE_DIES);
        } else {
            world_start(world, node);
        }
    }
    for (uint32_t i = 0; i < NODES; i++) {
        if (!host_is_running(world_look(world, i))) world_start(world, i);
    }
}

static void come_to_everybody(uint64_t seed, enum liar_kind kind) {
    struct world *world = swarm_with(seed, kind);
    world_weather(world, &(struct weather){.lossy_percent = 33, .loss_permille = 50});
    publish(world, (uint64_t)CHUNKS * CHUNK);
    want_everywhere(world);
    live_dangerously(world, seed, 30000);
    const int64_t took_ms = world_run_while_not(world, has_come, 300000);
    print_message("a %s among %d, seed %" PRIu64 ": all have %d chunks %" PRId64 " ms after the last death\n",
                  liar_kind_name(kind), NODES, seed, CHUNKS, took_ms);
    assert_true(took_ms >= 0);
    swarm_end(world);
}

static void a_file_comes_to_all_through_deaths_and_losses(void **state) {
    (void)state;
    come_to_everybody(1, LIAR_NONE);
    come_to_everybody(2, LIAR_GARBLER);
    come_to_everybody(3, LIAR_PHANTOM);
    come_to_everybody(4, LIAR_DAWDLER);
}

/* The liar is one of three who hold the file when everybody begins to ask. */
static void a_lie_is_told_and_its_teller_is_asked_no_more(void **state) {
    (void)state;
    struct world *world = swarm_with(5, LIAR_GARBLER);
    publish(world, 4 * CHUNK);
    file_host_want(world_host(world, LIAR), &wanted);
    file_host_want(world_host(world, 1), &wanted);
    world_run_for(world, 10000);
    assert_int_equal(holders(world, &wanted), 3);
    want_everywhere(world);
    assert_true(world_run_while_not(world, has_come, 120000) >= 0);
    uint64_t blamed = 0;
    for (uint32_t i = 0; i < NODES; i++) blamed += world_look(world, i)->files.blamed_count;
    print_message("the garbler is blamed %" PRIu64 " times\n", blamed);
    assert_true(blamed > 0);
    assert_true(world_look(world, LIAR)->liar->lie_count > 0);
    swarm_end(world);
}

/* A host that starts again with most of a file on its disk asks for the rest alone. */
static void what_is_on_the_disk_is_not_fetched_again(void **state) {
    (void)state;
    struct world *world = swarm_with(6, LIAR_NONE);
    publish(world, (uint64_t)CHUNKS * CHUNK);
    file_host_want(world_host(world, 1), &wanted);
    const struct file_host *files = &world_look(world, 1)->files;
    while (files->taken_bytes < (uint64_t)CHUNKS / 2 * CHUNK) world_run_for(world, 100);
    world_crash(world, 1, NETWORK_PROCESS_DIES);
    world_run_for(world, 1000);
    assert_false(file_host_holds(files, &wanted));
    world_start(world, 1);
    for (int second = 0; second < 60 && !file_host_holds(files, &wanted); second++) world_run_for(world, 1000);
    assert_true(file_host_holds(files, &wanted));
    assert_true(files->taken_bytes < (uint64_t)(CHUNKS + 1) * (CHUNK + 4096)); /* one may have been on its way */
    world_crash(world, 1, NETWORK_MACHINE_DIES);
    world_crash(world, AUTHOR, NETWORK_MACHINE_DIES);
    const uint64_t taken = files->taken_bytes;
    world_start(world, 1);
    file_host_want(world_host(world, 2), &wanted); /* who came back is its only source */
    for (int second = 0; second < 90 && !file_host_holds(&world_look(world, 2)->files, &wanted); second++)
        world_run_for(world, 1000);
    assert_true(file_host_holds(&world_look(world, 2)->files, &wanted));
    assert_true(files->taken_bytes == taken);
    swarm_end(world);
}

/* Small ones and empty ones, more than are fetched at once, each from its own author. */
static void many_files_come_too(void **state) {
    (void)state;
    enum { FILES = 96 };
    static struct object_id ids[FILES];
    struct world *world = swarm_with(7, LIAR_NONE);
    struct prng prng = prng_seeded(7);
    for (uint32_t i = 0; i < FILES; i++)
        ids[i] = file_host_publish(world_host(world, i % NODES), prng_below(&prng, 3) * 3000, 0);
    for (uint32_t i = 0; i < FILES; i++) file_host_want(world_host(world, (i + 3) % NODES), &ids[i]);
    world_run_for(world, 30000);
    for (uint32_t i = 0; i < FILES; i++) assert_int_equal(holders(world, &ids[i]), 2);
    swarm_end(world);
}

/* Of one link no more arrives than the uplink behind it gives. */
static void slices_come_at_the_pace_of_the_uplink(void **state) {
    (void)state;
    enum { RATE = 500000 };
    struct world *world =
        world_new(&(struct world_options){.seed = 8, .node_count = 2, .uplink_bytes_per_second = RATE});
    world_start_all(world);
    assert_true(world_run_while_not(world, swarm_is_one, 30000) >= 0);
    publish(world, (uint64_t)CHUNKS * CHUNK);
    file_host_want(world_host(world, 1), &wanted);
    const int64_t took_ms = world_run_while_not(world, has_come, 60000);
    const int64_t least_ms = (int64_t)CHUNKS * CHUNK * 1000 / RATE;
    print_message("%d chunks over half a megabyte a second: %" PRId64 " ms of at least %" PRId64 "\n", CHUNKS, took_ms,
                  least_ms);
    assert_true(took_ms >= least_ms && took_ms < least_ms * 12 / 10 + 2000);
    swarm_end(world);
}

static uint64_t hash_of(uint64_t seed) {
    struct world *world = swarm_with(seed, LIAR_GARBLER);
    publish(world, 4 * CHUNK);
    want_everywhere(world);
    live_dangerously(world, 1, 5000);
    world_run_for(world, 10000);
    const uint64_t hash = world_hash(world);
    swarm_end(world);
    return hash;
}

static void a_seed_is_a_run(void **state) {
    (void)state;
    const uint64_t hash = hash_of(9);
    assert_true(hash_of(9) == hash);
    assert_true(hash_of(10) != hash);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_comes_to_all_through_deaths_and_losses),
        cmocka_unit_test(a_lie_is_told_and_its_teller_is_asked_no_more),
        cmocka_unit_test(what_is_on_the_disk_is_not_fetched_again),
        cmocka_unit_test(many_files_come_too),
        cmocka_unit_test(slices_come_at_the_pace_of_the_uplink),
        cmocka_unit_test(a_seed_is_a_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
