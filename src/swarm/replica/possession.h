/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Whether those who say that they hold a file have it: now and then one file of one linked holder, some bytes of a
 * chunk that we have too. The host chooses and compares them; who has others, or none, does not hold the file until it
 * says so again. Who does not answer is asked again soon; after a few in a row that came to nothing its word counts for
 * nothing, until it proves something, or the link is another. Those files first that may be let go of once it is
 * proved.
 *
 *     choosing --the host names a range--> asked --all came--> checking --the host compares--> over
 *         +--nothing to name                 +--a miss, or nothing in time
 *
 * Owns: the question.
 * Never: has two open, or asks who owes us answers already.   Spec: WIRE W21. */

#include "swarm/engine_inside.h"

struct ask;
struct data;

void possession_chosen(struct engine *engine, const struct input *input, int64_t now_ms);
/* An answer to the question; download.h passes on what is a proof's. */
void possession_data(struct engine *engine, struct link_row *link, struct ask *ask, const struct data *data,
                     int64_t now_ms);
void possession_miss(struct engine *engine, struct link_row *link, struct ask *ask, bool is_held, int64_t now_ms);
void possession_checked(struct engine *engine, struct ask *ask, enum part_verdict verdict, int64_t now_ms);
void possession_link_gone(struct engine *engine, const struct link_row *link);
void possession_soon(struct engine *engine, int64_t now_ms); /* something waits for a proof */
void possession_tick(struct engine *engine, int64_t now_ms);
int64_t possession_deadline_ms(const struct engine *engine);
