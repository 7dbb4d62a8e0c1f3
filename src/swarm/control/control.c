/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/control/control.h"

#include <stdio.h>
#include <string.h>

#include "swarm/dial/dial.h"
#include "swarm/dial/hand_call.h"
#include "swarm/dial/operator_peer.h"
#include "swarm/dial/redial.h"
#include "swarm/link/session.h"
#include "swarm/peer/peers.h"
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

/* A peer by whom its key was once proven to be, whatever its ticket says now: leaving the certificate out, or showing
 * another's, is no way round a block. */
struct pin {
    struct peer_face face;
    char user_id[NODE_ID_TEXT_SIZE + 1];
};

/* False: it is not known to have been anybody's. */
static bool pin_of(const struct book_entry *entry, struct pin *pin) {
    if (entry == NULL || node_id_is_none(&entry->row.proven_user)) return false;
    pin->face = (struct peer_face){.node_id = &entry->row.node_id,
                                   .user_id = node_id_text(&entry->row.proven_user, pin->user_id),
                                   .is_user_proven = true};
    return true;
}

static const struct book_entry *entry_of(const struct engine *engine, const struct peer_face *face) {
    return face->node_id == NULL ? NULL : address_book_find(&engine->book, face->node_id);
}

static uint8_t direction_of(const struct link_row *link) {
    return link->is_inbound ? BLOCK_INBOUND : BLOCK_OUTBOUND;
}

/* The first block that is in the way. */
static struct block *find_block(const struct engine *engine, const struct peer_face *face, uint8_t direction) {
    const struct block_list *blocks = &engine->operations.blocks;
    struct pin pin;
    if (blocks->count == 0) return NULL; /* the rule, and asked for every dial there could be */
    struct block *block = block_list_find(blocks, face, direction);
    if (block != NULL || !pin_of(entry_of(engine, face), &pin)) return block;
    return block_list_find(blocks, &pin.face, direction);
}

static bool covers(const struct engine *engine, const struct control_target *target, const struct peer_face *face) {
    struct pin pin;
    if (control_target_covers(target, face)) return true;
    return pin_of(entry_of(engine, face), &pin) && control_target_covers(target, &pin.face);
}

bool control_is_pinned(const struct engine *engine, const struct book_entry *entry) {
    struct pin pin;
    return engine->operations.blocks.count > 0 && pin_of(entry, &pin) &&
           block_list_find(&engine->operations.blocks, &pin.face, BLOCK_ALL) != NULL;
}

bool control_blocks(struct engine *engine, const struct peer_face *face, uint8_t direction, int64_t now_ms) {
    struct block *block = find_block(engine, face, direction);
    if (block != NULL) block_hit(block, engine_wall_ms(engine, now_ms));
    return block != NULL;
}

bool control_is_blocked(const struct engine *engine, const struct node_id *id, uint8_t direction) {
    const struct peer_face face = {.node_id = id};
    return find_block(engine, &face, direction) != NULL;
}

bool control_has_approved(const struct engine *engine, const struct node_id *id) {
    return operator_peer_is_named(engine, id) || operations_standing(&engine->operations, id) == STANDING_APPROVED;
}

static bool is_approved(const struct engine *engine, const struct link_row *link) {
    return link->is_by_hand || (link->is_proven && control_has_approved(engine, &link->node_id));
}

struct ruling control_judge_link(const struct engine *engine, enum deed deed, const struct link_row *link) {
    const struct peer_face face = face_of(link);
    if (find_block(engine, &face, direction_of(link)) != NULL)
        return (struct ruling){LEAVE_DENIED, SWITCH_COUNT, REASON_BLOCKED};
    struct ruling ruling = switches_judge(&engine->operations.switches, deed, is_approved(engine, link));
    if (ruling.leave == LEAVE_QUEUED && operations_standing(&engine->operations, &link->node_id) == STANDING_REJECTED)
        ruling = (struct ruling){LEAVE_DENIED, ruling.by, REASON_REJECTED};
    return ruling;
}

void control_let_wait(struct engine *engine, const struct link_row *link, const struct ticket *ticket, int64_t now_ms) {
    const struct peer_face face = {.node_id = &link->node_id,
                                   .user_id = ticket->user_id,
                                   .is_user_proven = ticket_is_user_proven(ticket, engine_wall_ms(engine, now_ms))};
    if (approval_queue_call(&engine->approvals, &face, &link->address, now_ms))
        (void)engine_emit_link(engine, EVENT_APPROVAL_WAITING, link, now_ms);
    peers_remember(engine, ticket, &link->learned_from, now_ms); /* where it can be called once it is approved */
}

