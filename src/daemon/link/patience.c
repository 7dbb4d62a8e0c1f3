/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/link/patience.h"

#include "swarm/limits.h"

int64_t patience_judge(struct patience *patience, size_t unsent_bytes, bool has_written, int64_t now_ms) {
    const bool is_large = unsent_bytes > LIMIT_UNSENT_BYTES;
    const bool is_waiting = unsent_bytes > 0;
    if (is_large && !patience->is_large) patience->large_since_ms = now_ms;
    if (is_waiting && (has_written || !patience->is_waiting)) patience->waiting_since_ms = now_ms;
    patience->is_large = is_large;
    patience->is_waiting = is_waiting;
    if (!is_waiting) return INT64_MAX;
    const bool large_is_first = is_large && patience->large_since_ms < patience->waiting_since_ms;
    return (large_is_first ? patience->large_since_ms : patience->waiting_since_ms) + LIMIT_UNSENT_MS;
}
