/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The calls that the caretaker makes by hand: each address of the target has one turn, now, whatever back-off or a full
 * view would say; then signaling has, where there is a server and the target has an id. A link that comes of it is one
 * like others, but counts as approved.
 *
 *     begun --somebody answers--> over
 *       +-----none did, or time is up--> over, and told
 *
 * Owns: its rows, in the engine.
 * Never: calls where the rules of addresses and their budgets forbid it; what the book knows of a node is a stranger's
 * word, what the caretaker wrote is not (WIRE W6).
 * Full: another call is refused until one is over.   Spec: DASHBOARD 3 ("dial by hand"). */

#include "swarm/engine_inside.h"

struct hand_call_target {
    const struct node_id *id;      /* NULL: whoever lives at `address` */
    const struct address *address; /* NULL: where the book says */
    bool is_approved;              /* called because it was approved: that decides about its link, not the call */
};
/* Whether it can begin now: OPERATION_ASKED, or why not. */
enum operation_answer hand_call_may_begin(const struct engine *engine, const struct hand_call_target *target);
/* Without room, or an address, it is told that nothing came of it. */
void hand_call_begin(struct engine *engine, const struct hand_call_target *target, int64_t now_ms);
/* What was begun for this target goes no further. */
void hand_call_give_up(struct engine *engine, const struct hand_call_target *target);
void hand_call_link_opened(struct engine *engine, struct link_row *link);
void hand_call_link_ended(struct engine *engine, const struct link_row *link);
void hand_call_tick(struct engine *engine, int64_t now_ms);
int64_t hand_call_deadline_ms(const struct engine *engine); /* INT64_MAX: none */
