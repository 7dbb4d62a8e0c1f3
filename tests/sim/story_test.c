/* SPDX-License-Identifier: Apache-2.0 */
/* The story of two nodes, as tests/vectors/story_two_nodes.txt tells it. Real processes are held to the same file. */
#include "lib/swarm.h"
#include "sim/story.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { A, B, STORY_MAX = 8192 };

static bool are_linked(const struct world *world) {
    return world_is_linked(world, A, B);
}

static bool a_is_gone(const struct world *world) {
    return !host_is_running(world_look(world, A));
}

static bool b_sees_nobody(const struct world *world) {
    return world_open_count(world, B) == 0;
}

static bool b_is_gone(const struct world *world) {
    return !host_is_running(world_look(world, B));
}

static struct world *play_script(uint64_t seed) {
    struct world *world = world_new(&(struct world_options){.seed = seed, .node_count = 2, .has_no_beacon = true});
    world_operator_peer(world, A, B, false);
    world_host(world, A)->options.is_advertised = false;
    world_start(world, B);
    world_run_for(world, 1000);
    world_start(world, A);
    assert_true(world_run_while_not(world, are_linked, 5000) >= 0);
    world_run_for(world, 15000);
    world_stop(world, A);
    assert_true(world_run_while_not(world, a_is_gone, 5000) >= 0);
    world_start(world, A);
    assert_true(world_run_while_not(world, are_linked, 5000) >= 0);
    world_run_for(world, 5000);
    world_crash(world, A, NETWORK_PROCESS_DIES);
    assert_true(world_run_while_not(world, b_sees_nobody, 5000) >= 0);
    world_stop(world, B);
    assert_true(world_run_while_not(world, b_is_gone, 5000) >= 0);
    return world;
}

/* The file without its comments. */
static void read_expected(char text[STORY_MAX]) {
    char line[256];
    size_t size = 0;
    FILE *file = fopen(SKEP_SOURCE_DIR "/tests/vectors/story_two_nodes.txt", "r");
    assert_non_null(file);
    text[0] = '\0';
    while (fgets(line, sizeof line, file) != NULL) {
        if (line[0] == '#') continue;
        assert_true(size + strlen(line) < STORY_MAX);
        memcpy(text + size, line, strlen(line) + 1);
        size += strlen(line);
    }
    (void)fclose(file);
}

static void two_nodes_tell_the_story_of_the_file(void **state) {
    (void)state;
    char expected[STORY_MAX];
    read_expected(expected);
    for (uint64_t seed = 1; seed <= 20; seed++) {
        uint8_t memory[STORY_MAX];
        struct buffer told = buffer_over(memory, sizeof memory - 1);
        struct world *world = play_script(seed);
        story_write(&told, "A", world_trace(world), A);
        story_write(&told, "B", world_trace(world), B);
        assert_false(told.overflowed);
        memory[told.size] = '\0';
        assert_string_equal((const char *)memory, expected);
        swarm_end(world);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(two_nodes_tell_the_story_of_the_file)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
