/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/mesh/broadcast.h"

#include "base/deadline.h"
#include "base/memory.h"
#include "swarm/content/record_delivery.h"
#include "swarm/control/gate.h"
#include "swarm/engine_inside.h"
#include "swarm/handlers.h"
#include "swarm/mesh/active_view.h"
#include "swarm/mesh/record_judge.h"
#include "swarm/wire/gossip.h"
#include "swarm/wire/graft.h"
#include "swarm/wire/ihave.h"
#include "swarm/wire/prune.h"

bool broadcast_init(struct broadcast *broadcast, const struct broadcast_sizes *sizes, uint64_t seed) {
    const bool has_seen = seen_table_init(&broadcast->seen, sizes->seen, LIMIT_SEEN_MS, seed);
    const size_t refused = sizes->seen < LIMIT_REFUSED_RECORDS ? sizes->seen : LIMIT_REFUSED_RECORDS;
    const bool has_refused = seen_table_init(&broadcast->refused, refused, LIMIT_SEEN_MS, seed);
    const bool has_authors = author_table_init(&broadcast->authors, sizes->authors, seed);
    const bool has_missing = missing_table_init(&broadcast->missing, LIMIT_MISSING_MAX, seed);
    const bool has_cache = payload_cache_init(&broadcast->cache, sizes->cached_bytes, LIMIT_RECORDS_CACHED);
    broadcast->peers = memory_try_zeroed(sizes->links, sizeof *broadcast->peers);
    broadcast->peer_count = sizes->links;
    broadcast->next_ihave_ms = INT64_MAX;
    return has_seen && has_refused && has_authors && has_missing && has_cache && broadcast->peers != NULL;
}

void broadcast_deinit(struct broadcast *broadcast) {
    seen_table_deinit(&broadcast->seen);
    seen_table_deinit(&broadcast->refused);
    author_table_deinit(&broadcast->authors);
    missing_table_deinit(&broadcast->missing);
    payload_cache_deinit(&broadcast->cache);
    memory_free(broadcast->peers);
}

/* ---- Links ---- */

static size_t place_of(const struct engine *engine, const struct link_row *link) {
    return (size_t)(link - engine->links.rows);
}

static struct broadcast_peer *peer_of(const struct engine *engine, const struct link_row *link) {
    return &engine->broadcast.peers[place_of(engine, link)];
}

/* Who takes no part and speaks all the same may not know better: settings and controls change while a link lasts. */
static bool hears(struct engine *engine, const struct link_row *link) {
    const bool does = peer_of(engine, link)->is_party && gate_may(engine, DEED_EXCHANGE);
    engine->counters.broadcasts_ignored += !does;
    return does;
}

/* ---- Saying what we have ---- */

static void announce(struct engine *engine, size_t place) {
    struct broadcast_peer *peer = &engine->broadcast.peers[place];
    struct buffer body = engine_body(engine);
    ihave_build(&body, peer->ihave, peer->ihave_count);
    engine_send(engine, engine->links.rows[place].id, MESSAGE_IHAVE, &body);
    peer->ihave_count = 0;
}

static void announce_soon(struct engine *engine, size_t place, const struct object_half *id, int64_t now_ms) {
    struct broadcast *broadcast = &engine->broadcast;
    struct broadcast_peer *peer = &broadcast->peers[place];
    if (peer->ihave_count == LIMIT_IHAVE_IDS) announce(engine, place);
    peer->ihave[peer->ihave_count++] = *id;
    broadcast->next_ihave_ms = deadline_earlier(broadcast->next_ihave_ms, now_ms + LIMIT_IHAVE_MS);
}

static void announce_all(struct engine *engine) {
    for (size_t i = 0; i < engine->links.capacity; i++)
        if (engine->broadcast.peers[i].ihave_count > 0) announce(engine, i);
    engine->broadcast.next_ihave_ms = INT64_MAX;
}

/* ---- Passing on ---- */

/* What is known of a record that has just come: who else has it. */
struct whereabouts {
    const struct link_row *from; /* NULL: it is ours */
    bool is_far;                 /* it came as far as it may go unasked: from here on it is only announced */
    struct missing_row said;     /* by whom it was announced; not in use: by nobody */
};

static bool has_it(const struct engine *engine, const struct whereabouts *known, size_t place) {
    return known->from == &engine->links.rows[place] || (known->said.in_use && missing_row_names(&known->said, place));
}

