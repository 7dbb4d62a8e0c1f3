/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/replica/repair.h"

#include "base/deadline.h"
#include "swarm/control/gate.h"
#include "swarm/handlers.h"
#include "swarm/mesh/active_view.h"
#include "swarm/replica/redundancy.h"
#include "swarm/replica/release.h"
#include "swarm/wire/offer.h"
#include "swarm/wire/offered.h"

enum { TAKE_BYTES_PER_MS = 64 }; /* of a copy that we did not offer: so slow it may be */

void repair_look_again(struct engine *engine, int64_t at_ms) {
    struct replica *replica = &engine->replica;
    int64_t *next_ms = replica->sweep_at == 0 ? &replica->sweep_ms : &replica->sweep_again_ms;
    const int64_t then_ms = at_ms > replica->sweep_floor_ms ? at_ms : replica->sweep_floor_ms;
    *next_ms = deadline_earlier(*next_ms, then_ms);
}

/* ---- What is coming ---- */

size_t repair_count_coming(const struct engine *engine, const struct object_id *file) {
    return coming_table_count_of(&engine->replica.comings, file);
}

void repair_has_come(struct engine *engine, const struct object_id *file, const struct node_id *node, int64_t now_ms) {
    struct coming_table *comings = &engine->replica.comings;
    struct coming *coming = coming_table_find(comings, file, node);
    if (coming != NULL) coming_table_remove(comings, coming);
    repair_look_again(engine, now_ms + LIMIT_SWEEP_SOON_MS);
}

/* Of a file that is here: it could have been had from us. What is not here may be had from nobody, and that is not the
 * fault of who believed that it can. */
static void break_word(struct engine *engine, const struct coming *coming) {
    const struct link_row *link = link_table_find(&engine->links, coming->link);
    const struct file_row *row = catalog_find(&engine->content.catalog, &coming->file);
    if (link == NULL || row == NULL || row->state != FILE_HELD) return;
    struct replica_peer *peer = replica_peer_of(engine, link);
    if (peer->broken < UINT8_MAX) peer->broken++;
}

static void end_comings(struct engine *engine, int64_t now_ms) {
    struct coming_table *comings = &engine->replica.comings;
    if (now_ms < comings->next_ms) return;
    comings->next_ms = INT64_MAX;
    for (size_t i = 0; i < LIMIT_COMINGS_MAX; i++) {
        struct coming *coming = &comings->rows[i];
        if (coming->in_use && coming->until_ms <= now_ms) {
            break_word(engine, coming);
            coming_table_remove(comings, coming);
            repair_look_again(engine, now_ms + LIMIT_SWEEP_SOON_MS);
        } else if (coming->in_use) {
            comings->next_ms = deadline_earlier(comings->next_ms, coming->until_ms);
        }
    }
}

/* ---- Pace ---- */

static bool is_in_pace(struct engine *engine, int64_t now_ms) {
    const struct replica *replica = &engine->replica;
    if (replica->bytes_per_second == 0 || replica->paid_until_ms <= now_ms) return true;
    repair_look_again(engine, replica->paid_until_ms);
    return false;
}

static int64_t price_ms(const struct replica *replica, uint64_t bytes) {
    return replica->bytes_per_second == 0 ? 0 : (int64_t)(bytes * 1000 / replica->bytes_per_second);
}

static void pay(struct replica *replica, uint64_t bytes, int64_t now_ms) {
    if (replica->paid_until_ms < now_ms) replica->paid_until_ms = now_ms;
    replica->paid_until_ms += price_ms(replica, bytes);
}

static void pay_back(struct replica *replica, uint64_t bytes) {
    replica->paid_until_ms -= price_ms(replica, bytes);
}

/* ---- Whom to offer it ---- */

struct candidate {
    const struct link_row *link; /* NULL: none yet */
    bool is_new_domain;
    bool is_slow;
    uint64_t weight;
};

static bool is_better(const struct candidate *a, const struct candidate *b) {
    if (b->link == NULL) return true;
    if (a->is_new_domain != b->is_new_domain) return a->is_new_domain;
    if (a->is_slow != b->is_slow) return b->is_slow;
    return a->weight > b->weight;
}

