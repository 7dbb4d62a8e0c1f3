/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/control/control.h"

#include <stdio.h>
#include <string.h>

#include "swarm/dial/dial.h"
#include "swarm/dial/operator_peer.h"
#include "swarm/dial/redial.h"
#include "swarm/link/session.h"
#include "swarm/rendezvous/harvest.h"

static struct clocks clocks_of(const struct engine *engine, int64_t now_ms) {
    return (struct clocks){now_ms, engine_wall_ms(engine, now_ms)};
}

/* ---- Judging ---- */

bool control_allows(const struct ruling *ruling) {
    return ruling->leave == LEAVE_GIVEN || ruling->leave == LEAVE_DIRECT;
}

bool control_may(const struct engine *engine, enum deed deed) {
    const struct ruling ruling = switches_judge(&engine->operations.switches, deed, false);
    return control_allows(&ruling);
}

static struct peer_face face_of(const struct link_row *link) {
    const bool has_ticket = link->state == LINK_STATE_OPEN;
    return (struct peer_face){.node_id = link->has_peer ? &link->node_id : NULL,
                              .user_id = has_ticket ? link->ticket.user_id : NULL,
                              .is_user_proven = has_ticket && link->ticket.is_cert_verified};
}

static uint8_t direction_of(const struct link_row *link) {
    return link->is_inbound ? BLOCK_INBOUND : BLOCK_OUTBOUND;
}

bool control_blocks(struct engine *engine, const struct peer_face *face, uint8_t direction, int64_t now_ms) {
    struct block *block = block_list_find(&engine->operations.blocks, face, direction);
    if (block != NULL) block_hit(block, engine_wall_ms(engine, now_ms));
    return block != NULL;
}

bool control_is_blocked(const struct engine *engine, const struct node_id *id, uint8_t direction) {
    const struct peer_face face = {.node_id = id};
    return block_list_find(&engine->operations.blocks, &face, direction) != NULL;
}

static struct ruling judge_by_switches(const struct engine *engine, const struct switches *switches, enum deed deed,
                                       const struct link_row *link) {
    const bool is_approved = link->is_proven && operator_peer_is_named(engine, &link->node_id);
    return switches_judge(switches, deed, is_approved);
}

struct ruling control_judge_link(const struct engine *engine, enum deed deed, const struct link_row *link) {
    const struct peer_face face = face_of(link);
    if (block_list_find(&engine->operations.blocks, &face, direction_of(link)) != NULL)
        return (struct ruling){LEAVE_DENIED, SWITCH_COUNT, REASON_BLOCKED};
    return judge_by_switches(engine, &engine->operations.switches, deed, link);
}

/* ---- The links there are ---- */

static bool is_alive(const struct link_row *link) {
    return link->in_use && link->state != LINK_STATE_CLOSING && link->state != LINK_STATE_CLOSED;
}

static enum deed deed_of(const struct link_row *link) {
    if (link->state == LINK_STATE_OPEN) return DEED_KEEP;
    return link->is_inbound ? DEED_ACCEPT : DEED_DIAL;
}

static void close_forbidden(struct engine *engine, int64_t now_ms) {
    for (size_t i = 0; i < engine->links.capacity; i++) {
        struct link_row *link = &engine->links.rows[i];
        if (!is_alive(link)) continue;
        const struct ruling ruling = control_judge_link(engine, deed_of(link), link);
        if (!control_allows(&ruling)) session_close(engine, link, ruling.reason, "", now_ms);
    }
}

static void enforce(struct engine *engine, int64_t now_ms) {
    if (engine->enforced == engine->operations.revision || engine->is_stopping) return;
    engine->enforced = engine->operations.revision;
    close_forbidden(engine, now_ms);
    harvest_allowed(engine, now_ms); /* what may be done again is done at once */
    dial_candidates_changed(engine, now_ms);
}

/* ---- What an operation would do ---- */

static bool would_end(const struct engine *engine, const struct operation *operation, const struct link_row *link) {
    struct switches switches = engine->operations.switches;
    const struct peer_face face = face_of(link);
    if (operation->control == CONTROL_LINK_DISCONNECT && node_id_equal(&operation->target.node_id, &link->node_id))
        return true;
    for (size_t i = 0; i < operation->setting_count; i++) {
        const struct operation_setting *setting = &operation->settings[i];
        if (setting->subject == SUBJECT_SWITCH) switches.is_on[setting->which] = setting->value != 0;
        const bool is_blocked = setting->subject == SUBJECT_BLOCK && (setting->value & direction_of(link)) != 0 &&
                                block_target_covers(&operation->target, &face);
        if (is_blocked) return true;
    }
    const struct ruling ruling = judge_by_switches(engine, &switches, DEED_KEEP, link);
    return !control_allows(&ruling);
}

