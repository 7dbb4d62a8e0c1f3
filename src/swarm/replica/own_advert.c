/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/replica/own_advert.h"

#include "base/deadline.h"
#include "swarm/replica/own_record.h"

enum {
    LATER_MS = 1000,
    FORBIDDEN_MS = 5000,
    REFUTED_AHEAD_MS = 1000,
    BODY_SIZE = ADVERT_HOLDS_MAX * (2 * OBJECT_ID_SIZE + 3) + 512
};

static const struct pace_limit said_limit = {LIMIT_ADVERT_EVERY_MS, LIMIT_ADVERT_BURST};
static const struct pace_limit refuted_limit = {LIMIT_ADVERT_EVERY_MS, 2};

/* ---- Which file is on which page ---- */

static uint8_t page_of(const struct object_id *id, uint8_t pages) {
    return (uint8_t)(id->bytes[0] * pages / 256);
}

static bool is_on(const struct file_row *row, uint8_t page, uint8_t pages) {
    return row->in_use && row->state == FILE_HELD && page_of(&row->id, pages) == page;
}

static size_t count_held(const struct catalog *catalog) {
    size_t count = 0;
    for (size_t i = 0; i < catalog->end; i++) count += catalog->rows[i].in_use && catalog->rows[i].state == FILE_HELD;
    return count;
}

/* Fewer only when a quarter would do, so that it does not swing. */
static uint8_t pages_for(size_t held, uint8_t pages) {
    unsigned wanted = 1;
    while (wanted < ADVERT_PAGES_MAX && held > (size_t)wanted * LIMIT_ADVERT_PAGE_FILES) wanted *= 2;
    return wanted > pages || wanted * 4 <= pages ? (uint8_t)wanted : pages;
}

static size_t collect(struct engine *engine, uint8_t page) {
    const struct catalog *catalog = &engine->content.catalog;
    struct own_adverts *own = &engine->replica.own;
    size_t count = 0;
    for (size_t i = 0; i < catalog->end && count < ADVERT_HOLDS_MAX; i++)
        if (is_on(&catalog->rows[i], page, own->pages)) own->ids[count++] = catalog->rows[i].id;
    object_ids_sort(own->ids, count);
    return count;
}

/* ---- When ---- */

static void look_at(struct own_adverts *own, int64_t at_ms) {
    own->next_ms = deadline_earlier(own->next_ms, at_ms);
}

/* Nobody can do with fewer than six records a minute of one node, and no advert lives longer than an hour. */
static int64_t refresh_every_ms(const struct engine *engine) {
    const struct own_adverts *own = &engine->replica.own;
    int64_t every_ms = (int64_t)(engine->replica.providers.page_count + own->pages) * 1000;
    if (every_ms < own->pages * LIMIT_ADVERT_EVERY_MS) every_ms = own->pages * LIMIT_ADVERT_EVERY_MS;
    if (every_ms < LIMIT_ADVERT_REFRESH_MIN_MS) every_ms = LIMIT_ADVERT_REFRESH_MIN_MS;
    return every_ms < LIMIT_ADVERT_REFRESH_MAX_MS ? every_ms : LIMIT_ADVERT_REFRESH_MAX_MS;
}

void own_advert_begin(struct engine *engine, int64_t now_ms) {
    struct own_adverts *own = &engine->replica.own;
    if (!engine->replica.has_storage) return;
    look_at(own, now_ms + prng_jitter(&engine->prng, LIMIT_ADVERT_SOON_MS, 50));
}

void own_advert_changed(struct engine *engine, const struct object_id *file, int64_t now_ms) {
    struct own_adverts *own = &engine->replica.own;
    own->rows[page_of(file, own->pages)].is_changed = true;
    own_advert_begin(engine, now_ms);
}

/* By a clock that was wrong since: nobody took what is farther ahead than a record may be, or would take what came
 * after it. */
static void forget_what_was_ahead(struct engine *engine, int64_t now_ms) {
    struct own_adverts *own = &engine->replica.own;
    const int64_t wall_ms = engine_wall_ms(engine, now_ms);
    if (own->newest_at_ms > wall_ms + LIMIT_RECORD_AHEAD_MS + REFUTED_AHEAD_MS) own->newest_at_ms = wall_ms - 1;
}

/* The accuser's clock may be ahead of ours, but not by more than a record's may. */
void own_advert_refute(struct engine *engine, int64_t since_ms, int64_t now_ms) {
    struct own_adverts *own = &engine->replica.own;
    forget_what_was_ahead(engine, now_ms);
    const bool is_past = own->newest_at_ms > since_ms;
    if (!engine->replica.has_storage || is_past || since_ms > engine_wall_ms(engine, now_ms) + LIMIT_RECORD_AHEAD_MS)
        return;
    if (!pace_take(&own->refuted, &refuted_limit, now_ms)) return;
    own->newest_at_ms = since_ms;
    own->rows[0].is_changed = true;
    own->said = (struct pace){0};
    look_at(own, now_ms);
}