static bool may_offer(struct engine *engine, const struct file_row *row, const struct link_row *link, int64_t now_ms) {
    struct replica *replica = &engine->replica;
    const struct replica_peer *peer = replica_peer_of(engine, link);
    if (!peer->is_party || peer->broken >= LIMIT_COMING_BROKEN || peer->quiet_until_ms > now_ms) return false;
    if (holder_is_doubted(engine, link)) return false;
    if (!active_view_holds(link) || !content_may(engine, link)) return false;
    if (!offer_table_has_room(&replica->offers, link->id)) return false;
    if (offer_table_find(&replica->offers, link->id, &row->id) != NULL) return false;
    if (coming_table_find(&replica->comings, &row->id, &link->node_id) != NULL) return false;
    return !offer_table_is_refused(&replica->offers, &row->id, &link->node_id, now_ms);
}

static bool is_new_domain(const struct engine *engine, const struct holders *holders, uint64_t domain) {
    for (size_t i = 0; i < holders->count; i++)
        if (failure_domain(engine, holders->rows[i].node, holders->rows[i].link) == domain) return false;
    return domain != failure_domain_own(engine);
}

static const struct link_row *choose(struct engine *engine, const struct file_row *row, const struct holders *holders,
                                     int64_t now_ms) {
    struct candidate best = {.link = NULL};
    for (size_t i = 0; i < engine->links.capacity; i++) {
        const struct link_row *link = &engine->links.rows[i];
        if (!may_offer(engine, row, link, now_ms) || holders_include(holders, &link->node_id)) continue;
        const uint64_t domain = failure_domain(engine, &link->node_id, link);
        const struct candidate candidate = {.link = link,
                                            .is_new_domain = is_new_domain(engine, holders, domain),
                                            .is_slow = content_peer_of(engine, link)->slow_until_ms > now_ms,
                                            .weight = rendezvous_weight(&row->id, &link->node_id)};
        if (is_better(&candidate, &best)) best = candidate;
    }
    return best.link;
}

/* ---- Offering ---- */

/* Those of one link that were not said yet. */
static void say_offers(struct engine *engine, uint32_t link) {
    struct offer_table *offers = &engine->replica.offers;
    struct offer offer = {.count = 0};
    for (size_t i = 0; i < LIMIT_OFFERS_MAX && offer.count < LIMIT_OFFER_FILES; i++) {
        struct offer_row *row = &offers->rows[i];
        if (row->link != link || row->is_said) continue;
        row->is_said = true;
        offer.files[offer.count++] = (struct offered_file){row->file, row->bytes};
    }
    struct buffer body = engine_body(engine);
    offer_build(&body, &offer);
    engine_send(engine, link, MESSAGE_OFFER, &body);
}

static void say_all_offers(struct engine *engine) {
    struct offer_table *offers = &engine->replica.offers;
    for (size_t i = 0; i < LIMIT_OFFERS_MAX && offers->count > 0; i++)
        if (offers->rows[i].link != 0 && !offers->rows[i].is_said) say_offers(engine, offers->rows[i].link);
}

/* As many as are missing, as far as there is somebody. */
static void offer(struct engine *engine, const struct file_row *row, const struct holders *holders, size_t missing,
                  int64_t now_ms) {
    for (; missing > 0 && is_in_pace(engine, now_ms); missing--) {
        const struct link_row *link = choose(engine, row, holders, now_ms);
        struct offer_row *made =
            link == NULL ? NULL : offer_table_add(&engine->replica.offers, link->id, &row->id, now_ms);
        if (made == NULL) return;
        made->bytes = row->bytes;
        pay(&engine->replica, made->bytes, now_ms);
    }
}

/* Who comes later in the order waits for those before, and longer for a large file: a copy of it may be on its way. */
static int64_t turn_ms(const struct engine *engine, const struct file_row *row, const struct holders *holders) {
    const int64_t before = (int64_t)rendezvous_before(engine, &row->id, holders);
    const uint64_t trip_ms = row->bytes / LIMIT_REPAIR_TRIP_BYTES_PER_MS;
    const int64_t longer_ms = trip_ms < LIMIT_REPAIR_TRIP_MS_MAX ? (int64_t)trip_ms : LIMIT_REPAIR_TRIP_MS_MAX;
    const int64_t first_ms = holders->count == 0 ? 0 : LIMIT_REPAIR_FIRST_MS;
    return row->under_ms + first_ms + before * (LIMIT_REPAIR_NEXT_MS + longer_ms);
}

