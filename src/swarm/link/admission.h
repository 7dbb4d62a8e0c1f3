/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Who may be linked: every hello is judged here, and nowhere else, in the order of WIRE W9. Whether there is a place in
 * the mesh is the active view's to say.
 * Never: changes anything, but for what a block has caught. */

#include "swarm/engine_inside.h"

/* Whether a stranger may even begin: at most LIMIT_HANDSHAKES_PER_ADDRESS_MAX unfinished links of one address and
 * LIMIT_HANDSHAKES_MAX in all, a sixteenth of all places for one prefix (half for loopback and private networks), and
 * never the last places, which are kept for those we dial. */
bool admission_may_begin(const struct engine *engine, const struct address *remote);
/* version self identity community ticket blocked ... ; NONE: acceptable. `detail` says more, for the caretaker. Whom a
 * block names by its node has been turned away before its hello. */
enum reason admission_judge(struct engine *engine, const struct link_row *link, const struct hello *hello,
                            const char **detail, int64_t now_ms);
