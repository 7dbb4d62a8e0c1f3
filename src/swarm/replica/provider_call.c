/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/replica/provider_call.h"

#include "swarm/control/gate.h"
#include "swarm/dial/dial.h"
#include "swarm/link/session.h"
#include "swarm/replica/redundancy.h"

enum { LOOK_MS = 1000 };

static bool is_call(const struct link_row *link) {
    return link->in_use && link->is_for_content && link_row_is_alive(link);
}

static size_t count_calls(const struct engine *engine) {
    size_t count = 0;
    for (size_t i = 0; i < engine->links.capacity; i++) count += is_call(&engine->links.rows[i]);
    return count;
}

static void end_idle(struct engine *engine, int64_t now_ms) {
    for (size_t i = 0; i < engine->links.capacity; i++) {
        struct link_row *link = &engine->links.rows[i];
        struct content_peer *peer = &engine->content.peers[i];
        if (!is_call(link) || link->state != LINK_STATE_OPEN) continue;
        if (peer->asks > 0 || peer->wants > 0) link->content_used_ms = now_ms;
        const int64_t used_ms = link->content_used_ms > link->opened_at_ms ? link->content_used_ms : link->opened_at_ms;
        if (now_ms - used_ms >= LIMIT_PROVIDER_IDLE_MS) session_close(engine, link, REASON_IDLE, "", now_ms);
    }
}

static bool call(struct engine *engine, const struct holder *holder, int64_t now_ms) {
    struct book_entry *entry = address_book_find(&engine->book, holder->node);
    struct link_row *link = entry == NULL ? NULL : dial_entry(engine, entry, now_ms);
    if (link == NULL) return false;
    link->wish = MESH_WISH_NONE;
    link->is_for_content = true;
    return true;
}

static void call_for(struct engine *engine, const struct file_row *row, size_t *calls, int64_t now_ms) {
    struct holders holders;
    holders_of(engine, row, &holders, now_ms);
    for (size_t i = 0; i < holders.count && *calls < LIMIT_PROVIDER_CALLS; i++)
        if (call(engine, &holders.rows[i], now_ms)) (*calls)++;
}

static bool is_without_a_source(const struct engine *engine, const struct download *download) {
    return download->in_use && file_row_count_holders(&engine->content.catalog.rows[download->file]) == 0;
}

void provider_call_tick(struct engine *engine, int64_t now_ms) {
    if (now_ms < engine->replica.next_call_ms) return;
    engine->replica.next_call_ms = now_ms + LOOK_MS;
    end_idle(engine, now_ms);
    if (!gate_may(engine, DEED_CONTENT)) return;
    size_t calls = count_calls(engine);
    for (size_t i = 0; i < LIMIT_DOWNLOADS_MAX && calls < LIMIT_PROVIDER_CALLS; i++) {
        const struct download *download = &engine->content.downloads[i];
        if (is_without_a_source(engine, download))
            call_for(engine, &engine->content.catalog.rows[download->file], &calls, now_ms);
    }
}

int64_t provider_call_deadline_ms(const struct engine *engine) {
    for (size_t i = 0; i < LIMIT_DOWNLOADS_MAX; i++)
        if (is_without_a_source(engine, &engine->content.downloads[i])) return engine->replica.next_call_ms;
    return count_calls(engine) > 0 ? engine->replica.next_call_ms : INT64_MAX;
}
