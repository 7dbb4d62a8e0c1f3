/* SPDX-License-Identifier: Apache-2.0 */
/* A connection that no link of the engine stands for is a leak: nobody would ever close it. */
#include "sim/checkers/checker.h"
#include "sim/world.h"
#include "swarm/engine_view.h"

#include <inttypes.h>

static bool has_row(const struct link_outline *links, size_t count, uint32_t link) {
    for (size_t i = 0; i < count; i++) {
        if (links[i].id == link && links[i].state != LINK_STATE_CLOSED) return true;
    }
    return false;
}

static void check_host(struct checker_state *state, const struct host *host) {
    struct link_outline links[LIMIT_LINKS_MAX];
    size_t count = engine_view_outlines(host->engine, links, LIMIT_LINKS_MAX);
    for (size_t i = 0; i < network_link_count(host->stage->network, host->index); i++) {
        uint32_t link = network_link_at(host->stage->network, host->index, i);
        if (has_row(links, count, link)) continue;
        checker_fail(state, "node %" PRIu32 ": connection %" PRIu32 " is open, and its engine does not know it",
                     host->index, link);
    }
}

void check_transport(struct checker_state *state, const struct world *world) {
    for (uint32_t i = 0; i < world_node_count(world); i++) {
        const struct host *host = world_look(world, i);
        if (host->engine != NULL && !host_is_stalled(host)) check_host(state, host);
    }
}
