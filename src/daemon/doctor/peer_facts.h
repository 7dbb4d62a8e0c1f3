/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What this node knows of one peer at one moment, and what its doctor found out: controls and blocks here, the book's
 * row, whether addresses answer, the link as both ends see it, what happened, how the other links are.
 * Owns: copies of all of it.
 * Never: says what a fact means (peer_judge.h and far_end_judge.h do).
 * Full: the newest PEER_FACTS_EVENTS events that name the peer are kept. */

#include "daemon/event_log.h"
#include "swarm/engine_view.h"
#include "swarm/input.h"

enum { PEER_FACTS_EVENTS = 5, PEER_FACTS_WEAK = 50 /* a link's strength below which it is weak */ };

/* One of its addresses, tried by TCP from here. */
struct peer_facts_call {
    struct address at;
    bool is_allowed;    /* the dial policy would let this node dial there (WIRE W6); else it was not tried */
    enum reason reason; /* NONE: somebody takes connections there */
    int64_t elapsed_ms;
};
struct peer_facts_block {
    uint8_t direction;
    char reason[OPERATION_REASON_MAX + 1]; /* the caretaker's words */
};
/* What it says of its link with us among its others (share-view). */
struct peer_facts_telling {
    int64_t at_ms;
    size_t link_count;
    bool names_us;
    int32_t rtt_ms; /* negative = it does not know */
};
struct peer_facts {
    struct node_id peer;
    int64_t wall_ms; /* of the look; all times are the wall clock's */
    bool is_blocked, is_known, has_link, has_telling, has_examination;
    bool may_be_called; /* by our controls and blocks */
    struct peer_facts_block block;
    struct control_view controls[SWITCH_COUNT];
    struct peer_view known;
    struct link_view link; /* the open one, else the last that is remembered */
    struct peer_facts_telling telling;
    size_t other_count, weak_count; /* open links with others, and how many of those are weak */
    size_t event_count;
    struct event events[PEER_FACTS_EVENTS]; /* newest first */
    enum examine_answer asked;
    struct examination_view examination; /* what came of asking */

    size_t call_count; /* the doctor's to fill */
    struct peer_facts_call calls[LIMIT_TICKET_ADDRS_MAX];
};
/* Looks, and leaves `peer`, `asked` and the calls as they are, and what the far end said when that is forgotten. */
void peer_facts_take(struct peer_facts *facts, const struct engine *engine, const struct event_log *events,
                     int64_t now_ms);
bool peer_facts_is_linked(const struct peer_facts *facts); /* there is an open link */
