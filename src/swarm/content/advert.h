/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A node's word on which files it holds whole, for an hour at most; one page of up to 128. The node is the one that
 * signed the record, whoever its author is.
 * Owns: nothing; the ids lie in the arena.   Never: proof that it does: that is sampled.
 * Full: over its bounds is refused.   Spec: WIRE W12. */

#include "swarm/content/record.h"

#define ADVERT_TYPE "advert"
enum {
    ADVERT_HOLDS_MAX = 512, /* of one page: half of a record */
    ADVERT_DROPS_MAX = 128, /* as many as a `have` takes back (W12) */
    ADVERT_PAGES_MAX = 128,
    ADVERT_LIFE_MS_MAX = 3600000,
};

struct checked_advert {
    struct object_id id;
    struct node_id node;
    int64_t at_ms;
    int64_t until_ms; /* at_ms < until_ms <= at_ms + an hour */
    uint8_t page;     /* 0..pages - 1 */
    uint8_t pages;    /* 1.. */
    size_t hold_count;
    const struct object_id *holds; /* manifests, ascending */
    size_t drop_count;
    const struct object_id *drops; /* not held any more, ascending; none of `holds` */
};
enum refusal advert_check(const struct checked_record *record, struct arena *arena, struct checked_advert *advert);

struct advert_draft {
    int64_t at_ms;
    int64_t until_ms;
    uint8_t page;
    uint8_t pages;
    const struct object_id *holds; /* ascending, no doubles */
    size_t hold_count;
    const struct object_id *drops; /* the same, none of `holds` */
    size_t drop_count;
};
/* Appends the body for record_sign. False: the draft is out of bounds, or `out` is full (nothing usable written). */
bool advert_build(struct buffer *out, const struct advert_draft *draft);
