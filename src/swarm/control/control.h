/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The caretaker's controls at work: every part of the engine asks here before it does what a control may forbid, and
 * when one is thrown, the links there are are judged again.
 * Owns: the operations, and the switches that follow from them.
 * Never: forgets to journal what it does.   Spec: CONTRACT 5, decision 17. */

#include "swarm/engine_inside.h"

void control_load(struct engine *engine, const struct operation *row);
void control_start(struct engine *engine, int64_t now_ms); /* before anything else begins */
void control_take(struct engine *engine, const struct input *input, int64_t now_ms);
void control_journaled(struct engine *engine, uint64_t id, bool is_kept, int64_t now_ms);
void control_woke(struct engine *engine, int64_t stood_ms);
void control_tick(struct engine *engine, int64_t now_ms);
int64_t control_deadline_ms(const struct engine *engine);

/* What the node may do of itself, whoever it is with. Our links need no signaling, so DIRECT is a yes. */
bool control_may(const struct engine *engine, enum deed deed);
/* The same for a link, by blocks and switches: a peer that the caretaker named counts as approved. */
struct ruling control_judge_link(const struct engine *engine, enum deed deed, const struct link_row *link);
bool control_allows(const struct ruling *ruling);
/* A block holds by what its key was once proven to be: it must not be forgotten. */
bool control_is_pinned(const struct engine *engine, const struct book_entry *entry);
/* The caretaker named it, or approved it. */
bool control_has_approved(const struct engine *engine, const struct node_id *id);
/* Its call was ruled LEAVE_QUEUED: the caretaker is to see it. */
void control_let_wait(struct engine *engine, const struct link_row *link, const struct ticket *ticket, int64_t now_ms);
/* Whether a block forbids a link with the peer in that direction; what comes of it counts as a hit. */
bool control_blocks(struct engine *engine, const struct peer_face *face, uint8_t direction, int64_t now_ms);
/* The same without counting: what is only looked at. */
bool control_is_blocked(const struct engine *engine, const struct node_id *id, uint8_t direction);

/* What it would do: how many links would be closed. */
struct operation_impact control_impact_of(const struct engine *engine, const struct operation_request *request);