static void repair(struct engine *engine, struct file_row *row, const struct holders *holders, int64_t now_ms) {
    if (row->under_ms == 0) row->under_ms = now_ms;
    const size_t coming = repair_count_coming(engine, &row->id);
    const size_t open = offer_table_count_of(&engine->replica.offers, &row->id);
    const size_t there = holders->count + 1 + coming + open;
    if (there >= row->target || row->bytes == 0) return;
    const int64_t at_ms = turn_ms(engine, row, holders);
    if (at_ms > now_ms || now_ms < engine->replica.settled_ms) {
        repair_look_again(engine, at_ms > now_ms ? at_ms : engine->replica.settled_ms);
        return;
    }
    offer(engine, row, holders, row->target - there, now_ms);
}

static void judge(struct engine *engine, struct file_row *row, int64_t now_ms) {
    struct holders holders;
    if (!row->in_use || row->state != FILE_HELD || row->target == 0) return;
    holders_of(engine, row, &holders, now_ms);
    if (holders.count + 1 < row->target) {
        repair(engine, row, &holders, now_ms);
    } else {
        row->under_ms = 0;
    }
    release_judge(engine, row, &holders, now_ms);
}

/* ---- Answers ---- */

/* Whoever takes nothing at all is left alone, longer each time. */
static void be_quiet(struct replica_peer *peer, const struct offered *offered, int64_t now_ms) {
    if (offered->take_count > 0) peer->refusals = 0;
    if (offered->take_count > 0 || offered->refuse_count == 0) return;
    int64_t wait_ms = LIMIT_OFFER_QUIET_MS;
    for (uint8_t i = 0; i < peer->refusals && wait_ms < LIMIT_OFFER_AGAIN_MS; i++) wait_ms *= 2;
    if (peer->refusals < UINT8_MAX) peer->refusals++;
    peer->quiet_until_ms = now_ms + (wait_ms < LIMIT_OFFER_AGAIN_MS ? wait_ms : LIMIT_OFFER_AGAIN_MS);
}

static int64_t life_of(const struct file_row *row, bool was_offered) {
    if (was_offered) return LIMIT_COMING_MS;
    const int64_t life_ms = LIMIT_COMING_FIRST_MS + (int64_t)(row->bytes / TAKE_BYTES_PER_MS);
    return life_ms < LIMIT_COMING_MS ? life_ms : LIMIT_COMING_MS;
}

static void take_taken(struct engine *engine, const struct link_row *link, const struct object_id *file,
                       int64_t now_ms) {
    struct offer_table *offers = &engine->replica.offers;
    struct offer_row *made = offer_table_find(offers, link->id, file);
    const struct file_row *row = catalog_find(&engine->content.catalog, file);
    if (made != NULL) offer_table_remove(offers, made);
    if (row == NULL || replica_peer_of(engine, link)->broken >= LIMIT_COMING_BROKEN) return;
    if (file_row_is_held_by(row, (size_t)(link - engine->links.rows))) return;
    const struct coming coming = {
        .link = link->id, .node = link->node_id, .file = *file, .until_ms = now_ms + life_of(row, made != NULL)};
    (void)coming_table_add(&engine->replica.comings, &coming);
}

static void take_refused(struct engine *engine, const struct link_row *link, const struct object_id *file,
                         int64_t now_ms) {
    struct replica *replica = &engine->replica;
    struct offer_row *made = offer_table_find(&replica->offers, link->id, file);
    struct coming *coming = coming_table_find(&replica->comings, file, &link->node_id);
    if (made != NULL) {
        pay_back(replica, made->bytes);
        offer_table_remove(&replica->offers, made);
    }
    if (coming != NULL) coming_table_remove(&replica->comings, coming);
    if (made != NULL || coming != NULL) offer_table_refused(&replica->offers, file, &link->node_id, now_ms);
}

static bool was_asked(struct engine *engine, const struct link_row *link, const struct offered *offered) {
    for (size_t i = 0; i < offered->refuse_count; i++)
        if (offer_table_find(&engine->replica.offers, link->id, &offered->refuse[i]) != NULL) return true;
    return false;
}

