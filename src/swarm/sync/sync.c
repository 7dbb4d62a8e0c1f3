/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/sync/sync.h"

#include "base/deadline.h"
#include "base/memory.h"
#include "swarm/control/gate.h"
#include "swarm/engine_inside.h"
#include "swarm/handlers.h"
#include "swarm/mesh/active_view.h"
#include "swarm/sync/sync_arrival.h"
#include "swarm/sync/sync_initiator.h"
#include "swarm/sync/sync_responder.h"
#include "swarm/sync/sync_sender.h"

bool sync_init(struct sync *sync, const struct sync_sizes *sizes, uint64_t seed) {
    const bool has_kept = record_set_init(&sync->kept, sizes->kept);
    const bool has_waiting = waiting_table_init(&sync->waiting, sizes->waiting, seed);
    const bool has_dropped = seen_table_init(&sync->dropped, sizes->dropped, LIMIT_DROPPED_MS, seed);
    const bool has_given = seen_table_init(&sync->given, sizes->dropped, LIMIT_DROPPED_MS, seed);
    sync->wanted = map_new((size_t)LIMIT_SYNC_SESSIONS * LIMIT_SYNC_MOVED, OBJECT_HALF_SIZE, seed);
    sync->sessions = memory_try_zeroed(LIMIT_SYNC_SESSIONS, sizeof *sync->sessions);
    sync->peers = memory_try_zeroed(sizes->links, sizeof *sync->peers);
    sync->peer_count = sizes->links;
    sync->again_ms = sync->next_round_ms = sync->next_own_ms = sync->due_ms = INT64_MAX;
    return has_kept && has_waiting && has_dropped && has_given && sync->wanted != NULL && sync->sessions != NULL &&
           sync->peers != NULL;
}

void sync_deinit(struct sync *sync) {
    record_set_deinit(&sync->kept);
    waiting_table_deinit(&sync->waiting);
    seen_table_deinit(&sync->dropped);
    seen_table_deinit(&sync->given);
    map_free(sync->wanted);
    memory_free(sync->sessions);
    memory_free(sync->peers);
}

struct sync_peer *sync_peer_of(const struct engine *engine, const struct link_row *link) {
    return &engine->sync.peers[link - engine->links.rows];
}

struct sync_session *sync_session_of(const struct engine *engine, const struct link_row *link) {
    const size_t place = (size_t)(link - engine->links.rows);
    for (size_t i = 0; i < LIMIT_SYNC_SESSIONS; i++) {
        struct sync_session *session = &engine->sync.sessions[i];
        if (session->in_use && session->link == place) return session;
    }
    return NULL;
}

void sync_say(struct engine *engine, const struct link_row *link, enum sync_role role, uint32_t name, uint64_t since) {
    struct buffer body = engine_body(engine);
    sync_frame_build_head(&body, role, name, since);
    engine_send(engine, link->id, MESSAGE_SYNC_FRAME, &body);
}

/* ---- When we begin ---- */

void sync_plan(struct sync_peer *peer, int64_t at_ms) {
    peer->next_ms = deadline_earlier(peer->next_ms, at_ms);
}

static int64_t soon_ms(struct engine *engine, int64_t now_ms) {
    return now_ms + prng_between(&engine->prng, LIMIT_SYNC_SOON_MS, 2 * LIMIT_SYNC_SOON_MS);
}

static void plan_opening(struct engine *engine, const struct link_row *link, int64_t now_ms) {
    struct sync_peer *peer = sync_peer_of(engine, link);
    const bool is_first = node_id_compare(&engine->self.node_id, &link->node_id) < 0;
    const int64_t wait_ms = prng_between(&engine->prng, LIMIT_SYNC_SOON_MS, 3 * LIMIT_SYNC_SOON_MS);
    peer->is_opening = true;
    sync_plan(peer, now_ms + wait_ms + (is_first ? 0 : LIMIT_SYNC_TURN_MS));
}

static void plan_ripple(struct engine *engine, int64_t now_ms) {
    const int64_t at_ms = soon_ms(engine, now_ms);
    for (size_t i = 0; i < engine->sync.peer_count; i++)
        if (engine->sync.peers[i].is_party) sync_plan(&engine->sync.peers[i], at_ms);
}

static void plan_with_somebody(struct engine *engine, int64_t now_ms) {
    struct sync_peer *picked = NULL;
    uint32_t count = 0;
    for (size_t i = 0; i < engine->sync.peer_count; i++) {
        struct sync_peer *peer = &engine->sync.peers[i];
        if (peer->is_party && prng_below(&engine->prng, ++count) == 0) picked = peer;
    }
    if (picked != NULL) sync_plan(picked, now_ms);
}

