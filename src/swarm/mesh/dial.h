/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Whom we call: below the target of the active view we dial from the passive view, then from the book; an operator's
 * peers are dialled whatever the view holds. Four at a time, within the budgets of dial_policy, each target with its
 * own back-off. Now and then a node that has its minimum dials a stranger all the same and gives up its weakest link
 * for it: else two halves of a swarm, each content, would not find each other again after a cut.
 * Never: dials a node that is linked or being dialled.   Spec: WIRE W6, W10, W16. */

#include "swarm/engine_inside.h"

void dial_start(struct engine *engine, int64_t now_ms);
void dial_tick(struct engine *engine, int64_t now_ms);
void dial_candidates_changed(struct engine *engine, int64_t now_ms); /* look again with the next tick */
void dial_failed(struct engine *engine, const struct input *input, int64_t now_ms);
void dial_operator_addresses(struct engine *engine, const struct input *input, int64_t now_ms);
void dial_pin(struct engine *engine, uint8_t operator_index, const struct node_id *id);
bool dial_is_named(const struct engine *engine, const struct node_id *id); /* by the operator */
void dial_hold(struct engine *engine, const struct link_row *link, int64_t until_ms); /* its peer asks for it */
/* A link that we have, by its row: called by the session. */
void dial_link_up(struct engine *engine, struct link_row *link, int64_t now_ms);
void dial_link_opened(struct engine *engine, struct link_row *link, int64_t now_ms);
void dial_link_ended(struct engine *engine, struct link_row *link, int64_t now_ms);
int64_t dial_deadline_ms(const struct engine *engine);