/* To every party that is not known to have it. `body` was kept. */
static void pass_on(struct engine *engine, const struct object_half *id, struct span body,
                    const struct whereabouts *known, int64_t now_ms) {
    for (size_t i = 0; i < engine->links.capacity; i++) {
        struct broadcast_peer *peer = &engine->broadcast.peers[i];
        if (!peer->is_party || has_it(engine, known, i)) continue;
        const bool is_pushed = peer->is_eager && !known->is_far;
        if (is_pushed && broadcast_peer_may_send(peer, gossip_weight(body.size), now_ms)) {
            engine_send_kept(engine, engine->links.rows[i].id, MESSAGE_GOSSIP, body);
        } else {
            announce_soon(engine, i, id, now_ms);
        }
    }
}

static struct span keep_body(struct engine *engine, uint8_t hops, struct span text) {
    struct buffer body = engine_body(engine);
    gossip_build(&body, hops, text);
    return actions_keep_bytes(engine->actions, &body);
}

/* It is here: nobody is asked for it any more. Gives what was said of it. */
static struct missing_row found(struct broadcast *broadcast, const struct object_half *id) {
    struct missing_row *row = missing_table_find(&broadcast->missing, id);
    if (row == NULL) return (struct missing_row){.in_use = false};
    const struct missing_row said = *row;
    missing_table_drop(&broadcast->missing, row);
    return said;
}

static void take(struct engine *engine, const struct gossip *gossip, const struct object_half *id,
                 const struct whereabouts *known, int64_t now_ms) {
    struct broadcast *broadcast = &engine->broadcast;
    const uint8_t hops = known->is_far ? GOSSIP_HOPS_MAX : (uint8_t)(gossip->hops + 1);
    const struct span body = keep_body(engine, hops, gossip->publication.record.text);
    const struct span text = {body.at + GOSSIP_HEAD_SIZE, body.size - GOSSIP_HEAD_SIZE};
    seen_table_add(&broadcast->seen, id, now_ms);
    record_deliver(engine, known->from, &gossip->publication, text, now_ms)->as.record.hops = gossip->hops;
    payload_cache_put(&broadcast->cache, &(struct cached_payload){.id = *id, .hops = hops}, text);
    pass_on(engine, id, body, known, now_ms);
}

void broadcast_publish(struct engine *engine, const struct checked_record *record, int64_t now_ms) {
    struct broadcast *broadcast = &engine->broadcast;
    const struct object_half id = object_half_of(&record->id);
    if (!record_is_timely(engine, record, now_ms) || seen_table_has(&broadcast->seen, &id, now_ms)) return;
    const struct whereabouts known = {.said = found(broadcast, &id)};
    seen_table_add(&broadcast->seen, &id, now_ms);
    payload_cache_put(&broadcast->cache, &(struct cached_payload){.id = id}, record->text);
    engine->counters.records[RECORD_PUBLISHED]++;
    if (gate_may(engine, DEED_EXCHANGE)) pass_on(engine, &id, keep_body(engine, 0, record->text), &known, now_ms);
}

void broadcast_heard(struct engine *engine, const struct checked_record *record, int64_t now_ms) {
    struct broadcast *broadcast = &engine->broadcast;
    const struct object_half id = object_half_of(&record->id);
    if (!record_is_timely(engine, record, now_ms) || seen_table_has(&broadcast->seen, &id, now_ms)) return;
    (void)found(broadcast, &id);
    seen_table_add(&broadcast->seen, &id, now_ms);
}

/* ---- Hearing ---- */

static bool is_judged(const struct broadcast *broadcast, const struct object_half *id, int64_t now_ms) {
    return seen_table_has(&broadcast->seen, id, now_ms) || seen_table_has(&broadcast->refused, id, now_ms);
}

static void say_prune(struct engine *engine, const struct link_row *link, int64_t now_ms) {
    if (!broadcast_peer_prune(peer_of(engine, link), now_ms)) return;
    struct buffer body = engine_body(engine);
    engine_send(engine, link->id, MESSAGE_PRUNE, &body);
}

static void say_graft(struct engine *engine, size_t place, const struct object_half *id, int64_t now_ms) {
    struct broadcast_peer *peer = &engine->broadcast.peers[place];
    peer->is_eager = true;
    broadcast_peer_asked(peer, now_ms);
    struct buffer body = engine_body(engine);
    graft_build(&body, id);
    engine_send(engine, engine->links.rows[place].id, MESSAGE_GRAFT, &body);
}

