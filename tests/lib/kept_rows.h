/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A store of a beacon's rows in memory: it is handed what changed, as the real one is, and holds what that leaves.
 * Owns: its rows, until kept_rows_clear. */

#include "swarm/rendezvous/beacon.h"

struct kept_rows {
    size_t count;
    struct beacon_row *rows; /* by their numbers, as the real one gives them back */
};
void kept_rows_clear(struct kept_rows *kept);
/* Takes what changed, and (takes_repeated) who was only announced again; gives how many rows that were. */
size_t kept_rows_take(struct kept_rows *kept, struct beacon *beacon, bool takes_repeated);
/* Gives all back, as a start does; how many were taken. */
size_t kept_rows_restore(const struct kept_rows *kept, struct beacon *beacon, int64_t now_ms);
