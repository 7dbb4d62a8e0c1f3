/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A peer as the caretaker names it: [NODEID@]HOST:PORT. The host is a name, an IPv4 address or an [IPv6] one.
 * Never: resolves a name.   Full: a name that does not fit is refused. */

#include "swarm/engine.h"

struct peer_name {
    struct engine_operator_peer named; /* the whole text, and the id if it says one: what the engine is told */
    char host[128];                    /* without the brackets of IPv6 */
    uint16_t port;                     /* not 0 */
};
/* Reads one; false: it is not of that form. */
bool peer_name_read(const char *text, struct peer_name *name);
