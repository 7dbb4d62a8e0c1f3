/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/replica/replica.h"

#include "base/deadline.h"
#include "base/memory.h"
#include "swarm/engine_inside.h"
#include "swarm/replica/liveness.h"
#include "swarm/replica/own_advert.h"
#include "swarm/replica/possession.h"
#include "swarm/replica/provider_call.h"
#include "swarm/replica/repair.h"
#include "swarm/replica/taking.h"

bool replica_init(struct replica *replica, const struct provider_sizes *sizes, size_t links, uint64_t seed) {
    *replica = (struct replica){.settled_ms = INT64_MAX, .sweep_again_ms = INT64_MAX};
    replica->own.pages = 1;
    replica->own.next_ms = INT64_MAX;
    replica->peers = memory_try_zeroed(links, sizeof *replica->peers);
    replica->peer_count = links;
    replica->signing = memory_try_zeroed(1, PUBLICATION_ARENA_SIZE);
    const bool has_comings = coming_table_init(&replica->comings);
    const bool has_providers = provider_table_init(&replica->providers, sizes, seed);
    return replica->peers != NULL && replica->signing != NULL && has_comings && has_providers;
}

void replica_deinit(struct replica *replica) {
    provider_table_deinit(&replica->providers);
    coming_table_deinit(&replica->comings);
    memory_free(replica->peers);
    memory_free(replica->signing);
}

struct replica_peer *replica_peer_of(const struct engine *engine, const struct link_row *link) {
    return &engine->replica.peers[link - engine->links.rows];
}

/* ---- Links ---- */

static void link_opened(struct engine *engine, const struct link_row *link, int64_t now_ms) {
    struct replica *replica = &engine->replica;
    *replica_peer_of(engine, link) = (struct replica_peer){.is_party = link->takes_replicas};
    provider_table_linked(&replica->providers, &link->node_id, true);
    if (replica->settled_ms == INT64_MAX) replica->settled_ms = now_ms + LIMIT_REPAIR_SETTLE_MS;
    own_advert_begin(engine, now_ms);
    repair_look_again(engine, now_ms + LIMIT_SWEEP_SOON_MS);
}

/* Without a link nothing is heard of the others: what is known of them grows old. */
static void link_ended(struct engine *engine, const struct link_row *link, int64_t now_ms) {
    struct replica *replica = &engine->replica;
    provider_table_linked(&replica->providers, &link->node_id, false);
    liveness_link_ended(engine, link, now_ms);
    repair_link_gone(engine, link, now_ms);
    possession_link_gone(engine, link);
    *replica_peer_of(engine, link) = (struct replica_peer){0};
    if (link_table_count_state(&engine->links, LINK_STATE_OPEN) == 0) replica->settled_ms = INT64_MAX;
}

void replica_link_changed(struct engine *engine, struct link_row *link, int64_t now_ms) {
    if (link->state == LINK_STATE_OPEN) {
        link_opened(engine, link, now_ms);
    } else {
        link_ended(engine, link, now_ms);
    }
}

/* ---- Records ---- */

static bool is_linked(const struct engine *engine, const struct node_id *node) {
    return link_table_find_peer(&engine->links, node, LINK_STATE_OPEN) != NULL;
}

static enum provider_standing standing_of(const struct engine *engine, const struct node_id *node) {
    if (is_linked(engine, node)) return PROVIDER_LINKED;
    return address_book_find(&engine->book, node) != NULL ? PROVIDER_KNOWN : PROVIDER_STRANGER;
}

/* By our clock it lives as long as by its own, less what it is old already. */
static int64_t expiry_ms(const struct engine *engine, const struct checked_advert *advert, int64_t now_ms) {
    const int64_t age_ms = engine_wall_ms(engine, now_ms) - advert->at_ms;
    return now_ms + (advert->until_ms - advert->at_ms) - (age_ms > 0 ? age_ms : 0);
}

/* Whoever holds it now fetches it no more; and what is wanted here may be found there. */
static void look_at_held(struct engine *engine, const struct checked_advert *advert, int64_t now_ms) {
    for (size_t i = 0; i < advert->hold_count && engine->replica.comings.count > 0; i++)
        if (coming_table_find(&engine->replica.comings, &advert->holds[i], &advert->node) != NULL)
            repair_has_come(engine, &advert->holds[i], &advert->node, now_ms);
    repair_look_again(engine, now_ms + LIMIT_SWEEP_SOON_MS);
}

