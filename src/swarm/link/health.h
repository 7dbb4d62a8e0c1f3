/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Keeping sure of every open link: pings, silences, the end of those that do not answer; and what we count of it.
 * Spec: WIRE W16, W17. */

#include "swarm/engine_inside.h"

void health_tick(struct engine *engine, int64_t now_ms);
void health_measured(struct engine *engine, const struct input *input, int64_t now_ms);
/* Asks every open link whether it is still there; those that say nothing within LIMIT_ANSWER_MS end
 * (by WebRTC: another path is looked for, and LIMIT_RENEW_MS count). Gives how many. */
size_t health_ask_all(struct engine *engine, int64_t now_ms);
int64_t health_deadline_ms(const struct engine *engine);
