/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What neighbours tell each other of their links, so that each can draw the mesh around it: we tell ours to those of
 * the active view that listen, and keep what they tell.
 *
 *     share-view on    the feature stands in our hellos; told each minute, and soon after a link comes or goes
 *     share-view off   neither told, listened to nor kept; who was told before hears once more: an empty view
 *
 * Owns: the table of what was heard, the time when we tell next.
 * Never: dials, trusts or routes by what was heard; tells or hears anything while a control forbids peer exchange;
 * takes more than one view in 8 s of one link.
 * Full: see hearsay_table.h.   Spec: WIRE W18. */

#include "swarm/engine_inside.h"

void hearsay_start(struct engine *engine, int64_t now_ms);
void hearsay_tick(struct engine *engine, int64_t now_ms);
int64_t hearsay_deadline_ms(const struct engine *engine);
/* The caretaker wants it so from now on. Links that are open keep what their hellos said. */
void hearsay_share(struct engine *engine, bool is_on, int64_t now_ms);
/* A link has opened, or is open no more. */
void hearsay_link_changed(struct engine *engine, const struct link_row *link, int64_t now_ms);
