/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/link/arrival_rate.h"

/* The group's row; if it has none, the free one or that of the group that owes least, taken over. A walk over all rows
 * costs a hundredth of a handshake. */
static struct arrival_row *row_of(struct arrival_rate *rate, const struct address *group) {
    struct arrival_row *least = &rate->rows[0];
    for (size_t i = 0; i < ARRIVAL_ROWS; i++) {
        struct arrival_row *row = &rate->rows[i];
        if (address_equal(&row->group, group)) return row;
        if (row->group.family == ADDRESS_NONE || row->paid_until_ms < least->paid_until_ms) least = row;
        if (row->group.family == ADDRESS_NONE) break; /* rows are taken in order and never given back */
    }
    *least = (struct arrival_row){.group = *group, .paid_until_ms = INT64_MIN};
    return least;
}

bool arrival_rate_take(struct arrival_rate *rate, const struct address *remote, int64_t now_ms) {
    const struct address group = address_prefix(remote, 32, 64);
    const bool is_local = address_scope(remote) == ADDRESS_SCOPE_LOOPBACK;
    const int64_t interval_ms = is_local ? ARRIVAL_LOOPBACK_INTERVAL_MS : ARRIVAL_INTERVAL_MS;
    const int64_t burst = is_local ? ARRIVAL_LOOPBACK_BURST : ARRIVAL_BURST;
    struct arrival_row *row = row_of(rate, &group);
    if (row->paid_until_ms < now_ms) row->paid_until_ms = now_ms;
    if (row->paid_until_ms - now_ms > (burst - 1) * interval_ms) return false;
    row->paid_until_ms += interval_ms;
    return true;
}
