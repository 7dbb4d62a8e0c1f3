/* SPDX-License-Identifier: Apache-2.0 */
/* A scenario with many seeds, each printed with its result; ends with 1 when one failed.
 *
 *     test-seeds SCENARIO NODES SECONDS A..B [no-beacon] [finds]
 *
 * With "finds" it is the other way round: the program has a planted bug, and the seeds are run until one of them sees
 * it; ends with 1 when none does. */
#include "sim/seed_range.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_now(void *context, struct span text) {
    (void)context;
    (void)fwrite(text.at, 1, text.size, stdout);
    (void)fflush(stdout);
}

static bool has_word(int argc, char **argv, const char *word) {
    for (int i = 5; i < argc; i++) {
        if (strcmp(argv[i], word) == 0) return true;
    }
    return false;
}

static int find(const struct seed_range *range, const struct scenario_options *options) {
    for (uint64_t seed = range->first; seed <= range->last; seed++) {
        struct seed_range one = {.first = seed, .last = seed, .print = print_now};
        if (seed_range_run(&one, options) == 0) continue;
        printf("the planted bug was found by seed %llu\n", (unsigned long long)seed);
        return 0;
    }
    printf("no seed found the planted bug\n");
    return 1;
}

int main(int argc, char **argv) {
    struct seed_range range = {.print = print_now, .shrinks = true};
    if (argc < 5 || !seed_range_read(&range, argv[4])) return 2;
    struct scenario_options options = {
        .scenario = scenario_find(argv[1]),
        .nodes = (size_t)strtoul(argv[2], NULL, 10),
        .for_ms = 1000 * strtoll(argv[3], NULL, 10),
        .has_no_beacon = has_word(argc, argv, "no-beacon"),
    };
    if (options.scenario == NULL || options.nodes == 0) return 2;
    if (has_word(argc, argv, "finds")) return find(&range, &options);
    size_t failed = seed_range_run(&range, &options);
    printf("%llu seeds, %zu failed\n", (unsigned long long)(range.last - range.first + 1), failed);
    return failed == 0 ? 0 : 1;
}
