/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Now and then a node that has its minimum dials a stranger all the same and gives up its weakest link for it: else two
 * halves of a swarm, each content, would not find each other again after a cut.
 * Owns: the time of the next try.
 * Never: explores while a dial is under way or links are lacking (who looks for links meets strangers anyhow).
 * Full: in a full view the weakest link makes room once the stranger's is open.   Spec: WIRE W10, W16. */

#include "swarm/engine_inside.h"

/* Begins, with a first try at a time of its own. */
void explore_start(struct engine *engine, int64_t now_ms);
/* Dials a stranger when it is time. */
void explore_tick(struct engine *engine, int64_t now_ms);
/* A link has opened: if it was a stranger's, the weakest goes for it. */
void explore_link_opened(struct engine *engine, struct link_row *link, int64_t now_ms);
/* A link has ended: a stranger who was not there is followed by the next one, soon, a few times. After a disaster most
 * of those we know are gone. */
void explore_link_ended(struct engine *engine, const struct link_row *link, int64_t now_ms);
/* When explore_tick has something to do again. */
int64_t explore_deadline_ms(const struct engine *engine);
