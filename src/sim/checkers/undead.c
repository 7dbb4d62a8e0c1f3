/* SPDX-License-Identifier: Apache-2.0 */
/* Nobody holds a link to a process that died: by a reset it is known at once, of a dead machine by its silence. What
 * waited in the socket of one that stood still is read when it goes on, and counts as heard then. */
#include "sim/checkers/checker.h"
#include "sim/world.h"
#include "swarm/engine_view.h"

#include <inttypes.h>

enum { DEAD_MS_MAX = LIMIT_SILENCE_MS + 5000, BAD_PATH_MS = 10000 };

static int64_t later_of(int64_t a, int64_t b) {
    return a > b ? a : b;
}

/* What a bad path still carries of the dead. */
static int64_t patience_ms(const struct host *host) {
    const struct weather *weather = network_weather(host->stage->network);
    bool is_fair = weather->slow_percent == 0 && weather->lossy_percent == 0;
    return is_fair ? DEAD_MS_MAX : DEAD_MS_MAX + BAD_PATH_MS;
}

static void check_link(struct checker_state *state, const struct host *host, const struct link_outline *link,
                       const struct host *peer, int64_t now_ms) {
    bool is_of_before = peer->engine == NULL || link->opened_at_ms < peer->started_at_ms;
    int64_t since_ms = later_of(peer->stopped_at_ms, host->stalled_until_ms);
    since_ms = later_of(since_ms, state->disturbed_at_ms);
    if (!is_of_before || now_ms - since_ms <= patience_ms(host)) return;
    checker_fail(state, "node %" PRIu32 " holds a link to node %" PRIu32 ", whose process died %" PRId64 " ms ago",
                 host->index, peer->index, now_ms - peer->stopped_at_ms);
}

static void check_host(struct checker_state *state, const struct world *world, const struct host *host) {
    struct link_outline links[LIMIT_LINKS_MAX];
    size_t count = engine_view_outlines(host->engine, links, LIMIT_LINKS_MAX);
    for (size_t i = 0; i < count; i++) {
        uint32_t peer;
        if (links[i].state != LINK_STATE_OPEN || !world_find(world, &links[i].node_id, &peer)) continue;
        check_link(state, host, &links[i], world_look(world, peer), world_now_ms(world));
    }
}

void check_undead(struct checker_state *state, const struct world *world) {
    for (uint32_t i = 0; i < world_node_count(world); i++) {
        const struct host *host = world_look(world, i);
        if (host->engine != NULL && !host_is_stalled(host)) check_host(state, world, host);
    }
}
