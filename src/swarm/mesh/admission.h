/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Who may be linked: every hello is judged here, and nowhere else, in the order of WIRE W9; then a place in the active
 * view is found, or not (W10).
 * Never: changes a state; admission_make_room may end the weakest link in favour of one that needs us more, and
 * admission_give_way in favour of a new one of ours. */

#include "swarm/engine_inside.h"

/* Whether a stranger may even begin: at most LIMIT_HANDSHAKES_PER_ADDRESS_MAX unfinished links of one address and
 * LIMIT_HANDSHAKES_MAX in all, a sixteenth of all places for one prefix (half for loopback and private networks), and
 * never the last places, which are kept for those we dial. */
bool admission_may_begin(const struct engine *engine, const struct address *remote);
/* version self identity blocked community ticket ... ; NONE: acceptable. `detail` says more, for the caretaker. */
enum reason admission_judge(const struct engine *engine, const struct link_row *link, const struct hello *hello,
                            const char **detail, int64_t now_ms);
/* A place in the active view, if the wish is for one: at most LIMIT_VIEW_PER_PREFIX of one prefix; a full view gives up
 * the link that is worth least to a peer that needs it (join, high). The oldest links that we dialled ourselves stay,
 * so that nobody who calls us often enough becomes all we know. */
enum reason admission_make_room(struct engine *engine, const struct link_row *link, const struct hello *hello,
                                int64_t now_ms);
/* A view over its target gives up the link that is worth least, but not `kept`. */
void admission_give_way(struct engine *engine, const struct link_row *kept, int64_t now_ms);
size_t admission_active_count(const struct engine *engine); /* open links that are part of the mesh */
