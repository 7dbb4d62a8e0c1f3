/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/sync/sync_initiator.h"

#include "base/deadline.h"
#include "base/must.h"
#include "swarm/engine_inside.h"
#include "swarm/link/session.h"
#include "swarm/sync/sync_arrival.h"
#include "swarm/sync/sync_sender.h"
#include "swarm/wire/lack.h"

enum { FAILURES_MAX = 5 };

static struct link_row *link_of(const struct engine *engine, const struct sync_session *session) {
    return &engine->links.rows[session->link];
}

static struct sync_peer *peer_of(const struct engine *engine, const struct sync_session *session) {
    return &engine->sync.peers[session->link];
}

/* ---- Ending ---- */

static void forget_wanted(struct engine *engine, const struct sync_session *session, size_t first, size_t end) {
    for (size_t i = first; i < end; i++) {
        const struct object_half half = object_half_of(&session->needs[i].id);
        (void)map_remove(engine->sync.wanted, half.bytes);
    }
}

void sync_initiator_drop(struct engine *engine, struct sync_session *session, int64_t now_ms) {
    if (session->got < session->asked) peer_of(engine, session)->may_give_until_ms = now_ms + LIMIT_SYNC_OTHER_MS;
    forget_wanted(engine, session, session->got, session->need_count);
    session->in_use = false;
}

static void end(struct engine *engine, struct sync_session *session, int64_t now_ms) {
    sync_say(engine, link_of(engine, session), SYNC_END, session->name, session->range.since);
    sync_initiator_drop(engine, session, now_ms);
}

/* The other did not do its part. */
static void fail(struct engine *engine, struct sync_session *session, int64_t now_ms) {
    struct sync_peer *peer = peer_of(engine, session);
    if (peer->failures < FAILURES_MAX) peer->failures++;
    engine->counters.syncs_failed++;
    end(engine, session, now_ms);
    const int64_t wait_ms = (int64_t)LIMIT_SYNC_FAILED_MS << (peer->failures - 1);
    peer->next_ms = peer->not_before_ms = now_ms + prng_jitter(&engine->prng, wait_ms, 20);
}

/* All moved. What was too much for one session, and whether ours have come, the next one tells. */
static void finish(struct engine *engine, struct sync_session *session, int64_t now_ms) {
    struct sync_peer *peer = peer_of(engine, session);
    const bool goes_on = session->is_cut || session->has_given_own;
    peer->failures = 0;
    engine->counters.syncs_done++;
    end(engine, session, now_ms);
    if (goes_on) sync_plan(peer, now_ms + prng_between(&engine->prng, LIMIT_SYNC_GAP_MS, 2 * LIMIT_SYNC_GAP_MS));
}

/* ---- Moving ---- */

static void give(struct engine *engine, struct sync_session *session, int64_t now_ms) {
    struct sync_peer *peer = peer_of(engine, session);
    while (session->given < session->have_count) {
        const struct object_id *id = &session->haves[session->given].id;
        const struct object_half mark = sync_sender_mark(link_of(engine, session), id);
        if (!sync_peer_put(peer, id)) break;
        seen_table_note(&engine->sync.given, &mark, now_ms);
        session->given++;
    }
    sync_sender_go_on(engine, now_ms);
}

static void ask(struct engine *engine, struct sync_session *session, int64_t now_ms) {
    struct object_id ids[LIMIT_LACK_IDS];
    size_t count = 0;
    if (session->got < session->asked || session->asked == session->need_count) return;
    if (!sync_arrival_may_ask(engine, peer_of(engine, session), now_ms)) {
        session->heard_at_ms = now_ms; /* it is not the other that is slow */
        engine->sync.again_ms = deadline_earlier(engine->sync.again_ms, now_ms + LIMIT_SENDING_AGAIN_MS);
        return;
    }
    while (count < LIMIT_LACK_IDS && session->asked < session->need_count)
        ids[count++] = session->needs[session->asked++].id;
    struct buffer body = engine_body(engine);
    lack_build(&body, ids, count);
    engine_send(engine, link_of(engine, session)->id, MESSAGE_LACK, &body);
}

/* What was given is on its way until the queue of the link is empty; but the other may fill that by what it asks for,
 * all the time, and must not hold one of our few sessions by it. */
static bool is_over(const struct engine *engine, const struct sync_session *session, int64_t now_ms) {
    const struct sync_peer *peer = peer_of(engine, session);
    if (session->moved_at_ms == 0) return false;
    return (peer->queue_count == 0 && peer->sending == 0) || now_ms - session->moved_at_ms >= LIMIT_SYNC_MOVED_MS;
}

