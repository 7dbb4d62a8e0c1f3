/* SPDX-License-Identifier: Apache-2.0 */
/* Files stay where enough nodes have them. Twelve nodes keep two hundred files, three times each: whichever two of them
 * die, every file can be read all the time, and is kept three times again within a minute, at little more than the
 * cost of what was lost. While nodes come and go for long, nothing is lost and nobody rushes. */
#include "lib/swarm.h"
#include "sim/redundancy.h"
#include "swarm/engine_view.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* Longer forms of the same, without the sanitizers, are in sim/seeds.cmake. */
#ifndef REPLICATION_PAIRS
#define REPLICATION_PAIRS   6
#define REPLICATION_SEEDS   1
#define REPLICATION_MINUTES 10
#endif

enum { NODES = 12, FILES = 200, TARGET = 3, PAIRS = NODES * (NODES - 1) / 2, ROOM = 1 << 30 };
enum { REPAIRED_WITHIN_MS = 60000, WATCHED_MS = 120000, SETTLED_WITHIN_MS = 300000 };

/* How often somebody has it wrong how many hold a file. */
static size_t count_misled(const struct world *world) {
    const struct file_book *book = &world_look(world, 0)->stage->files;
    size_t misled = 0;
    for (size_t f = 0; f < book->count; f++) {
        const size_t holders = redundancy_holders(world, &book->files[f]->id);
        for (uint32_t i = 0; i < NODES; i++) {
            struct redundancy_view view;
            const struct engine *engine = world_look(world, i)->engine;
            const bool is_known = engine_view_redundancy(engine, &book->files[f]->id, &view, world_now_ms(world));
            misled += !is_known || view.seen != holders || view.target != TARGET;
        }
    }
    return misled;
}

static struct world *settled(uint64_t seed) {
    struct world *world =
        world_new(&(struct world_options){.seed = seed, .node_count = NODES, .files = 512, .room_bytes = ROOM});
    world_start_all(world);
    assert_true(world_run_while_not(world, swarm_is_one, 30000) >= 0);
    redundancy_publish(world, FILES, TARGET, seed);
    const int64_t took_ms = world_run_while_not(world, redundancy_is_good, SETTLED_WITHIN_MS);
    const struct redundancy now = redundancy_look(world);
    print_message("seed %" PRIu64 ": %zu files at target after %" PRId64 " ms, %" PRIu64
                  " bytes moved, %zu holders at most, %zu under\n",
                  seed, now.files, took_ms, now.moved_bytes, now.most_holders, now.under);
    if (took_ms < 0) swarm_tell(world, NODES);
    assert_true(took_ms >= 0);
    world_run_for(world, 90000); /* everybody has told everybody */
    assert_int_equal(count_misled(world), 0);
    return world;
}

/* ---- Two die ---- */

struct pair {
    uint32_t a, b;
    enum network_death death;
};
static struct pair pair_of(uint32_t number) {
    struct pair pair = {.death = number % 3 == 0 ? NETWORK_PROCESS_DIES : NETWORK_MACHINE_DIES};
    while (number >= NODES - 1 - pair.a) number -= NODES - 1 - pair.a++;
    pair.b = pair.a + 1 + number;
    return pair;
}

/* Whether all went well; the world is not used again. */
static bool survives(struct world *world, const struct pair *pair) {
    const uint64_t lost_bytes = redundancy_bytes_on(world, pair->a) + redundancy_bytes_on(world, pair->b);
    const uint64_t before = redundancy_look(world).moved_bytes;
    world_crash(world, pair->a, pair->death);
    world_crash(world, pair->b, pair->death);
    const struct redundancy at_once = redundancy_look(world);
    const int64_t took_ms = world_run_while_not(world, redundancy_is_good, WATCHED_MS);
    const uint64_t then = redundancy_look(world).moved_bytes - before;
    if (took_ms >= 0) world_run_for(world, WATCHED_MS - took_ms);
    const struct redundancy after = redundancy_look(world);
    const uint64_t moved = after.moved_bytes - before;
    const bool is_good = at_once.unreadable == 0 && after.lost == 0 && after.under == 0 && took_ms >= 0 &&
                         took_ms <= REPAIRED_WITHIN_MS && 2 * moved <= 3 * lost_bytes && world_violation(world) == NULL;
    printf("%s %" PRIu32 " and %" PRIu32 " (%s): %zu under, repaired after %" PRId64
           " ms, %.2f times what was lost then"
           ", %.2f in the end, %zu holders at most%s%s\n",
           is_good ? "ok" : "BAD", pair->a, pair->b, pair->death == NETWORK_PROCESS_DIES ? "processes" : "machines",
           at_once.under, took_ms, (double)then / (double)lost_bytes, (double)moved / (double)lost_bytes,
           after.most_holders, world_violation(world) == NULL ? "" : ": ",
           world_violation(world) == NULL ? "" : world_violation(world));
    return is_good;
}

