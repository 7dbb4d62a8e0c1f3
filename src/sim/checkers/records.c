/* SPDX-License-Identifier: Apache-2.0 */
/* A process is given each record once, and none that does not hold, or that is too old or too new by its own clock. */
#include "sim/checkers/checker.h"
#include "sim/world.h"

#include <inttypes.h>

void check_records(struct checker_state *state, const struct world *world) {
    for (uint32_t i = 0; i < world_node_count(world); i++) {
        const enum record_fault fault = world_look(world, i)->record_log.fault;
        if (fault == RECORD_FAULT_NONE) continue;
        checker_fail(state, "node %" PRIu32 " was given a record %s", i, record_fault_text(fault));
    }
}