void sync_initiator_move(struct engine *engine, struct sync_session *session, int64_t now_ms) {
    if (session->stage != SYNC_MOVING) return;
    give(engine, session, now_ms);
    ask(engine, session, now_ms);
    if (session->moved_at_ms == 0 && sync_session_has_moved(session)) session->moved_at_ms = now_ms;
    if (is_over(engine, session, now_ms)) finish(engine, session, now_ms);
}

bool sync_initiator_got(struct engine *engine, struct sync_session *session, const struct object_id *id,
                        int64_t now_ms) {
    const size_t before = session->got;
    if (!sync_session_take(session, id)) return false;
    forget_wanted(engine, session, before, session->got);
    session->heard_at_ms = now_ms;
    return true;
}

void sync_initiator_sent(struct engine *engine, struct sync_session *session, int64_t now_ms) {
    session->heard_at_ms = now_ms;
    sync_initiator_move(engine, session, now_ms);
}

/* ---- Comparing ---- */

struct telling {
    struct engine *engine;
    struct sync_session *session;
    int64_t now_ms;
};

static bool tell_have(void *context, const struct set_item *item) {
    struct telling *telling = context;
    struct engine *engine = telling->engine;
    struct sync_session *session = telling->session;
    const struct object_half mark = sync_sender_mark(link_of(engine, session), &item->id);
    const bool is_ours = waiting_table_tell(&engine->sync.waiting, &item->id, session->number);
    if (seen_table_has(&engine->sync.given, &mark, telling->now_ms)) return true;
    const bool is_taken = sync_session_put_have(session, item);
    session->has_given_own |= is_ours && is_taken;
    return is_taken;
}

static void tell_need(void *context, const struct object_id *id, const struct set_item *from) {
    struct telling *telling = context;
    struct engine *engine = telling->engine;
    struct map *wanted = engine->sync.wanted;
    const struct object_half half = object_half_of(id);
    struct object_id left_out;
    if (map_find(wanted, half.bytes, NULL) || sync_arrival_is_known(engine, id, telling->now_ms)) return;
    if (!map_put(wanted, half.bytes, (uint32_t)telling->session->link)) return;
    if (!sync_session_put_need(telling->session, &(struct sync_need){*from, *id}, &left_out)) return;
    const struct object_half out = object_half_of(&left_out);
    must(map_remove(wanted, out.bytes));
}

static void start_reconcile(struct sync_session *session, struct telling *telling) {
    const struct reconcile_options options = {
        .role = RECONCILE_INITIATOR,
        .set = record_range_view(&session->range),
        .sink = {telling, tell_have, tell_need},
        .frame_size = LIMIT_SYNC_FRAME,
        .rounds_max = LIMIT_SYNC_ROUNDS,
    };
    reconcile_init(&session->reconcile, &options);
}

static struct buffer begin_message(struct engine *engine, const struct sync_session *session) {
    struct buffer body = engine_body(engine);
    sync_frame_build_head(&body, SYNC_ASK, session->name, session->range.since);
    return body;
}

/* False: too much was said over this link of late, and the session is over. */
static bool send_message(struct engine *engine, struct sync_session *session, struct buffer *body, int64_t now_ms) {
    struct sync_peer *peer = peer_of(engine, session);
    if (sync_peer_may_say(peer, body->size, now_ms)) {
        engine_send(engine, link_of(engine, session)->id, MESSAGE_SYNC_FRAME, body);
        return true;
    }
    end(engine, session, now_ms);
    sync_plan(peer, now_ms + prng_jitter(&engine->prng, LIMIT_SYNC_TURN_MS, 20));
    return false;
}

static void compare_from(struct engine *engine, struct sync_session *session, uint64_t since, int64_t now_ms) {
    struct telling telling = {engine, session, now_ms};
    session->range = (struct record_range){&engine->sync.kept, since};
    start_reconcile(session, &telling);
    struct buffer body = begin_message(engine, session);
    reconcile_begin(&session->reconcile, &body);
    (void)send_message(engine, session, &body, now_ms);
}

void sync_initiator_begin(struct engine *engine, struct link_row *link, int64_t now_ms) {
    struct sync *sync = &engine->sync;
    struct sync_peer *peer = sync_peer_of(engine, link);
    size_t place = 0;
    while (sync->sessions[place].in_use) must_le(++place, LIMIT_SYNC_SESSIONS - 1);
    struct sync_session *session = &sync->sessions[place];
    session->in_use = true;
    session->stage = SYNC_COMPARING;
    session->link = (size_t)(link - engine->links.rows);
    session->number = ++sync->begun;
    session->name = (uint32_t)session->number;
    session->has_restarted = session->has_answered = session->is_cut = session->has_given_own = session->is_ended =
        false;
    session->heard_at_ms = now_ms;
    session->moved_at_ms = 0;
    session->have_count = session->given = session->need_count = session->asked = session->got = 0;
    peer->begun_ms = now_ms;
    peer->next_ms = INT64_MAX;
    peer->is_opening = false;
    engine->counters.syncs_begun++;
    compare_from(engine, session, sync->kept.floor, now_ms);
}

