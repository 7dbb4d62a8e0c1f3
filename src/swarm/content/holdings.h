/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Who is told which files we hold whole, and what the others tell: all of them once, soon after a link has opened, then
 * what changes.
 * Never: tells faster than LIMIT_HAVE_EVERY_MS a link; believes more of it than that it is worth asking.
 * Full: a link for which the log of changes has run over is told everything anew.   Spec: WIRE W12 (have). */

#include "swarm/engine_inside.h"

void holdings_changed(struct engine *engine, const struct object_id *id, bool is_held);
void holdings_tick(struct engine *engine, int64_t now_ms);
int64_t holdings_deadline_ms(const struct engine *engine);
