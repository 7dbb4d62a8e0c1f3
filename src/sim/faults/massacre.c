/* SPDX-License-Identifier: Apache-2.0 */
/* A large part of the swarm dies in one instant and never comes back. */
#include "sim/faults/faults.h"

#include "base/memory.h"

/* The first so many of the nodes in an order that the dice give. */
static void shuffle(struct faults *faults, uint32_t *order) {
    for (uint32_t i = 0; i < faults->node_count; i++) order[i] = i;
    for (uint32_t i = (uint32_t)faults->node_count; i > 1; i--) {
        uint32_t other = prng_below(&faults->prng, i);
        uint32_t kept = order[i - 1];
        order[i - 1] = order[other];
        order[other] = kept;
    }
}

void fault_massacre_end(struct faults *faults, struct world *world) {
    const struct fault_massacre *massacre = &faults->options.massacre;
    if (massacre->percent == 0) return;
    uint32_t *order = memory_zeroed(faults->node_count, sizeof *order);
    size_t count = faults->node_count * massacre->percent / 100;
    shuffle(faults, order);
    for (size_t i = 0; i < count; i++) world_crash(world, order[i], massacre->death);
    memory_free(order);
    faults->counts[FAULT_MASSACRE] += count;
}
