/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* How fast one address group (IPv4 /32, IPv6 /64) may connect to us: a handshake costs us more than whoever asks for
 * it. A token bucket for each, kept as one moment: each connection moves it an interval ahead of the clock, and it may
 * lead by a burst. Loopback has a larger one, because a whole swarm may run on one machine.
 * Owns: nothing but its rows; a zeroed one is empty.
 * Never: reads the clock, allocates.
 * Full: the group that owes least is forgotten, and so starts with a full budget when it comes back. */

#include "base/address.h"

enum {
    ARRIVAL_ROWS = 1024,
    ARRIVAL_INTERVAL_MS = 100,
    ARRIVAL_BURST = 60,
    ARRIVAL_LOOPBACK_INTERVAL_MS = 5,
    ARRIVAL_LOOPBACK_BURST = 1000,
};

struct arrival_row {
    struct address group; /* family NONE: a free row */
    int64_t paid_until_ms;
};
struct arrival_rate {
    struct arrival_row rows[ARRIVAL_ROWS];
};

/* Takes one connection off the budget of its group; false: it has none left. */
bool arrival_rate_take(struct arrival_rate *rate, const struct address *remote, int64_t now_ms);
