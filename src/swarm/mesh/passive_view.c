/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/mesh/passive_view.h"

#include "base/memory.h"
#include "base/must.h"

bool passive_view_init(struct passive_view *view, size_t capacity) {
    *view = (struct passive_view){.tickets = memory_try_zeroed(capacity, sizeof(struct ticket)), .capacity = capacity};
    return view->tickets != NULL;
}

void passive_view_deinit(struct passive_view *view) {
    memory_free(view->tickets);
}

static struct ticket *find(const struct passive_view *view, const struct node_id *id) {
    for (size_t i = 0; i < view->count; i++) {
        if (node_id_equal(&view->tickets[i].node_id, id)) return &view->tickets[i];
    }
    return NULL;
}

const struct ticket *passive_view_find(const struct passive_view *view, const struct node_id *id) {
    return find(view, id);
}

static enum passive_put replace(struct ticket *old, const struct ticket *ticket) {
    if (ticket->issued_at_ms < old->issued_at_ms) return PASSIVE_STALE;
    if (ticket->issued_at_ms == old->issued_at_ms) return PASSIVE_SAME;
    *old = *ticket;
    return PASSIVE_NEWER;
}

static struct ticket *oldest(struct passive_view *view) {
    struct ticket *oldest = &view->tickets[0];
    for (size_t i = 1; i < view->count; i++) {
        if (view->tickets[i].issued_at_ms < oldest->issued_at_ms) oldest = &view->tickets[i];
    }
    return oldest;
}

enum passive_put passive_view_put(struct passive_view *view, const struct ticket *ticket) {
    struct ticket *old = find(view, &ticket->node_id);
    if (old != NULL) return replace(old, ticket);
    if (view->count < view->capacity) {
        view->tickets[view->count++] = *ticket;
        return PASSIVE_NEW;
    }
    old = oldest(view);
    if (old->issued_at_ms >= ticket->issued_at_ms) return PASSIVE_FULL;
    *old = *ticket;
    return PASSIVE_NEW;
}

void passive_view_forget_old(struct passive_view *view, int64_t wall_ms) {
    for (size_t i = view->count; i-- > 0;) {
        if (!ticket_is_known(&view->tickets[i], wall_ms)) view->tickets[i] = view->tickets[--view->count];
    }
}

size_t passive_view_sample(const struct passive_view *view, struct prng *prng, const struct node_id *except, size_t max,
                           const struct ticket **picked) {
    uint16_t order[LIMIT_PASSIVE_MAX];
    size_t count = 0;
    must_le(view->count, LIMIT_PASSIVE_MAX);
    for (size_t i = 0; i < view->count; i++) order[i] = (uint16_t)i;
    for (size_t left = view->count; left > 0 && count < max; left--) {
        uint32_t at = prng_below(prng, (uint32_t)left);
        const struct ticket *ticket = &view->tickets[order[at]];
        order[at] = order[left - 1];
        if (!node_id_equal(&ticket->node_id, except)) picked[count++] = ticket;
    }
    return count;
}
