/* SPDX-License-Identifier: Apache-2.0 */
/* What strangers can make grow besides the views: links that only knock, connections, and rows on the disk. */
#include "sim/checkers/checker.h"
#include "sim/world.h"
#include "swarm/engine_view.h"

static bool knocks(const struct link_outline *link) {
    return link->is_inbound && link->state == LINK_STATE_HANDSHAKING;
}

static size_t count_knocking(const struct link_outline *links, size_t count, const struct address *from) {
    size_t knocking = 0;
    for (size_t i = 0; i < count; i++) {
        if (from != NULL && !address_same_ip(&links[i].address, from)) continue;
        knocking += knocks(&links[i]);
    }
    return knocking;
}

static void check_host(struct checker_state *state, const struct host *host) {
    struct link_outline links[LIMIT_LINKS_MAX];
    size_t count = engine_view_outlines(host->engine, links, LIMIT_LINKS_MAX);
    size_t connections = network_link_count(host->stage->network, host->index);
    checker_bound(state, host->index, "links", count, host->options.links);
    checker_bound(state, host->index, "connections", connections, host->options.links);
    checker_bound(state, host->index, "rows on its disk", host->disk.row_count, host->options.book_rows);
    checker_bound(state, host->index, "links that knock", count_knocking(links, count, NULL), LIMIT_HANDSHAKES_MAX);
    for (size_t i = 0; i < count; i++) {
        if (!knocks(&links[i])) continue;
        checker_bound(state, host->index, "links that knock from one address",
                      count_knocking(links, count, &links[i].address), LIMIT_HANDSHAKES_PER_ADDRESS_MAX);
    }
}

void check_capacities(struct checker_state *state, const struct world *world) {
    for (uint32_t i = 0; i < world_node_count(world); i++) {
        const struct host *host = world_look(world, i);
        if (host->engine != NULL && !host_is_stalled(host)) check_host(state, host);
    }
}
