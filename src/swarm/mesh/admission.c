/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/mesh/admission.h"

#include "swarm/mesh/exchange.h"
#include "swarm/mesh/session.h"

#include <string.h>

/* The last places of the active view are kept for those who have few links (W10). */
enum { PLACES_FOR_NEEDY = 4, REPLACED_PEX_TICKETS = 4 };

/* The oldest links that we dialled ourselves are never given up: whoever fills the rest has not cut us off. A link
 * whose delay is not measured yet is neither strong nor weak. */
enum { ANCHORS = 4, UNMEASURED_STRENGTH = 50 };

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

/* Loopback and private networks hold many honest nodes at one address (W10). */
static bool is_diversity_exempt(const struct address *address) {
    enum address_scope scope = address_scope(address);
    return scope == ADDRESS_SCOPE_LOOPBACK || scope == ADDRESS_SCOPE_PRIVATE;
}

static bool is_same_prefix(const struct address *a, const struct address *b) {
    struct address prefix_a = address_diversity_prefix(a);
    struct address prefix_b = address_diversity_prefix(b);
    return address_equal(&prefix_a, &prefix_b);
}

static size_t count_active_of_prefix(const struct engine *engine, const struct address *address) {
    size_t count = 0;
    for (size_t i = 0; i < engine->links.capacity; i++) {
        const struct link_row *link = &engine->links.rows[i];
        count += is_active(link) && is_same_prefix(&link->address, address);
    }
    return count;
}

/* How many of all links one prefix may hold; in a small table as many as may be unfinished. */
static size_t places_of_prefix(const struct engine *engine, const struct address *remote) {
    size_t places = engine->links.capacity / (is_diversity_exempt(remote) ? 2 : 16);
    return places < LIMIT_HANDSHAKES_PER_ADDRESS_MAX ? LIMIT_HANDSHAKES_PER_ADDRESS_MAX : places;
}

bool admission_may_begin(const struct engine *engine, const struct address *remote) {
    size_t unfinished = 0;
    size_t of_address = 0;
    size_t of_prefix = 0;
    size_t inbound = 0;
    for (size_t i = 0; i < engine->links.capacity; i++) {
        const struct link_row *link = &engine->links.rows[i];
        if (!link->in_use || !link->is_inbound || link->state == LINK_STATE_CLOSED) continue;
        inbound++;
        of_prefix += is_same_prefix(&link->address, remote);
        if (link->state != LINK_STATE_HANDSHAKING) continue;
        unfinished++;
        of_address += address_same_ip(&link->address, remote);
    }
    return unfinished < LIMIT_HANDSHAKES_MAX && of_address < LIMIT_HANDSHAKES_PER_ADDRESS_MAX &&
           of_prefix < places_of_prefix(engine, remote) && inbound + engine->view_target < engine->links.capacity;
}

/* How many of our own calls that have lasted are older than this one. */
static size_t count_older_calls(const struct engine *engine, const struct link_row *than) {
    size_t count = 0;
    for (size_t i = 0; i < engine->links.capacity; i++) {
        const struct link_row *link = &engine->links.rows[i];
        count += is_active(link) && !link->is_inbound && link->opened_at_ms < than->opened_at_ms;
    }
    return count;
}

/* What a victim is chosen by. Strangers can make themselves look strong and their ids sort last, but not make us call
 * them, nor be with us for longer than they are. */
struct worth {
    bool is_anchor;      /* among the few oldest links that we dialled ourselves */
    size_t prefix_count; /* how many of the view share its prefix */
    int strength;
    int64_t opened_at_ms;
};

static struct worth worth_of(const struct engine *engine, const struct link_row *link, int64_t now_ms) {
    struct strength_inputs inputs = link_row_strength_inputs(link, now_ms);
    bool has_lasted = now_ms - link->opened_at_ms >= LIMIT_BACKOFF_CLEAR_MS;
    return (struct worth){
        .is_anchor = !link->is_inbound && has_lasted && count_older_calls(engine, link) < ANCHORS,
        .prefix_count = is_diversity_exempt(&link->address) ? 0 : count_active_of_prefix(engine, &link->address),
        .strength = inputs.delay == STRENGTH_UNKNOWN ? UNMEASURED_STRENGTH : strength_of(&inputs),
        .opened_at_ms = link->opened_at_ms,
    };
}

static bool is_worth_less(const struct worth *a, const struct worth *b) {
    if (a->is_anchor != b->is_anchor) return b->is_anchor;
    if (a->prefix_count != b->prefix_count) return a->prefix_count > b->prefix_count;
    if (a->strength != b->strength) return a->strength < b->strength;
    return a->opened_at_ms > b->opened_at_ms;
}

/* The link to give up; never an anchor. NULL: none may go. */
static struct link_row *least_worth(struct engine *engine, const struct link_row *kept, int64_t now_ms) {
    struct link_row *least = NULL;
    struct worth least_worth = {0};
    for (size_t i = 0; i < engine->links.capacity; i++) {
        struct link_row *link = &engine->links.rows[i];
        if (!is_active(link) || link->is_operators || link == kept) continue;
        struct worth worth = worth_of(engine, link, now_ms);
        if (worth.is_anchor || (least != NULL && !is_worth_less(&worth, &least_worth))) continue;
        least = link;
        least_worth = worth;
    }
    return least;
}

/* At most three of one prefix in the view, but never below the minimum for diversity's sake (W10). */
static bool is_prefix_full(const struct engine *engine, const struct link_row *link, size_t active) {
    if (active < engine->view_min || is_diversity_exempt(&link->address)) return false;
    return count_active_of_prefix(engine, &link->address) >= LIMIT_VIEW_PER_PREFIX;
}

enum reason admission_make_room(struct engine *engine, const struct link_row *link, const struct hello *hello,
                                int64_t now_ms) {
    enum mesh_wish wish = link->is_inbound ? hello->mesh : link->wish;
    size_t active = admission_active_count(engine);
    size_t room = engine->view_max;
    if (wish == MESH_WISH_NONE) return REASON_NONE;
    if (is_prefix_full(engine, link, active)) return REASON_VIEW_FULL;
    if (link->is_inbound && wish == MESH_WISH_LOW) room -= PLACES_FOR_NEEDY;
    if (active < room) return REASON_NONE;
    if (wish == MESH_WISH_LOW) return REASON_VIEW_FULL;
    struct link_row *victim = least_worth(engine, link, now_ms);
    if (victim == NULL) return REASON_VIEW_FULL;
    exchange_offer(engine, victim, REPLACED_PEX_TICKETS, now_ms);
    session_close(engine, victim, REASON_REPLACED, "a peer with few links needs the place", now_ms);
    return REASON_NONE;
}

void admission_give_way(struct engine *engine, const struct link_row *kept, int64_t now_ms) {
    if (admission_active_count(engine) <= engine->view_target) return;
    struct link_row *victim = least_worth(engine, kept, now_ms);
    if (victim == NULL) return;
    exchange_offer(engine, victim, REPLACED_PEX_TICKETS, now_ms);
    session_close(engine, victim, REASON_REPLACED, "a peer from farther away takes the place", now_ms);
}
