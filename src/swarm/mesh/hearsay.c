/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/mesh/hearsay.h"

#include "base/deadline.h"
#include "swarm/control/gate.h"
#include "swarm/handlers.h"
#include "swarm/link/session.h"
#include "swarm/mesh/active_view.h"
#include "swarm/wire/view.h"

#include <math.h>

enum { SETTLE_MS = 1000 }; /* links that come and go together are told together */

/* ---- Telling ---- */

/* Both said in their hellos that they take part. */
static bool is_party(const struct link_row *link) {
    return active_view_holds(link) && link->offered_views && link->wants_views;
}

static int32_t rounded_rtt_ms(const struct link_row *link) {
    double rtt_ms = link_health_rtt_ms(&link->health);
    if (rtt_ms < 0) return -1;
    return rtt_ms < LIMIT_VIEW_RTT_MS_MAX ? (int32_t)lround(rtt_ms) : LIMIT_VIEW_RTT_MS_MAX;
}

static struct view own_view(const struct engine *engine) {
    struct view view = {0};
    for (size_t i = 0; i < engine->links.capacity && view.link_count < LIMIT_VIEW_LINKS_MAX; i++) {
        const struct link_row *link = &engine->links.rows[i];
        if (!active_view_holds(link)) continue;
        view.links[view.link_count++] =
            (struct view_link){link->node_id, link_row_path(link), rounded_rtt_ms(link)};
    }
    return view;
}

static void tell(struct engine *engine, int64_t now_ms) {
    struct hearsay *hearsay = &engine->hearsay;
    struct view view = hearsay->is_shared ? own_view(engine) : (struct view){0};
    struct buffer body = engine_body(engine);
    view_build(&body, &view);
    struct span bytes = actions_keep_bytes(engine->actions, &body);
    for (size_t i = 0; i < engine->links.capacity; i++) {
        if (!is_party(&engine->links.rows[i])) continue;
        engine_send_kept(engine, engine->links.rows[i].id, MESSAGE_VIEW, bytes);
        hearsay->told_at_ms = now_ms;
    }
}

static void tell_soon(struct hearsay *hearsay, int64_t now_ms) {
    int64_t soon_ms = now_ms + SETTLE_MS;
    bool was_lately = hearsay->told_at_ms != 0 && hearsay->told_at_ms + LIMIT_HEARSAY_SOON_MS > soon_ms;
    if (was_lately) soon_ms = hearsay->told_at_ms + LIMIT_HEARSAY_SOON_MS;
    if (soon_ms < hearsay->next_tell_ms) hearsay->next_tell_ms = soon_ms;
}

static void tell_later(struct engine *engine, int64_t now_ms) {
    struct hearsay *hearsay = &engine->hearsay;
    hearsay->next_tell_ms = hearsay->is_shared ? now_ms + prng_jitter(&engine->prng, LIMIT_HEARSAY_MS, 20) : INT64_MAX;
}

void hearsay_start(struct engine *engine, int64_t now_ms) {
    tell_later(engine, now_ms);
}

void hearsay_tick(struct engine *engine, int64_t now_ms) {
    if (engine->is_stopping || engine->started_at_ms == 0) return;
    hearsay_table_forget_old(&engine->hearsay.table, now_ms);
    if (now_ms < engine->hearsay.next_tell_ms) return;
    tell_later(engine, now_ms);
    if (gate_may(engine, DEED_EXCHANGE)) tell(engine, now_ms);
}

int64_t hearsay_deadline_ms(const struct engine *engine) {
    return deadline_earlier(hearsay_table_deadline_ms(&engine->hearsay.table), engine->hearsay.next_tell_ms);
}

void hearsay_share(struct engine *engine, bool is_on, int64_t now_ms) {
    if (engine->hearsay.is_shared == is_on) return;
    engine->hearsay.is_shared = is_on;
    if (!is_on) hearsay_table_clear(&engine->hearsay.table);
    if (engine->started_at_ms != 0) tell_soon(&engine->hearsay, now_ms);
}

void hearsay_link_changed(struct engine *engine, const struct link_row *link, int64_t now_ms) {
    if (link->state != LINK_STATE_OPEN) hearsay_table_forget(&engine->hearsay.table, link->id);
    if (engine->hearsay.is_shared && link->wish != MESH_WISH_NONE) tell_soon(&engine->hearsay, now_ms);
}

/* ---- Listening ---- */

static bool is_too_soon(const struct link_row *link, int64_t now_ms) {
    return link->view_heard_at_ms != 0 && now_ms - link->view_heard_at_ms < LIMIT_HEARSAY_SAME_PEER_MS;
}

static bool names_itself(const struct link_row *link, const struct view *view) {
    for (size_t i = 0; i < view->link_count; i++)
        if (node_id_equal(&view->links[i].peer, &link->node_id)) return true;
    return false;
}

/* Who tells what nobody listens to may not know better yet: the link keeps what its hellos said while settings and
 * controls change. Nobody has a link with itself. */
void hearsay_on_view(struct engine *engine, struct link_row *link, const struct view *view, int64_t now_ms) {
    bool is_heard = engine->hearsay.is_shared && is_party(link) && gate_may(engine, DEED_EXCHANGE);
    if (!is_heard || is_too_soon(link, now_ms)) {
        engine->counters.views_ignored++;
    } else if (names_itself(link, view)) {
        session_refuse(engine, link, REASON_PROTOCOL, "a view with a link to its own sender", MESSAGE_VIEW, now_ms);
    } else {
        link->view_heard_at_ms = now_ms;
        hearsay_table_put(&engine->hearsay.table, link->id, &link->node_id, view, now_ms);
    }
}
