/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* How fast one address group (IPv4 /32, IPv6 /64) may ask a beacon. Two token buckets in a row: the ordinary budget,
 * and one ten times as large; who empties the first gets answers without work, who empties the second gets none.
 * Owns: its rows and their index, from beacon_rate_new to beacon_rate_free.
 * Never: reads the clock, allocates after new.
 * Full: the group that was idle longest is forgotten (and so starts with a full budget when it comes back).
 * Spec: WIRE W13. */

#include "base/address.h"

struct beacon_rate;

enum beacon_pace { BEACON_PACE_FINE, BEACON_PACE_OVER, BEACON_PACE_FLOOD };

struct beacon_rate *beacon_rate_new(size_t groups_max, uint64_t seed); /* owned by the caller; NULL without memory */
void beacon_rate_free(struct beacon_rate *rate);                       /* accepts NULL */
/* Takes one request off the group's budget. */
enum beacon_pace beacon_rate_take(struct beacon_rate *rate, const struct address *group, int64_t now_ms);
size_t beacon_rate_count(const struct beacon_rate *rate);
