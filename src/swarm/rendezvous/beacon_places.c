/* SPDX-License-Identifier: Apache-2.0 */
/* Which communities a beacon keeps, and which goes when there are too many. */
#include <string.h>

#include "base/must.h"
#include "swarm/rendezvous/beacon_state.h"

enum { SWEEP_MS = 1000 };

static bool is_free(const struct beacon_community *community) {
    return community->name[0] == '\0';
}

struct beacon_community *beacon_find_community(const struct beacon *beacon, struct span name) {
    for (size_t i = 0; i < beacon->communities_max; i++) {
        struct beacon_community *community = &beacon->communities[i];
        if (!is_free(community) && span_equal_text(name, community->name)) return community;
    }
    return NULL;
}

static void release(struct beacon *beacon, struct beacon_community *community) {
    must(!community->is_configured);
    beacon->is_behind[BEACON_CHANGED] = true;
    beacon_community_clear(community);
}

static int64_t last_announce_ms(const struct beacon_community *community) {
    const struct beacon_entry *newest = beacon_community_first(community);
    return newest == NULL ? INT64_MIN : newest->received_at_ms;
}

/* A community that many networks announce in is somebody's; one that a single address invented is nobody's. */
static bool goes_before(const struct beacon_community *a, const struct beacon_community *b) {
    if (a->group_count != b->group_count) return a->group_count < b->group_count;
    return last_announce_ms(a) < last_announce_ms(b);
}

/* `wants_table`: only one that has a table already helps, because there is no memory for another. */
static struct beacon_community *choose_leaver(struct beacon *beacon, bool wants_table) {
    struct beacon_community *chosen = NULL;
    for (size_t i = 0; i < beacon->communities_max; i++) {
        struct beacon_community *community = &beacon->communities[i];
        if (community->is_configured || (wants_table ? community->table == NULL : is_free(community))) continue;
        if (chosen == NULL || goes_before(community, chosen)) chosen = community;
    }
    return chosen;
}

static struct beacon_community *choose_free(struct beacon *beacon) {
    struct beacon_community *chosen = NULL;
    for (size_t i = 0; i < beacon->communities_max; i++) {
        struct beacon_community *community = &beacon->communities[i];
        if (!is_free(community)) continue;
        if (community->table != NULL) return community;
        if (chosen == NULL) chosen = community;
    }
    return chosen;
}

static struct beacon_community *vacated(struct beacon *beacon, struct beacon_community *community) {
    if (community != NULL && !is_free(community)) release(beacon, community);
    return community;
}

static struct beacon_community *choose_place(struct beacon *beacon, bool may_evict) {
    struct beacon_community *place = choose_free(beacon);
    if (place == NULL && may_evict) place = vacated(beacon, choose_leaver(beacon, false));
    if (place == NULL || beacon_community_prepare(place, beacon->tickets_max)) return place;
    return may_evict ? vacated(beacon, choose_leaver(beacon, true)) : NULL;
}

struct beacon_community *beacon_open_community(struct beacon *beacon, struct span name, bool may_evict) {
    struct beacon_community *community = beacon_find_community(beacon, name);
    if (community != NULL) return beacon_community_prepare(community, beacon->tickets_max) ? community : NULL;
    community = choose_place(beacon, may_evict);
    if (community != NULL) must(span_copy_text(name, community->name, sizeof community->name));
    return community;
}

struct beacon_community *beacon_reopen_community(struct beacon *beacon, struct span name,
                                                 struct beacon_community *place) {
    const bool is_there = beacon_find_community(beacon, name) != NULL;
    if (is_there || !is_free(place) || !beacon_community_prepare(place, beacon->tickets_max))
        return beacon_open_community(beacon, name, false);
    must(span_copy_text(name, place->name, sizeof place->name));
    return place;
}

void beacon_reserve_community(struct beacon *beacon, struct span name) {
    if (!community_is_valid(name)) return;
    struct beacon_community *community = beacon_find_community(beacon, name);
    if (community == NULL) {
        community = choose_free(beacon);
        if (community == NULL) community = vacated(beacon, choose_leaver(beacon, false));
        if (community == NULL) return;
        must(span_copy_text(name, community->name, sizeof community->name));
    }
    community->is_configured = true;
}

static void prune(struct beacon *beacon, struct beacon_community *community, int64_t now_ms) {
    if (beacon_community_prune(community, now_ms)) beacon->is_behind[BEACON_CHANGED] = true;
}

void beacon_sweep(struct beacon *beacon, struct beacon_community *community, int64_t now_ms) {
    if (community != NULL) prune(beacon, community, now_ms);
    /* Further ahead than it was ever set, the clock went back: waiting for it could take for ever. */
    if (now_ms < beacon->sweep_at_ms && beacon->sweep_at_ms - now_ms <= SWEEP_MS) return;
    beacon->sweep_at_ms = now_ms + SWEEP_MS;
    beacon->sweep_index = (beacon->sweep_index + 1) % beacon->communities_max;
    struct beacon_community *other = &beacon->communities[beacon->sweep_index];
    if (is_free(other)) return;
    prune(beacon, other, now_ms);
    if (other != community && other->entry_count == 0 && !other->is_configured) release(beacon, other);
}