/* With a link of the tree a part of the swarm is gone. Whoever lost it makes another link eager, at both of its ends:
 * one of the two that lost it is in the smaller part, and most of its links lead to the other. */
static void mend(struct engine *engine, int64_t now_ms) {
    size_t picked = MISSING_NOBODY;
    uint32_t count = 0;
    for (size_t i = 0; i < engine->links.capacity; i++) {
        const struct broadcast_peer *peer = &engine->broadcast.peers[i];
        const bool is_lazy = peer->is_party && !peer->is_eager && peer->broken == 0;
        if (is_lazy && broadcast_peer_may_ask(peer, now_ms) && prng_below(&engine->prng, ++count) == 0) picked = i;
    }
    if (picked != MISSING_NOBODY) say_graft(engine, picked, &OBJECT_HALF_NONE, now_ms);
}

void broadcast_link_changed(struct engine *engine, const struct link_row *link, int64_t now_ms) {
    struct broadcast_peer *peer = peer_of(engine, link);
    const bool was_eager = peer->is_eager;
    const bool is_party = active_view_holds(link) && link->hears_records;
    *peer = (struct broadcast_peer){.is_party = is_party, .is_eager = is_party};
    missing_table_forget_link(&engine->broadcast.missing, place_of(engine, link), now_ms);
    if (was_eager && !engine->is_stopping && gate_may(engine, DEED_EXCHANGE)) mend(engine, now_ms);
}

/* Somebody had it so much sooner than it came here that his link is the better one, although he only said so, and that
 * after a while. An announcement has no hops to compare (section 3.8 of the paper), but time is what they stand for.
 * Who ever broke his word is no way at all. */
static size_t faster_way(const struct broadcast *broadcast, const struct missing_row *said, size_t from,
                         int64_t now_ms) {
    if (!said->in_use || said->asked != MISSING_NOBODY || said->announcer_count == 0) return MISSING_NOBODY;
    const size_t first = said->announcers[0];
    const struct broadcast_peer *peer = &broadcast->peers[first];
    const bool is_better = first != from && peer->broken == 0 && broadcast_peer_may_ask(peer, now_ms);
    return is_better ? first : MISSING_NOBODY;
}

/* A graft for no record: from now on as they come. */
static void change_over(struct engine *engine, struct link_row *from, size_t to, int64_t now_ms) {
    say_graft(engine, to, &OBJECT_HALF_NONE, now_ms);
    say_prune(engine, from, now_ms);
}

static void take_again(struct engine *engine, struct link_row *link, int64_t now_ms) {
    engine->counters.records[RECORD_REPEATED]++;
    say_prune(engine, link, now_ms);
}

void broadcast_on_gossip(struct engine *engine, struct link_row *link, const struct gossip *gossip, int64_t now_ms) {
    struct broadcast *broadcast = &engine->broadcast;
    struct broadcast_peer *peer = peer_of(engine, link);
    const struct object_half id = object_half_of(&gossip->publication.record.id);
    if (!hears(engine, link)) return;
    if (is_judged(broadcast, &id, now_ms)) {
        take_again(engine, link, now_ms);
        return;
    }
    const struct whereabouts known = {
        .from = link, .is_far = gossip->hops == GOSSIP_HOPS_MAX, .said = found(broadcast, &id)};
    const enum record_fate fate = record_judge(engine, &gossip->publication.record, peer, now_ms);
    engine->counters.records[fate]++;
    if (fate != RECORD_TAKEN) {
        seen_table_add(&broadcast->refused, &id, now_ms);
        return;
    }
    peer->is_eager = true;
    if (peer->broken > 0) peer->broken--;
    take(engine, gossip, &id, &known, now_ms);
    const size_t faster = faster_way(broadcast, &known.said, place_of(engine, link), now_ms);
    if (faster != MISSING_NOBODY) change_over(engine, link, faster, now_ms);
}

void broadcast_on_ihave(struct engine *engine, struct link_row *link, const struct ihave *ihave, int64_t now_ms) {
    struct broadcast *broadcast = &engine->broadcast;
    if (!hears(engine, link)) return;
    for (size_t i = 0; i < ihave->count; i++) {
        if (is_judged(broadcast, &ihave->ids[i], now_ms)) continue;
        missing_table_note(&broadcast->missing, &ihave->ids[i], place_of(engine, link), now_ms);
    }
}

