/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Two sessions that talk until the initiator is done, what it learned, and what that cost. Each message is held against
 * the set of who says it.
 * Owns: the ids that were told, until talk_free.   Full: a talk of too many ids fails the test. */

#include "base/prng.h"
#include "swarm/reconcile/block_set.h"
#include "swarm/reconcile/reconcile.h"

struct told_ids {
    struct object_id *ids;
    size_t count, capacity;
    size_t left; /* `have` takes so many, then says no and takes `refill` of the next message */
    size_t refill;
};
struct talk {
    struct told_ids have, need;
    size_t asked_bytes, answered_bytes; /* by the initiator, by the responder */
    size_t asked, answered;             /* messages */
    size_t longest;                     /* the largest message */
};
struct talk_options {
    size_t frame_size[2]; /* of the initiator, of the responder; 0: the largest */
    size_t have_at_once;  /* of one message; 0: all */
    uint32_t rounds_max;  /* 0: as many as usual */
};
/* The initiator has `ours`. Gives how it ended: REFUSAL_NONE when the initiator is done. */
enum refusal talk_run(struct talk *talk, struct block_set *ours, struct block_set *theirs,
                      const struct talk_options *options);
void talk_free(struct talk *talk);

struct reconcile_sink talk_sink(struct talk *talk);                  /* borrowed until talk_free */
size_t told_sort(struct told_ids *told);                             /* each once; gives how many came more than once */
struct set_item item_random(struct prng *prng, uint64_t timestamps); /* one of so many times, from 0 */