/* ---- The links there are ---- */

static bool is_alive(const struct link_row *link) {
    return link->in_use && link->state != LINK_STATE_CLOSING && link->state != LINK_STATE_CLOSED;
}

static enum deed deed_of(const struct link_row *link) {
    if (link->state == LINK_STATE_OPEN) return DEED_KEEP;
    if (link->is_inbound) return DEED_ACCEPT;
    return link->is_by_hand ? DEED_DIAL_BY_HAND : DEED_DIAL;
}

static void close_forbidden(struct engine *engine, int64_t now_ms) {
    for (size_t i = 0; i < engine->links.capacity; i++) {
        struct link_row *link = &engine->links.rows[i];
        if (!link->in_use || link->state == LINK_STATE_CLOSED) continue;
        const struct ruling ruling = control_judge_link(engine, deed_of(link), link);
        if (control_allows(&ruling)) continue;
        if (is_alive(link))
            session_close(engine, link, ruling.reason, "", now_ms);
        else if (ruling.reason == REASON_BLOCKED && link->reason != REASON_BLOCKED)
            session_cut(engine, link, now_ms); /* it had longer to let go than is left to it now */
    }
}

/* Who is blocked, or could link now without being asked about, leaves the caretaker nothing to decide. */
static void forget_needless(struct engine *engine) {
    struct approval_queue *queue = &engine->approvals;
    const struct ruling ruling = switches_judge(&engine->operations.switches, DEED_ACCEPT, false);
    for (size_t i = queue->count; i-- > 0;) {
        const struct approval *row = &queue->rows[i];
        const struct node_id id = row->node_id;
        const struct peer_face face = {&id, row->user_id, row->is_user_proven};
        if (control_allows(&ruling) || find_block(engine, &face, BLOCK_INBOUND) != NULL)
            (void)approval_queue_remove(queue, &id);
    }
}

static void enforce(struct engine *engine, int64_t now_ms) {
    if (engine->enforced == engine->operations.revision || engine->is_stopping) return;
    engine->enforced = engine->operations.revision;
    close_forbidden(engine, now_ms);
    forget_needless(engine);
    harvest_allowed(engine, now_ms); /* what may be done again is done at once */
    dial_candidates_changed(engine, now_ms);
}

/* ---- What an operation would do ---- */

