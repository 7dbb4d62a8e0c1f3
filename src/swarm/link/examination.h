/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Both ends of a link looked at together: asks a peer how it sees the link with us, and tells a peer that asks how we
 * see the link with it. What is told is about this very link and the asker, and nobody else.
 *
 *     answer-doctor on    the feature stands in our hellos; one question of a link in 10 s is answered
 *     answer-doctor off   neither answered nor asked: who does not tell is not told
 *
 * A question that nobody has answered keeps its nonce when it is asked again, and each answer may come once, however
 * late: a peer that stood still is no liar.
 *
 * Owns: the table of what was asked, and the question of each link's row.
 * Never: dials, trusts or routes by what was answered; lets go of a link because nothing was.
 * Full: see examination_table.h.   Spec: WIRE W19. */

#include "swarm/engine_inside.h"

enum examine_answer examination_ask(struct engine *engine, const struct node_id *peer, int64_t now_ms);
void examination_tick(struct engine *engine, int64_t now_ms);
int64_t examination_deadline_ms(const struct engine *engine);
void examination_link_ended(struct engine *engine, const struct link_row *link, int64_t now_ms);
