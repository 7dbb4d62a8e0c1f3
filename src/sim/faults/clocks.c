/* SPDX-License-Identifier: Apache-2.0 */
/* Wall clocks that nobody disciplines. */
#include "sim/faults/faults.h"

static int64_t any_skew_ms(struct faults *faults, int64_t max_ms) {
    return prng_between(&faults->prng, -max_ms, max_ms);
}

void fault_clocks_begin(struct faults *faults, struct world *world) {
    const struct fault_clocks *clocks = &faults->options.clocks;
    if (clocks->wrong_percent == 0) return;
    for (uint32_t i = 0; i < faults->node_count; i++) {
        bool is_wrong = faults_is_lucky(faults, clocks->wrong_percent);
        if (!is_wrong) continue;
        host_set_clock(world_host(world, i), any_skew_ms(faults, clocks->wrong_ms_max));
        faults->counts[FAULT_CLOCKS]++;
    }
}

static void jump_one(struct faults *faults, struct world *world) {
    uint32_t node = faults_any_node(faults);
    host_set_clock(world_host(world, node), any_skew_ms(faults, faults->options.clocks.jump_ms_max));
    faults->counts[FAULT_CLOCKS]++;
}

void fault_clocks_second(struct faults *faults, struct world *world) {
    double per_minute = faults->options.clocks.jumps_per_minute;
    if (per_minute <= 0) return;
    for (uint32_t n = faults_rolled(faults, per_minute); n > 0; n--) jump_one(faults, world);
}
