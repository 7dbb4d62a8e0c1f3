/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/control/errand.h"

#include "swarm/dial/hand_call.h"
#include "swarm/dial/redial.h"
#include "swarm/link/session.h"
#include "swarm/rendezvous/harvest.h"

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
        if (!link_row_is_alive(link) || !is_with(link, target)) continue;
        redial_hold(engine, link, now_ms + DISCONNECTED_MS);
        session_close(engine, link, REASON_OPERATOR, "", now_ms);
    }
}

static void call_by_hand(struct engine *engine, const struct control_target *target, bool is_approved, int64_t now_ms) {
    struct hand_call_target call = call_target(target);
    call.is_approved = is_approved;
    hand_call_begin(engine, &call, now_ms);
}

void errand_carry_out(struct engine *engine, const struct operation *operation, int64_t now_ms) {
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
        if (link_row_is_alive(&engine->links.rows[i]) && is_with(&engine->links.rows[i], target)) return true;
    return false;
}

enum operation_answer errand_may_begin(const struct engine *engine, const struct operation_request *request) {
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
