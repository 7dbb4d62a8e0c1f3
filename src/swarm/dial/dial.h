/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Whom we call: below the target of the active view we dial from the passive view, then from the book. Four at a time,
 * within the budgets of dial_policy, each target with its own back-off. Which of them comes next is candidate's to say.
 * The operator's peers (operator_peer), strangers (explore), rivals of a slow dial (dial_race) and probes
 * (prober) are called through the same door.
 * Owns: the time of the next look, its pace, the ids of our links; what an end means for the next dial is redial's.
 * Never: dials a node that is linked or being dialled.
 * Full: without room among the links nobody is dialled; the end of a link looks again.   Spec: WIRE W6, W10, W16. */

#include "swarm/engine_inside.h"

/* Begins to look for peers. */
void dial_start(struct engine *engine, int64_t now_ms);
/* Dials whom it is time to dial. */
void dial_tick(struct engine *engine, int64_t now_ms);
/* When dial_tick has something to do again. */
int64_t dial_deadline_ms(const struct engine *engine);
/* Looks again with the next tick: somebody new is known, or a link has ended. */
void dial_candidates_changed(struct engine *engine, int64_t now_ms);
/* Looks again no later than at `at_ms`. */
void dial_look_again(struct engine *engine, int64_t at_ms);

/* Peers can be called through a signaling server from now on, or no more. */
void dial_signaling(struct engine *engine, bool is_on, int64_t now_ms);

/* What the others dial with. */

struct dial_target {
    const struct address *address; /* borrowed until dial_to returns; NULL: through signaling, to `id` */
    const struct node_id *id;      /* likewise; NULL: whoever answers */
    struct learned_from from;
    int operator_index; /* -1: none */
    bool is_by_hand;    /* the caretaker said so just now */
    bool is_probe;      /* only to test the address for the peer itself: no part of the mesh */
};
/* Adds a row for the target and asks the host to connect. NULL: no room, or the budgets are spent. */
struct link_row *dial_to(struct engine *engine, const struct dial_target *target, int64_t now_ms);

struct dial_choice {
    const struct address *addrs; /* borrowed */
    size_t count;
    uint8_t from;               /* whose turn it is, modulo count */
    bool is_operators;          /* may be what a stranger's address may not (W6) */
    enum address_family family; /* NONE: any */
};
/* The first address, from the one whose turn it is, that policy and budgets allow now. NULL: none; *next_ms, which the
 * caller has set, becomes the time when one may be allowed, if that is earlier. */
const struct address *dial_choose_address(const struct engine *engine, const struct dial_choice *choice,
                                          int64_t *next_ms, int64_t now_ms);
/* The same, IPv6 before IPv4 (RFC 8305); the choice's family is overwritten. */
const struct address *dial_choose_by_family(const struct engine *engine, struct dial_choice *choice, int64_t *next_ms,
                                            int64_t now_ms);
/* Whether this node may be called through signaling now: there is a server, no control is in the way, and it was not
 * called so a moment ago. `id` NULL: nobody can be called who has no name. */
bool dial_may_signal(const struct engine *engine, const struct node_id *id, enum deed deed, int64_t now_ms);
/* Whether this entry may be dialled now, its addresses apart; else notes when to look again. */
bool dial_entry_is_due(struct engine *engine, const struct book_entry *entry, int64_t now_ms);
/* Dials the node of this entry if everything allows it now, the pace of dials included. NULL: it does not. */
struct link_row *dial_entry(struct engine *engine, struct book_entry *entry, int64_t now_ms);
/* How many of our own dials are not open yet. */
size_t dial_pending_count(const struct engine *engine);
