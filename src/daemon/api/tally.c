/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/api/tally.h"

#include "base/must.h"

static bool is_among(const struct link_view *links, size_t count, uint32_t id) {
    for (size_t i = 0; i < count; i++)
        if (links[i].id == id) return true;
    return false;
}

void tally_update(struct tally *tally, const struct link_view *links, size_t count) {
    must_le(count, LIMIT_LINKS_MAX);
    for (size_t i = 0; i < tally->count; i++) {
        if (is_among(links, count, tally->rows[i].id)) continue;
        tally->gone_in += tally->rows[i].bytes_in;
        tally->gone_out += tally->rows[i].bytes_out;
    }
    for (size_t i = 0; i < count; i++)
        tally->rows[i] = (struct tally_row){links[i].id, links[i].bytes_in, links[i].bytes_out};
    tally->count = count;
}

static int64_t sum_known(int64_t sum, int64_t rate) {
    if (rate < 0) return sum;
    return sum < 0 ? rate : sum + rate;
}

struct tally_sum tally_sum(const struct tally *tally, const struct link_view *links, size_t count) {
    struct tally_sum sum = {tally->gone_in, tally->gone_out, -1, -1};
    size_t open = 0;
    for (size_t i = 0; i < count; i++) {
        sum.bytes_in += links[i].bytes_in;
        sum.bytes_out += links[i].bytes_out;
        if (links[i].state != LINK_STATE_OPEN) continue;
        open++;
        sum.in_bytes_per_second = sum_known(sum.in_bytes_per_second, links[i].in_bytes_per_second);
        sum.out_bytes_per_second = sum_known(sum.out_bytes_per_second, links[i].out_bytes_per_second);
    }
    if (open == 0) sum.in_bytes_per_second = sum.out_bytes_per_second = 0; /* no links, no traffic: that is known */
    return sum;
}
