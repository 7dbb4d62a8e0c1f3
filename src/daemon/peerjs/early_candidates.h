/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Candidates that came through signaling before the offer they belong to: kept by sender and connection until it comes,
 * as the library does.
 * Owns: copies of them.
 * Never: keeps any for longer than EARLY_MS: an offer is relayed beside its candidates, not minutes later.
 * Full: EARLY_CONNECTIONS_MAX connections, where the oldest makes room; EARLY_BYTES_MAX of each, where the rest is
 * dropped: with one candidate a connection comes to be, with the twentieth not sooner.   Spec: reference 7.2. */

#include "base/bytes.h"
#include "swarm/peerjs/peerjs_offer.h"
#include "swarm/signaling/signal_message.h"

enum { EARLY_CONNECTIONS_MAX = 64, EARLY_BYTES_MAX = 4096, EARLY_MS = 15000 };

struct early_row {
    char peer[SIGNAL_ID_SIZE_MAX + 1];
    char connection_id[PEERJS_CONNECTION_ID_MAX + 1];
    int64_t since_ms;
    size_t size; /* each candidate: its size in two bytes, and it */
    uint8_t bytes[EARLY_BYTES_MAX];
};
struct early_candidates {
    struct early_row *rows; /* EARLY_CONNECTIONS_MAX; NULL until the first comes */
};

void early_candidates_deinit(struct early_candidates *early);
/* False: it was dropped. */
bool early_candidates_add(struct early_candidates *early, struct span peer, const struct peerjs_candidate *candidate,
                          int64_t now_ms);
/* Gives those of one connection, and forgets them. */
void early_candidates_take(struct early_candidates *early, const char *peer, const char *connection_id,
                           void (*give)(void *context, struct span candidate), void *context, int64_t now_ms);
