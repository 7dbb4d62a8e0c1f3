/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/control/control.h"

#include <stdio.h>

#include "base/deadline.h"
#include "swarm/control/errand.h"
#include "swarm/control/gate.h"
#include "swarm/dial/dial.h"
#include "swarm/link/session.h"
#include "swarm/peer/peers.h"
#include "swarm/rendezvous/harvest.h"

static struct clocks clocks_of(const struct engine *engine, int64_t now_ms) {
    return (struct clocks){now_ms, engine_wall_ms(engine, now_ms)};
}

/* ---- Who waits ---- */

void control_let_wait(struct engine *engine, const struct link_row *link, const struct ticket *ticket, int64_t now_ms) {
    const struct peer_face face = {.node_id = &link->node_id,
                                   .user_id = ticket->user_id,
                                   .is_user_proven = ticket_is_user_proven(ticket, engine_wall_ms(engine, now_ms))};
    if (approval_queue_call(&engine->approvals, &face, &link->address, now_ms))
        (void)engine_emit_link(engine, EVENT_APPROVAL_WAITING, link, now_ms);
    peers_remember(engine, ticket, &link->learned_from, now_ms); /* where it can be called once it is approved */
}

/* ---- The links there are ---- */

static enum deed deed_of(const struct link_row *link) {
    if (link->state == LINK_STATE_OPEN) return DEED_KEEP;
    if (link->is_inbound) return DEED_ACCEPT;
    return link->is_by_hand ? DEED_DIAL_BY_HAND : DEED_DIAL;
}

static void close_forbidden(struct engine *engine, int64_t now_ms) {
    for (size_t i = 0; i < engine->links.capacity; i++) {
        struct link_row *link = &engine->links.rows[i];
        if (!link->in_use || link->state == LINK_STATE_CLOSED) continue;
        const struct ruling ruling = gate_judge_link(engine, deed_of(link), link);
        if (gate_allows(&ruling)) continue;
        if (link_row_is_alive(link))
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
        if (gate_allows(&ruling) || gate_blocks_caller(engine, &face)) (void)approval_queue_remove(queue, &id);
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
        if (!was_kept) errand_carry_out(engine, &row->operation, now_ms);
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
        *input->as.operation.answer = errand_may_begin(engine, input->as.operation.request);
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
    return deadline_earlier(operations_deadline_ms(&engine->operations),
                            approval_queue_deadline_ms(&engine->approvals));
}
