/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/peer/anchor.h"

#include "swarm/mesh/active_view.h"
#include "swarm/peer/peers.h"

enum { LOST_MS = 600000 };

static size_t count_anchors(const struct engine *engine) {
    size_t count = 0;
    for (size_t i = 0; i < engine->book.capacity; i++) count += engine->book.entries[i].row.is_anchor;
    return count;
}

void anchor_loaded(struct engine *engine, struct book_entry *entry) {
    if (entry->row.is_anchor && count_anchors(engine) > LIMIT_ANCHORS) entry->row.is_anchor = false;
}

static void set_anchor(struct engine *engine, struct book_entry *entry, bool is_anchor) {
    entry->row.is_anchor = is_anchor;
    peers_store(engine, entry);
}

/* The anchor whose link is gone for longest, if that is long, makes place. */
static void drop_lost(struct engine *engine, int64_t wall_ms) {
    struct book_entry *lost = NULL;
    for (size_t i = 0; i < engine->book.capacity; i++) {
        struct book_entry *entry = &engine->book.entries[i];
        if (!entry->row.is_anchor || entry->is_held) continue;
        if (lost == NULL || entry->row.linked_at_ms < lost->row.linked_at_ms) lost = entry;
    }
    if (lost != NULL && wall_ms - lost->row.linked_at_ms >= LOST_MS) set_anchor(engine, lost, false);
}

/* After a start the anchors of before have their chance first. */
static bool may_drop(const struct engine *engine, int64_t now_ms) {
    return now_ms - engine->started_at_ms >= LOST_MS;
}

void anchor_review(struct engine *engine, int64_t now_ms) {
    for (size_t i = 0; i < engine->links.capacity; i++) {
        const struct link_row *link = &engine->links.rows[i];
        if (!active_view_is_anchor(engine, link, now_ms)) continue;
        struct book_entry *entry = address_book_find(&engine->book, &link->node_id);
        if (entry == NULL || entry->row.is_anchor) continue;
        if (count_anchors(engine) == LIMIT_ANCHORS && may_drop(engine, now_ms))
            drop_lost(engine, engine_wall_ms(engine, now_ms));
        if (count_anchors(engine) < LIMIT_ANCHORS) set_anchor(engine, entry, true);
    }
}
