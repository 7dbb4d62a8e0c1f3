/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/mesh/admission.h"

#include "swarm/mesh/exchange.h"
#include "swarm/mesh/session.h"

#include <string.h>

/* The last places of the active view are kept for those who have few links (W10). */
enum { PLACES_FOR_NEEDY = 4, REPLACED_PEX_TICKETS = 4 };

bool admission_may_begin(const struct engine *engine, const struct address *remote) {
    size_t unfinished = 0;
    size_t of_address = 0;
    size_t inbound = 0;
    for (size_t i = 0; i < engine->links.capacity; i++) {
        const struct link_row *link = &engine->links.rows[i];
        if (!link->in_use || !link->is_inbound || link->state == LINK_STATE_CLOSED) continue;
        inbound++;
        if (link->state != LINK_STATE_HANDSHAKING) continue;
        unfinished++;
        of_address += address_same_ip(&link->address, remote);
    }
    return unfinished < LIMIT_HANDSHAKES_MAX && of_address < LIMIT_HANDSHAKES_PER_ADDRESS_MAX &&
           inbound + engine->view_target < engine->links.capacity;
}

static enum reason judge_identity(const struct link_row *link, const struct hello *hello) {
    if (hello->ticket_refusal == REFUSAL_TICKET_PEER_ID_MISMATCH) return REASON_IDENTITY;
    if (hello->ticket_refusal != REFUSAL_NONE) return REASON_NONE; /* comes later in the order */
    bool is_own_key = public_key_equal(&hello->ticket.key, &link->key);
    return is_own_key && hello->ticket.is_native ? REASON_NONE : REASON_IDENTITY;
}

static enum reason judge_ticket(const struct link_row *link, const struct hello *hello, const char **detail) {
    (void)link;
    if (hello->ticket_refusal != REFUSAL_NONE) {
        *detail = refusal_name(hello->ticket_refusal);
        return REASON_TICKET;
    }
    if (strcmp(hello->ticket.community, hello->community) != 0) {
        *detail = "the ticket names another community";
        return REASON_TICKET;
    }
    return REASON_NONE;
}

enum reason admission_judge(const struct engine *engine, const struct link_row *link, const struct hello *hello,
                            const char **detail, int64_t now_ms) {
    (void)now_ms;
    if (hello->version != HELLO_VERSION) return REASON_VERSION;
    if (public_key_equal(&link->key, &engine->self.key)) return REASON_SELF;
    enum reason reason = judge_identity(link, hello);
    if (reason != REASON_NONE) return reason;
    if (strcmp(hello->community, engine->self.community) != 0) return REASON_COMMUNITY;
    return judge_ticket(link, hello, detail);
}

static bool is_active(const struct link_row *link) {
    return link->in_use && link->state == LINK_STATE_OPEN && link->wish != MESH_WISH_NONE;
}

size_t admission_active_count(const struct engine *engine) {
    size_t count = 0;
    for (size_t i = 0; i < engine->links.capacity; i++) count += is_active(&engine->links.rows[i]);
    return count;
}

static int strength_of_link(const struct link_row *link, int64_t now_ms) {
    struct strength_inputs inputs = link_row_strength_inputs(link, now_ms);
    return strength_of(&inputs);
}

static struct link_row *weakest(struct engine *engine, const struct link_row *kept, int64_t now_ms) {
    struct link_row *weakest = NULL;
    int least = 0;
    for (size_t i = 0; i < engine->links.capacity; i++) {
        struct link_row *link = &engine->links.rows[i];
        if (!is_active(link) || link->is_operators || link == kept) continue;
        int strength = strength_of_link(link, now_ms);
        if (weakest != NULL && strength > least) continue;
        if (weakest != NULL && strength == least && node_id_compare(&link->node_id, &weakest->node_id) > 0) continue;
        weakest = link;
        least = strength;
    }
    return weakest;
}

enum reason admission_make_room(struct engine *engine, const struct link_row *link, const struct hello *hello,
                                int64_t now_ms) {
    enum mesh_wish wish = link->is_inbound ? hello->mesh : link->wish;
    size_t active = admission_active_count(engine);
    size_t room = engine->view_max;
    if (wish == MESH_WISH_NONE) return REASON_NONE;
    if (link->is_inbound && wish == MESH_WISH_LOW) room -= PLACES_FOR_NEEDY;
    if (active < room) return REASON_NONE;
    if (wish == MESH_WISH_LOW) return REASON_VIEW_FULL;
    struct link_row *victim = weakest(engine, link, now_ms);
    if (victim == NULL) return REASON_VIEW_FULL;
    exchange_offer(engine, victim, REPLACED_PEX_TICKETS, now_ms);
    session_close(engine, victim, REASON_REPLACED, "a peer with few links needs the place", now_ms);
    return REASON_NONE;
}

void admission_give_way(struct engine *engine, const struct link_row *kept, int64_t now_ms) {
    if (admission_active_count(engine) <= engine->view_target) return;
    struct link_row *victim = weakest(engine, kept, now_ms);
    if (victim == NULL) return;
    exchange_offer(engine, victim, REPLACED_PEX_TICKETS, now_ms);
    session_close(engine, victim, REASON_REPLACED, "a peer from farther away takes the place", now_ms);
}
