/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Dials those who say that they hold a file that is wanted here, when none of our links does: as guests, a few at a
 * time, and not for longer than there is something to ask.
 * Never: dials past the rules and budgets of addresses, or whom the book does not know.   Spec: WIRE W21. */

#include "swarm/engine_inside.h"

void provider_call_tick(struct engine *engine, int64_t now_ms);
int64_t provider_call_deadline_ms(const struct engine *engine);
