/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/mesh/broadcast_peer.h"

static const struct pace_limit send_limit = {LIMIT_GOSSIP_MS, LIMIT_GOSSIP_BURST};
static const struct pace_limit ask_limit = {LIMIT_GRAFT_MS, LIMIT_GRAFT_BURST};
static const struct pace_limit newcomer_limit = {LIMIT_NEWCOMER_MS, LIMIT_NEWCOMER_BURST};

bool broadcast_peer_may_send(struct broadcast_peer *peer, int64_t weight, int64_t now_ms) {
    return pace_take_many(&peer->sent, &send_limit, weight, now_ms);
}

bool broadcast_peer_may_ask(const struct broadcast_peer *peer, int64_t now_ms) {
    return pace_allows(&peer->grafts, &ask_limit, now_ms);
}

void broadcast_peer_asked(struct broadcast_peer *peer, int64_t now_ms) {
    pace_pay(&peer->grafts, &ask_limit, now_ms);
}

bool broadcast_peer_may_introduce(struct broadcast_peer *peer, int64_t now_ms) {
    return pace_take(&peer->newcomers, &newcomer_limit, now_ms);
}

/* While the word is on its way more may come, which is nobody's fault. But a peer may have been told and then have
 * asked for a record, which made it send all of them again. */
bool broadcast_peer_prune(struct broadcast_peer *peer, int64_t now_ms) {
    const bool is_news = peer->is_eager || now_ms - peer->pruned_at_ms >= LIMIT_PRUNE_MS;
    peer->is_eager = false;
    if (is_news) peer->pruned_at_ms = now_ms;
    return is_news;
}
