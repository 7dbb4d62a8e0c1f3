/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Files that others offer us to hold. Taken is what we have room for and too few hold, by all that we know; the host
 * then fetches it like any file, and all our neighbours are told, so that nobody gives the same away: once of each,
 * and in few frames, as whoever offers could else make us speak more than they listen to.
 *
 *     offered -> taken --the host holds it--> over
 *                  +----it does not, it is larger than it was said to be, or LIMIT_COMING_MS are over--> given up
 *
 * Owns: its rows.
 * Never: takes more than the host said it has room for, or what was removed here by hand; believes that a file is what
 * it is offered as.
 * Full: LIMIT_TAKES_PER_LINK of one link, fewer of those whose manifest nobody has shown us, LIMIT_TAKES_MAX in all;
 * more is refused.   Spec: WIRE W21. */

#include "swarm/engine_inside.h"

void taking_file_changed(struct engine *engine, const struct file_row *row, enum file_state was, int64_t now_ms);
bool taking_is_under_way(const struct engine *engine, const struct object_id *file);
void taking_tick(struct engine *engine, int64_t now_ms);
int64_t taking_deadline_ms(const struct engine *engine);
