/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/link/admission.h"

#include "swarm/control/control.h"
#include "swarm/control/gate.h"
#include "swarm/peer/diversity.h"
#include "swarm/peer/peers.h"

#include <string.h>

static enum reason judge_identity(const struct link_row *link, const struct hello *hello) {
    if (hello->ticket_refusal == REFUSAL_TICKET_PEER_ID_MISMATCH) return REASON_IDENTITY;
    if (hello->ticket_refusal != REFUSAL_NONE) return REASON_NONE; /* comes later in the order */
    bool is_own_key = public_key_equal(&hello->ticket.key, &link->key);
    return is_own_key && hello->ticket.is_native ? REASON_NONE : REASON_IDENTITY;
}

static enum reason judge_ticket(const struct hello *hello, const char **detail) {
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

static enum reason judge_switches(struct engine *engine, const struct link_row *link, const struct hello *hello,
                                  int64_t now_ms) {
    if (!link->is_inbound) return REASON_NONE; /* that was judged before it was dialled */
    const struct ruling ruling = gate_judge_link(engine, DEED_ACCEPT, link);
    const bool waits = ruling.leave == LEAVE_QUEUED && !hello->has_probe; /* who only tests an address wants nothing */
    if (waits) control_let_wait(engine, link, &hello->ticket, now_ms);
    const bool is_signaled = link->transport == LINK_TRANSPORT_WEBRTC && ruling.leave == LEAVE_DIRECT;
    return gate_allows(&ruling) && !is_signaled ? REASON_NONE : ruling.reason;
}

/* We have called ourselves; or there is another process with our keys, which says so itself. */
static enum reason judge_own_key(struct engine *engine, const struct link_row *link, const struct hello *hello,
                                 int64_t now_ms) {
    if (memcmp(hello->boot, engine->self.boot, sizeof hello->boot) == 0) return REASON_SELF;
    if (hello->ticket_refusal == REFUSAL_NONE) clone_guard_linked(engine, link, &hello->ticket, now_ms);
    return REASON_CLONE;
}

enum reason admission_judge(struct engine *engine, const struct link_row *link, const struct hello *hello,
                            const char **detail, int64_t now_ms) {
    if (hello->version != HELLO_VERSION) return REASON_VERSION;
    if (public_key_equal(&link->key, &engine->self.key)) return judge_own_key(engine, link, hello, now_ms);
    enum reason reason = judge_identity(link, hello);
    if (reason != REASON_NONE) return reason;
    if (strcmp(hello->community, engine->self.community) != 0) return REASON_COMMUNITY;
    reason = judge_ticket(hello, detail);
    if (reason != REASON_NONE) return reason;
    if (gate_blocks_link(engine, link, &hello->ticket, now_ms)) {
        peers_remember(engine, &hello->ticket, &link->learned_from, now_ms); /* whose its key was proven to be */
        return REASON_BLOCKED;
    }
    return judge_switches(engine, link, hello, now_ms);
}

/* How many of all links one prefix may hold; in a small table as many as may be unfinished. */
static size_t places_of_prefix(const struct engine *engine, const struct address *remote) {
    size_t places = engine->links.capacity / (diversity_is_exempt(remote) ? 2 : 16);
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
        of_prefix += diversity_same_prefix(&link->address, remote);
        if (link->state != LINK_STATE_HANDSHAKING) continue;
        unfinished++;
        of_address += address_same_ip(&link->address, remote);
    }
    return unfinished < LIMIT_HANDSHAKES_MAX && of_address < LIMIT_HANDSHAKES_PER_ADDRESS_MAX &&
           of_prefix < places_of_prefix(engine, remote) && inbound + engine->view_target < engine->links.capacity;
}
