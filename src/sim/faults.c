/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/faults.h"

#include "base/memory.h"

enum { SECOND_MS = 1000, SECONDS_PER_MINUTE = 60, PARTS = 1000000 };

void faults_init(struct faults *faults, const struct faults_options *options, uint64_t seed,
                 const struct world *world) {
    int64_t now_ms = world_now_ms(world);
    *faults = (struct faults){
        .options = *options,
        .prng = prng_seeded(seed),
        .next_second_ms = now_ms + SECOND_MS,
        .next_cut_ms = options->cut_every_ms == 0 ? INT64_MAX : now_ms + options->cut_every_ms,
        .heal_at_ms = INT64_MAX,
        .node_count = world_node_count(world),
    };
    faults->start_at_ms = memory_zeroed(faults->node_count, sizeof *faults->start_at_ms);
    for (size_t i = 0; i < faults->node_count; i++) faults->start_at_ms[i] = INT64_MAX;
}

void faults_deinit(struct faults *faults) {
    memory_free(faults->start_at_ms);
    *faults = (struct faults){0};
}

/* How often in this second something happens that happens so often in a minute. */
static uint32_t rolled(struct faults *faults, double per_minute) {
    double expected = per_minute / SECONDS_PER_MINUTE;
    uint32_t whole = (uint32_t)expected;
    uint32_t part = (uint32_t)((expected - whole) * PARTS);
    return whole + (prng_below(&faults->prng, PARTS) < part);
}

static bool is_lucky(struct faults *faults, uint32_t percent) {
    return prng_below(&faults->prng, 100) < percent;
}

static uint32_t any_node(struct faults *faults) {
    return prng_below(&faults->prng, (uint32_t)faults->node_count);
}

static void stall_one(struct faults *faults, struct world *world) {
    uint32_t node = any_node(faults);
    int64_t for_ms = prng_between(&faults->prng, faults->options.stall_ms_min, faults->options.stall_ms_max);
    if (!host_is_running(world_look(world, node)) || host_is_stalled(world_look(world, node))) return;
    world_stall(world, node, for_ms);
    faults->stalls++;
}

static void crash_one(struct faults *faults, struct world *world) {
    const struct faults_options *options = &faults->options;
    uint32_t node = any_node(faults);
    bool takes_machine = is_lucky(faults, options->machine_percent);
    int64_t down_ms = prng_between(&faults->prng, options->down_ms_min, options->down_ms_max);
    bool forgets = is_lucky(faults, options->forget_percent);
    if (!host_is_running(world_look(world, node))) return;
    world_crash(world, node, takes_machine ? NETWORK_MACHINE_DIES : NETWORK_PROCESS_DIES);
    if (forgets) disk_wipe(&world_host(world, node)->disk);
    faults->start_at_ms[node] = world_now_ms(world) + down_ms;
    faults->crashes++;
}

static void start_those_due(struct faults *faults, struct world *world, int64_t now_ms) {
    for (uint32_t i = 0; i < faults->node_count; i++) {
        if (faults->start_at_ms[i] > now_ms) continue;
        faults->start_at_ms[i] = INT64_MAX;
        if (!host_is_running(world_look(world, i))) world_start(world, i);
    }
}

static void cut_or_heal(struct faults *faults, struct world *world, int64_t now_ms) {
    const struct faults_options *options = &faults->options;
    if (now_ms >= faults->heal_at_ms) {
        world_heal(world);
        faults->heal_at_ms = INT64_MAX;
    }
    if (now_ms < faults->next_cut_ms) return;
    uint32_t far_side = (uint32_t)(faults->node_count * options->cut_percent / 100);
    world_cut(world, 0, far_side, options->severs);
    faults->heal_at_ms = now_ms + options->cut_ms;
    faults->next_cut_ms = now_ms + options->cut_ms + options->cut_every_ms;
    faults->cuts++;
}

static void roll_second(struct faults *faults, struct world *world) {
    int64_t now_ms = world_now_ms(world);
    start_those_due(faults, world, now_ms);
    cut_or_heal(faults, world, now_ms);
    for (uint32_t n = rolled(faults, faults->options.stalls_per_minute); n > 0; n--) stall_one(faults, world);
    for (uint32_t n = rolled(faults, faults->options.crashes_per_minute); n > 0; n--) crash_one(faults, world);
}

void faults_run(struct faults *faults, struct world *world, int64_t for_ms) {
    int64_t until_ms = world_now_ms(world) + for_ms;
    while (faults->next_second_ms <= until_ms && world_violation(world) == NULL) {
        world_run_until(world, faults->next_second_ms);
        faults->next_second_ms += SECOND_MS;
        roll_second(faults, world);
    }
    world_run_until(world, until_ms);
}

void faults_end(struct faults *faults, struct world *world) {
    world_heal(world);
    faults->heal_at_ms = INT64_MAX;
    for (uint32_t i = 0; i < faults->node_count; i++) {
        if (faults->start_at_ms[i] != INT64_MAX) faults->start_at_ms[i] = world_now_ms(world);
    }
    start_those_due(faults, world, world_now_ms(world));
}
