/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/mesh/membership.h"

#include "swarm/control/gate.h"
#include "swarm/dial/candidate.h"
#include "swarm/dial/dial.h"
#include "swarm/handlers.h"
#include "swarm/mesh/active_view.h"
#include "swarm/peer/peers.h"
#include "swarm/wire/forward_join.h"

/* W10: where the ticket is kept as a candidate. */
enum { HOPS_WHERE_KEPT = 3 };

static const struct pace_limit forward_limit = {LIMIT_FORWARD_JOIN_MS, LIMIT_FORWARD_JOIN_BURST};

static void pass_on(struct engine *engine, struct link_row *link, int64_t hops, const struct ticket *ticket,
                    int64_t now_ms) {
    if (!pace_take(&link->forwards, &forward_limit, now_ms)) return;
    struct buffer body = engine_body(engine);
    forward_join_build(&body, hops, ticket);
    engine_send(engine, link->id, MESSAGE_FORWARD_JOIN, &body);
}

void membership_joined(struct engine *engine, const struct link_row *link, int64_t now_ms) {
    if (!gate_may(engine, DEED_EXCHANGE) || !peers_may_learn(engine, &link->ticket, now_ms)) return;
    for (size_t i = 0; i < engine->links.capacity; i++) {
        struct link_row *other = &engine->links.rows[i];
        if (!active_view_holds(other) || node_id_equal(&other->node_id, &link->node_id)) continue;
        pass_on(engine, other, FORWARD_JOIN_HOPS, &link->ticket, now_ms);
    }
}

static void learn(struct engine *engine, const struct link_row *link, const struct ticket *ticket, int64_t now_ms) {
    struct learned_from from = {.kind = PROVENANCE_PEX, .node = link->node_id, .at_ms = engine_wall_ms(engine, now_ms)};
    peers_learn(engine, ticket, &from, now_ms);
}

/* The end of the walk: the joiner gets a link from here, if there is a place for one. */
static void take_in(struct engine *engine, const struct link_row *link, const struct ticket *ticket, int64_t now_ms) {
    learn(engine, link, ticket, now_ms);
    struct book_entry *entry = address_book_find(&engine->book, &ticket->node_id);
    bool has_place = active_view_count(engine) + dial_pending_count(engine) < engine->view_max;
    if (entry == NULL || !has_place || dial_pending_count(engine) >= LIMIT_DIALS_AT_ONCE) return;
    if (!candidate_is_diverse(engine, entry)) return;
    struct link_row *dial = dial_entry(engine, entry, now_ms);
    if (dial != NULL) dial->is_asked_for = true;
}

static bool is_worth_a_step(const struct engine *engine, const struct link_row *link, const struct forward_join *join,
                            int64_t now_ms) {
    return active_view_holds(link) && join->ticket_refusal == REFUSAL_NONE &&
           peers_may_learn(engine, &join->ticket, now_ms);
}

void membership_on_forward_join(struct engine *engine, struct link_row *link, const struct forward_join *join,
                                int64_t now_ms) {
    if (join->ticket_refusal != REFUSAL_NONE) {
        engine->counters.refused[join->ticket_refusal]++;
        engine_emit_peer(engine, EVENT_PEX_TICKETS_REFUSED, &link->node_id, now_ms)->figures[0] = 1;
    }
    if (!gate_may(engine, DEED_EXCHANGE) || !is_worth_a_step(engine, link, join, now_ms)) return;
    struct link_row *next = active_view_pick(engine, link, &join->ticket.node_id);
    bool is_end = join->hops == 0 || next == NULL || active_view_count(engine) < engine->view_min;
    if (is_end) {
        take_in(engine, link, &join->ticket, now_ms);
        return;
    }
    if (join->hops == HOPS_WHERE_KEPT) learn(engine, link, &join->ticket, now_ms);
    pass_on(engine, next, join->hops - 1, &join->ticket, now_ms);
}
