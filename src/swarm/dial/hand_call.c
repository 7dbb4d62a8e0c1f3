/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/dial/hand_call.h"

#include <stdio.h>

#include "base/deadline.h"
#include "swarm/control/gate.h"
#include "swarm/dial/dial.h"

/* Four addresses, each of which may wait for its budget, and is given up after a connect and a handshake. */
enum { HAND_CALL_MS = 60000, LOOK_AGAIN_MS = 500 };

/* ---- What is called ---- */

static const struct book_row *known_row(const struct engine *engine, const struct hand_call_target *target) {
    const struct book_entry *entry = target->id == NULL ? NULL : address_book_find(&engine->book, target->id);
    return entry == NULL ? NULL : &entry->row;
}

static bool may_ever_call(const struct engine *engine, const struct hand_call_target *target) {
    if (target->address != NULL) return dial_policy_allows(&engine->policy, target->address, true);
    const struct book_row *row = known_row(engine, target);
    for (size_t i = 0; row != NULL && i < row->addr_count; i++)
        if (dial_policy_allows(&engine->policy, &row->addrs[i], false)) return true;
    return target->id != NULL && gate_may_signal(engine, DEED_DIAL_BY_HAND);
}

/* LIMIT_HAND_CALLS: none is free. */
static size_t free_row(const struct engine *engine) {
    size_t at = 0;
    while (at < LIMIT_HAND_CALLS && engine->hand_calls[at].in_use) at++;
    return at;
}

enum operation_answer hand_call_may_begin(const struct engine *engine, const struct hand_call_target *target) {
    if (target->id != NULL && link_table_find_peer(&engine->links, target->id, LINK_STATE_OPEN) != NULL)
        return OPERATION_LINKED;
    if (target->id != NULL && gate_is_blocked(engine, target->id, BLOCK_OUTBOUND)) return OPERATION_BLOCKED;
    if (!gate_may(engine, DEED_DIAL_BY_HAND)) return OPERATION_FORBIDDEN;
    if (!may_ever_call(engine, target)) return OPERATION_NO_ADDRESS;
    return free_row(engine) < LIMIT_HAND_CALLS ? OPERATION_ASKED : OPERATION_BUSY;
}

/* ---- Calling ---- */

static void tell_failed(struct engine *engine, const struct hand_call *call, const char *why, int64_t now_ms) {
    struct event *event = engine_emit(engine, EVENT_HAND_CALL_FAILED, now_ms);
    event->has_peer = call->has_id;
    event->peer = call->id;
    event->has_address = call->addr_count > 0;
    if (call->addr_count > 0) event->address = call->addrs[0];
    event_set_text(event, why);
}

void hand_call_begin(struct engine *engine, const struct hand_call_target *target, int64_t now_ms) {
    struct hand_call call = {.in_use = true, .has_id = target->id != NULL, .until_ms = now_ms + HAND_CALL_MS};
    const struct book_row *row = known_row(engine, target);
    if (target->id != NULL) call.id = *target->id;
    call.is_named = target->address != NULL;
    call.is_approved = target->is_approved;
    if (target->address != NULL) {
        call.addrs[call.addr_count++] = *target->address;
    } else {
        for (size_t i = 0; row != NULL && i < row->addr_count; i++) call.addrs[call.addr_count++] = row->addrs[i];
    }
    const enum operation_answer answer = hand_call_may_begin(engine, target);
    if (answer == OPERATION_ASKED)
        engine->hand_calls[free_row(engine)] = call;
    else if (answer != OPERATION_LINKED)
        tell_failed(engine, &call, "nobody could be called", now_ms);
}

static bool is_same_target(const struct hand_call *call, const struct hand_call_target *target) {
    if (target->id != NULL && call->has_id) return node_id_equal(&call->id, target->id);
    return target->address != NULL && call->is_named && address_equal(&call->addrs[0], target->address);
}

void hand_call_give_up(struct engine *engine, const struct hand_call_target *target) {
    for (size_t i = 0; i < LIMIT_HAND_CALLS; i++)
        if (is_same_target(&engine->hand_calls[i], target)) engine->hand_calls[i].in_use = false;
}