static void start_moving(struct engine *engine, struct sync_session *session, int64_t now_ms) {
    session->stage = SYNC_MOVING;
    if (session->reconcile.state == RECONCILE_DONE && !session->is_cut)
        (void)waiting_table_confirm(&engine->sync.waiting, session->number, session->range.since);
    sync_initiator_move(engine, session, now_ms);
}

static void take_message(struct engine *engine, struct sync_session *session, struct span message, int64_t now_ms) {
    struct telling telling = {engine, session, now_ms};
    session->reconcile.options.sink.context = &telling;
    struct buffer body = begin_message(engine, session);
    const enum refusal refusal = reconcile_take(&session->reconcile, message, &body);
    if (refusal != REFUSAL_NONE) {
        struct link_row *link = link_of(engine, session);
        engine->counters.refused[refusal]++;
        session_refuse(engine, link, refusal_reason(refusal), refusal_name(refusal), MESSAGE_SYNC_FRAME, now_ms);
    } else if (session->reconcile.state == RECONCILE_DONE || session->is_cut) {
        start_moving(engine, session, now_ms);
    } else {
        (void)send_message(engine, session, &body, now_ms);
    }
}

/* Of this session, and not of one that is over; a stray word is nobody's fault. */
static struct sync_session *find(struct engine *engine, const struct link_row *link, const struct sync_frame *frame) {
    struct sync_session *session = sync_session_of(engine, link);
    const bool is_it = session != NULL && session->name == frame->session;
    engine->counters.syncs_ignored += !is_it;
    return is_it ? session : NULL;
}

void sync_initiator_answered(struct engine *engine, struct link_row *link, const struct sync_frame *frame,
                             int64_t now_ms) {
    struct sync_session *session = find(engine, link, frame);
    if (session == NULL || session->stage != SYNC_COMPARING) return;
    session->heard_at_ms = now_ms;
    if (frame->message.size > 0 && frame->since == session->range.since) {
        session->has_answered = true;
        take_message(engine, session, frame->message, now_ms);
    } else if (frame->message.size == 0 && frame->since > session->range.since && !session->has_restarted) {
        session->has_restarted = true;
        compare_from(engine, session, frame->since, now_ms);
    } else {
        fail(engine, session, now_ms);
    }
}

void sync_initiator_ended(struct engine *engine, struct link_row *link, const struct sync_frame *frame,
                          int64_t now_ms) {
    struct sync_session *session = find(engine, link, frame);
    if (session == NULL) return;
    session->is_ended = true;
    if (session->stage == SYNC_MOVING) return;
    sync_initiator_drop(engine, session, now_ms);
    sync_plan(sync_peer_of(engine, link), now_ms + prng_jitter(&engine->prng, LIMIT_SYNC_TURN_MS, 20));
}

/* ---- Time ---- */

/* Who said that it is over may have records on their way. */
static int64_t silent_at_ms(const struct sync_session *session) {
    return session->heard_at_ms + (session->is_ended ? (int)LIMIT_SYNC_GAP_MS : (int)LIMIT_SYNC_SILENT_MS);
}

/* Who brought some of it has the rest perhaps for the next session; who brought nothing would bring nothing then, and
 * so on without end. */
static void give_up(struct engine *engine, struct sync_session *session, int64_t now_ms) {
    const bool has_brought = session->got > 0 || session->need_count == 0;
    if (session->is_ended && has_brought) {
        session->is_cut = true;
        finish(engine, session, now_ms);
    } else {
        fail(engine, session, now_ms);
    }
}

void sync_initiator_tick(struct engine *engine, int64_t now_ms) {
    for (size_t i = 0; i < LIMIT_SYNC_SESSIONS; i++) {
        struct sync_session *session = &engine->sync.sessions[i];
        if (!session->in_use) continue;
        sync_initiator_move(engine, session, now_ms);
        if (session->in_use && silent_at_ms(session) <= now_ms) give_up(engine, session, now_ms);
    }
}

int64_t sync_initiator_deadline_ms(const struct engine *engine) {
    int64_t deadline_ms = INT64_MAX;
    for (size_t i = 0; i < LIMIT_SYNC_SESSIONS; i++) {
        const struct sync_session *session = &engine->sync.sessions[i];
        if (!session->in_use) continue;
        deadline_ms = deadline_earlier(deadline_ms, silent_at_ms(session));
        if (session->moved_at_ms != 0)
            deadline_ms = deadline_earlier(deadline_ms, session->moved_at_ms + LIMIT_SYNC_MOVED_MS);
    }
    return deadline_ms;
}
