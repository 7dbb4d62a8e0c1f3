/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A record that the engine says itself: made of a body, signed with the node's key (whose author it is: a user's nodes
 * together may say no more than one author), given to the host, and broadcast.
 * Full: one in a feed.   Spec: WIRE W11, W21. */

#include "swarm/engine_inside.h"

bool own_record_may(const struct engine *engine); /* none was made in this feed, and no control forbids it */
/* NULL: it could not be made; nothing was said. Borrowed until the next one. */
const struct publication *own_record_say(struct engine *engine, struct span body, int64_t now_ms);
