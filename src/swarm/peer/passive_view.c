/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/peer/passive_view.h"

#include "base/memory.h"
#include "base/must.h"
#include "swarm/peer/diversity.h"

enum { PREFIX_PART = 8, PREFIX_TICKETS_MIN = 3, INTRODUCER_PART = 2 };

bool passive_view_init(struct passive_view *view, size_t capacity) {
    *view =
        (struct passive_view){.peers = memory_try_zeroed(capacity, sizeof(struct passive_peer)), .capacity = capacity};
    return view->peers != NULL;
}

void passive_view_deinit(struct passive_view *view) {
    memory_free(view->peers);
}

static struct passive_peer *find(const struct passive_view *view, const struct node_id *id) {
    for (size_t i = 0; i < view->count; i++) {
        if (node_id_equal(&view->peers[i].ticket.node_id, id)) return &view->peers[i];
    }
    return NULL;
}

const struct ticket *passive_view_find(const struct passive_view *view, const struct node_id *id) {
    const struct passive_peer *peer = find(view, id);
    return peer == NULL ? NULL : &peer->ticket;
}

/* A ticket that names no address is in the network of those that name none. */
static struct address home_of(const struct ticket *ticket) {
    return ticket->addr_count == 0 ? (struct address){.family = ADDRESS_NONE} : ticket->addrs[0];
}

static bool is_of_prefix(const struct passive_peer *peer, const struct passive_peer *other) {
    struct address a = home_of(&peer->ticket);
    struct address b = home_of(&other->ticket);
    return !diversity_is_exempt(&a) && diversity_same_prefix(&a, &b);
}

static bool is_of_introducer(const struct passive_peer *peer, const struct passive_peer *other) {
    struct address home = home_of(&peer->ticket);
    return !diversity_is_exempt(&home) && diversity_same_introducer(&peer->from, &other->from);
}

static bool is_anybody(const struct passive_peer *peer, const struct passive_peer *other) {
    (void)peer;
    (void)other;
    return true;
}

/* A part of the view that has a share of its own. */
struct part {
    bool (*holds)(const struct passive_peer *peer, const struct passive_peer *other);
    size_t share;
};

static struct passive_peer *oldest_of(const struct passive_view *view, const struct part *part,
                                      const struct passive_peer *newcomer, size_t *count) {
    struct passive_peer *oldest = NULL;
    *count = 0;
    for (size_t i = 0; i < view->count; i++) {
        struct passive_peer *peer = &view->peers[i];
        if (!part->holds(newcomer, peer)) continue;
        (*count)++;
        if (oldest == NULL || peer->ticket.issued_at_ms < oldest->ticket.issued_at_ms) oldest = peer;
    }
    return oldest;
}

/* Whose place the newcomer takes, if it has to take one. */
static struct passive_peer *find_victim(const struct passive_view *view, const struct passive_peer *newcomer) {
    size_t of_prefix = view->capacity / PREFIX_PART;
    const struct part parts[] = {
        {is_of_prefix, of_prefix < PREFIX_TICKETS_MIN ? PREFIX_TICKETS_MIN : of_prefix},
        {is_of_introducer, (view->capacity + INTRODUCER_PART - 1) / INTRODUCER_PART},
        {is_anybody, view->capacity},
    };
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        size_t count;
        struct passive_peer *oldest = oldest_of(view, &parts[i], newcomer, &count);
        if (count >= parts[i].share) return oldest;
    }
    return NULL;
}

static enum passive_put place(struct passive_view *view, const struct passive_peer *newcomer) {
    struct passive_peer *victim = find_victim(view, newcomer);
    if (victim == NULL) {
        must_le(view->count + 1, view->capacity);
        view->peers[view->count++] = *newcomer;
        return PASSIVE_NEW;
    }
    if (victim->ticket.issued_at_ms >= newcomer->ticket.issued_at_ms) return PASSIVE_FULL;
    *victim = *newcomer;
    return PASSIVE_NEW;
}

/* A newer ticket may say that its node moved: it has to find a place as a newcomer does, and keeps its introducer. */
static enum passive_put replace(struct passive_view *view, struct passive_peer *old, const struct ticket *ticket) {
    if (ticket->issued_at_ms < old->ticket.issued_at_ms) return PASSIVE_STALE;
    if (ticket->issued_at_ms == old->ticket.issued_at_ms) return PASSIVE_SAME;
    struct passive_peer newcomer = {*ticket, old->from};
    if (is_of_prefix(&newcomer, old) || home_of(ticket).family == ADDRESS_NONE) {
        *old = newcomer;
        return PASSIVE_NEWER;
    }
    *old = view->peers[--view->count];
    return place(view, &newcomer) == PASSIVE_FULL ? PASSIVE_FULL : PASSIVE_NEWER;
}

enum passive_put passive_view_put(struct passive_view *view, const struct ticket *ticket,
                                  const struct learned_from *from) {
    struct passive_peer *old = find(view, &ticket->node_id);
    if (old != NULL) return replace(view, old, ticket);
    struct passive_peer newcomer = {*ticket, *from};
    return place(view, &newcomer);
}

bool passive_view_remove(struct passive_view *view, const struct node_id *id) {
    struct passive_peer *peer = find(view, id);
    if (peer == NULL) return false;
    *peer = view->peers[--view->count];
    return true;
}

void passive_view_forget_old(struct passive_view *view, int64_t wall_ms) {
    for (size_t i = view->count; i-- > 0;) {
        if (!ticket_is_known(&view->peers[i].ticket, wall_ms)) view->peers[i] = view->peers[--view->count];
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
        const struct ticket *ticket = &view->peers[order[at]].ticket;
        order[at] = order[left - 1];
        if (!node_id_equal(&ticket->node_id, except)) picked[count++] = ticket;
    }
    return count;
}
