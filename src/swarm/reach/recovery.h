/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Coming back to a world that has moved on: after a sleep of the machine or a stop of the process, or in another
 * network, no link can be trusted and no failure counts. Every link is asked at once and has a few seconds to answer;
 * what failed before may be dialled again; the sources are asked anew.
 * Owns: nothing.
 * Never: ends a link itself; health does when no answer comes.   Spec: WIRE W16. */

#include "swarm/engine_inside.h"

/* Called first of every feed: notices when the engine is fed long after it wanted to be. */
void recovery_feed_begins(struct engine *engine, int64_t now_ms);
/* The machine slept for so long, while the engine's clock stood still. */
void recovery_woke(struct engine *engine, int64_t stood_ms, int64_t now_ms);
/* The interfaces of this machine are these now. */
void recovery_interfaces(struct engine *engine, const struct input *input, int64_t now_ms);
