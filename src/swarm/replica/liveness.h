/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Who is gone: whoever loses a link in a way that says so tells everybody (`gone`), after a moment, unless somebody
 * else did or it is back; the accused, if it lives, refutes it by an advert of a later date.
 *
 *     link lost --0..3 s--> told --> every node: gone, after 5 s of grace
 *                                       an advert, a ticket or a link of later: not gone
 *
 * Owns: those that wait to be told, and who told what was not so.
 * Never: believes it of a node that we are linked with, or of somebody whose word was wrong again and again; tells it
 * with no link left: then it is us.
 * Full: of those that wait, more are not told (another neighbour will); of accusers the one first noted goes.
 * Spec: WIRE W21; the suspicion of SWIM (Das, Gupta, Motivala 2002). */

#include "swarm/engine_inside.h"

void liveness_link_ended(struct engine *engine, const struct link_row *link, int64_t now_ms);
void liveness_hear(struct engine *engine, const struct checked_gone *gone, int64_t now_ms);
/* An advert of that node has come, of this date. */
void liveness_sign_of_life(struct engine *engine, const struct node_id *node, int64_t at_ms, int64_t now_ms);
void liveness_tick(struct engine *engine, int64_t now_ms);
int64_t liveness_deadline_ms(const struct engine *engine);
