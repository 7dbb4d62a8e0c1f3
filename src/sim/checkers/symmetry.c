/* SPDX-License-Identifier: Apache-2.0 */
/* A link is open at both ends or soon at neither. One end may believe in it for as long as silence is borne; longer
 * only while it, or the other, stands still or cannot be reached. */
#include "base/memory.h"
#include "sim/checkers/checker.h"
#include "sim/world.h"
#include "swarm/engine_view.h"

#include <inttypes.h>

enum { ONE_SIDED_MS_MAX = LIMIT_SILENCE_MS + 5000 };

static bool is_excused(const struct host *a, const struct host *b) {
    const struct network *network = a->stage->network;
    return host_is_stalled(a) || host_is_stalled(b) || !network_passes(network, a->index, b->index) ||
           !network_passes(network, b->index, a->index);
}

/* What was one-sided a second ago. */
struct before {
    const struct one_sided *at;
    size_t count;
};

static int64_t known_since_ms(const struct before *before, uint32_t node, uint32_t link, int64_t now_ms) {
    for (size_t i = 0; i < before->count; i++) {
        if (before->at[i].node == node && before->at[i].link == link) return before->at[i].since_ms;
    }
    return now_ms;
}

static void note(struct checker_state *state, const struct before *before, uint32_t node, uint32_t peer, uint32_t link,
                 int64_t now_ms) {
    int64_t since_ms = known_since_ms(before, node, link, now_ms);
    if (state->one_sided_count == ONE_SIDED_MAX) return;
    state->one_sided[state->one_sided_count++] = (struct one_sided){node, peer, link, since_ms};
    if (now_ms - since_ms <= ONE_SIDED_MS_MAX) return;
    checker_fail(state, "a link is open at node %" PRIu32 ", and not at node %" PRIu32 ", for %" PRId64 " ms", node,
                 peer, now_ms - since_ms);
}

static void check_host(struct checker_state *state, const struct world *world, const struct host *host,
                       const struct before *before) {
    struct link_outline links[LIMIT_LINKS_MAX];
    size_t count = engine_view_outlines(host->engine, links, LIMIT_LINKS_MAX);
    for (size_t i = 0; i < count; i++) {
        uint32_t peer;
        if (links[i].state != LINK_STATE_OPEN || !world_find(world, &links[i].node_id, &peer)) continue;
        if (world_sees_open(world, peer, host->index) || is_excused(host, world_look(world, peer))) continue;
        note(state, before, host->index, peer, links[i].id, world_now_ms(world));
    }
}

void check_symmetry(struct checker_state *state, const struct world *world) {
    struct one_sided *kept = memory_zeroed(state->one_sided_count + 1, sizeof *kept);
    struct before before = {kept, state->one_sided_count};
    for (size_t i = 0; i < before.count; i++) kept[i] = state->one_sided[i];
    state->one_sided_count = 0;
    for (uint32_t i = 0; i < world_node_count(world); i++) {
        const struct host *host = world_look(world, i);
        if (host->engine != NULL) check_host(state, world, host, &before);
    }
    memory_free(kept);
}