static bool hear_advert(struct engine *engine, const struct checked_advert *advert, int64_t now_ms) {
    if (node_id_equal(&advert->node, &engine->self.node_id)) return own_advert_known(engine, advert);
    if (advert->at_ms > engine_wall_ms(engine, now_ms) + LIMIT_RECORD_AHEAD_MS) return false;
    liveness_sign_of_life(engine, &advert->node, advert->at_ms, now_ms);
    const struct advert_arrival arrival = {.advert = advert,
                                           .expires_ms = expiry_ms(engine, advert, now_ms),
                                           .standing = standing_of(engine, &advert->node)};
    if (!provider_table_take(&engine->replica.providers, &arrival, now_ms)) return false;
    look_at_held(engine, advert, now_ms);
    return true;
}

bool replica_hear(struct engine *engine, const struct publication *publication, int64_t now_ms) {
    switch (publication->kind) {
    case PUBLICATION_ADVERT: return hear_advert(engine, publication->as.advert, now_ms);
    case PUBLICATION_GONE: liveness_hear(engine, publication->as.gone, now_ms); return true;
    case PUBLICATION_MANIFEST:
    case PUBLICATION_POST:
    case PUBLICATION_OTHER: return true;
    }
    return true;
}

void replica_kept(struct engine *engine, const struct input *input, int64_t now_ms) {
    const struct publication *publication = input->as.kept.publication;
    if (publication == NULL || publication->kind != PUBLICATION_ADVERT) return;
    if (hear_advert(engine, publication->as.advert, now_ms)) return;
    struct action *action = actions_add(engine->actions, ACTION_FORGET_RECORD);
    action->as.forget.id = *input->as.kept.id;
    action->as.forget.at_ms = input->as.kept.at_ms;
}

/* ---- The host ---- */

void replica_room(struct engine *engine, uint64_t room_bytes, int64_t now_ms) {
    struct replica *replica = &engine->replica;
    replica->room_bytes = room_bytes;
    if (replica->has_storage) return;
    replica->has_storage = true;
    for (size_t i = 0; i < ADVERT_PAGES_MAX; i++) replica->own.rows[i].is_changed = true;
    own_advert_begin(engine, now_ms);
}

void replica_file_changed(struct engine *engine, struct file_row *row, enum file_state was, int64_t now_ms) {
    taking_file_changed(engine, row, was, now_ms);
    if ((was == FILE_HELD) == (row->state == FILE_HELD)) return;
    row->under_ms = row->over_ms = row->release_ms = 0;
    own_advert_changed(engine, &row->id, now_ms);
    repair_look_again(engine, now_ms + LIMIT_SWEEP_SOON_MS);
}

void replica_have(struct engine *engine, const struct link_row *link, struct file_row *row, bool holds,
                  int64_t now_ms) {
    struct claim *claim = provider_table_claim(&engine->replica.providers, &row->id, &link->node_id);
    if (claim != NULL) claim->is_disproved = !holds;
    if (holds) {
        repair_has_come(engine, &row->id, &link->node_id, now_ms);
    } else {
        repair_look_again(engine, now_ms + LIMIT_SWEEP_SOON_MS);
    }
}

void replica_woke(struct engine *engine, int64_t stood_ms, int64_t now_ms) {
    struct replica *replica = &engine->replica;
    provider_table_age(&replica->providers, stood_ms);
    if (replica->settled_ms != INT64_MAX) replica->settled_ms = now_ms + LIMIT_REPAIR_SETTLE_MS;
    for (size_t i = 0; i < ADVERT_PAGES_MAX; i++) replica->own.rows[i].refresh_ms = 0;
    own_advert_begin(engine, now_ms);
}

/* ---- Time ---- */

void replica_tick(struct engine *engine, int64_t now_ms) {
    if (engine->is_stopping || engine->started_at_ms == 0) return;
    engine->replica.has_signed = false;
    if (provider_table_expire(&engine->replica.providers, now_ms))
        repair_look_again(engine, now_ms + LIMIT_SWEEP_SOON_MS);
    taking_tick(engine, now_ms);
    liveness_tick(engine, now_ms); /* a `gone` before an advert, which can wait */
    own_advert_tick(engine, now_ms);
    possession_tick(engine, now_ms);
    provider_call_tick(engine, now_ms);
    repair_tick(engine, now_ms);
}

int64_t replica_deadline_ms(const struct engine *engine) {
    int64_t deadline_ms = engine->replica.providers.next_expiry_ms;
    deadline_ms = deadline_earlier(deadline_ms, taking_deadline_ms(engine));
    deadline_ms = deadline_earlier(deadline_ms, liveness_deadline_ms(engine));
    deadline_ms = deadline_earlier(deadline_ms, own_advert_deadline_ms(engine));
    deadline_ms = deadline_earlier(deadline_ms, possession_deadline_ms(engine));
    deadline_ms = deadline_earlier(deadline_ms, provider_call_deadline_ms(engine));
    return deadline_earlier(deadline_ms, repair_deadline_ms(engine));
}