void repair_on_offered(struct engine *engine, struct link_row *link, const struct offered *offered, int64_t now_ms) {
    struct replica_peer *peer = replica_peer_of(engine, link);
    if (!peer->is_party || !content_may(engine, link)) return;
    if (was_asked(engine, link, offered) || offered->take_count > 0) be_quiet(peer, offered, now_ms);
    for (size_t i = 0; i < offered->take_count; i++) take_taken(engine, link, &offered->take[i], now_ms);
    for (size_t i = 0; i < offered->refuse_count; i++) take_refused(engine, link, &offered->refuse[i], now_ms);
    repair_look_again(engine, now_ms + LIMIT_SWEEP_STEP_MS);
}

static void end_offers(struct engine *engine, int64_t now_ms) {
    struct replica *replica = &engine->replica;
    for (size_t i = 0; i < LIMIT_OFFERS_MAX && replica->offers.count > 0; i++) {
        struct offer_row *row = &replica->offers.rows[i];
        if (row->link == 0 || row->until_ms > now_ms) continue;
        const struct link_row *link = link_table_find(&engine->links, row->link);
        if (link != NULL) offer_table_refused(&replica->offers, &row->file, &link->node_id, now_ms);
        pay_back(replica, row->bytes);
        offer_table_remove(&replica->offers, row);
        repair_look_again(engine, now_ms);
    }
}

void repair_link_gone(struct engine *engine, const struct link_row *link, int64_t now_ms) {
    struct replica *replica = &engine->replica;
    for (size_t i = 0; i < LIMIT_OFFERS_MAX; i++) {
        if (replica->offers.rows[i].link != link->id) continue;
        pay_back(replica, replica->offers.rows[i].bytes);
        offer_table_remove(&replica->offers, &replica->offers.rows[i]);
    }
    for (size_t i = 0; i < LIMIT_COMINGS_MAX && replica->comings.count > 0; i++)
        if (replica->comings.rows[i].in_use && replica->comings.rows[i].link == link->id)
            coming_table_remove(&replica->comings, &replica->comings.rows[i]);
    repair_look_again(engine, now_ms + LIMIT_SWEEP_SOON_MS);
}

/* ---- Time ---- */

static void begin_anew(struct replica *replica, int64_t now_ms) {
    replica->sweep_at = 0;
    replica->sweep_floor_ms = now_ms + LIMIT_SWEEP_GAP_MS;
    replica->sweep_ms = deadline_earlier(replica->sweep_again_ms, now_ms + LIMIT_SWEEP_MS);
    if (replica->sweep_ms < replica->sweep_floor_ms) replica->sweep_ms = replica->sweep_floor_ms;
    replica->sweep_again_ms = INT64_MAX;
}

/* What is found on the way may ask for another look: that is noted for the next sweep. */
static void sweep(struct engine *engine, int64_t now_ms) {
    struct replica *replica = &engine->replica;
    const struct catalog *catalog = &engine->content.catalog;
    size_t at = replica->sweep_at;
    const size_t end = at + LIMIT_SWEEP_ROWS < catalog->end ? at + LIMIT_SWEEP_ROWS : catalog->end;
    replica->sweep_at = SIZE_MAX;
    while (at < end) judge(engine, &catalog->rows[at++], now_ms);
    say_all_offers(engine);
    replica->sweep_at = at;
    replica->sweep_ms = now_ms + LIMIT_SWEEP_STEP_MS;
    if (at >= catalog->end) begin_anew(replica, now_ms);
}

static bool may_sweep(const struct engine *engine) {
    return engine->replica.settled_ms != INT64_MAX && gate_may(engine, DEED_CONTENT);
}

void repair_tick(struct engine *engine, int64_t now_ms) {
    struct replica *replica = &engine->replica;
    end_comings(engine, now_ms);
    end_offers(engine, now_ms);
    if (now_ms < replica->sweep_ms) return;
    if (may_sweep(engine)) {
        sweep(engine, now_ms);
    } else {
        begin_anew(replica, now_ms);
        replica->sweep_ms = now_ms + LIMIT_SWEEP_MS;
    }
}

int64_t repair_deadline_ms(const struct engine *engine) {
    const struct replica *replica = &engine->replica;
    const int64_t deadline_ms = deadline_earlier(replica->comings.next_ms, offer_table_deadline_ms(&replica->offers));
    return engine->content.catalog.count == 0 ? deadline_ms : deadline_earlier(deadline_ms, replica->sweep_ms);
}
