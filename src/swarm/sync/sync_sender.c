/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/sync/sync_sender.h"

#include "base/deadline.h"
#include "swarm/engine_inside.h"

struct object_half sync_sender_mark(const struct link_row *link, const struct object_id *id) {
    struct object_half mark = object_half_of(id);
    for (size_t i = 0; i < sizeof link->id; i++) mark.bytes[i] ^= (uint8_t)(link->id >> 8 * i);
    return mark;
}

static void send_next(struct engine *engine, size_t place) {
    struct sync_peer *peer = &engine->sync.peers[place];
    struct action *action = actions_add(engine->actions, ACTION_SEND_RECORD);
    action->link = engine->links.rows[place].id;
    action->as.send.id = sync_peer_next(peer);
    peer->sending++;
    engine->sync.sending++;
}

/* As many as this link may have now; false: it has more to send and must wait for its rate. */
static bool send_some(struct engine *engine, size_t place, int64_t now_ms) {
    struct sync *sync = &engine->sync;
    struct sync_peer *peer = &sync->peers[place];
    while (peer->queue_count > 0 && peer->sending < LIMIT_SENDING_PER_LINK && sync->sending < LIMIT_SENDING_RECORDS) {
        if (!sync_peer_may_send(peer, now_ms)) return false;
        send_next(engine, place);
        sync->next_sender = place + 1;
    }
    return true;
}

void sync_sender_go_on(struct engine *engine, int64_t now_ms) {
    struct sync *sync = &engine->sync;
    const size_t first = sync->next_sender; /* behind who was the last to send */
    for (size_t i = 0; i < sync->peer_count && sync->sending < LIMIT_SENDING_RECORDS; i++) {
        const size_t place = (first + i) % sync->peer_count;
        if (sync->peers[place].queue_count == 0 || send_some(engine, place, now_ms)) continue;
        sync->again_ms = deadline_earlier(sync->again_ms, now_ms + LIMIT_SENDING_AGAIN_MS);
    }
}

void sync_sender_sent(struct engine *engine, struct link_row *link, uint32_t bytes, int64_t now_ms) {
    struct sync_peer *peer = sync_peer_of(engine, link);
    if (peer->sending == 0) return; /* of a link that ended meanwhile */
    peer->sending--;
    engine->sync.sending--;
    sync_peer_sent(peer, bytes, now_ms);
    engine->counters.late_sent += bytes > 0;
    sync_sender_go_on(engine, now_ms);
}
