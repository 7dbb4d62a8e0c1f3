/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/mesh/exchange.h"

#include "swarm/control/gate.h"
#include "swarm/handlers.h"
#include "swarm/link/session.h"
#include "swarm/mesh/active_view.h"
#include "swarm/peer/peers.h"
#include "swarm/wire/pex.h"
#include "swarm/wire/ticket_frame.h"

enum { PEX_WANT = 8, PEX_NEIGHBOURS = 3 };

void exchange_start(struct engine *engine, int64_t now_ms) {
    engine->next_pex_ms = now_ms + prng_jitter(&engine->prng, LIMIT_PEX_MS, 20);
}

static size_t pick_neighbours(struct engine *engine, const struct link_row *link, size_t max,
                              const struct ticket **picked, int64_t now_ms) {
    size_t count = 0;
    for (size_t tries = 0; tries < 2 * max && count < max; tries++) {
        const struct link_row *other = active_view_pick(engine, link, &link->node_id);
        bool is_new = other != NULL && peers_may_learn(engine, &other->ticket, now_ms);
        for (size_t i = 0; i < count && is_new; i++) is_new = picked[i] != &other->ticket;
        if (is_new) picked[count++] = &other->ticket;
    }
    return count;
}

/* The shuffle of HyParView: our own ticket first, then some neighbours, then a random choice of candidates; never the
 * receiver's own. */
static void send_pex(struct engine *engine, const struct link_row *link, int64_t want, size_t count, int64_t now_ms) {
    const struct ticket *tickets[LIMIT_PEX_TICKETS_MAX] = {&engine->self.ticket};
    if (count > LIMIT_PEX_TICKETS_MAX - 1) count = LIMIT_PEX_TICKETS_MAX - 1;
    size_t neighbours =
        pick_neighbours(engine, link, count < PEX_NEIGHBOURS ? count : PEX_NEIGHBOURS, tickets + 1, now_ms);
    size_t candidates = passive_view_sample(&engine->passive, &engine->prng, &link->node_id, count - neighbours,
                                            tickets + 1 + neighbours);
    struct buffer body = engine_body(engine);
    pex_build(&body, want, tickets, 1 + neighbours + candidates);
    engine_send(engine, link->id, MESSAGE_PEX, &body);
}

void exchange_offer(struct engine *engine, struct link_row *link, size_t ticket_count, int64_t now_ms) {
    if (!gate_may(engine, DEED_EXCHANGE)) return;
    passive_view_forget_old(&engine->passive, engine_wall_ms(engine, now_ms));
    send_pex(engine, link, 0, ticket_count, now_ms);
}

void exchange_tick(struct engine *engine, int64_t now_ms) {
    if (engine->is_stopping || engine->started_at_ms == 0 || now_ms < engine->next_pex_ms) return;
    exchange_start(engine, now_ms);
    struct link_row *link = active_view_pick(engine, NULL, NULL);
    if (link == NULL || !gate_may(engine, DEED_EXCHANGE)) return;
    passive_view_forget_old(&engine->passive, engine_wall_ms(engine, now_ms));
    link->pex_asked_at_ms = now_ms;
    send_pex(engine, link, PEX_WANT, PEX_WANT, now_ms);
}

/* Of guests nothing is learned: each would be an introducer of its own. */
static void learn_all(struct engine *engine, const struct link_row *link, const struct pex *pex, int64_t now_ms) {
    if (!active_view_holds(link)) return;
    struct learned_from from = {.kind = PROVENANCE_PEX, .node = link->node_id, .at_ms = engine_wall_ms(engine, now_ms)};
    for (size_t i = 0; i < pex->ticket_count; i++) peers_learn(engine, &pex->tickets[i], &from, now_ms);
    for (size_t i = 0; i < REFUSAL_COUNT; i++) engine->counters.refused[i] += pex->refused[i];
    if (pex->refused_count == 0) return;
    struct event *event = engine_emit_peer(engine, EVENT_PEX_TICKETS_REFUSED, &link->node_id, now_ms);
    event->figures[0] = (int64_t)pex->refused_count;
}

void exchange_show_twin(struct engine *engine, const struct link_row *link, const struct ticket *twin) {
    struct buffer body = engine_body(engine);
    pex_build(&body, 0, &twin, 1);
    engine_send(engine, link->id, MESSAGE_PEX, &body);
}

/* That somebody runs with our keys is heard whoever says so, and whenever: our own signature is under it. */
static void look_for_clones(struct engine *engine, const struct link_row *link, const struct pex *pex, int64_t now_ms) {
    const struct learned_from from = {.kind = PROVENANCE_PEX, .node = link->node_id};
    for (size_t i = 0; i < pex->ticket_count; i++)
        if (node_id_equal(&pex->tickets[i].node_id, &engine->self.node_id))
            clone_guard_ticket(engine, &pex->tickets[i], &from, now_ms);
}

void exchange_on_pex(struct engine *engine, struct link_row *link, const struct pex *pex, int64_t now_ms) {
    look_for_clones(engine, link, pex, now_ms);
    if (!gate_may(engine, DEED_EXCHANGE)) return; /* neither learned from nor answered */
    bool is_answer =
        pex->want == 0 && link->pex_asked_at_ms != 0 && now_ms - link->pex_asked_at_ms <= LIMIT_PEX_ANSWER_MS;
    if (is_answer) {
        learn_all(engine, link, pex, now_ms);
        link->pex_asked_at_ms = 0;
        return;
    }
    bool is_too_soon = link->pex_given_at_ms != 0 && now_ms - link->pex_given_at_ms < LIMIT_PEX_SAME_PEER_MS;
    if (is_too_soon) return; /* neither learned from nor answered: talking faster brings nothing */
    link->pex_given_at_ms = now_ms;
    learn_all(engine, link, pex, now_ms);
    if (pex->want > 0) exchange_offer(engine, link, (size_t)pex->want, now_ms);
}

void exchange_on_ticket_frame(struct engine *engine, struct link_row *link, const struct ticket_frame *frame,
                              int64_t now_ms) {
    if (!public_key_equal(&frame->ticket.key, &link->key) || !frame->ticket.is_native) {
        session_refuse(engine, link, REASON_IDENTITY, "a ticket of somebody else", MESSAGE_TICKET_FRAME, now_ms);
        return;
    }
    if (frame->ticket.issued_at_ms <= link->ticket.issued_at_ms) {
        engine_emit_peer(engine, EVENT_TICKET_STALE, &link->node_id, now_ms);
        return;
    }
    struct learned_from from = link->learned_from;
    link->ticket = frame->ticket;
    const struct ruling ruling = gate_judge_link(engine, DEED_KEEP, link); /* it may prove another user now */
    if (!gate_allows(&ruling)) {
        peers_remember(engine, &frame->ticket, &from, now_ms);
        session_refuse(engine, link, ruling.reason, reason_name(ruling.reason), MESSAGE_TICKET_FRAME, now_ms);
        return;
    }
    peers_learn(engine, &frame->ticket, &from, now_ms);
}

void exchange_announce_ticket(struct engine *engine) {
    struct buffer body = engine_body(engine);
    ticket_frame_build(&body, &engine->self.ticket);
    struct span bytes = actions_keep_bytes(engine->actions, &body);
    for (size_t i = 0; i < engine->links.capacity; i++) {
        const struct link_row *link = &engine->links.rows[i];
        if (!link->in_use || link->state != LINK_STATE_OPEN) continue;
        engine_send_kept(engine, link->id, MESSAGE_TICKET_FRAME, bytes);
    }
}
