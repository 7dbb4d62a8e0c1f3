/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What we come to know of peers: a verified ticket arrives, from whatever side, and is judged, kept, or passed over.
 * The one door into the address book and the passive view.
 * Never: takes a ticket of another community, of ourselves, from the future, or one that is no longer known (W3). */

#include "swarm/engine_inside.h"

/* True when it told us something new: an unknown node, or a later ticket. */
bool peers_learn(struct engine *engine, const struct ticket *ticket, const struct learned_from *from, int64_t now_ms);
/* The same of one that is turned away: it may be called, or known again, later, and is no candidate that travels. */
void peers_remember(struct engine *engine, const struct ticket *ticket, const struct learned_from *from,
                    int64_t now_ms);
void peers_linked(struct engine *engine, const struct link_row *link, int64_t now_ms);
/* Its link is gone: one that ended in order becomes a candidate again, and a node that nobody can dial leaves no row
 * behind, whatever it was. */
void peers_unlinked(struct engine *engine, const struct link_row *link, int64_t now_ms);
/* Whether this ticket is one we would keep: of our community, not ours, known, and not from the future. */
bool peers_may_learn(const struct engine *engine, const struct ticket *ticket, int64_t now_ms);
/* Has the row kept on disk, if it can be dialled one day. */
void peers_store(struct engine *engine, const struct book_entry *entry);
void peers_load(struct engine *engine, const struct book_row *row, int64_t now_ms); /* from our disk */
void peers_tick(struct engine *engine, int64_t now_ms);
