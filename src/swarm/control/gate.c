/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/control/gate.h"

#include "swarm/dial/operator_peer.h"

bool gate_allows(const struct ruling *ruling) {
    return ruling->leave == LEAVE_GIVEN || ruling->leave == LEAVE_DIRECT;
}

/* What is told nobody may still be asked for. */
static bool is_quiet(const struct engine *engine, enum deed deed) {
    return deed != DEED_ANNOUNCE && clone_guard_is_quiet(engine);
}

bool gate_may(const struct engine *engine, enum deed deed) {
    if (is_quiet(engine, deed)) return false;
    const struct ruling ruling = switches_judge(&engine->operations.switches, deed, false);
    return gate_allows(&ruling);
}

bool gate_may_signal(const struct engine *engine, enum deed deed) {
    if (!engine->is_signaling || is_quiet(engine, deed)) return false;
    return switches_judge(&engine->operations.switches, deed, false).leave == LEAVE_GIVEN;
}

static struct peer_face face_of(const struct link_row *link) {
    const bool has_ticket = link->state == LINK_STATE_OPEN;
    return (struct peer_face){.node_id = link->has_peer ? &link->node_id : NULL,
                              .user_id = has_ticket ? link->ticket.user_id : NULL,
                              .is_user_proven = has_ticket && link->ticket.is_cert_verified};
}

struct ruling gate_judge_signaling(const struct engine *engine) {
    if (is_quiet(engine, DEED_SIGNAL)) return (struct ruling){LEAVE_DENIED, SWITCH_COUNT, REASON_CLONE};
    return switches_judge(&engine->operations.switches, DEED_SIGNAL, false);
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

bool gate_is_pinned(const struct engine *engine, const struct book_entry *entry) {
    struct pin pin;
    return engine->operations.blocks.count > 0 && pin_of(entry, &pin) &&
           block_list_find(&engine->operations.blocks, &pin.face, BLOCK_ALL) != NULL;
}

bool gate_blocks_link(struct engine *engine, const struct link_row *link, const struct ticket *ticket, int64_t now_ms) {
    const struct peer_face face = {.node_id = &link->node_id,
                                   .user_id = ticket == NULL ? NULL : ticket->user_id,
                                   .is_user_proven = ticket != NULL && ticket->is_cert_verified};
    struct block *block = find_block(engine, &face, direction_of(link));
    if (block != NULL) block_hit(block, engine_wall_ms(engine, now_ms));
    return block != NULL;
}

bool gate_is_blocked(const struct engine *engine, const struct node_id *id, uint8_t direction) {
    const struct peer_face face = {.node_id = id};
    return find_block(engine, &face, direction) != NULL;
}

bool gate_has_approved(const struct engine *engine, const struct node_id *id) {
    return operator_peer_is_named(engine, id) || operations_standing(&engine->operations, id) == STANDING_APPROVED;
}

static bool is_approved(const struct engine *engine, const struct link_row *link) {
    return link->is_by_hand || (link->is_proven && gate_has_approved(engine, &link->node_id));
}

struct ruling gate_judge_link(const struct engine *engine, enum deed deed, const struct link_row *link) {
    const struct peer_face face = face_of(link);
    if (find_block(engine, &face, direction_of(link)) != NULL)
        return (struct ruling){LEAVE_DENIED, SWITCH_COUNT, REASON_BLOCKED};
    if (is_quiet(engine, deed)) return (struct ruling){LEAVE_DENIED, SWITCH_COUNT, REASON_CLONE};
    struct ruling ruling = switches_judge(&engine->operations.switches, deed, is_approved(engine, link));
    if (ruling.leave == LEAVE_QUEUED && operations_standing(&engine->operations, &link->node_id) == STANDING_REJECTED)
        ruling = (struct ruling){LEAVE_DENIED, ruling.by, REASON_REJECTED};
    return ruling;
}

bool gate_blocks_caller(const struct engine *engine, const struct peer_face *face) {
    return find_block(engine, face, BLOCK_INBOUND) != NULL;
}

bool gate_blocks_author(const struct engine *engine, const struct checked_record *record) {
    char user_id[NODE_ID_TEXT_SIZE + 1];
    struct peer_face face = {.node_id = &record->node_id};
    if (record->has_cert) {
        const struct user_id user = user_id_of_key(&record->cert.user_key);
        face.user_id = user_id_text(&user, user_id);
        face.is_user_proven = true;
    }
    return find_block(engine, &face, BLOCK_ALL) != NULL;
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
        case SUBJECT_ENDPOINT: break; /* links need none of it */
        }
    }
    const struct ruling ruling = switches_judge(&switches, DEED_KEEP, is_let_through);
    return !gate_allows(&ruling);
}

struct operation_impact gate_impact_of(const struct engine *engine, const struct operation_request *request) {
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
