/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Records that come because we lacked them. Welcome is what we asked for, and what the other end gives in a session
 * that it began, or began until a minute ago: bulk is overtaken by the end of its session. Of those is taken what is
 * new, not ahead of our clock, by nobody who is blocked, and within what the link and all links may bring.
 *
 * Authors have no budget here: what somebody wrote in a week without a link comes at once. Who prepares much of it
 * meets the rate of links, and what a node keeps is bounded by its host.
 *
 * Never: passes on what it takes as if it were new; neighbours who compare with us find it.
 * Owns: nothing; struct sync does.   Spec: WIRE W20. */

#include "swarm/sync/sync.h"
#include "swarm/wire/record_frame.h"

/* Not to be asked for: on its way to the disk, or dropped not long ago. */
bool sync_arrival_is_known(const struct engine *engine, const struct object_id *id, int64_t now_ms);
/* There is room for what would come. */
bool sync_arrival_may_ask(const struct engine *engine, const struct sync_peer *peer, int64_t now_ms);
void sync_arrival_take(struct engine *engine, struct link_row *link, const struct record_frame *frame, int64_t now_ms);
