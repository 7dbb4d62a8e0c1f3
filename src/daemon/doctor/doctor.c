/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/doctor/doctor.h"

#include "base/memory.h"
#include "crypto/entropy.h"
#include "daemon/doctor/far_end_judge.h"
#include "daemon/doctor/knock.h"
#include "daemon/doctor/peer_judge.h"

enum stage { STAGE_KNOCKING, STAGE_ASKING, STAGE_OVER };

/* A visit from inside. */
struct room {
    struct doctor_visit visit;
    struct doctor *doctor;
    enum stage stage;
    struct loop_timer *timer; /* goes on soon; when it is over: forgets it */
    size_t knock_count;
    struct knock knocks[LIMIT_TICKET_ADDRS_MAX];
    size_t call_of[LIMIT_TICKET_ADDRS_MAX]; /* which of the facts' calls each knock is */
    struct peer_facts facts;
};
struct doctor {
    struct doctor_options options;
    struct entropy entropy;
    struct room *rooms[DOCTOR_VISITS_MAX]; /* owned; the newest first, NULL behind the last */
};

static void look(struct room *room) {
    const struct doctor_options *options = &room->doctor->options;
    peer_facts_take(&room->facts, options->engine, options->events, loop_now_ms(options->loop));
}

/* ---- Its end ---- */

static void room_free(struct room *room) {
    for (size_t i = 0; i < room->knock_count; i++) knock_end(&room->knocks[i]);
    loop_timer_close(room->timer);
    memory_free(room);
}

static void remove_at(struct doctor *doctor, size_t at) {
    room_free(doctor->rooms[at]);
    for (; at + 1 < DOCTOR_VISITS_MAX; at++) doctor->rooms[at] = doctor->rooms[at + 1];
    doctor->rooms[DOCTOR_VISITS_MAX - 1] = NULL;
}

static void forget(struct room *room) {
    struct doctor *doctor = room->doctor;
    for (size_t i = 0; i < DOCTOR_VISITS_MAX; i++) {
        if (doctor->rooms[i] != room) continue;
        remove_at(doctor, i);
        return;
    }
}

static void finish(struct room *room) {
    const struct diagnosis *diagnosis = &room->visit.diagnosis;
    room->stage = STAGE_OVER;
    room->visit.ended_at_ms = room->facts.wall_ms;
    struct event event = {.code = EVENT_DOCTOR_DONE,
                          .at_ms = room->facts.wall_ms,
                          .has_peer = true,
                          .peer = room->visit.peer,
                          .figures = {(int64_t)diagnosis_count_of(diagnosis, DIAGNOSIS_PROBLEM),
                                      (int64_t)diagnosis_count_of(diagnosis, DIAGNOSIS_WARNING)}};
    event_log_add(room->doctor->options.events, &event);
    loop_timer_start(room->timer, DOCTOR_KEPT_MS);
}

/* ---- On the way ---- */

static bool is_knocking(const struct room *room) {
    for (size_t i = 0; i < room->knock_count; i++)
        if (!room->knocks[i].is_over) return true;
    return false;
}

static void take_knocks(struct room *room) {
    for (size_t i = 0; i < room->knock_count; i++) {
        struct peer_facts_call *call = &room->facts.calls[room->call_of[i]];
        call->reason = room->knocks[i].reason;
        call->elapsed_ms = room->knocks[i].elapsed_ms;
    }
}

static bool is_asking(const struct room *room) {
    const struct peer_facts *facts = &room->facts;
    return facts->has_examination && facts->examination.state == EXAMINATION_WAITING;
}

static void proceed(struct room *room) {
    struct diagnosis *diagnosis = &room->visit.diagnosis;
    look(room);
    if (room->stage == STAGE_KNOCKING && !is_knocking(room)) {
        take_knocks(room);
        peer_judge_calls(&room->facts, diagnosis);
        room->stage = STAGE_ASKING;
    }
    if (room->stage != STAGE_ASKING || is_asking(room)) return;
    peer_judge_link(&room->facts, diagnosis);
    far_end_judge(&room->facts, diagnosis);
    peer_judge_rest(&room->facts, diagnosis);
    finish(room);
}

static void knock_ended(void *context) {
    proceed(context);
}

static void fired(void *context) {
    struct room *room = context;
    if (room->stage == STAGE_OVER)
        forget(room);
    else
        proceed(room);
}

