/* SPDX-License-Identifier: Apache-2.0 */
/* Nodes that end without a word and start again, some of them having lost what they knew. */
#include "sim/faults/faults.h"

static void crash_one(struct faults *faults, struct world *world) {
    const struct fault_crashes *crashes = &faults->options.crashes;
    uint32_t node = faults_any_node(faults);
    bool takes_machine = faults_is_lucky(faults, crashes->machine_percent);
    int64_t down_ms = prng_between(&faults->prng, crashes->down_ms_min, crashes->down_ms_max);
    bool forgets = faults_is_lucky(faults, crashes->forget_percent);
    if (!host_is_running(world_look(world, node))) return;
    world_crash(world, node, takes_machine ? NETWORK_MACHINE_DIES : NETWORK_PROCESS_DIES);
    if (forgets) host_forget(world_host(world, node));
    faults->start_at_ms[node] = world_now_ms(world) + down_ms;
    faults->counts[FAULT_CRASHES]++;
}

static void start_those_due(struct faults *faults, struct world *world, int64_t now_ms) {
    for (uint32_t i = 0; i < faults->node_count; i++) {
        if (faults->start_at_ms[i] > now_ms) continue;
        faults->start_at_ms[i] = INT64_MAX;
        if (!host_is_running(world_look(world, i))) world_start(world, i);
    }
}

void fault_crashes_second(struct faults *faults, struct world *world) {
    if (!faults_options_have(&faults->options, FAULT_CRASHES)) return;
    start_those_due(faults, world, world_now_ms(world));
    for (uint32_t n = faults_rolled(faults, faults->options.crashes.per_minute); n > 0; n--) crash_one(faults, world);
}

void fault_crashes_end(struct faults *faults, struct world *world) {
    start_those_due(faults, world, INT64_MAX - 1);
}