static bool would_end(const struct engine *engine, const struct operation *operation, const struct link_row *link) {
    struct switches switches = engine->operations.switches;
    const struct peer_face face = face_of(link);
    const bool is_target = covers(engine, &operation->target, &face);
    bool is_let_through = is_approved(engine, link);
    for (size_t i = 0; i < operation->setting_count; i++) {
        const struct operation_setting *setting = &operation->settings[i];
        switch (setting->subject) {
        case SUBJECT_SWITCH: switches.is_on[setting->which] = setting->value != 0; break;
        case SUBJECT_BLOCK:
            if (is_target && (setting->value & direction_of(link)) != 0) return true;
            break;
        case SUBJECT_STANDING:
            if (is_target)
                is_let_through = setting->value == STANDING_APPROVED || link->is_by_hand ||
                                 operator_peer_is_named(engine, &link->node_id);
            break;
        case SUBJECT_LINK:
            if (is_target && setting->value == 0) return true;
            break;
        }
    }
    const struct ruling ruling = switches_judge(&switches, DEED_KEEP, is_let_through);
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

/* ---- What is done rather than set ---- */

static struct hand_call_target call_target(const struct control_target *target) {
    struct hand_call_target call = {.id = &target->node_id};
    if (target->kind != TARGET_ADDRESS) return call;
    call.address = &target->address;
    if (node_id_is_none(&target->node_id)) call.id = NULL;
    return call;
}

static bool is_with(const struct link_row *link, const struct control_target *target) {
    if (target->kind == TARGET_NODE) return link->has_peer && node_id_equal(&link->node_id, &target->node_id);
    return link->is_by_hand && address_equal(&link->address, &target->address);
}

/* We do not call it again at once: it would look as if nothing had been done. */
enum { DISCONNECTED_MS = 60000 };

static void disconnect(struct engine *engine, const struct control_target *target, int64_t now_ms) {
    const struct hand_call_target call = call_target(target);
    hand_call_give_up(engine, &call);
    for (size_t i = 0; i < engine->links.capacity; i++) {
        struct link_row *link = &engine->links.rows[i];
        if (!is_alive(link) || !is_with(link, target)) continue;
        redial_hold(engine, link, now_ms + DISCONNECTED_MS);
        session_close(engine, link, REASON_OPERATOR, "", now_ms);
    }
}

static void call_by_hand(struct engine *engine, const struct control_target *target, bool is_approved, int64_t now_ms) {
    struct hand_call_target call = call_target(target);
    call.is_approved = is_approved;
    hand_call_begin(engine, &call, now_ms);
}

static void carry_out(struct engine *engine, const struct operation *operation, int64_t now_ms) {
    const bool is_back = operation->state == OPERATION_REVERTED;
    if (!is_back && !operation_state_is_in_force(operation->state)) return;
    if (operation->control == CONTROL_MESH_REFRESH) harvest_refresh(engine, now_ms);
    for (size_t i = 0; i < operation->setting_count; i++) {
        const struct operation_setting *setting = &operation->settings[i];
        if (setting->subject == SUBJECT_STANDING) {
            (void)approval_queue_remove(&engine->approvals, &operation->target.node_id);
            if (!is_back && setting->value == STANDING_APPROVED) call_by_hand(engine, &operation->target, true, now_ms);
        } else if (setting->subject == SUBJECT_LINK) {
            const bool is_call = (setting->value != 0) != is_back;
            if (is_call)
                call_by_hand(engine, &operation->target, false, now_ms);
            else
                disconnect(engine, &operation->target, now_ms);
        }
    }
}

static bool has_link_with(const struct engine *engine, const struct control_target *target) {
    for (size_t i = 0; i < engine->links.capacity; i++)
        if (is_alive(&engine->links.rows[i]) && is_with(&engine->links.rows[i], target)) return true;
    return false;
}

/* What is done at once and cannot be done now is refused, rather than done to no effect. */
static enum operation_answer may_be_asked(const struct engine *engine, const struct operation_request *request) {
    if (operations_id_of_key(&engine->operations, request->key) != 0) return OPERATION_ASKED; /* it was, before */
    const bool is_at_once = request->control == CONTROL_LINK_DISCONNECT || request->control == CONTROL_LINK_CONNECT ||
                            request->control == CONTROL_MESH_REFRESH;
    if (is_at_once && engine->is_stopping) return OPERATION_TOO_LATE;
    if (request->control == CONTROL_LINK_DISCONNECT)
        return has_link_with(engine, request->target) ? OPERATION_ASKED : OPERATION_NOT_LINKED;
    if (request->control == CONTROL_MESH_REFRESH)
        return harvest_may_ask(engine) ? OPERATION_ASKED : OPERATION_NOBODY_TO_ASK;
    if (request->control != CONTROL_LINK_CONNECT) return OPERATION_ASKED;
    const struct hand_call_target call = call_target(request->target);
    return hand_call_may_begin(engine, &call);
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

/* Each state that an operation has entered since is told once, and has its effect once. */
static void follow_operations(struct engine *engine, int64_t now_ms) {
    for (size_t i = 0; i < engine->operations.count; i++) {
        struct operation_row *row = &engine->operations.rows[i];
        if (row->is_gone || row->told == row->operation.state) continue;
        const bool was_kept = row->told == OPERATION_AWAITING && row->operation.state == OPERATION_CONFIRMED;
        tell(engine, row, now_ms);
        if (!was_kept) carry_out(engine, &row->operation, now_ms);
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
        *input->as.operation.answer = may_be_asked(engine, input->as.operation.request);
        if (*input->as.operation.answer == OPERATION_ASKED)
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
    approval_queue_lapse(&engine->approvals, now_ms);
    follow_operations(engine, now_ms);
    enforce(engine, now_ms);
    write_unsaved(engine, now_ms);
}

int64_t control_deadline_ms(const struct engine *engine) {
    const int64_t operation_ms = operations_deadline_ms(&engine->operations);
    const int64_t lapse_ms = approval_queue_deadline_ms(&engine->approvals);
    return operation_ms < lapse_ms ? operation_ms : lapse_ms;
}
