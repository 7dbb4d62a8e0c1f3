/* SPDX-License-Identifier: Apache-2.0 */
/* One node's cable is pulled: it runs on, and reaches nobody. */
#include "sim/faults/faults.h"

static void pull_one(struct faults *faults, struct world *world) {
    uint32_t node = faults_any_node(faults);
    int64_t for_ms = prng_between(&faults->prng, faults->options.cables.ms_min, faults->options.cables.ms_max);
    if (faults->plug_at_ms[node] != INT64_MAX) return;
    world_plug(world, node, false);
    faults->plug_at_ms[node] = world_now_ms(world) + for_ms;
    faults->counts[FAULT_CABLES]++;
}

static void plug_those_due(struct faults *faults, struct world *world, int64_t now_ms) {
    for (uint32_t i = 0; i < faults->node_count; i++) {
        if (faults->plug_at_ms[i] > now_ms) continue;
        faults->plug_at_ms[i] = INT64_MAX;
        world_plug(world, i, true);
    }
}

void fault_cables_second(struct faults *faults, struct world *world) {
    if (!faults_options_have(&faults->options, FAULT_CABLES)) return;
    plug_those_due(faults, world, world_now_ms(world));
    for (uint32_t n = faults_rolled(faults, faults->options.cables.per_minute); n > 0; n--) pull_one(faults, world);
}

void fault_cables_end(struct faults *faults, struct world *world) {
    plug_those_due(faults, world, INT64_MAX - 1);
}
