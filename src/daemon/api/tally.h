/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Bytes of all links together, also of those that are gone: rows vanish from the engine a while after they closed, so
 * what each had then is kept in the sum.
 * Owns: nothing; one value without pointers.
 * Never: sees a link that came and went between two looks; the API looks often enough (a closed row stays for 30 s).
 * Full: cannot be, it has a place for each row of the link table. */

#include "swarm/engine_view.h"

struct tally_row {
    uint32_t id;
    uint64_t bytes_in, bytes_out;
};
struct tally {
    uint64_t gone_in, gone_out; /* of links that are no more */
    size_t count;
    struct tally_row rows[LIMIT_LINKS_MAX]; /* as last seen, in the order of their ids */
};
struct tally_sum {
    uint64_t bytes_in, bytes_out;
    int64_t in_bytes_per_second, out_bytes_per_second; /* negative = not known */
};
/* `links` in the order of their ids, as engine_view_links gives them. */
void tally_update(struct tally *tally, const struct link_view *links, size_t count);
struct tally_sum tally_sum(const struct tally *tally, const struct link_view *links, size_t count);