struct operation_impact control_impact_of(const struct engine *engine, const struct operation_request *request) {
    struct operation operation = {.control = request->control, .direction = request->direction};
    struct operation_impact impact = {0};
    if (request->target != NULL) operation.target = *request->target;
    operation_fill_settings(&operation);
    for (size_t i = 0; i < engine->links.capacity; i++) {
        const struct link_row *link = &engine->links.rows[i];
        if (!link->in_use || link->state != LINK_STATE_OPEN) continue;
        *(would_end(engine, &operation, link) ? &impact.links_cut : &impact.links_left) += 1;
    }
    return impact;
}

/* ---- What is done and over ---- */

/* We do not call it again at once: it would look as if nothing had been done. */
enum { DISCONNECTED_MS = 60000 };

static void disconnect(struct engine *engine, const struct node_id *id, int64_t now_ms) {
    for (size_t i = 0; i < engine->links.capacity; i++) {
        struct link_row *link = &engine->links.rows[i];
        if (!is_alive(link) || !link->has_peer || !node_id_equal(&link->node_id, id)) continue;
        redial_hold(engine, link, now_ms + DISCONNECTED_MS);
        session_close(engine, link, REASON_OPERATOR, "", now_ms);
    }
}

/* ---- Telling and writing ---- */

static void tell(struct engine *engine, struct operation_row *row, int64_t now_ms) {
    const struct operation *operation = &row->operation;
    const bool has_failed = operation->state == OPERATION_FAILED;
    char text[EVENT_TEXT_MAX + 1];
    row->told = operation->state;
    if (operation->state == OPERATION_PENDING) return;
    struct event *event = engine_emit(engine, has_failed ? EVENT_CONTROL_FAILED : EVENT_CONTROL, now_ms);
    const bool is_done = operation->state == OPERATION_APPLIED || operation->state == OPERATION_AWAITING;
    (void)snprintf(text, sizeof text, "%s %s%s%s", control_name(operation->control),
                   operation_state_name(operation->state), is_done ? ": " : "",
                   is_done ? control_done(operation->control) : "");
    event->figures[0] = is_done ? operation->left_ms : 0;
    event_set_text(event, text);
}

static void tell_all(struct engine *engine, int64_t now_ms) {
    for (size_t i = 0; i < engine->operations.count; i++) {
        struct operation_row *row = &engine->operations.rows[i];
        if (row->is_gone || row->told == row->operation.state) continue;
        tell(engine, row, now_ms);
        const bool is_done = row->operation.state == OPERATION_APPLIED || row->operation.state == OPERATION_AWAITING;
        if (is_done && row->operation.control == CONTROL_LINK_DISCONNECT)
            disconnect(engine, &row->operation.target.node_id, now_ms);
    }
}

static void write_unsaved(struct engine *engine, int64_t now_ms) {
    struct operation operation;
    bool is_gone, waits;
    while (operations_next_unsaved(&engine->operations, &operation, &is_gone, &waits, clocks_of(engine, now_ms))) {
        struct action *action = actions_add(engine->actions, ACTION_JOURNAL);
        action->is_gone = is_gone;
        action->waits = waits;
        action->as.operation = operation;
    }
}

/* ---- In and out ---- */

void control_load(struct engine *engine, const struct operation *row) {
    const bool is_taken = operations_load(&engine->operations, row);
    (void)is_taken; /* one that makes no sense is as if it were not there */
}

void control_start(struct engine *engine, int64_t now_ms) {
    operations_begin(&engine->operations, clocks_of(engine, now_ms));
    engine->enforced = engine->operations.revision;
}

void control_take(struct engine *engine, const struct input *input, int64_t now_ms) {
    struct operations *operations = &engine->operations;
    const struct clocks at = clocks_of(engine, now_ms);
    const uint64_t id = input->as.operation.id;
    switch (input->as.operation.verb) {
    case OPERATION_ASK:
        *input->as.operation.answer = operations_ask(operations, input->as.operation.request, id, at);
        return;
    case OPERATION_KEEP: *input->as.operation.answer = operations_keep(operations, id); return;
    case OPERATION_REVERT: *input->as.operation.answer = operations_revert(operations, id, at); return;
    }
}

void control_journaled(struct engine *engine, uint64_t id, bool is_kept, int64_t now_ms) {
    operations_journaled(&engine->operations, id, is_kept, clocks_of(engine, now_ms));
}

void control_woke(struct engine *engine, int64_t stood_ms) {
    operations_woke(&engine->operations, stood_ms);
}

void control_tick(struct engine *engine, int64_t now_ms) {
    if (engine->started_at_ms == 0) return;
    operations_tick(&engine->operations, clocks_of(engine, now_ms));
    tell_all(engine, now_ms);
    enforce(engine, now_ms);
    write_unsaved(engine, now_ms);
}

int64_t control_deadline_ms(const struct engine *engine) {
    return operations_deadline_ms(&engine->operations);
}
