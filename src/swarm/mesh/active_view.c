/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/mesh/active_view.h"

#include "swarm/dial/operator_peer.h"
#include "swarm/link/session.h"
#include "swarm/mesh/exchange.h"
#include "swarm/peer/diversity.h"

/* The last places are kept for those who have few links (W10); the first ones for those whom we choose ourselves. */
enum { PLACES_FOR_NEEDY = 4, PLACES_FOR_OWN_CALLS = 3, REPLACED_PEX_TICKETS = 4 };

/* A link whose delay is not measured yet is neither strong nor weak. */
enum { UNMEASURED_STRENGTH = 50 };

bool active_view_holds(const struct link_row *link) {
    return link->in_use && link->state == LINK_STATE_OPEN && link->wish != MESH_WISH_NONE;
}

size_t active_view_count(const struct engine *engine) {
    size_t count = 0;
    for (size_t i = 0; i < engine->links.capacity; i++) count += active_view_holds(&engine->links.rows[i]);
    return count;
}

/* Diversity. */

static size_t count_of_prefix(const struct engine *engine, const struct address *address) {
    size_t count = 0;
    for (size_t i = 0; i < engine->links.capacity; i++) {
        const struct link_row *link = &engine->links.rows[i];
        count += active_view_holds(link) && diversity_same_prefix(&link->address, address);
    }
    return count;
}

/* Has a place, or will when its dial succeeds. */
static bool holds_or_comes(const struct link_row *link) {
    return active_view_holds(link) || (link_row_is_dial(link) && link->wish != MESH_WISH_NONE);
}

static bool has_share_left(const struct engine *engine, const struct link_row *self, const struct link_row *twin) {
    size_t of_prefix = 0;
    size_t of_introducer = 0;
    if (diversity_is_exempt(&self->address)) return true;
    for (size_t i = 0; i < engine->links.capacity; i++) {
        const struct link_row *link = &engine->links.rows[i];
        if (link == self || link == twin || !active_view_holds(link)) continue;
        of_prefix += diversity_same_prefix(&link->address, &self->address);
        of_introducer += diversity_same_introducer(&link->learned_from, &self->learned_from);
    }
    return of_prefix < LIMIT_VIEW_PER_PREFIX && of_introducer < engine->view_max / 2;
}

static void count_key(struct view_share *shares, size_t *count, uint64_t key) {
    size_t at = 0;
    if (key == 0) return;
    while (at < *count && shares[at].key != key) at++;
    if (at == VIEW_SHARES_MAX) return;
    if (at == *count) shares[(*count)++] = (struct view_share){key, 0};
    shares[at].links++;
}

struct view_shares active_view_shares(const struct engine *engine) {
    struct view_shares shares = {.introducer_max = engine->view_max / 2};
    if (active_view_count(engine) < engine->view_min) return shares;
    for (size_t i = 0; i < engine->links.capacity; i++) {
        const struct link_row *link = &engine->links.rows[i];
        if (!holds_or_comes(link) || diversity_is_exempt(&link->address)) continue;
        count_key(shares.prefixes, &shares.prefix_count, diversity_prefix_key(&link->address, engine->book.seed));
        count_key(shares.introducers, &shares.introducer_count,
                  diversity_introducer_key(&link->learned_from, engine->book.seed));
    }
    return shares;
}

static bool is_used_up(const struct view_share *shares, size_t count, uint64_t key, size_t max) {
    for (size_t i = 0; i < count; i++) {
        if (shares[i].key == key) return shares[i].links >= max;
    }
    return false;
}

bool view_shares_admit(const struct view_shares *shares, uint64_t prefix_key, uint64_t introducer_key) {
    if (prefix_key == 0) return true; /* exempt */
    return !is_used_up(shares->prefixes, shares->prefix_count, prefix_key, LIMIT_VIEW_PER_PREFIX) &&
           !is_used_up(shares->introducers, shares->introducer_count, introducer_key, shares->introducer_max);
}

/* Worth. */

/* Whom we called by our own choice: neither did they call us, nor did a neighbour tell us to. */
static bool is_own_call(const struct link_row *link) {
    return active_view_holds(link) && !link->is_inbound && !link->is_asked_for;
}

/* Equally old ones go by their ids. */
static bool is_older(const struct link_row *a, const struct link_row *b) {
    return a->opened_at_ms < b->opened_at_ms || (a->opened_at_ms == b->opened_at_ms && a->id < b->id);
}

static size_t count_older_calls(const struct engine *engine, const struct link_row *than) {
    size_t count = 0;
    for (size_t i = 0; i < engine->links.capacity; i++) {
        const struct link_row *link = &engine->links.rows[i];
        count += is_own_call(link) && is_older(link, than);
    }
    return count;
}

/* The oldest links that we dialled ourselves are never given up: whoever fills the rest has not cut us off. */
bool active_view_is_anchor(const struct engine *engine, const struct link_row *link, int64_t now_ms) {
    if (!is_own_call(link)) return false;
    return now_ms - link->opened_at_ms >= LIMIT_BACKOFF_CLEAR_MS && count_older_calls(engine, link) < LIMIT_ANCHORS;
}

/* What a victim is chosen by. Strangers can make themselves look strong and their ids sort last, but not make us call
 * them, nor be with us for longer than they are. */