/* The engine is in the middle of something while it tells: we go on when it is done. */
static void event_added(void *context, const struct event_record *record) {
    const struct doctor *doctor = context;
    if (record->event.code != EVENT_FAR_END) return;
    for (size_t i = 0; i < DOCTOR_VISITS_MAX && doctor->rooms[i] != NULL; i++) {
        struct room *room = doctor->rooms[i];
        if (room->stage != STAGE_OVER && node_id_equal(&room->visit.peer, &record->event.peer))
            loop_timer_start(room->timer, 0);
    }
}

/* ---- Its beginning ---- */

static void begin_knocks(struct room *room) {
    struct peer_facts *facts = &room->facts;
    const struct doctor_options *options = &room->doctor->options;
    facts->call_count = facts->is_known && facts->may_be_called ? facts->known.addr_count : 0;
    for (size_t i = 0; i < facts->call_count; i++) {
        const struct address *at = &facts->known.addrs[i];
        facts->calls[i] = (struct peer_facts_call){.at = *at, .is_allowed = engine_view_may_dial(options->engine, at)};
        if (!facts->calls[i].is_allowed) continue;
        room->call_of[room->knock_count] = i;
        knock_begin(&room->knocks[room->knock_count++], options->loop, at, knock_ended, room);
    }
}

static void begin(struct room *room) {
    const struct doctor_options *options = &room->doctor->options;
    look(room);
    room->visit.began_at_ms = room->facts.wall_ms;
    room->visit.diagnosis.has_node = true;
    peer_judge_here(&room->facts, &room->visit.diagnosis);
    begin_knocks(room);
    room->facts.asked = options->examine(options->context, &room->visit.peer);
    loop_timer_start(room->timer, 0); /* nobody may have to be waited for */
}

static bool is_under_way(const struct room *room) {
    return room != NULL && room->stage != STAGE_OVER;
}

/* The one of that peer that is under way; NULL: none is. */
static const struct room *find(const struct doctor *doctor, const struct node_id *peer) {
    for (size_t i = 0; i < DOCTOR_VISITS_MAX; i++)
        if (is_under_way(doctor->rooms[i]) && node_id_equal(&doctor->rooms[i]->visit.peer, peer))
            return doctor->rooms[i];
    return NULL;
}

/* The first place becomes free; false: all are under way. */
static bool make_place(struct doctor *doctor) {
    size_t at = DOCTOR_VISITS_MAX - 1;
    while (at > 0 && is_under_way(doctor->rooms[at])) at--;
    if (is_under_way(doctor->rooms[at])) return false;
    if (doctor->rooms[at] != NULL) room_free(doctor->rooms[at]);
    for (; at > 0; at--) doctor->rooms[at] = doctor->rooms[at - 1];
    doctor->rooms[0] = NULL;
    return true;
}

enum doctor_answer doctor_begin(struct doctor *doctor, const struct node_id *peer, uint64_t *id) {
    const struct room *present = find(doctor, peer);
    if (present != NULL) {
        *id = present->visit.id;
        return DOCTOR_UNDER_WAY;
    }
    if (!make_place(doctor)) return DOCTOR_FULL;
    struct room *room = memory_zeroed(1, sizeof *room);
    doctor->rooms[0] = room;
    room->doctor = doctor;
    room->visit.peer = room->facts.peer = *peer;
    while (room->visit.id == 0) entropy_fill(&doctor->entropy, (uint8_t *)&room->visit.id, sizeof room->visit.id);
    room->timer = loop_timer_open(doctor->options.loop, fired, room);
    *id = room->visit.id;
    begin(room);
    return DOCTOR_BEGUN;
}

/* ---- Life ---- */

struct doctor *doctor_new(const struct doctor_options *options) {
    struct doctor *doctor = memory_zeroed(1, sizeof *doctor);
    doctor->options = *options;
    doctor->entropy = entropy_of_system();
    event_log_listen(options->events, event_added, doctor);
    return doctor;
}

void doctor_free(struct doctor *doctor) {
    if (doctor == NULL) return;
    event_log_unlisten(doctor->options.events, doctor);
    for (size_t i = 0; i < DOCTOR_VISITS_MAX; i++)
        if (doctor->rooms[i] != NULL) room_free(doctor->rooms[i]);
    memory_free(doctor);
}

const struct doctor_visit *doctor_visit_at(const struct doctor *doctor, size_t nth) {
    return nth < DOCTOR_VISITS_MAX && doctor->rooms[nth] != NULL ? &doctor->rooms[nth]->visit : NULL;
}
