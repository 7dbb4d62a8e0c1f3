/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/dial/better_way.h"

#include "base/deadline.h"
#include "swarm/dial/dial.h"
#include "swarm/link/session.h"

enum { JITTER_PERCENT = 20, DOUBLINGS_MAX = 4 };

static bool may_be_better(const struct link_row *link) {
    return link->in_use && link->state == LINK_STATE_OPEN && link->better_at_ms != 0;
}

static void plan(struct engine *engine, struct link_row *link, int64_t now_ms) {
    const int64_t wait_ms = (int64_t)LIMIT_BETTER_WAY_MS << link->better_tries;
    link->better_at_ms = now_ms + prng_jitter(&engine->prng, wait_ms, JITTER_PERCENT);
}

void better_way_link_opened(struct engine *engine, struct link_row *link, int64_t now_ms) {
    if (link->transport == LINK_TRANSPORT_WEBRTC && !link->is_probe) plan(engine, link, now_ms);
}

static void dial_beside(struct engine *engine, struct link_row *link, int64_t now_ms) {
    const struct book_entry *entry = address_book_find(&engine->book, &link->node_id);
    int64_t next_ms = INT64_MAX;
    if (entry == NULL) return;
    struct dial_choice choice = {.addrs = entry->row.addrs, .count = entry->row.addr_count, .from = link->better_tries};
    const struct address *address = dial_choose_by_family(engine, &choice, &next_ms, now_ms);
    const struct link_row old = *link; /* the table may move on */
    const struct dial_target target = {
        .address = address, .id = &old.node_id, .from = old.learned_from, .operator_index = -1};
    struct link_row *beside = address == NULL ? NULL : dial_to(engine, &target, now_ms);
    if (beside == NULL) return;
    beside->is_trial = true;
    if (old.wish != MESH_WISH_NONE) beside->wish = old.wish;
}

void better_way_tick(struct engine *engine, int64_t now_ms) {
    for (size_t i = 0; i < engine->links.capacity; i++) {
        struct link_row *link = &engine->links.rows[i];
        if (!may_be_better(link) || link->better_at_ms > now_ms) continue;
        if (link_route_is_relayed(&link->route) && !link->is_inbound)
            session_renew(engine, link); /* one end's asking is enough */
        if (dial_pending_count(engine) < LIMIT_DIALS_AT_ONCE) {
            if (link->better_tries < DOUBLINGS_MAX) link->better_tries++;
            dial_beside(engine, link, now_ms);
        }
        plan(engine, link, now_ms);
    }
}

int64_t better_way_deadline_ms(const struct engine *engine) {
    int64_t deadline_ms = INT64_MAX;
    for (size_t i = 0; i < engine->links.capacity; i++)
        if (may_be_better(&engine->links.rows[i]))
            deadline_ms = deadline_earlier(deadline_ms, engine->links.rows[i].better_at_ms);
    return deadline_ms;
}
