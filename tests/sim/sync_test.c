/* SPDX-License-Identifier: Apache-2.0 */
/* Records that were missed come all the same: after a partition, to who was alone, to who comes late, while messages
 * are lost and nodes crash in the middle of sessions. The checkers look on: none comes twice or that is wrong. */
#include "lib/swarm.h"
#include "swarm/engine_view.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* Longer forms of the same, without the sanitizers, are in sim/seeds.cmake. */
#ifndef SYNC_NODES
#define SYNC_NODES 30
#define SYNC_SEEDS 1
#endif

enum { NODES = SYNC_NODES, SEEDS = SYNC_SEEDS, HALF = NODES / 2 };

static size_t records_of(const struct world *world, uint32_t node) {
    return world_look(world, node)->records.count;
}

static bool holds_all_of(const struct world *world, uint32_t node, uint32_t other) {
    const struct record_store *theirs = &world_look(world, other)->records;
    for (size_t i = 0; i < theirs->count; i++)
        if (record_store_find(&world_look(world, node)->records, &theirs->rows[i].id) == NULL) return false;
    return true;
}

/* As many, and the same; of nodes that run. */
static bool sets_are_equal(const struct world *world) {
    uint32_t first = 0;
    while (!host_is_running(world_look(world, first))) first++;
    for (uint32_t i = first + 1; i < world_node_count(world); i++)
        if (host_is_running(world_look(world, i)) && records_of(world, i) != records_of(world, first)) return false;
    for (uint32_t i = first + 1; i < world_node_count(world); i++)
        if (host_is_running(world_look(world, i)) && !holds_all_of(world, i, first)) return false;
    return true;
}

static int64_t until_equal(struct world *world, int64_t at_most_ms) {
    return world_run_while_not(world, sets_are_equal, at_most_ms);
}

static uint64_t bytes_out(const struct world *world) {
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < world_node_count(world); i++) bytes += world_look(world, i)->bytes_out;
    return bytes;
}

static uint64_t records_sent(const struct world *world) {
    uint64_t sent = 0;
    for (uint32_t i = 0; i < world_node_count(world); i++) sent += world_look(world, i)->records_sent;
    return sent;
}

static void assert_equal_within(struct world *world, const char *what, uint64_t seed, int64_t at_most_ms) {
    const uint64_t sent = records_sent(world), bytes = bytes_out(world);
    const int64_t took_ms = until_equal(world, at_most_ms);
    print_message("%s, seed %" PRIu64 ": %zu records everywhere after %" PRId64 " ms, %" PRIu64 " sent, %" PRIu64
                  " bytes of all kinds\n",
                  what, seed, records_of(world, 0), took_ms, records_sent(world) - sent, bytes_out(world) - bytes);
    if (took_ms < 0)
        for (uint32_t i = 0; i < world_node_count(world); i++)
            print_message("node %u: %zu records, %zu links\n", i, records_of(world, i), world_open_count(world, i));
    assert_true(took_ms >= 0);
}

/* ---- A partition ---- */

enum { APART_MS = 600000, PUBLISH_EVERY_MS = 5000, HEALED_MS = 60000 };

static bool has_link_across(const struct world *world) {
    return swarm_is_whole(world);
}

static void part_and_heal(uint64_t seed) {
    struct world *world = swarm_settled(seed, NODES);
    struct prng prng = prng_seeded(seed);
    uint32_t number = 0;
    world_cut(world, &(struct world_cut){.first = 0, .count = HALF, .severs = true});
    for (int64_t past_ms = 0; past_ms < APART_MS; past_ms += PUBLISH_EVERY_MS) {
        (void)swarm_publish(world, prng_below(&prng, HALF), ++number);
        (void)swarm_publish(world, HALF + prng_below(&prng, NODES - HALF), ++number);
        world_run_for(world, PUBLISH_EVERY_MS);
    }
    assert_false(sets_are_equal(world));
    world_heal(world);
    assert_true(world_run_while_not(world, has_link_across, 600000) >= 0);
    assert_equal_within(world, "a partition heals", seed, HEALED_MS);
    assert_int_equal(records_of(world, 0), number);
    swarm_end(world);
}

static void a_partition_heals_and_all_have_the_same(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) part_and_heal(seed);
}

/* ---- Somebody who was alone ---- */

enum { ALONE = 500 };

/* What came from that node stands in the order in which it was made. */
static void assert_in_order(const struct world *world, uint32_t node) {
    const struct record_store *records = &world_look(world, node)->records;
    int64_t last_ms = 0;
    for (size_t i = 0; i < records->count; i++) {
        assert_true(records->rows[i].at_ms >= last_ms);
        last_ms = records->rows[i].at_ms;
    }
}

static size_t waiting_of(const struct world *world, uint32_t node) {
    struct outbox_view view;
    engine_view_outbox(world_look(world, node)->engine, &view, NULL, 0);
    return view.count;
}

static bool nothing_waits(const struct world *world) {
    return waiting_of(world, 0) == 0;
}

static void write_alone(uint64_t seed) {
    struct world *world = swarm_settled(seed, NODES);
    world_plug(world, 0, false);
    world_run_for(world, 30000);
    assert_int_equal(world_open_count(world, 0), 0);
    for (uint32_t i = 0; i < ALONE; i++) {
        (void)swarm_publish(world, 0, i);
        world_run_for(world, 2);
    }
    assert_int_equal(waiting_of(world, 0), ALONE);
    world_run_for(world, LIMIT_RECORD_OLD_MS); /* nobody would take them as they were published */
    world_crash(world, 0, NETWORK_MACHINE_DIES);
    world_start(world, 0);
    world_run_for(world, 1000);
    assert_int_equal(waiting_of(world, 0), ALONE);
    world_plug(world, 0, true);
    assert_true(world_run_while_not(world, swarm_is_one, 600000) >= 0);
    assert_equal_within(world, "500 written alone", seed, 60000);
    for (uint32_t i = 1; i < NODES; i++) assert_in_order(world, i);
    assert_true(world_run_while_not(world, nothing_waits, 120000) >= 0);
    swarm_end(world);
}

