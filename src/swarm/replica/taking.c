/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/replica/taking.h"

#include "base/deadline.h"
#include "swarm/handlers.h"
#include "swarm/replica/redundancy.h"
#include "swarm/replica/repair.h"
#include "swarm/wire/have.h"
#include "swarm/wire/offer.h"
#include "swarm/wire/offered.h"

static const struct pace_limit told_limit = {LIMIT_TAKES_TOLD_MS, LIMIT_TAKES_TOLD_BURST};

/* LIMIT_TAKES_MAX: it is not taken. */
static size_t place_of(const struct engine *engine, const struct object_id *file) {
    const struct take *takes = engine->replica.taking.rows;
    size_t place = 0;
    while (place < LIMIT_TAKES_MAX && !(takes[place].in_use && object_id_equal(&takes[place].file, file))) place++;
    return place;
}

bool taking_is_under_way(const struct engine *engine, const struct object_id *file) {
    return place_of(engine, file) < LIMIT_TAKES_MAX;
}

/* ---- Telling ---- */

static void say(struct engine *engine, uint32_t link, const struct offered *offered) {
    struct buffer body = engine_body(engine);
    offered_build(&body, offered);
    engine_send(engine, link, MESSAGE_OFFERED, &body);
}

static void say_news(struct engine *engine, uint32_t link) {
    const struct taking *taking = &engine->replica.taking;
    struct offered offered = {.take_count = 0};
    for (size_t i = 0; i < taking->news_count; i++) {
        const struct take_news *news = &taking->news[i];
        if (news->except == link) continue;
        if (news->is_taken) {
            offered.take[offered.take_count++] = news->file;
        } else {
            offered.refuse[offered.refuse_count++] = news->file;
        }
    }
    if (offered.take_count + offered.refuse_count > 0) say(engine, link, &offered);
}

/* To all that hold files for others. */
static void tell(struct engine *engine, int64_t now_ms) {
    struct taking *taking = &engine->replica.taking;
    for (size_t i = 0; i < engine->links.capacity; i++)
        if (engine->replica.peers[i].is_party && content_may(engine, &engine->links.rows[i]))
            say_news(engine, engine->links.rows[i].id);
    pace_pay(&taking->told, &told_limit, now_ms);
    taking->news_count = 0;
}

static void tell_if_allowed(struct engine *engine, int64_t now_ms) {
    struct taking *taking = &engine->replica.taking;
    if (taking->news_count == 0) return;
    if (pace_allows(&taking->told, &told_limit, now_ms)) {
        tell(engine, now_ms);
    } else {
        taking->news_ms = now_ms + LIMIT_TAKES_TOLD_MS;
    }
}

/* What was to be said of the same file before is out of date. */
static void note_news(struct engine *engine, const struct take_news *news, int64_t now_ms) {
    struct taking *taking = &engine->replica.taking;
    size_t at = 0;
    while (at < taking->news_count && !object_id_equal(&taking->news[at].file, &news->file)) at++;
    if (at == LIMIT_OFFER_FILES) {
        tell(engine, now_ms);
        at = 0;
    }
    taking->news[at] = *news;
    if (at == taking->news_count) taking->news_count++;
}

/* ---- Judging an offer ---- */

static uint64_t promised_bytes(const struct engine *engine) {
    uint64_t bytes = 0;
    for (size_t i = 0; i < LIMIT_TAKES_MAX; i++)
        if (engine->replica.taking.rows[i].in_use) bytes += engine->replica.taking.rows[i].bytes;
    return bytes;
}

static bool has_room(const struct engine *engine, const struct link_row *link, bool is_known, uint64_t bytes) {
    size_t count = 0, of_link = 0, unknown = 0;
    for (size_t i = 0; i < LIMIT_TAKES_MAX; i++) {
        const struct take *take = &engine->replica.taking.rows[i];
        count += take->in_use;
        of_link += take->in_use && take->link == link->id;
        unknown += take->in_use && take->link == link->id && !take->is_known;
    }
    if (count == LIMIT_TAKES_MAX || of_link >= LIMIT_TAKES_PER_LINK) return false;
    if (!is_known && unknown >= LIMIT_TAKES_UNKNOWN_PER_LINK) return false;
    const uint64_t promised = promised_bytes(engine);
    const uint64_t room = engine->replica.room_bytes;
    return room > promised && bytes <= room - promised;
}

/* The one who offers it holds it, whatever else is known. */
static bool is_needed(const struct engine *engine, const struct file_row *row, const struct link_row *link,
                      int64_t now_ms) {
    struct holders holders;
    if (row == NULL || row->target == 0) return true;
    holders_of(engine, row, &holders, now_ms);
    const size_t there =
        holders.count + !holders_include(&holders, &link->node_id) + repair_count_coming(engine, &row->id);
    return there < row->target;
}

/* False: no room for it. */
static bool begin(struct engine *engine, const struct link_row *link, const struct offered_file *file, bool is_known,
                  int64_t now_ms) {
    size_t place = 0;
    struct file_row *row = catalog_put(&engine->content.catalog, &file->id);
    if (row == NULL) return false;
    file_row_set_holder(row, (size_t)(link - engine->links.rows), true);
    while (engine->replica.taking.rows[place].in_use) place++;
    engine->replica.taking.rows[place] = (struct take){.in_use = true,
                                                       .is_known = is_known,
                                                       .link = link->id,
                                                       .file = file->id,
                                                       .bytes = file->bytes,
                                                       .until_ms = now_ms + LIMIT_COMING_MS};
    struct action *action = actions_add(engine->actions, ACTION_HOLD);
    action->as.replica.file = file->id;
    action->as.replica.bytes = file->bytes;
    note_news(engine, &(struct take_news){.file = file->id, .except = link->id, .is_taken = true}, now_ms);
    return true;
}

