/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What peers ask for and who is served next: a few at once, the one that got least lately before the others.
 * Never: knows whether we hold a thing; the host looks, and says what came of it.
 * Full: LIMIT_ASKS_PER_LINK open questions of one link (over it the link ends), LIMIT_WANTS_MAX of all (then: busy).
 * Spec: WIRE W12. */

#include "swarm/engine_inside.h"

void upload_served(struct engine *engine, const struct input *input, int64_t now_ms); /* what came of it */
void upload_link_gone(struct engine *engine, const struct link_row *link, int64_t now_ms);
void upload_tick(struct engine *engine, int64_t now_ms);
