/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A peer as the caretaker names it: [NODEID@]HOST:PORT.
 * Never: resolves a name.   Full: a name that does not fit is refused. */

#include "daemon/place_name.h"
#include "swarm/engine.h"

struct peer_name {
    struct engine_operator_peer named; /* the whole text, and the id if it says one: what the engine is told */
    struct place_name place;
};
/* Reads one; false: it is not of that form. */
bool peer_name_read(const char *text, struct peer_name *name);