/* What is not at hand any more is not answered: the asker goes on to the next who has it. */
void broadcast_on_graft(struct engine *engine, struct link_row *link, const struct graft *graft, int64_t now_ms) {
    struct broadcast_peer *peer = peer_of(engine, link);
    if (!hears(engine, link)) return;
    peer->is_eager = true;
    if (object_half_equal(&graft->id, &OBJECT_HALF_NONE)) return;
    const struct payload_cache *cache = &engine->broadcast.cache;
    const struct cached_payload *row = payload_cache_find(cache, &graft->id);
    if (row != NULL && broadcast_peer_may_send(peer, gossip_weight(GOSSIP_HEAD_SIZE + row->size), now_ms)) {
        const struct span body = keep_body(engine, row->hops, payload_cache_text(cache, row));
        engine_send_kept(engine, link->id, MESSAGE_GOSSIP, body);
    } else {
        engine->counters.grafts_unanswered++;
    }
}

void broadcast_on_prune(struct engine *engine, struct link_row *link, const struct prune *prune, int64_t now_ms) {
    (void)prune;
    (void)now_ms;
    if (hears(engine, link)) peer_of(engine, link)->is_eager = false;
}

/* ---- Asking for what does not come ---- */

/* Of those who may be asked now the one that broke its word least, of equals the first that gave it. */
static size_t choose_announcer(const struct broadcast *broadcast, const struct missing_row *row, int64_t now_ms) {
    size_t best = row->announcer_count;
    for (size_t i = 0; i < row->announcer_count; i++) {
        const struct broadcast_peer *peer = &broadcast->peers[row->announcers[i]];
        if (!broadcast_peer_may_ask(peer, now_ms)) continue;
        if (best == row->announcer_count || peer->broken < broadcast->peers[row->announcers[best]].broken) best = i;
    }
    return best;
}

static void ask(struct engine *engine, struct missing_row *row, size_t which, int64_t now_ms) {
    const uint16_t place = row->announcers[which];
    for (size_t i = which + 1; i < row->announcer_count; i++) row->announcers[i - 1] = row->announcers[i];
    row->announcer_count--;
    row->asked = place;
    say_graft(engine, place, &row->id, now_ms);
}

static void go_on(struct engine *engine, struct missing_row *row, int64_t now_ms) {
    struct broadcast *broadcast = &engine->broadcast;
    if (row->asked != MISSING_NOBODY && broadcast->peers[row->asked].broken < UINT8_MAX)
        broadcast->peers[row->asked].broken++;
    row->asked = MISSING_NOBODY;
    if (row->announcer_count == 0) {
        missing_table_drop(&broadcast->missing, row);
        return;
    }
    const size_t which = choose_announcer(broadcast, row, now_ms);
    row->ask_at_ms = now_ms + LIMIT_GRAFT_NEXT_MS;
    if (which < row->announcer_count) ask(engine, row, which, now_ms);
}

static void ask_for_missing(struct engine *engine, int64_t now_ms) {
    struct missing_table *missing = &engine->broadcast.missing;
    for (size_t i = 0; i < missing->end; i++)
        if (missing->rows[i].in_use && missing->rows[i].ask_at_ms <= now_ms) go_on(engine, &missing->rows[i], now_ms);
    missing_table_plan(missing);
}

/* ---- Time ---- */

/* What was to be said or asked is out of date by the time it is allowed again. */
static void fall_silent(struct broadcast *broadcast) {
    for (size_t i = 0; i < broadcast->peer_count; i++) broadcast->peers[i].ihave_count = 0;
    broadcast->next_ihave_ms = INT64_MAX;
    missing_table_clear(&broadcast->missing);
}

void broadcast_tick(struct engine *engine, int64_t now_ms) {
    if (engine->is_stopping || now_ms < broadcast_deadline_ms(engine)) return;
    if (!gate_may(engine, DEED_EXCHANGE)) {
        fall_silent(&engine->broadcast);
        return;
    }
    if (now_ms >= engine->broadcast.next_ihave_ms) announce_all(engine);
    if (now_ms >= engine->broadcast.missing.next_ms) ask_for_missing(engine, now_ms);
}

int64_t broadcast_deadline_ms(const struct engine *engine) {
    return deadline_earlier(engine->broadcast.next_ihave_ms, engine->broadcast.missing.next_ms);
}