static bool has_free_session(const struct sync *sync) {
    for (size_t i = 0; i < LIMIT_SYNC_SESSIONS; i++)
        if (!sync->sessions[i].in_use) return true;
    return false;
}

/* When we may begin over that link, as planned; INT64_MAX: not before something happens. */
static int64_t begin_at_ms(const struct engine *engine, size_t place, int64_t now_ms) {
    const struct sync_peer *peer = &engine->sync.peers[place];
    if (!peer->is_party || peer->next_ms == INT64_MAX) return INT64_MAX;
    if (sync_session_of(engine, &engine->links.rows[place]) != NULL) return INT64_MAX;
    int64_t at_ms = peer->next_ms;
    const int64_t gap_ms = peer->begun_ms == 0 ? at_ms : peer->begun_ms + LIMIT_SYNC_GAP_MS;
    if (gap_ms > at_ms) at_ms = gap_ms;
    if (peer->not_before_ms > at_ms) at_ms = peer->not_before_ms;
    if (!sync_responder_is_busy(peer, now_ms)) return at_ms;
    return peer->heard_ms + LIMIT_SYNC_OTHER_MS > at_ms ? peer->heard_ms + LIMIT_SYNC_OTHER_MS : at_ms;
}

static void begin_those_due(struct engine *engine, int64_t now_ms) {
    for (size_t i = 0; i < engine->sync.peer_count && has_free_session(&engine->sync); i++)
        if (begin_at_ms(engine, i, now_ms) <= now_ms) sync_initiator_begin(engine, &engine->links.rows[i], now_ms);
}

/* ---- Links ---- */

static void forget_peer(struct engine *engine, const struct link_row *link, int64_t now_ms) {
    struct sync_session *session = sync_session_of(engine, link);
    struct sync_peer *peer = sync_peer_of(engine, link);
    if (session != NULL) sync_initiator_drop(engine, session, now_ms);
    engine->sync.sending -= peer->sending;
    *peer = (struct sync_peer){.next_ms = INT64_MAX};
}

void sync_link_changed(struct engine *engine, const struct link_row *link, int64_t now_ms) {
    struct sync *sync = &engine->sync;
    forget_peer(engine, link, now_ms);
    sync->is_stirred = true;
    if (!active_view_holds(link) || !link->reconciles) return;
    sync_peer_of(engine, link)->is_party = true;
    plan_opening(engine, link, now_ms);
    if (sync->waiting.count > 0)
        sync->next_own_ms = deadline_earlier(sync->next_own_ms, now_ms + 2 * LIMIT_SYNC_TURN_MS);
}

/* ---- What the host says ---- */

/* Ours, of the last month: whether a neighbour has it is asked soon. */
static void wait_for_somebody(struct engine *engine, const struct set_item *item, int64_t now_ms) {
    struct sync *sync = &engine->sync;
    if (engine_wall_ms(engine, now_ms) - (int64_t)item->timestamp > LIMIT_OUTBOX_AGE_MS) return;
    waiting_table_add(&sync->waiting, item, sync->begun);
    const int64_t at_ms = now_ms + prng_between(&engine->prng, LIMIT_SYNC_OWN_MS, 2 * LIMIT_SYNC_OWN_MS);
    sync->next_own_ms = deadline_earlier(sync->next_own_ms, at_ms);
}

void sync_record_kept(struct engine *engine, const struct input *input, int64_t now_ms) {
    struct sync *sync = &engine->sync;
    const struct set_item item = {(uint64_t)input->as.kept.at_ms, *input->as.kept.id};
    const struct object_half half = object_half_of(&item.id);
    if (input->as.kept.at_ms < 0 || !record_set_add(&sync->kept, &item)) return;
    sync->is_stirred = true;
    if (input->as.kept.is_own) wait_for_somebody(engine, &item, now_ms);
    if (seen_table_has(&sync->dropped, &half, now_ms)) plan_ripple(engine, now_ms);
}

void sync_record_gone(struct engine *engine, const struct input *input, int64_t now_ms) {
    struct sync *sync = &engine->sync;
    const struct set_item item = {(uint64_t)input->as.kept.at_ms, *input->as.kept.id};
    const struct object_half half = object_half_of(&item.id);
    if (input->as.kept.at_ms < 0) return;
    (void)record_set_remove(&sync->kept, &item);
    waiting_table_remove(&sync->waiting, &item.id);
    seen_table_note(&sync->dropped, &half, now_ms);
}

void sync_record_sent(struct engine *engine, const struct input *input, int64_t now_ms) {
    struct link_row *link = link_table_find(&engine->links, input->as.sent.link);
    if (link == NULL) return;
    engine->sync.is_stirred = true;
    sync_sender_sent(engine, link, input->as.sent.bytes, now_ms);
    sync_responder_sent(engine, link, input->as.sent.bytes > 0, now_ms);
    struct sync_session *session = sync_session_of(engine, link);
    if (session != NULL) sync_initiator_sent(engine, session, now_ms);
}