/* ---- Saying ---- */

static void forget(struct engine *engine, struct own_page *page) {
    if (page->at_ms == 0) return;
    struct action *action = actions_add(engine->actions, ACTION_FORGET_RECORD);
    action->as.forget.id = page->id;
    action->as.forget.at_ms = page->at_ms;
    page->at_ms = 0;
}

/* Another count of pages is another advert altogether. */
static void set_pages(struct engine *engine) {
    struct own_adverts *own = &engine->replica.own;
    const uint8_t pages = pages_for(count_held(&engine->content.catalog), own->pages);
    if (pages == own->pages) return;
    for (size_t i = 0; i < ADVERT_PAGES_MAX; i++) {
        if (i >= pages) forget(engine, &own->rows[i]);
        own->rows[i].is_changed = i < pages;
    }
    own->pages = pages;
}

/* The first that changed, else the first that is due. NULL: none is. */
static struct own_page *choose(struct own_adverts *own, int64_t now_ms) {
    struct own_page *due = NULL;
    for (size_t i = 0; i < own->pages; i++) {
        struct own_page *page = &own->rows[i];
        if (page->is_changed) return page;
        if (page->refresh_ms <= now_ms && (due == NULL || page->refresh_ms < due->refresh_ms)) due = page;
    }
    return due;
}

static void say(struct engine *engine, struct own_page *page, int64_t now_ms) {
    static const struct advert_draft none;
    struct own_adverts *own = &engine->replica.own;
    forget_what_was_ahead(engine, now_ms);
    const uint8_t number = (uint8_t)(page - own->rows);
    const int64_t wall_ms = engine_wall_ms(engine, now_ms), every_ms = refresh_every_ms(engine);
    uint8_t body_bytes[BODY_SIZE];
    struct buffer body = buffer_over(body_bytes, sizeof body_bytes);
    struct advert_draft draft = none;
    draft.at_ms = wall_ms > own->newest_at_ms ? wall_ms : own->newest_at_ms + 1;
    draft.until_ms = draft.at_ms + (3 * every_ms < ADVERT_LIFE_MS_MAX ? 3 * every_ms : ADVERT_LIFE_MS_MAX);
    draft.page = number;
    draft.pages = own->pages;
    draft.holds = own->ids;
    draft.hold_count = collect(engine, number);
    page->is_changed = false;
    page->refresh_ms = now_ms + prng_jitter(&engine->prng, every_ms, 20);
    if (!advert_build(&body, &draft)) return;
    const struct publication *said = own_record_say(engine, buffer_span(&body), now_ms);
    if (said == NULL) return;
    forget(engine, page);
    page->at_ms = own->newest_at_ms = draft.at_ms;
    page->id = said->record.id;
}

bool own_advert_known(struct engine *engine, const struct checked_advert *advert) {
    struct own_adverts *own = &engine->replica.own;
    struct own_page *page = &own->rows[advert->page];
    if (advert->at_ms > own->newest_at_ms) own->newest_at_ms = advert->at_ms;
    if (object_id_equal(&page->id, &advert->id)) return true;
    if (advert->page >= own->pages || advert->at_ms <= page->at_ms || engine->replica.has_storage) return false;
    forget(engine, page);
    page->at_ms = advert->at_ms;
    page->id = advert->id;
    return true;
}

/* ---- Time ---- */

static bool is_heard(const struct engine *engine) {
    for (size_t i = 0; i < engine->broadcast.peer_count; i++)
        if (engine->broadcast.peers[i].is_party) return true;
    return false;
}

static int64_t next_refresh_ms(const struct own_adverts *own) {
    int64_t next_ms = INT64_MAX;
    for (size_t i = 0; i < own->pages; i++) next_ms = deadline_earlier(next_ms, own->rows[i].refresh_ms);
    return next_ms;
}

void own_advert_tick(struct engine *engine, int64_t now_ms) {
    struct own_adverts *own = &engine->replica.own;
    if (now_ms < own->next_ms) return;
    own->next_ms = INT64_MAX;
    if (!is_heard(engine)) return; /* a link that opens looks again */
    if (!own_record_may(engine)) {
        own->next_ms = now_ms + FORBIDDEN_MS;
        return;
    }
    set_pages(engine);
    struct own_page *page = choose(own, now_ms);
    if (page == NULL) {
        own->next_ms = next_refresh_ms(own);
    } else if (!pace_take(&own->said, &said_limit, now_ms)) {
        own->next_ms = now_ms + LATER_MS;
    } else {
        say(engine, page, now_ms);
        own->next_ms = now_ms + LATER_MS;
    }
}

int64_t own_advert_deadline_ms(const struct engine *engine) {
    return engine->replica.own.next_ms;
}
