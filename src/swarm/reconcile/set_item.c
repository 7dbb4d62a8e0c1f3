/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/reconcile/set_item.h"

#include "base/must.h"

int set_item_compare(const struct set_item *a, const struct set_item *b) {
    if (a->timestamp != b->timestamp) return a->timestamp < b->timestamp ? -1 : 1;
    return memcmp(a->id.bytes, b->id.bytes, sizeof a->id.bytes);
}

struct set_item set_item_between(const struct set_item *a, const struct set_item *b) {
    struct set_item place = {.timestamp = b->timestamp};
    must(set_item_compare(a, b) < 0);
    if (a->timestamp != b->timestamp) return place;
    size_t same = 0;
    while (a->id.bytes[same] == b->id.bytes[same]) same++;
    memcpy(place.id.bytes, b->id.bytes, same + 1);
    return place;
}
