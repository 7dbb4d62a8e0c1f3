/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Copies that nobody needs. A replica of which more than the target hold goes after ten minutes, one at a time: the
 * last in rendezvous order first, each before it so much later. A claim costs nothing, so that claims alone never make
 * us let go: as many others as the target asks for must have proved that they hold it. And since two that waited for
 * that might go at once, each has a turn of its own by the clock, after its place in the order: who hears of another's
 * going before counts anew.
 * Never: lets go of what was published or pinned here.   Spec: WIRE W21. */

#include "swarm/replica/redundancy.h"

void release_judge(struct engine *engine, struct file_row *row, const struct holders *holders, int64_t now_ms);
/* The store may drop it when it needs the room: enough others hold it, and one of them proved it. */
bool release_may(const struct file_row *row, const struct holders *holders, int64_t now_ms);
/* It would go as soon as enough others have proved that they hold it. */
bool release_waits_for_proofs(const struct file_row *row, int64_t now_ms);
