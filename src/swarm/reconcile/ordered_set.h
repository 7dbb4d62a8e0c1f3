/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What reconciliation asks of a set, whoever keeps it: items in their order, found by index or by place, and the sum of
 * the ids of any range. block_set.h keeps one in memory; a tree or a database can stand behind the same four questions.
 *
 * Between two messages the set may change as it likes. While one is taken it must not.
 *
 * A keeper that can fail (a disk) remembers that it did, answers something within range, and is asked by whoever owns
 * it before the answer is sent: a wrong sum costs a round, and a wrong item is an id that nobody has.
 *
 * Owns: nothing; `of` is borrowed while the view is used. */

#include "swarm/reconcile/id_sum.h"
#include "swarm/reconcile/set_item.h"

struct ordered_set_kind {
    size_t (*size)(void *of);
    struct set_item (*item)(void *of, size_t index);               /* index < size */
    size_t (*lower_bound)(void *of, const struct set_item *place); /* how many items are before it */
    struct id_sum (*sum)(void *of, size_t begin, size_t end);      /* of the items begin..end-1 */
};
struct ordered_set {
    const struct ordered_set_kind *kind;
    void *of;
};

static inline size_t ordered_set_size(const struct ordered_set *set) {
    return set->kind->size(set->of);
}
static inline struct set_item ordered_set_item(const struct ordered_set *set, size_t index) {
    return set->kind->item(set->of, index);
}
static inline size_t ordered_set_lower_bound(const struct ordered_set *set, const struct set_item *place) {
    return set->kind->lower_bound(set->of, place);
}
static inline struct fingerprint ordered_set_fingerprint(const struct ordered_set *set, size_t begin, size_t end) {
    const struct id_sum sum = set->kind->sum(set->of, begin, end);
    return id_sum_fingerprint(&sum, end - begin);
}