struct worth {
    bool is_anchor;
    size_t prefix_count; /* how many of the view share its prefix */
    int strength;
    int64_t opened_at_ms;
};

static struct worth worth_of(const struct engine *engine, const struct link_row *link, int64_t now_ms) {
    struct strength_inputs inputs = link_row_strength_inputs(link, now_ms);
    return (struct worth){
        .is_anchor = active_view_is_anchor(engine, link, now_ms),
        .prefix_count = diversity_is_exempt(&link->address) ? 0 : count_of_prefix(engine, &link->address),
        .strength = inputs.delay == STRENGTH_UNKNOWN ? UNMEASURED_STRENGTH : strength_of(&inputs),
        .opened_at_ms = link->opened_at_ms,
    };
}

static bool is_worth_less(const struct worth *a, const struct worth *b) {
    if (a->is_anchor != b->is_anchor) return b->is_anchor;
    if (a->prefix_count != b->prefix_count) return a->prefix_count > b->prefix_count;
    if (a->strength != b->strength) return a->strength < b->strength;
    return a->opened_at_ms > b->opened_at_ms;
}

static bool is_operators(const struct engine *engine, const struct link_row *link) {
    return link->is_operators || link->is_by_hand || operator_peer_is_named(engine, &link->node_id);
}

/* The link to give up; never an anchor. NULL: none may go. */
static struct link_row *least_worth(struct engine *engine, const struct link_row *kept, int64_t now_ms) {
    struct link_row *least = NULL;
    struct worth least_worth = {0};
    for (size_t i = 0; i < engine->links.capacity; i++) {
        struct link_row *link = &engine->links.rows[i];
        if (!active_view_holds(link) || is_operators(engine, link) || link == kept) continue;
        struct worth worth = worth_of(engine, link, now_ms);
        if (worth.is_anchor || (least != NULL && !is_worth_less(&worth, &least_worth))) continue;
        least = link;
        least_worth = worth;
    }
    return least;
}

static void give_up(struct engine *engine, struct link_row *victim, const char *text, int64_t now_ms) {
    exchange_offer(engine, victim, REPLACED_PEX_TICKETS, now_ms);
    session_close(engine, victim, REASON_REPLACED, text, now_ms);
}

/* Places. */

static size_t count_own_calls(const struct engine *engine) {
    size_t count = 0;
    for (size_t i = 0; i < engine->links.capacity; i++) {
        count += is_own_call(&engine->links.rows[i]);
    }
    return count;
}

/* How many places a link of this wish may find taken and still have one. */
static size_t room_for(const struct engine *engine, const struct link_row *link, enum mesh_wish wish) {
    size_t kept = 0;
    if (link->is_inbound && wish == MESH_WISH_LOW) kept += PLACES_FOR_NEEDY;
    size_t own = count_own_calls(engine);
    bool keeps_own = link->is_inbound && own < PLACES_FOR_OWN_CALLS && !diversity_is_exempt(&link->address);
    if (keeps_own) kept += PLACES_FOR_OWN_CALLS - own;
    return engine->view_max > kept ? engine->view_max - kept : 0;
}

static enum reason replace_least(struct engine *engine, const struct link_row *link, int64_t now_ms) {
    struct link_row *victim = least_worth(engine, link, now_ms);
    if (victim == NULL) return REASON_VIEW_FULL;
    give_up(engine, victim, "a peer with few links needs the place", now_ms);
    return REASON_NONE;
}

enum reason active_view_make_room(struct engine *engine, const struct link_row *link, enum mesh_wish wish,
                                  const struct link_row *twin, int64_t now_ms) {
    size_t active = active_view_count(engine);
    if (wish == MESH_WISH_NONE) return REASON_NONE;
    bool is_named = is_operators(engine, link);
    bool needs_diversity = active >= engine->view_min && !is_named;
    if (needs_diversity && !has_share_left(engine, link, twin)) return REASON_VIEW_FULL;
    if (twin != NULL && active_view_holds(twin)) return REASON_NONE; /* it leaves its place */
    if (active < (is_named ? engine->view_max : room_for(engine, link, wish))) return REASON_NONE;
    return wish == MESH_WISH_LOW && !is_named ? REASON_VIEW_FULL : replace_least(engine, link, now_ms);
}

void active_view_give_way(struct engine *engine, const struct link_row *kept, int64_t now_ms) {
    if (active_view_count(engine) <= engine->view_target) return;
    struct link_row *victim = least_worth(engine, kept, now_ms);
    if (victim != NULL) give_up(engine, victim, "a peer from farther away takes the place", now_ms);
}

static bool may_be_picked(const struct link_row *link, const struct link_row *except, const struct node_id *subject) {
    if (!active_view_holds(link) || link == except) return false;
    return subject == NULL || !node_id_equal(&link->node_id, subject);
}

struct link_row *active_view_pick(struct engine *engine, const struct link_row *except, const struct node_id *subject) {
    struct link_row *picked = NULL;
    uint32_t count = 0;
    for (size_t i = 0; i < engine->links.capacity; i++) {
        struct link_row *link = &engine->links.rows[i];
        if (may_be_picked(link, except, subject) && prng_below(&engine->prng, ++count) == 0) picked = link;
    }
    return picked;
}
