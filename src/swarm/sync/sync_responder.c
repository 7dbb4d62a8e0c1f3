/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/sync/sync_responder.h"

#include "swarm/engine_inside.h"
#include "swarm/link/session.h"
#include "swarm/sync/sync_initiator.h"
#include "swarm/sync/sync_sender.h"

static const struct pace_limit begin_limit = {LIMIT_SYNC_BEGIN_MS, LIMIT_SYNC_BEGIN_BURST};

bool sync_responder_is_busy(const struct sync_peer *peer, int64_t now_ms) {
    return peer->is_answering && now_ms - peer->heard_ms < LIMIT_SYNC_OTHER_MS;
}

static void refuse(struct engine *engine, const struct link_row *link, const struct sync_frame *frame) {
    sync_peer_of(engine, link)->is_answering = false;
    engine->counters.syncs_declined++;
    sync_say(engine, link, SYNC_END, frame->session, frame->since);
}

/* Both began at once: the session of the smaller id goes on. Once ours has been answered, the other must wait. */
static bool yields(struct engine *engine, const struct link_row *link, const struct sync_frame *frame, int64_t now_ms) {
    struct sync_session *ours = sync_session_of(engine, link);
    if (ours == NULL) return true;
    const bool is_first = node_id_compare(&engine->self.node_id, &link->node_id) < 0;
    if (ours->stage == SYNC_COMPARING && !ours->has_answered) {
        if (is_first) return false;
        sync_initiator_drop(engine, ours, now_ms);
        return true;
    }
    refuse(engine, link, frame);
    return false;
}

/* False: not now. What is compared begins where the later of both sets does. */
static bool begin(struct engine *engine, const struct link_row *link, const struct sync_frame *frame, int64_t now_ms) {
    struct sync_peer *peer = sync_peer_of(engine, link);
    const uint64_t floor = engine->sync.kept.floor;
    if (!yields(engine, link, frame, now_ms)) return false;
    if (!pace_take(&peer->begins, &begin_limit, now_ms)) {
        refuse(engine, link, frame);
        return false;
    }
    if (peer->is_opening) peer->next_ms = INT64_MAX;
    peer->is_opening = false;
    peer->is_answering = true;
    peer->has_missed = false;
    peer->session = frame->session;
    peer->range = (struct record_range){&engine->sync.kept, frame->since > floor ? frame->since : floor};
    const struct reconcile_options options = {
        .role = RECONCILE_RESPONDER,
        .set = record_range_view(&peer->range),
        .frame_size = LIMIT_SYNC_FRAME,
        .rounds_max = LIMIT_RECONCILE_ROUNDS,
    };
    reconcile_init(&peer->reconcile, &options);
    engine->counters.syncs_answered++;
    return true;
}

static void answer(struct engine *engine, struct link_row *link, const struct sync_frame *frame, int64_t now_ms) {
    struct sync_peer *peer = sync_peer_of(engine, link);
    struct buffer body = engine_body(engine);
    sync_frame_build_head(&body, SYNC_ANSWER, peer->session, peer->range.since);
    const enum refusal refusal = reconcile_take(&peer->reconcile, frame->message, &body);
    if (refusal != REFUSAL_NONE) {
        engine->counters.refused[refusal]++;
        session_refuse(engine, link, refusal_reason(refusal), refusal_name(refusal), MESSAGE_SYNC_FRAME, now_ms);
    } else if (sync_peer_may_say(peer, body.size, now_ms)) {
        engine_send(engine, link->id, MESSAGE_SYNC_FRAME, &body);
    } else {
        refuse(engine, link, frame);
    }
}

void sync_responder_asked(struct engine *engine, struct link_row *link, const struct sync_frame *frame,
                          int64_t now_ms) {
    struct sync_peer *peer = sync_peer_of(engine, link);
    const bool goes_on =
        sync_responder_is_busy(peer, now_ms) && peer->session == frame->session && peer->range.since == frame->since;
    if (!goes_on && !begin(engine, link, frame, now_ms)) return;
    peer->heard_ms = now_ms;
    peer->may_give_until_ms = now_ms + LIMIT_SYNC_OTHER_MS;
    if (peer->range.since > frame->since) {
        sync_say(engine, link, SYNC_ANSWER, peer->session, peer->range.since);
    } else {
        answer(engine, link, frame, now_ms);
    }
}

bool sync_responder_ended(struct engine *engine, struct link_row *link, const struct sync_frame *frame,
                          int64_t now_ms) {
    struct sync_peer *peer = sync_peer_of(engine, link);
    if (!peer->is_answering || peer->session != frame->session) return false;
    peer->is_answering = false;
    peer->may_give_until_ms = now_ms + LIMIT_SYNC_OTHER_MS;
    return true;
}

void sync_responder_sent(struct engine *engine, struct link_row *link, bool was_here, int64_t now_ms) {
    struct sync_peer *peer = sync_peer_of(engine, link);
    if (!sync_responder_is_busy(peer, now_ms)) return;
    peer->heard_ms = now_ms;
    peer->has_missed |= !was_here;
    if (!peer->has_missed || peer->queue_count > 0 || peer->sending > 0) return;
    peer->is_answering = false;
    sync_say(engine, link, SYNC_END, peer->session, peer->range.since);
}

/* More than may be asked for at once is not sent. */
void sync_responder_lacked(struct engine *engine, struct link_row *link, const struct lack *lack, int64_t now_ms) {
    struct sync_peer *peer = sync_peer_of(engine, link);
    peer->heard_ms = now_ms;
    for (size_t i = 0; i < lack->count; i++)
        if (!sync_peer_put(peer, &lack->ids[i])) engine->counters.syncs_ignored++;
    sync_sender_go_on(engine, now_ms);
}
