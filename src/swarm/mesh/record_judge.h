/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Whether a record that nobody here has seen is taken and passed on: is it in time, may its author be heard, is it one
 * too many of his, or one of too many whose authors have no past?
 * Owns: nothing; charges the budgets of broadcast.h.
 * Never: judges form or signatures: what is a checked record holds.   Spec: WIRE W11. */

#include "swarm/engine_inside.h"

bool record_is_timely(const struct engine *engine, const struct checked_record *record, int64_t now_ms);
/* RECORD_TAKEN, or why not. */
enum record_fate record_judge(struct engine *engine, const struct checked_record *record, struct broadcast_peer *from,
                              int64_t now_ms);