/* A process of its own for each pair, so that all begin with the same swarm, and none settles it anew. */
static bool survives_apart(struct world *world, const struct pair *pair) {
    int status = 0;
    (void)fflush(NULL);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        const bool is_good = survives(world, pair);
        (void)fflush(NULL);
        _exit(is_good ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void whichever_two_die_the_files_stay(void **state) {
    (void)state;
    struct world *world = settled(1);
    size_t bad = 0;
    for (uint32_t i = 0; i < REPLICATION_PAIRS; i++) {
        const struct pair pair = pair_of(i * PAIRS / REPLICATION_PAIRS);
        bad += !survives_apart(world, &pair);
    }
    assert_int_equal(bad, 0);
    swarm_end(world);
}

/* ---- They come and go ---- */

enum { DOWN_MAX = 2, WINDOW_MS = 10000 };

struct unrest {
    struct prng prng;
    int64_t next_ms;        /* somebody dies, if few enough are down */
    int64_t back_ms[NODES]; /* 0 = it runs */
    uint64_t deaths;
    uint64_t lost_bytes;      /* on the disks of those who died, counted each time */
    uint64_t moved_bytes[60]; /* as of each of the last seconds; a ring */
    uint64_t seconds;
    uint64_t most_moved; /* in ten seconds */
    size_t most_holders, most_under;
};

static size_t count_down(const struct unrest *unrest) {
    size_t down = 0;
    for (size_t i = 0; i < NODES; i++) down += unrest->back_ms[i] != 0;
    return down;
}

static void take_down(struct unrest *unrest, struct world *world, int64_t now_ms) {
    const uint32_t node = prng_below(&unrest->prng, NODES);
    if (unrest->back_ms[node] != 0) return;
    unrest->lost_bytes += redundancy_bytes_on(world, node);
    unrest->deaths++;
    world_crash(world, node, prng_below(&unrest->prng, 2) == 0 ? NETWORK_PROCESS_DIES : NETWORK_MACHINE_DIES);
    unrest->back_ms[node] = now_ms + prng_between(&unrest->prng, 2000, 90000);
    unrest->next_ms = now_ms + prng_between(&unrest->prng, 5000, 30000);
}

static void bring_back(struct unrest *unrest, struct world *world, int64_t now_ms) {
    for (uint32_t i = 0; i < NODES; i++) {
        if (unrest->back_ms[i] == 0 || unrest->back_ms[i] > now_ms) continue;
        unrest->back_ms[i] = 0;
        world_start(world, i);
    }
}

/* Of the two who are down at most there is always a third: nothing is ever unreadable. */
static void look(struct unrest *unrest, const struct world *world) {
    enum { SECONDS = WINDOW_MS / 1000 };
    const struct redundancy now = redundancy_look(world);
    const uint64_t before =
        unrest->seconds < SECONDS ? now.moved_bytes : unrest->moved_bytes[(unrest->seconds - SECONDS) % 60];
    assert_int_equal(now.lost, 0);
    assert_int_equal(now.unreadable, 0);
    if (now.moved_bytes - before > unrest->most_moved) unrest->most_moved = now.moved_bytes - before;
    if (now.most_holders > unrest->most_holders) unrest->most_holders = now.most_holders;
    if (now.under > unrest->most_under) unrest->most_under = now.under;
    unrest->moved_bytes[unrest->seconds++ % 60] = now.moved_bytes;
}

static void live_on(uint64_t seed, int64_t for_ms) {
    struct world *world = settled(seed);
    struct unrest unrest = {.prng = prng_seeded(seed)};
    const uint64_t before = redundancy_look(world).moved_bytes;
    for (int64_t end_ms = world_now_ms(world) + for_ms; world_now_ms(world) < end_ms;) {
        const int64_t now_ms = world_now_ms(world);
        bring_back(&unrest, world, now_ms);
        if (now_ms >= unrest.next_ms && count_down(&unrest) < DOWN_MAX) take_down(&unrest, world, now_ms);
        world_run_for(world, 1000);
        look(&unrest, world);
    }
    bring_back(&unrest, world, INT64_MAX);
    const int64_t took_ms = world_run_while_not(world, redundancy_is_good, REPAIRED_WITHIN_MS);
    world_run_for(world, REPAIRED_WITHIN_MS);
    const struct redundancy after = redundancy_look(world);
    const uint64_t moved = after.moved_bytes - before;
    print_message("seed %" PRIu64 ": %" PRIu64 " deaths in %" PRId64
                  " minutes; %.2f times what they took down was moved, "
                  "%" PRIu64 " bytes in ten seconds at most; %zu files under at most, %zu holders at most; at target "
                  "%" PRId64 " ms after the last\n",
                  seed, unrest.deaths, for_ms / 60000, (double)moved / (double)unrest.lost_bytes, unrest.most_moved,
                  unrest.most_under, unrest.most_holders, took_ms);
    assert_true(took_ms >= 0);
    assert_int_equal(after.under, 0);
    assert_true(unrest.most_holders <= TARGET + DOWN_MAX + 1);
    assert_true(2 * moved <= 3 * unrest.lost_bytes);
    swarm_end(world);
}

static void who_comes_and_goes_loses_nothing_and_nobody_rushes(void **state) {
    (void)state;
    for (uint64_t seed = 11; seed < 11 + REPLICATION_SEEDS; seed++) live_on(seed, REPLICATION_MINUTES * 60000LL);
}

/* ---- They are parted ---- */

static bool is_trimmed(const struct world *world) {
    const struct redundancy now = redundancy_look(world);
    return now.under == 0 && now.most_holders == TARGET;
}

/* Each half makes copies of what is in the other; once they are one again, what is too much is let go of by and by, and
 * never too much of it. */
static void what_two_halves_copied_is_let_go_of_again(void **state) {
    (void)state;
    enum { HOUR_MS = 3600000 };
    if (REPLICATION_PAIRS < PAIRS) skip(); /* an hour and a half */
    struct world *world = settled(31);
    world_cut(world, &(struct world_cut){.count = 5, .severs = true});
    world_run_for(world, 180000);
    const size_t most = redundancy_look(world).most_holders;
    world_heal(world);
    int64_t took_ms = 0;
    for (; took_ms < 2 * HOUR_MS && !is_trimmed(world); took_ms += 1000) {
        world_run_for(world, 1000);
        assert_int_equal(redundancy_look(world).under, 0);
    }
    print_message("after a cut of three minutes up to %zu hold a file; three again after %" PRId64 " minutes\n", most,
                  took_ms / 60000);
    assert_true(most > TARGET && most <= 2 * TARGET && is_trimmed(world));
    swarm_end(world);
}

/* ---- One claims what he has not ---- */

/* Whoever asks a phantom for a proof hears nothing: its word is worth nothing then, and others are found. */
static void a_phantom_does_not_stand_for_a_copy(void **state) {
    (void)state;
    enum { PHANTOM = 11, FEW = 48, OF_ITS_OWN = 12, LATER_MS = 3600000 };
    struct world *world =
        world_new(&(struct world_options){.seed = 21, .node_count = NODES, .files = 512, .room_bytes = ROOM});
    world_make_liar(world, PHANTOM, LIAR_PHANTOM);
    world_start_all(world);
    assert_true(world_run_while_not(world, swarm_is_one, 30000) >= 0);
    redundancy_publish(world, FEW, TARGET, 21);
    const int64_t took_ms = world_run_while_not(world, redundancy_is_good, 1800000);
    print_message("with a phantom, %d files are at target after %" PRId64 " ms\n", FEW, took_ms);
    assert_true(took_ms >= 0);

    /* What it offers and nobody can have is held against nobody else. */
    for (int i = 0; i < OF_ITS_OWN; i++) (void)file_host_publish(world_host(world, PHANTOM), 1000, 0);
    world_run_for(world, LATER_MS);
    world_crash(world, 0, NETWORK_PROCESS_DIES);
    world_crash(world, 1, NETWORK_MACHINE_DIES);
    const size_t under = redundancy_look(world).under;
    const int64_t again_ms = world_run_while_not(world, redundancy_is_good, 600000);
    print_message("among what cannot be had, %zu files are repaired after %" PRId64 " ms\n", under, again_ms);
    assert_true(under > 0 && again_ms >= 0 && again_ms <= REPAIRED_WITHIN_MS);
    swarm_end(world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whichever_two_die_the_files_stay),
        cmocka_unit_test(who_comes_and_goes_loses_nothing_and_nobody_rushes),
        cmocka_unit_test(what_two_halves_copied_is_let_go_of_again),
        cmocka_unit_test(a_phantom_does_not_stand_for_a_copy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
