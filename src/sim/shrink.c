/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/shrink.h"

enum { SEEDS_TRIED = 3, NODES_LEAST = 2, FOR_MS_LEAST = 5000 };

static bool is_same_failure(const struct scenario_report *a, const struct scenario_report *b) {
    return !scenario_is_good(a) && (a->violation[0] == '\0') == (b->violation[0] == '\0');
}

/* Runs a smaller one; when it fails too, it is the one to go on from. */
static bool try_one(struct shrink_result *result, const struct shrink_listener *listener,
                    const struct scenario_options *smaller) {
    struct scenario_report report;
    if (result->runs == SHRINK_RUNS_MAX) return false;
    result->runs++;
    scenario_run(smaller, &report);
    listener->tried(listener->context, smaller, &report);
    if (!is_same_failure(&report, &result->report)) return false;
    result->options = *smaller;
    result->report = report;
    return true;
}

static bool try_seeds(struct shrink_result *result, const struct shrink_listener *listener,
                      const struct scenario_options *smaller) {
    for (uint64_t i = 0; i < SEEDS_TRIED; i++) {
        struct scenario_options with_seed = *smaller;
        with_seed.seed += i;
        if (try_one(result, listener, &with_seed)) return true;
    }
    return false;
}

static bool drop_faults(struct shrink_result *result, const struct shrink_listener *listener) {
    bool is_smaller = false;
    for (int kind = 0; kind < FAULT_KIND_COUNT; kind++) {
        struct scenario_options smaller = result->options;
        smaller.without |= 1U << kind;
        if (smaller.without == result->options.without) continue;
        if (!faults_options_have(&smaller.scenario->faults, (enum fault_kind)kind)) continue;
        is_smaller |= try_seeds(result, listener, &smaller);
    }
    return is_smaller;
}

/* A half, or else three quarters. */
static bool drop_nodes(struct shrink_result *result, const struct shrink_listener *listener) {
    for (size_t quarters = 2; quarters <= 3; quarters++) {
        struct scenario_options smaller = result->options;
        smaller.nodes = smaller.nodes * quarters / 4;
        if (smaller.nodes < NODES_LEAST || smaller.nodes == result->options.nodes) continue;
        if (try_seeds(result, listener, &smaller)) return true;
    }
    return false;
}

static bool drop_time(struct shrink_result *result, const struct shrink_listener *listener) {
    for (int64_t quarters = 2; quarters <= 3; quarters++) {
        struct scenario_options smaller = result->options;
        smaller.for_ms = smaller.for_ms / 1000 * quarters / 4 * 1000;
        if (smaller.for_ms < FOR_MS_LEAST) continue;
        if (try_seeds(result, listener, &smaller)) return true;
    }
    return false;
}

bool shrink(const struct scenario_options *failing, const struct shrink_listener *listener,
            struct shrink_result *result) {
    *result = (struct shrink_result){.options = *failing};
    scenario_run(failing, &result->report);
    if (scenario_is_good(&result->report)) return false;
    bool is_smaller = true;
    while (is_smaller && result->runs < SHRINK_RUNS_MAX) {
        is_smaller = drop_faults(result, listener);
        is_smaller |= drop_nodes(result, listener);
        is_smaller |= drop_time(result, listener);
    }
    return true;
}
