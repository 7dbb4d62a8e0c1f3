/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What one process dialled, noted at the edge of its host, and who had asked it away: what a checker holds against the
 * engine, whatever the engine's own ledger says.
 * Owns: its rows.   Never: stops a dial.   Full: the oldest row goes. */

#include "base/address.h"
#include "swarm/identity/node_id.h"

enum { DIAL_LOG_DIALS = 256, DIAL_LOG_HOLDS = 32 };

struct dial_note {
    int64_t at_ms;
    struct address address;
    struct node_id peer;   /* whom it was for; NODE_ID_NONE: whoever answers */
    int64_t away_until_ms; /* the node it was for had asked not to be dialled before; 0 = it had not */
};
struct dial_hold {
    struct node_id peer;
    int64_t until_ms;
};
struct dial_log {
    uint64_t count; /* of this process */
    struct dial_note dials[DIAL_LOG_DIALS];
    uint64_t hold_count;
    struct dial_hold holds[DIAL_LOG_HOLDS];
};
/* `peer`: whom the dial is for; NULL = whoever answers. */
void dial_log_add(struct dial_log *log, const struct address *address, const struct node_id *peer, int64_t now_ms);
void dial_log_hold(struct dial_log *log, const struct node_id *peer, int64_t until_ms); /* it asked us away */
/* Number `index` of this process, 0 = its first; NULL: forgotten, or not yet made. */
const struct dial_note *dial_log_at(const struct dial_log *log, uint64_t index);
