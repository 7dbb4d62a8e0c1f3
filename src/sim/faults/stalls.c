/* SPDX-License-Identifier: Apache-2.0 */
/* Nodes that stand still for a while, as under a debugger, on a machine that swaps, or suspended. */
#include "sim/faults/faults.h"

/* So many a minute that the wanted share stands still at any time: those that stand already cannot be chosen, and a
 * stall takes half of its range on average. */
static double per_minute(const struct faults *faults) {
    const struct fault_stalls *stalls = &faults->options.stalls;
    if (stalls->percent == 0) return stalls->per_minute;
    double mean_minutes = (double)(stalls->ms_min + stalls->ms_max) / 2 / 60000;
    double share = stalls->percent / 100.0;
    return (double)faults->node_count * share / mean_minutes / (1 - share);
}

static void stall_one(struct faults *faults, struct world *world) {
    uint32_t node = faults_any_node(faults);
    int64_t for_ms = prng_between(&faults->prng, faults->options.stalls.ms_min, faults->options.stalls.ms_max);
    if (!host_is_running(world_look(world, node)) || host_is_stalled(world_look(world, node))) return;
    world_stall(world, node, for_ms);
    faults->counts[FAULT_STALLS]++;
}

void fault_stalls_second(struct faults *faults, struct world *world) {
    if (!faults_options_have(&faults->options, FAULT_STALLS)) return;
    for (uint32_t n = faults_rolled(faults, per_minute(faults)); n > 0; n--) stall_one(faults, world);
}