static bool judge(struct engine *engine, const struct link_row *link, const struct offered_file *file, int64_t now_ms) {
    const struct file_row *row = catalog_find(&engine->content.catalog, &file->id);
    const bool is_known = row != NULL && row->target != 0;
    if (row != NULL && row->state != FILE_KNOWN) return true;
    if (row != NULL && row->is_declined) return false;
    if (replica_peer_of(engine, link)->unserved >= LIMIT_TAKES_UNSERVED) return false;
    if (taking_is_under_way(engine, &file->id)) return true;
    if (is_known && row->bytes != 0 && row->bytes != file->bytes) return false;
    return is_needed(engine, row, link, now_ms) && has_room(engine, link, is_known, file->bytes) &&
           begin(engine, link, file, is_known, now_ms);
}

/* What is offered to us and is here: the other end did not hear that. */
static void say_what_is_here(struct engine *engine, const struct link_row *link, const struct offer *offer) {
    struct have have;
    have.add_count = have.drop_count = 0;
    for (size_t i = 0; i < offer->count; i++) {
        const struct file_row *row = catalog_find(&engine->content.catalog, &offer->files[i].id);
        if (row != NULL && row->state == FILE_HELD) have.add[have.add_count++] = row->id;
    }
    if (have.add_count == 0) return;
    struct buffer body = engine_body(engine);
    have_build(&body, &have);
    engine_send(engine, link->id, MESSAGE_HAVE, &body);
}

void taking_on_offer(struct engine *engine, struct link_row *link, const struct offer *offer, int64_t now_ms) {
    struct offered offered = {.take_count = 0};
    if (!replica_peer_of(engine, link)->is_party || !content_may(engine, link)) return;
    for (size_t i = 0; i < offer->count; i++) {
        const bool is_taken = engine->replica.has_storage && judge(engine, link, &offer->files[i], now_ms);
        if (is_taken) {
            offered.take[offered.take_count++] = offer->files[i].id;
        } else {
            offered.refuse[offered.refuse_count++] = offer->files[i].id;
        }
    }
    say(engine, link->id, &offered);
    say_what_is_here(engine, link, offer);
    tell_if_allowed(engine, now_ms);
}

/* ---- What comes of it ---- */

static void give_up(struct engine *engine, struct take *take, int64_t now_ms) {
    const struct take_news news = {.file = take->file};
    *take = (struct take){0};
    note_news(engine, &news, now_ms);
    tell_if_allowed(engine, now_ms);
}

static void have_released(struct engine *engine, struct take *take, int64_t now_ms) {
    actions_add(engine->actions, ACTION_RELEASE)->as.replica.file = take->file;
    give_up(engine, take, now_ms);
}

static void note_served(struct engine *engine, const struct take *take, bool is_served) {
    const struct link_row *link = link_table_find(&engine->links, take->link);
    if (link == NULL) return;
    struct replica_peer *peer = replica_peer_of(engine, link);
    if (is_served) peer->unserved = 0;
    if (!is_served && peer->unserved < LIMIT_TAKES_UNSERVED) peer->unserved++;
}

/* One of another role is not ours to let go of. */
void taking_file_changed(struct engine *engine, const struct file_row *row, enum file_state was, int64_t now_ms) {
    const size_t place = place_of(engine, &row->id);
    if (place == LIMIT_TAKES_MAX) return;
    struct take *take = &engine->replica.taking.rows[place];
    if (row->state == FILE_KNOWN && was == FILE_KNOWN) return; /* the host has not begun yet */
    if (row->state == FILE_KNOWN) {
        note_served(engine, take, false);
        give_up(engine, take, now_ms);
    } else if (row->state == FILE_HELD || row->role != HOLDING_REPLICA) {
        if (row->state == FILE_HELD) note_served(engine, take, true);
        *take = (struct take){0};
    } else if (row->bytes > take->bytes) {
        note_served(engine, take, false);
        have_released(engine, take, now_ms);
    }
}

void taking_tick(struct engine *engine, int64_t now_ms) {
    for (size_t i = 0; i < LIMIT_TAKES_MAX; i++) {
        struct take *take = &engine->replica.taking.rows[i];
        if (!take->in_use || take->until_ms > now_ms) continue;
        note_served(engine, take, false);
        have_released(engine, take, now_ms);
    }
    if (engine->replica.taking.news_count > 0 && now_ms >= engine->replica.taking.news_ms)
        tell_if_allowed(engine, now_ms);
}

int64_t taking_deadline_ms(const struct engine *engine) {
    int64_t deadline_ms = engine->replica.taking.news_count > 0 ? engine->replica.taking.news_ms : INT64_MAX;
    for (size_t i = 0; i < LIMIT_TAKES_MAX; i++) {
        const struct take *take = &engine->replica.taking.rows[i];
        if (take->in_use) deadline_ms = deadline_earlier(deadline_ms, take->until_ms);
    }
    return deadline_ms;
}
