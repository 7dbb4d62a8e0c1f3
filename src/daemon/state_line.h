/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* How a node is, in one line for people: "7 of 8 links, 12 peers known; 2 of 3 beacons answer".
 * Owns: nothing; writes into the caller's buffer.   Never: guesses.   Full: cannot be (under 160 bytes). */

#include "swarm/engine_view.h"

struct state_line_facts {
    bool is_stopping;
    bool takes_part; /* false: it only serves others */
    struct mesh_view mesh;
    bool is_out; /* its own network seems to be down */
    size_t beacon_count, beacons_failing;
    bool has_beacon; /* it is one */
    size_t tickets;  /* that it lists */
    bool has_signaling;
    size_t clients; /* of its signaling */
};
void state_line_write(struct buffer *out, const struct state_line_facts *facts);