/* `address` NULL: through signaling. */
static bool call_by(struct engine *engine, struct hand_call *call, const struct address *address, int64_t now_ms) {
    const struct dial_target target = {.address = address,
                                       .id = call->has_id ? &call->id : NULL,
                                       .from = {.kind = PROVENANCE_OPERATOR, .at_ms = engine_wall_ms(engine, now_ms)},
                                       .operator_index = -1,
                                       .is_by_hand = true};
    struct link_row *link = dial_to(engine, &target, now_ms);
    if (link == NULL) return false;
    if (link->wish == MESH_WISH_LOW) link->wish = MESH_WISH_HIGH; /* a full view there shall make room */
    call->link = link->id;
    return true;
}

/* Its next address, when that may be called now; one that never may is passed over. Then signaling. */
static void call_on(struct engine *engine, struct hand_call *call, int64_t now_ms) {
    while (call->tried < call->addr_count && call->link == 0) {
        const struct address *address = &call->addrs[call->tried];
        const bool is_allowed = dial_policy_allows(&engine->policy, address, call->is_named);
        call->next_ms = dial_policy_next_ms(&engine->policy, address, now_ms);
        if (is_allowed && call->next_ms > now_ms) return;
        if (is_allowed) (void)call_by(engine, call, address, now_ms);
        call->tried++;
    }
    if (call->link != 0 || call->has_signaled || !call->has_id) return;
    call->has_signaled = true;
    (void)call_by(engine, call, NULL, now_ms);
}

/* Another dial of ours, or a call of its own, was first; what comes of it is waited for. */
static bool is_being_linked(const struct engine *engine, struct hand_call *call) {
    static const enum link_state states[] = {LINK_STATE_OPEN, LINK_STATE_HANDSHAKING, LINK_STATE_DIALING};
    for (size_t i = 0; call->has_id && i < sizeof states / sizeof states[0]; i++) {
        if (link_table_find_peer(&engine->links, &call->id, states[i]) == NULL) continue;
        call->in_use = states[i] != LINK_STATE_OPEN;
        return true;
    }
    return false;
}

void hand_call_tick(struct engine *engine, int64_t now_ms) {
    for (size_t i = 0; i < LIMIT_HAND_CALLS; i++) {
        struct hand_call *call = &engine->hand_calls[i];
        if (!call->in_use || call->link != 0) continue;
        if (is_being_linked(engine, call)) {
            call->next_ms = now_ms + LOOK_AGAIN_MS;
            continue;
        }
        call_on(engine, call, now_ms);
        if (call->link != 0 || (call->tried < call->addr_count && call->until_ms > now_ms)) continue;
        tell_failed(engine, call, "no way to it became a link", now_ms);
        call->in_use = false;
    }
}

int64_t hand_call_deadline_ms(const struct engine *engine) {
    int64_t deadline_ms = INT64_MAX;
    for (size_t i = 0; i < LIMIT_HAND_CALLS; i++) {
        const struct hand_call *call = &engine->hand_calls[i];
        if (!call->in_use || call->link != 0) continue;
        deadline_ms = deadline_earlier(deadline_ms, deadline_earlier(call->next_ms, call->until_ms));
    }
    return deadline_ms;
}

/* ---- What came of it ---- */

static struct hand_call *call_of(struct engine *engine, const struct link_row *link) {
    for (size_t i = 0; link->is_by_hand && i < LIMIT_HAND_CALLS; i++)
        if (engine->hand_calls[i].in_use && engine->hand_calls[i].link == link->id) return &engine->hand_calls[i];
    return NULL;
}

void hand_call_link_opened(struct engine *engine, struct link_row *link) {
    struct hand_call *call = call_of(engine, link);
    if (call == NULL) return;
    call->in_use = false;
    link->is_by_hand = !call->is_approved;
}

/* That there is a link already is as good as one; that somebody else answered first may come to nothing. */
void hand_call_link_ended(struct engine *engine, const struct link_row *link) {
    struct hand_call *call = call_of(engine, link);
    if (call == NULL) return;
    call->link = 0;
    const bool is_linked =
        link->has_peer && link_table_find_peer(&engine->links, &link->node_id, LINK_STATE_OPEN) != NULL;
    if (link->reason == REASON_DUPLICATE && is_linked) call->in_use = false;
}
