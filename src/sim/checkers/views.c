/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever strangers send, the tables stay within their capacities and the active view within its bounds. */
#include "sim/checkers/checker.h"
#include "sim/world.h"
#include "swarm/engine_view.h"

void check_views(struct checker_state *state, const struct world *world) {
    for (uint32_t i = 0; i < world_node_count(world); i++) {
        const struct host *host = world_look(world, i);
        struct mesh_view view;
        if (host->engine == NULL) continue;
        engine_view_mesh(host->engine, &view);
        checker_bound(state, i, "active links", view.active, view.max);
        checker_bound(state, i, "dials under way", view.dialing, LIMIT_DIALS_AT_ONCE);
        checker_bound(state, i, "tickets in its passive view", view.passive, host->options.passive_tickets);
        checker_bound(state, i, "rows in its book", view.known, host->options.book_rows);
    }
}
