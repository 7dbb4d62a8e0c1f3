/* SPDX-License-Identifier: Apache-2.0 */
/* An engine whose deadline is never in the future is woken for ever at one instant: a daemon would burn a core. */
#include "sim/checkers/checker.h"
#include "sim/world.h"

#include <inttypes.h>

enum { FEEDS_AT_ONE_INSTANT_MAX = 10000 };

void check_pace(struct checker_state *state, const struct world *world) {
    const struct stage *stage = world_look(world, 0)->stage;
    if (stage->fed_most <= FEEDS_AT_ONE_INSTANT_MAX) return;
    checker_fail(state, "node %" PRIu32 " was fed %" PRIu64 " times at %" PRId64 " ms: it spins", stage->fed_most_host,
                 stage->fed_most, stage->timeline.now_ms);
}
