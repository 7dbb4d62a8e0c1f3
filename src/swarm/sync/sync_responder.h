/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Sessions that the other end of a link began. An answer follows from its question and our set alone, so that a session
 * is a name and a count, and a link has one.
 *
 * What an initiator can do with it: begin again and again (LIMIT_SYNC_BEGIN_MS; then it is told that it is over), ask
 * dear questions (the pace of the link, at both ends), ask for what is not here (nothing comes), ask for all we have
 * (it gets it at the rate of its link), give what we have or do not want (sync_arrival.h).
 * Owns: nothing; struct sync does.   Spec: WIRE W20. */

#include "swarm/sync/sync.h"
#include "swarm/wire/lack.h"
#include "swarm/wire/sync_frame.h"

void sync_responder_asked(struct engine *engine, struct link_row *link, const struct sync_frame *frame, int64_t now_ms);
/* False: it is no session of that link's other end. */
bool sync_responder_ended(struct engine *engine, struct link_row *link, const struct sync_frame *frame, int64_t now_ms);
void sync_responder_lacked(struct engine *engine, struct link_row *link, const struct lack *lack, int64_t now_ms);
/* The host sent one, or had it not; when the last is gone and some were not here, the other is told that it is over. */
void sync_responder_sent(struct engine *engine, struct link_row *link, bool was_here, int64_t now_ms);
bool sync_responder_is_busy(const struct sync_peer *peer, int64_t now_ms); /* with a session of that link */
