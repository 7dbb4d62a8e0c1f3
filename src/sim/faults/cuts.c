/* SPDX-License-Identifier: Apache-2.0 */
/* A network that falls in two, in both directions or, as by a wrong route or a firewall, in one. */
#include "sim/faults/faults.h"

void fault_cuts_plan(struct faults *faults, int64_t for_ms, int64_t now_ms) {
    const struct fault_cuts *cuts = &faults->options.cuts;
    if (cuts->every_ms > 0) faults->next_cut_ms = now_ms + cuts->every_ms;
    if (cuts->is_once) faults->next_cut_ms = now_ms + (for_ms > cuts->ms ? (for_ms - cuts->ms) / 2 : 0);
}

static void heal(struct faults *faults, struct world *world) {
    world_heal(world);
    faults->heal_at_ms = INT64_MAX;
}

static enum world_cut_passes any_direction(struct faults *faults) {
    if (!faults_is_lucky(faults, faults->options.cuts.one_way_percent)) return WORLD_CUT_PASSES_NOTHING;
    return faults_is_lucky(faults, 50) ? WORLD_CUT_PASSES_OUT : WORLD_CUT_PASSES_IN;
}

static void cut(struct faults *faults, struct world *world, int64_t now_ms) {
    const struct fault_cuts *cuts = &faults->options.cuts;
    uint32_t far_side = (uint32_t)(faults->node_count * cuts->percent / 100);
    world_cut(world, &(struct world_cut){.count = far_side, .passes = any_direction(faults), .severs = cuts->severs});
    faults->heal_at_ms = now_ms + cuts->ms;
    faults->next_cut_ms = cuts->is_once ? INT64_MAX : now_ms + cuts->ms + cuts->every_ms;
    faults->counts[FAULT_CUTS]++;
}

void fault_cuts_second(struct faults *faults, struct world *world) {
    int64_t now_ms = world_now_ms(world);
    if (now_ms >= faults->heal_at_ms) heal(faults, world);
    if (now_ms >= faults->next_cut_ms) cut(faults, world, now_ms);
}

void fault_cuts_end(struct faults *faults, struct world *world) {
    if (faults->heal_at_ms != INT64_MAX) heal(faults, world);
    faults->next_cut_ms = INT64_MAX;
}
