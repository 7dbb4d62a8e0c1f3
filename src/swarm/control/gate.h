/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Where every part of the engine asks before it does what a control may forbid: a dial, an accept, an announce, an
 * exchange, and the keeping of a link.
 * Owns: nothing.   Never: does anything about it; control.h closes what is forbidden.
 * Spec: CONTRACT 5; defs/switches.def is the table. */

#include "swarm/engine_inside.h"

/* What the node may do of itself, whoever it is with, without the help of a signaling server: DIRECT is a yes. */
bool gate_may(const struct engine *engine, enum deed deed);
/* The same with that help: there is a server in use, and DIRECT is a no. */
bool gate_may_signal(const struct engine *engine, enum deed deed);
/* What may be done at signaling endpoints: all, staying known there, or nothing. */
struct ruling gate_judge_signaling(const struct engine *engine);
/* The same for a link, by blocks and switches: a peer that the caretaker named counts as approved. */
struct ruling gate_judge_link(const struct engine *engine, enum deed deed, const struct link_row *link);
bool gate_allows(const struct ruling *ruling);
/* The caretaker named it, or approved it. */
bool gate_has_approved(const struct engine *engine, const struct node_id *id);

/* Whether a block forbids the link, in its direction, by what its ticket says (NULL: only its key is known); what comes
 * of it counts as a hit. */
bool gate_blocks_link(struct engine *engine, const struct link_row *link, const struct ticket *ticket, int64_t now_ms);
/* The same of what is only looked at, without counting. */
bool gate_is_blocked(const struct engine *engine, const struct node_id *id, uint8_t direction);
bool gate_blocks_caller(const struct engine *engine, const struct peer_face *face);
/* What an author says is not heard: a block, whatever its direction, names the node that signed or, as its key is
 * certified, its user. */
bool gate_blocks_author(const struct engine *engine, const struct checked_record *record);
/* A block holds by what its key was once proven to be: it must not be forgotten. */
bool gate_is_pinned(const struct engine *engine, const struct book_entry *entry);

/* What it would do: how many links would be closed. */
struct operation_impact gate_impact_of(const struct engine *engine, const struct operation_request *request);
