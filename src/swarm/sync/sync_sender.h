/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Records that neighbours lack, on their way: each link has a queue, in whose order they go; the host loads them and
 * says when each is on its way, so that it never holds more than LIMIT_SENDING_RECORDS, and a link never has more than
 * its rate. Links have their turns.
 * Owns: nothing; struct sync does.   Full: see sync_peer.h.   Spec: WIRE W20. */

#include "swarm/sync/sync.h"

void sync_sender_go_on(struct engine *engine, int64_t now_ms); /* whatever may go now goes */
void sync_sender_sent(struct engine *engine, struct link_row *link, uint32_t bytes, int64_t now_ms);
/* The mark of a record that was given over this link, in the table of those. */
struct object_half sync_sender_mark(const struct link_row *link, const struct object_id *id);
