/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/faults/faults.h"

#include "base/memory.h"

enum { SECOND_MS = 1000, SECONDS_PER_MINUTE = 60, PARTS = 1000000 };

const char *fault_kind_name(enum fault_kind kind) {
    static const char *const names[] = {"stalls", "crashes", "cuts", "cables", "slow", "lossy", "clocks", "massacre"};
    _Static_assert(sizeof names / sizeof names[0] == FAULT_KIND_COUNT, "a name for each");
    return names[kind];
}

bool faults_options_have(const struct faults_options *options, enum fault_kind kind) {
    switch (kind) {
    case FAULT_STALLS: return options->stalls.percent > 0 || options->stalls.per_minute > 0;
    case FAULT_CRASHES: return options->crashes.per_minute > 0;
    case FAULT_CUTS: return options->cuts.every_ms > 0 || options->cuts.is_once;
    case FAULT_CABLES: return options->cables.per_minute > 0;
    case FAULT_SLOW: return options->weather.slow_percent > 0;
    case FAULT_LOSSY: return options->weather.lossy_percent > 0;
    case FAULT_CLOCKS: return options->clocks.wrong_percent > 0 || options->clocks.jumps_per_minute > 0;
    case FAULT_MASSACRE: return options->massacre.percent > 0;
    case FAULT_KIND_COUNT: break;
    }
    return false;
}

void faults_options_drop(struct faults_options *options, enum fault_kind kind) {
    switch (kind) {
    case FAULT_STALLS: options->stalls = (struct fault_stalls){0}; return;
    case FAULT_CRASHES: options->crashes = (struct fault_crashes){0}; return;
    case FAULT_CUTS: options->cuts = (struct fault_cuts){0}; return;
    case FAULT_CABLES: options->cables = (struct fault_cables){0}; return;
    case FAULT_SLOW: options->weather.slow_percent = 0; return;
    case FAULT_LOSSY: options->weather.lossy_percent = 0; return;
    case FAULT_CLOCKS: options->clocks = (struct fault_clocks){0}; return;
    case FAULT_MASSACRE: options->massacre = (struct fault_massacre){0}; return;
    case FAULT_KIND_COUNT: return;
    }
}

static int64_t *never_for_each(size_t count) {
    int64_t *times_ms = memory_zeroed(count, sizeof *times_ms);
    for (size_t i = 0; i < count; i++) times_ms[i] = INT64_MAX;
    return times_ms;
}

void faults_init(struct faults *faults, const struct faults_options *options, uint64_t seed, struct world *world) {
    *faults = (struct faults){
        .options = *options,
        .prng = prng_seeded(seed),
        .next_cut_ms = INT64_MAX,
        .heal_at_ms = INT64_MAX,
        .node_count = world_node_count(world),
    };
    faults->start_at_ms = never_for_each(faults->node_count);
    faults->plug_at_ms = never_for_each(faults->node_count);
    world_weather(world, &options->weather);
    fault_clocks_begin(faults, world);
}

void faults_deinit(struct faults *faults) {
    memory_free(faults->start_at_ms);
    memory_free(faults->plug_at_ms);
    *faults = (struct faults){0};
}

uint32_t faults_rolled(struct faults *faults, double per_minute) {
    double expected = per_minute / SECONDS_PER_MINUTE;
    uint32_t whole = (uint32_t)expected;
    uint32_t part = (uint32_t)((expected - whole) * PARTS);
    return whole + (prng_below(&faults->prng, PARTS) < part);
}

bool faults_is_lucky(struct faults *faults, uint32_t percent) {
    return prng_below(&faults->prng, 100) < percent;
}

uint32_t faults_any_node(struct faults *faults) {
    return prng_below(&faults->prng, (uint32_t)faults->node_count);
}

static void roll_second(struct faults *faults, struct world *world) {
    fault_crashes_second(faults, world);
    fault_cuts_second(faults, world);
    fault_cables_second(faults, world);
    fault_clocks_second(faults, world);
    fault_stalls_second(faults, world);
}

void faults_run(struct faults *faults, struct world *world, int64_t for_ms) {
    int64_t until_ms = world_now_ms(world) + for_ms;
    faults->next_second_ms = world_now_ms(world) + SECOND_MS;
    fault_cuts_plan(faults, for_ms, world_now_ms(world));
    while (faults->next_second_ms <= until_ms && world_violation(world) == NULL) {
        world_run_until(world, faults->next_second_ms);
        faults->next_second_ms += SECOND_MS;
        roll_second(faults, world);
    }
    world_run_until(world, until_ms);
}

void faults_end(struct faults *faults, struct world *world) {
    fault_cuts_end(faults, world);
    fault_cables_end(faults, world);
    fault_crashes_end(faults, world);
    fault_massacre_end(faults, world);
}
