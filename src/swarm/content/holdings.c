/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/content/holdings.h"

#include "base/deadline.h"
#include "swarm/content/download.h"
#include "swarm/handlers.h"
#include "swarm/wire/have.h"

void holdings_changed(struct engine *engine, const struct object_id *id, bool is_held) {
    struct content *content = &engine->content;
    content->log[content->log_count++ % LIMIT_HAVE_LOG] = (struct holding_change){*id, is_held};
}

/* ---- Telling ---- */

static bool has_news(const struct content *content, const struct content_peer *peer) {
    return peer->is_party && (!peer->is_swept || peer->log_at < content->log_count);
}

static void sweep(const struct content *content, struct content_peer *peer, struct have *have) {
    const struct catalog *catalog = &content->catalog;
    while (peer->told < catalog->end && have->add_count < LIMIT_HAVE_IDS_MAX) {
        const struct file_row *row = &catalog->rows[peer->told++];
        if (row->in_use && row->state == FILE_HELD) have->add[have->add_count++] = row->id;
    }
    peer->is_swept = peer->told == catalog->end;
}

/* A file that came and went in between is told as it is now. */
static void catch_up(const struct content *content, struct content_peer *peer, struct have *have) {
    if (content->log_count - peer->log_at > LIMIT_HAVE_LOG) {
        peer->log_at = content->log_count;
        peer->told = 0;
        peer->is_swept = false;
        return;
    }
    while (peer->log_at < content->log_count && have->add_count < LIMIT_HAVE_IDS_MAX &&
           have->drop_count < LIMIT_HAVE_IDS_MAX) {
        const struct holding_change *change = &content->log[peer->log_at++ % LIMIT_HAVE_LOG];
        const struct file_row *row = catalog_find(&content->catalog, &change->id);
        const bool is_held = row != NULL && row->state == FILE_HELD;
        if (is_held != change->is_held) continue;
        if (is_held) {
            have->add[have->add_count++] = change->id;
        } else {
            have->drop[have->drop_count++] = change->id;
        }
    }
}

static size_t without_doubles(struct object_id *ids, size_t count) {
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        bool is_double = false;
        for (size_t k = 0; k < kept && !is_double; k++) is_double = object_id_equal(&ids[k], &ids[i]);
        if (!is_double) ids[kept++] = ids[i];
    }
    return kept;
}

static bool tell(struct engine *engine, const struct link_row *link, int64_t now_ms) {
    struct content_peer *peer = content_peer_of(engine, link);
    struct have have;
    have.add_count = have.drop_count = 0;
    if (peer->is_swept) {
        catch_up(&engine->content, peer, &have);
    } else {
        sweep(&engine->content, peer, &have);
    }
    have.add_count = without_doubles(have.add, have.add_count);
    have.drop_count = without_doubles(have.drop, have.drop_count);
    if (have.add_count + have.drop_count == 0) return false;
    peer->next_tell_ms = now_ms + LIMIT_HAVE_EVERY_MS;
    struct buffer body = engine_body(engine);
    have_build(&body, &have);
    engine_send(engine, link->id, MESSAGE_HAVE, &body);
    return true;
}

void holdings_tick(struct engine *engine, int64_t now_ms) {
    size_t told = 0;
    for (size_t i = 0; i < engine->links.capacity && told < LIMIT_HAVE_AT_ONCE; i++) {
        const struct link_row *link = &engine->links.rows[i];
        const struct content_peer *peer = &engine->content.peers[i];
        if (!has_news(&engine->content, peer) || now_ms < peer->next_tell_ms || !content_may(engine, link)) continue;
        if (tell(engine, link, now_ms)) told++;
    }
}

int64_t holdings_deadline_ms(const struct engine *engine) {
    int64_t deadline_ms = INT64_MAX;
    for (size_t i = 0; i < engine->links.capacity; i++) {
        if (!has_news(&engine->content, &engine->content.peers[i])) continue;
        if (!content_may(engine, &engine->links.rows[i])) continue;
        deadline_ms = deadline_earlier(deadline_ms, engine->content.peers[i].next_tell_ms);
    }
    return deadline_ms;
}

/* ---- Listening ---- */

/* A file that nobody here has to do with is not remembered: a stranger's list would crowd out our own. */
void holdings_on_have(struct engine *engine, struct link_row *link, const struct have *have, int64_t now_ms) {
    const size_t place = (size_t)(link - engine->links.rows);
    bool is_news = false;
    if (!content_may(engine, link)) return;
    for (size_t i = 0; i < have->add_count; i++) {
        struct file_row *row = catalog_find(&engine->content.catalog, &have->add[i]);
        if (row == NULL) continue;
        file_row_set_holder(row, place, true);
        replica_have(engine, link, row, true, now_ms);
        is_news = is_news || row->state == FILE_WANTED;
    }
    for (size_t i = 0; i < have->drop_count; i++) {
        struct file_row *row = catalog_find(&engine->content.catalog, &have->drop[i]);
        if (row == NULL) continue;
        file_row_set_holder(row, place, false);
        replica_have(engine, link, row, false, now_ms);
    }
    if (is_news) download_news(engine, now_ms);
}
