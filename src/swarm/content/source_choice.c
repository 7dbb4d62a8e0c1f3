/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/content/source_choice.h"

enum {
    RATE_FIRST = 1 << 20, /* of whom nobody has measured */
    SLOW_FACTOR = 16,
    FAR_BETTER = 4,
    PATIENCE_MS = 2000 /* nobody is given up sooner for being slow */
};

uint32_t source_size_of(const struct content_part *part) {
    return part->size == 0 ? LIMIT_FILE_RECORD_MAX : part->size;
}

static bool is_banned(const struct engine *engine, const struct node_id *peer, int64_t now_ms) {
    for (size_t i = 0; i < LIMIT_CONTENT_BANS; i++) {
        const struct content_ban *ban = &engine->content.bans[i];
        if (ban->until_ms > now_ms && node_id_equal(&ban->peer, peer)) return true;
    }
    return false;
}

static bool may_ask(const struct engine *engine, const struct download *download, size_t place, int64_t now_ms) {
    const struct link_row *link = &engine->links.rows[place];
    if (!engine->content.peers[place].is_party || (download->missed[place / 64] >> place % 64 & 1) != 0) return false;
    return content_may(engine, link) && !is_banned(engine, &link->node_id, now_ms);
}

static bool has_room(const struct engine *engine, size_t place, uint32_t size) {
    const struct content_peer *peer = &engine->content.peers[place];
    if (peer->asks >= LIMIT_ASKS_PER_LINK) return false;
    if (peer->asks == 0) return true;
    const double rtt_ms = link_health_rtt_ms(&engine->links.rows[place].health);
    return peer->asked_bytes + size <= content_peer_window(peer, rtt_ms);
}

/* In microseconds. */
static uint64_t time_of(const struct content_peer *peer, uint32_t size, int64_t now_ms) {
    const uint64_t rate = peer->rate == 0 ? RATE_FIRST : peer->rate;
    const uint64_t us = ((uint64_t)peer->asked_bytes + size) * 1000000 / rate;
    return peer->slow_until_ms > now_ms ? us * SLOW_FACTOR : us;
}

const struct link_row *source_choose(const struct engine *engine, const struct download *download, uint32_t size,
                                     bool *has_any, int64_t now_ms) {
    const struct file_row *file = &engine->content.catalog.rows[download->file];
    const bool is_offered = file_row_count_holders(file) > 0;
    const struct link_row *best = NULL;
    uint64_t best_us = UINT64_MAX;
    bool is_known = false; /* an offer that can be taken up outdoes every guess */
    *has_any = false;
    for (size_t place = 0; place < engine->links.capacity; place++) {
        const bool offers = is_offered && file_row_is_held_by(file, place);
        if ((is_known && !offers) || !may_ask(engine, download, place, now_ms)) continue;
        *has_any = true;
        if (offers && !is_known) {
            is_known = true;
            best = NULL;
            best_us = UINT64_MAX;
        }
        if (!has_room(engine, place, size)) continue;
        const uint64_t us = time_of(&engine->content.peers[place], size, now_ms);
        if (us >= best_us) continue;
        best_us = us;
        best = &engine->links.rows[place];
    }
    return best;
}

bool source_is_far_better(const struct engine *engine, const struct ask *ask, int64_t now_ms) {
    const struct download *download = &engine->content.downloads[ask->download];
    const struct link_row *own = link_table_find(&engine->links, ask->link);
    if (own == NULL || now_ms - ask->asked_ms < PATIENCE_MS || download->queue_count > 0) return false;
    const uint64_t own_us = time_of(&engine->content.peers[own - engine->links.rows], 0, now_ms);
    bool has_any;
    const struct link_row *other = source_choose(engine, download, source_size_of(&ask->part), &has_any, now_ms);
    if (other == NULL || other == own) return false;
    const struct content_peer *peer = &engine->content.peers[other - engine->links.rows];
    return time_of(peer, source_size_of(&ask->part), now_ms) * FAR_BETTER < own_us;
}
