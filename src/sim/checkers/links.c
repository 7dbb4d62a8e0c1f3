/* SPDX-License-Identifier: Apache-2.0 */
/* Of open links: none leads to the node itself, none is held on to when nothing comes over it any more (the peer
 * crashed, stalled, or lies behind a cut), and no two lead to one peer for longer than it takes to settle which stays.
 */
#include "sim/checkers/checker.h"
#include "sim/world.h"
#include "swarm/engine_view.h"

#include <inttypes.h>

enum { SILENT_MS_MAX = 25000, TWINS_MS_MAX = 10000 };

/* Who stood still asks its links first whether they are still there. */
enum { AWAKE_MS = 6000 };

static void check_link(struct checker_state *state, const struct host *host, const struct link_outline *link,
                       int64_t now_ms) {
    int64_t silent_ms = now_ms - link->heard_at_ms;
    if (node_id_equal(&link->node_id, &host->node_id)) {
        checker_fail(state, "node %" PRIu32 " is linked with itself", host->index);
    }
    if (silent_ms > SILENT_MS_MAX) {
        checker_fail(state, "node %" PRIu32 " holds a link that said nothing for %" PRId64 " ms", host->index,
                     silent_ms);
    }
}

static void check_twins(struct checker_state *state, const struct host *host, const struct link_outline *a,
                        const struct link_outline *b, int64_t now_ms) {
    bool is_old = now_ms - a->opened_at_ms > TWINS_MS_MAX && now_ms - b->opened_at_ms > TWINS_MS_MAX;
    if (is_old && a->state == LINK_STATE_OPEN && b->state == LINK_STATE_OPEN &&
        node_id_equal(&a->node_id, &b->node_id)) {
        checker_fail(state, "node %" PRIu32 " has two open links to one peer", host->index);
    }
}

static void check_host(struct checker_state *state, const struct world *world, const struct host *host) {
    struct link_outline links[LIMIT_LINKS_MAX];
    int64_t now_ms = world_now_ms(world);
    size_t count = engine_view_outlines(host->engine, links, LIMIT_LINKS_MAX);
    for (size_t i = 0; i < count; i++) {
        if (links[i].state != LINK_STATE_OPEN) continue;
        check_link(state, host, &links[i], now_ms);
        for (size_t k = 0; k < i; k++) check_twins(state, host, &links[i], &links[k], now_ms);
    }
}

void check_links(struct checker_state *state, const struct world *world) {
    for (uint32_t i = 0; i < world_node_count(world); i++) {
        const struct host *host = world_look(world, i);
        bool is_awake = !host_is_stalled(host) && world_now_ms(world) - host->stalled_until_ms > AWAKE_MS;
        if (host->engine != NULL && is_awake) check_host(state, world, host);
    }
}
