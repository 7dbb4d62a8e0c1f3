/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Sessions that we began. What the other says it has is looked up once more before it is asked for: it may be here, on
 * its way over another link, or dropped not long ago. What it lacks is given once over one link.
 *
 * What a responder can do with it: name ids that do not exist (asked for once; nothing comes, the session is given up
 * and the next one is later), say that it lacks all (it gets the oldest LIMIT_SYNC_MOVED of each session, at the rate
 * of its link), answer without end (LIMIT_SYNC_ROUNDS), say that it has what it has not (a record of ours does not wait
 * any more; every other neighbour carries it).
 * Owns: nothing; struct sync does.   Spec: WIRE W20. */

#include "swarm/sync/sync.h"
#include "swarm/wire/sync_frame.h"

void sync_initiator_begin(struct engine *engine, struct link_row *link, int64_t now_ms);
void sync_initiator_answered(struct engine *engine, struct link_row *link, const struct sync_frame *frame,
                             int64_t now_ms);
/* The other does not answer (any more): before all is compared, not now; later, not all that was asked for is there. */
void sync_initiator_ended(struct engine *engine, struct link_row *link, const struct sync_frame *frame, int64_t now_ms);
/* What was asked for came, or the queue of the link has room: gives and asks on, and ends when all has moved. */
void sync_initiator_move(struct engine *engine, struct sync_session *session, int64_t now_ms);
/* Whether that record was asked for; those asked for before it do not come any more. */
bool sync_initiator_got(struct engine *engine, struct sync_session *session, const struct object_id *id,
                        int64_t now_ms);
void sync_initiator_sent(struct engine *engine, struct sync_session *session, int64_t now_ms); /* one of ours went */
/* Nothing is said; what was asked for may come for a while. */
void sync_initiator_drop(struct engine *engine, struct sync_session *session, int64_t now_ms);
void sync_initiator_tick(struct engine *engine, int64_t now_ms);
int64_t sync_initiator_deadline_ms(const struct engine *engine);
