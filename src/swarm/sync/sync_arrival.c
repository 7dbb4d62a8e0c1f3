/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/sync/sync_arrival.h"

#include "swarm/content/record_delivery.h"
#include "swarm/control/gate.h"
#include "swarm/engine_inside.h"
#include "swarm/link/session.h"
#include "swarm/mesh/broadcast.h"
#include "swarm/mesh/record_judge.h"
#include "swarm/sync/sync_initiator.h"

/* Of one link, as it may send; twice, as nobody's clock is the other's. */
static const struct pace_limit link_limit = {LIMIT_RECORD_MS / 2, 2 * LIMIT_RECORD_BURST};
static const struct pace_limit all_limit = {LIMIT_BROUGHT_MS, LIMIT_BROUGHT_BURST};
static const struct pace_limit unasked_limit = {LIMIT_UNASKED_MS, LIMIT_UNASKED_BURST};

bool sync_arrival_is_known(const struct engine *engine, const struct object_id *id, int64_t now_ms) {
    const struct object_half half = object_half_of(id);
    return seen_table_has(&engine->sync.dropped, &half, now_ms) ||
           seen_table_has(&engine->broadcast.seen, &half, now_ms);
}

bool sync_arrival_may_ask(const struct engine *engine, const struct sync_peer *peer, int64_t now_ms) {
    return pace_allows(&peer->brought, &link_limit, now_ms) && pace_allows(&engine->sync.brought, &all_limit, now_ms);
}

/* Both, or neither. */
static bool pay(struct sync *sync, struct sync_peer *peer, int64_t weight, int64_t now_ms) {
    struct pace brought = peer->brought;
    if (!pace_take_many(&brought, &link_limit, weight, now_ms)) return false;
    if (!pace_take_many(&sync->brought, &all_limit, weight, now_ms)) return false;
    peer->brought = brought;
    return true;
}

static bool is_here(const struct engine *engine, const struct checked_record *record, int64_t now_ms) {
    const struct set_item item = {(uint64_t)record->at_ms, record->id};
    return record_set_has(&engine->sync.kept, &item) || sync_arrival_is_known(engine, &record->id, now_ms);
}

static bool is_ahead(const struct engine *engine, const struct checked_record *record, int64_t now_ms) {
    return record->at_ms - engine_wall_ms(engine, now_ms) > LIMIT_RECORD_AHEAD_MS;
}

/* What was asked for is taken in any case: it was asked for as there was room. */
static void pay_asked(struct sync *sync, struct sync_peer *peer, int64_t weight, int64_t now_ms) {
    pace_owe(&peer->brought, &link_limit, weight, now_ms);
    pace_owe(&sync->brought, &all_limit, weight, now_ms);
}

static enum late_fate judge(struct engine *engine, struct sync_peer *peer, const struct checked_record *record,
                            bool is_asked, int64_t now_ms) {
    struct sync *sync = &engine->sync;
    if (is_here(engine, record, now_ms)) return LATE_REPEATED;
    if ((uint64_t)record->at_ms < sync->kept.floor || is_ahead(engine, record, now_ms)) return LATE_UNTIMELY;
    if (gate_blocks_author(engine, record)) return LATE_BLOCKED;
    const int64_t weight = record_frame_weight(record->text.size);
    if (!is_asked) return pay(sync, peer, weight, now_ms) ? LATE_TAKEN : LATE_OVER_RATE;
    pay_asked(sync, peer, weight, now_ms);
    return LATE_TAKEN;
}

static void deliver(struct engine *engine, const struct link_row *link, const struct publication *publication,
                    int64_t now_ms) {
    struct buffer body = engine_body(engine);
    buffer_put(&body, publication->record.text);
    const struct span text = actions_keep_bytes(engine->actions, &body);
    record_deliver(engine, link, publication, text, now_ms)->as.record.is_late = true;
    broadcast_heard(engine, &publication->record, now_ms);
}

/* Given, as the other end found that we lack it. */
static bool is_given(struct sync_peer *peer, int64_t now_ms) {
    if (now_ms > peer->may_give_until_ms) return false;
    peer->may_give_until_ms = now_ms + LIMIT_SYNC_OTHER_MS;
    peer->heard_ms = now_ms;
    return true;
}

static void refuse_unasked(struct engine *engine, struct link_row *link, struct sync_peer *peer, int64_t now_ms) {
    engine->counters.late[LATE_UNASKED]++;
    if (pace_take(&peer->unasked, &unasked_limit, now_ms)) return;
    session_refuse(engine, link, REASON_RATE, "records that nobody asked for", MESSAGE_RECORD_FRAME, now_ms);
}

void sync_arrival_take(struct engine *engine, struct link_row *link, const struct record_frame *frame, int64_t now_ms) {
    struct sync *sync = &engine->sync;
    struct sync_peer *peer = sync_peer_of(engine, link);
    struct sync_session *session = sync_session_of(engine, link);
    const struct checked_record *record = &frame->publication.record;
    const struct object_half half = object_half_of(&record->id);
    const bool is_asked = session != NULL && sync_initiator_got(engine, session, &record->id, now_ms);
    if (!is_asked && !is_given(peer, now_ms)) {
        refuse_unasked(engine, link, peer, now_ms);
        return;
    }
    const enum late_fate fate = judge(engine, peer, record, is_asked, now_ms);
    engine->counters.late[fate]++;
    if (fate == LATE_TAKEN || fate == LATE_BLOCKED) seen_table_note(&sync->dropped, &half, now_ms);
    if (fate == LATE_TAKEN) deliver(engine, link, &frame->publication, now_ms);
    if (is_asked) sync_initiator_move(engine, session, now_ms);
}