/* ---- What neighbours say ---- */

/* Who takes no part and speaks all the same may not know better: settings and controls change while a link lasts. */
static bool hears(struct engine *engine, const struct link_row *link) {
    const bool does = sync_peer_of(engine, link)->is_party && gate_may(engine, DEED_EXCHANGE);
    engine->counters.syncs_ignored += !does;
    engine->sync.is_stirred = true;
    return does;
}

void sync_on_sync_frame(struct engine *engine, struct link_row *link, const struct sync_frame *frame, int64_t now_ms) {
    if (!hears(engine, link)) return;
    switch (frame->role) {
    case SYNC_ASK: sync_responder_asked(engine, link, frame, now_ms); return;
    case SYNC_ANSWER: sync_initiator_answered(engine, link, frame, now_ms); return;
    case SYNC_END:
        if (!sync_responder_ended(engine, link, frame, now_ms)) sync_initiator_ended(engine, link, frame, now_ms);
        return;
    case SYNC_ROLE_COUNT: return;
    }
}

void sync_on_lack(struct engine *engine, struct link_row *link, const struct lack *lack, int64_t now_ms) {
    if (hears(engine, link)) sync_responder_lacked(engine, link, lack, now_ms);
}

void sync_on_record_frame(struct engine *engine, struct link_row *link, const struct record_frame *frame,
                          int64_t now_ms) {
    if (hears(engine, link)) sync_arrival_take(engine, link, frame, now_ms);
}

/* ---- Time ---- */

void sync_start(struct engine *engine, int64_t now_ms) {
    engine->sync.next_round_ms = now_ms + prng_jitter(&engine->prng, LIMIT_SYNC_EVERY_MS, 20);
    engine->sync.is_stirred = true;
}

/* A control forbids it: whatever was going on is over, and what was planned is as it was. */
static void fall_silent(struct engine *engine, int64_t now_ms) {
    struct sync *sync = &engine->sync;
    for (size_t i = 0; i < LIMIT_SYNC_SESSIONS; i++)
        if (sync->sessions[i].in_use) sync_initiator_drop(engine, &sync->sessions[i], now_ms);
    for (size_t i = 0; i < sync->peer_count; i++) {
        sync->peers[i].is_answering = false;
        sync->peers[i].queue_count = 0;
    }
    sync->due_ms = INT64_MAX;
}

static void do_what_is_due(struct engine *engine, int64_t now_ms) {
    struct sync *sync = &engine->sync;
    if (now_ms >= sync->again_ms) {
        sync->again_ms = INT64_MAX;
        sync_sender_go_on(engine, now_ms);
    }
    sync_initiator_tick(engine, now_ms);
    if (now_ms >= sync->next_round_ms) {
        plan_with_somebody(engine, now_ms);
        sync->next_round_ms = now_ms + prng_jitter(&engine->prng, LIMIT_SYNC_EVERY_MS, 20);
    }
    if (now_ms >= sync->next_own_ms) {
        const bool is_waiting = sync->waiting.count > 0;
        if (is_waiting) plan_with_somebody(engine, now_ms);
        sync->next_own_ms = is_waiting ? now_ms + prng_jitter(&engine->prng, LIMIT_SYNC_OWN_AGAIN_MS, 20) : INT64_MAX;
    }
    begin_those_due(engine, now_ms);
}

static int64_t look_ahead_ms(const struct engine *engine, int64_t now_ms) {
    const struct sync *sync = &engine->sync;
    int64_t due_ms = deadline_earlier(sync->again_ms, sync_initiator_deadline_ms(engine));
    due_ms = deadline_earlier(due_ms, deadline_earlier(sync->next_round_ms, sync->next_own_ms));
    for (size_t i = 0; i < sync->peer_count && has_free_session(sync); i++)
        due_ms = deadline_earlier(due_ms, begin_at_ms(engine, i, now_ms));
    return due_ms;
}

void sync_tick(struct engine *engine, int64_t now_ms) {
    struct sync *sync = &engine->sync;
    if (engine->is_stopping || engine->started_at_ms == 0) return;
    const bool may = gate_may(engine, DEED_EXCHANGE);
    const bool has_turned = may == sync->is_silent;
    sync->is_silent = !may;
    if (!may && has_turned) fall_silent(engine, now_ms);
    if (!may || (!has_turned && !sync->is_stirred && now_ms < sync->due_ms)) return;
    do_what_is_due(engine, now_ms);
    sync->due_ms = look_ahead_ms(engine, now_ms);
    sync->is_stirred = false;
}

int64_t sync_deadline_ms(const struct engine *engine) {
    return engine->sync.due_ms;
}
