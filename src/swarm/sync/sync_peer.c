/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/sync/sync_peer.h"

#include "base/must.h"
#include "swarm/wire/record_frame.h"
#include "swarm/wire/sync_frame.h"

static const struct pace_limit sent_limit = {LIMIT_RECORD_MS, LIMIT_RECORD_BURST};
static const struct pace_limit said_limit = {LIMIT_SYNC_MESSAGE_MS, LIMIT_SYNC_MESSAGE_BURST};

bool sync_peer_put(struct sync_peer *peer, const struct object_id *id) {
    if (peer->queue_count == LIMIT_LACK_IDS) return false;
    peer->queue[(peer->queue_first + peer->queue_count++) % LIMIT_LACK_IDS] = *id;
    return true;
}

struct object_id sync_peer_next(struct sync_peer *peer) {
    must(peer->queue_count > 0);
    const struct object_id id = peer->queue[peer->queue_first];
    peer->queue_first = (peer->queue_first + 1) % LIMIT_LACK_IDS;
    peer->queue_count--;
    return id;
}

bool sync_peer_may_send(struct sync_peer *peer, int64_t now_ms) {
    return pace_take(&peer->sent, &sent_limit, now_ms);
}

void sync_peer_sent(struct sync_peer *peer, size_t text_size, int64_t now_ms) {
    pace_owe(&peer->sent, &sent_limit, record_frame_weight(text_size) - 1, now_ms);
}

bool sync_peer_may_say(struct sync_peer *peer, size_t message_size, int64_t now_ms) {
    const int64_t weight = sync_frame_weight(SYNC_FRAME_HEAD_SIZE + message_size);
    return pace_take_many(&peer->said, &said_limit, weight, now_ms);
}
