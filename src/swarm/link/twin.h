/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* One peer, two links: both ends must come to the same answer which of them stays, without talking.
 * Of two links to one process one by TLS stays before one by WebRTC; of equals the one dialled by the smaller id stays;
 * if one side dialled both, the newer. Of two
 * processes of one node the one with the later ticket stays.
 * Owns: nothing.   Spec: WIRE W9. */

#include "swarm/engine_inside.h"

/* The same peer comes again on `link` while `old` is open. NONE: the newcomer may open, and `old` goes. */
enum reason twin_judge(const struct engine *engine, const struct link_row *old, const struct link_row *link,
                       const struct hello *hello);
/* Ends the one that goes; when that was another process, it is shown the ticket of the one that came. */
void twin_end(struct engine *engine, struct link_row *old, const struct hello *hello, int64_t now_ms);
/* Shows the one that has opened the ticket of the other process whose place it took. */
void twin_show(struct engine *engine, const struct link_row *link);
