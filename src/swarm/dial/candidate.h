/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Whom to dial next, of all those we know: first the passive view by chance, then the book by what it promises
 * (anchors, then the score). Who would make the view less diverse than it has to be is passed over.
 * Owns: nothing.
 * Never: tries more than a few rows of a book in one look, since each costs a walk through it.   Spec: WIRE W10. */

#include "swarm/engine_inside.h"

/* Whether one more link, with this node, would leave the view as diverse as it has to be. */
bool candidate_is_diverse(const struct engine *engine, const struct book_entry *entry);
/* Each dials one node. NULL: nobody there may be dialled now; the next look is noted. */
struct link_row *candidate_dial_passive(struct engine *engine, int64_t now_ms);
struct link_row *candidate_dial_book(struct engine *engine, int64_t now_ms);
/* Any row of the book that is due, all as likely. */
struct link_row *candidate_dial_by_chance(struct engine *engine, int64_t now_ms);
