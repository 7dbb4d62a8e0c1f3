/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Copies of files that too few hold. Every holder sees that by itself; of them the first in rendezvous order acts at
 * once, the others one after another, each only if it is still so. Who acts offers the file to a neighbour that does
 * not hold it: in a new network before others, not one that is slow just now, then in rendezvous order; so that two who
 * act at the same time ask the same neighbour. What it said it fetches counts as coming.
 *
 * Owns: the sweep over the catalog, offers, comings.
 * Never: offers what is not held here; offers before it knows enough (LIMIT_REPAIR_SETTLE_MS after the first link), or
 * faster than the caretaker wants it.
 * Full: see offer_table.h, coming_table.h.   Spec: WIRE W21. */

#include "swarm/engine_inside.h"

void repair_look_again(struct engine *engine, int64_t at_ms); /* something has changed; no later than then */
/* Of that file: how many nodes fetch it now. */
size_t repair_count_coming(const struct engine *engine, const struct object_id *file);
/* That node holds the file now. */
void repair_has_come(struct engine *engine, const struct object_id *file, const struct node_id *node, int64_t now_ms);
void repair_link_gone(struct engine *engine, const struct link_row *link, int64_t now_ms);
void repair_tick(struct engine *engine, int64_t now_ms);
int64_t repair_deadline_ms(const struct engine *engine);