static void who_was_alone_brings_all_in_order(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) write_alone(seed);
}

/* ---- What it costs when nothing differs ---- */

enum { KEPT = 10000, LOOKED_AT_MS = 3600000 };

static struct counter_traffic sync_traffic(const struct world *world, uint32_t node) {
    return engine_view_counters(world_look(world, node)->engine)->out[message_place(MESSAGE_SYNC_FRAME)];
}

static uint64_t sessions_done(const struct world *world) {
    uint64_t done = 0;
    for (uint32_t i = 0; i < 2; i++) done += engine_view_counters(world_look(world, i)->engine)->syncs_done;
    return done;
}

/* Two nodes that hold the same ten thousand, for an hour. */
static void equal_sets_cost_next_to_nothing(void **state) {
    (void)state;
    struct world *world = world_new(&(struct world_options){.seed = 5, .node_count = 2, .records = 2 * KEPT});
    struct prng prng = prng_seeded(5);
    for (uint32_t i = 0; i < KEPT; i++) {
        struct stored_record record = {.at_ms = host_wall_ms(world_look(world, 0)) - 1000 * (int64_t)i,
                                       .is_synced = true};
        for (size_t b = 0; b < sizeof record.id.bytes; b++) record.id.bytes[b] = (uint8_t)prng_next(&prng);
        for (uint32_t node = 0; node < 2; node++)
            assert_true(record_store_put(&world_host(world, node)->records, &record, SPAN_LITERAL("text")));
    }
    world_start_all(world);
    assert_true(world_run_while_not(world, swarm_is_one, 60000) >= 0);
    world_run_for(world, LOOKED_AT_MS);
    const uint64_t bytes = sync_traffic(world, 0).bytes + sync_traffic(world, 1).bytes, done = sessions_done(world);
    print_message("%d records that are equal: %" PRIu64 " sessions in an hour, %.0f bytes each in both directions\n",
                  KEPT, done, (double)bytes / (double)done);
    assert_in_range(done, 15, 40);
    assert_in_range(bytes / done, 1, 1000);
    assert_int_equal(records_sent(world), 0);
    swarm_end(world);
}

/* ---- Who comes late ---- */

enum { HISTORY = 3000 };

static void who_comes_late_gets_all_in_order(void **state) {
    (void)state;
    struct world *world = world_new(&(struct world_options){.seed = 6, .node_count = 2, .records = 2 * HISTORY});
    world_start(world, 0);
    world_run_for(world, 1000);
    for (uint32_t i = 0; i < HISTORY; i++) {
        (void)swarm_publish(world, 0, i);
        if (i % 4 == 0) world_run_for(world, 1);
    }
    world_start(world, 1);
    assert_true(world_run_while_not(world, swarm_is_one, 60000) >= 0);
    assert_equal_within(world, "a history of 3000", 6, 60000);
    const uint64_t bytes = sync_traffic(world, 0).bytes + sync_traffic(world, 1).bytes;
    print_message("compared for %" PRIu64 " bytes, in %" PRIu64 " sessions\n", bytes, sessions_done(world));
    assert_in_range(records_sent(world), HISTORY, HISTORY + HISTORY / 10);
    assert_in_range(bytes, 1, 64 * HISTORY);
    assert_in_order(world, 1);
    swarm_end(world);
}

/* ---- Crashes and loss ---- */

static void crash_somebody(struct world *world, struct prng *prng) {
    const uint32_t node = prng_below(prng, (uint32_t)world_node_count(world));
    if (host_is_running(world_look(world, node))) {
        world_crash(world, node, prng_below(prng, 2) == 0 ? NETWORK_PROCESS_DIES : NETWORK_MACHINE_DIES);
    } else {
        world_start(world, node);
    }
}

static void start_those_down(struct world *world) {
    for (uint32_t i = 0; i < world_node_count(world); i++)
        if (!host_is_running(world_look(world, i))) world_start(world, i);
}

static void come_through_crashes(uint64_t seed) {
    struct world *world = swarm_settled(seed, NODES);
    struct prng prng = prng_seeded(seed + 77);
    uint32_t number = 0;
    world_weather(world, &(struct weather){.lossy_percent = 30, .loss_permille = 100});
    for (int i = 0; i < 300; i++) {
        const uint32_t node = prng_below(&prng, NODES);
        if (host_is_running(world_look(world, node))) (void)swarm_publish(world, node, ++number);
        world_run_for(world, 300);
        if (i % 3 == 0) crash_somebody(world, &prng);
    }
    start_those_down(world);
    assert_true(world_run_while_not(world, swarm_is_one, 600000) >= 0);
    assert_equal_within(world, "crashes and loss", seed, 600000);
    assert_int_equal(records_of(world, 0), number);
    swarm_end(world);
}

static void crashes_and_loss_lose_nothing(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) come_through_crashes(seed);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_partition_heals_and_all_have_the_same), cmocka_unit_test(who_was_alone_brings_all_in_order),
        cmocka_unit_test(equal_sets_cost_next_to_nothing),         cmocka_unit_test(who_comes_late_gets_all_in_order),
        cmocka_unit_test(crashes_and_loss_lose_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
