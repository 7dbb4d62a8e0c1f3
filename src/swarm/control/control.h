/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The caretaker's controls at work: operations come in, are journaled, told and carried out (errand.h), and when one
 * takes effect, the links there are and who waits are judged again (gate.h).
 * Owns: the operations, the switches that follow from them, and who waits for approval.
 * Never: forgets to journal what it does.   Spec: CONTRACT 5, decision 17. */

#include "swarm/engine_inside.h"

void control_load(struct engine *engine, const struct operation *row);
void control_start(struct engine *engine, int64_t now_ms); /* before anything else begins */
void control_take(struct engine *engine, const struct input *input, int64_t now_ms);
void control_journaled(struct engine *engine, uint64_t id, bool is_kept, int64_t now_ms);
void control_woke(struct engine *engine, int64_t stood_ms);
void control_tick(struct engine *engine, int64_t now_ms);
int64_t control_deadline_ms(const struct engine *engine);

/* Its call was ruled LEAVE_QUEUED: the caretaker is to see it. */
void control_let_wait(struct engine *engine, const struct link_row *link, const struct ticket *ticket, int64_t now_ms);
