/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/dial/candidate.h"

#include "swarm/dial/dial.h"
#include "swarm/mesh/active_view.h"

enum { ROWS_TRIED_AT_ONCE = 8, LOOK_SOON_MS = 250 };

static bool is_diverse(const struct engine *engine, const struct book_entry *entry, const struct view_shares *shares) {
    size_t at = (size_t)(entry - engine->book.entries);
    const struct book_part *parts = engine->book.parts;
    return view_shares_admit(shares, parts[BOOK_BY_PREFIX].keys[at], parts[BOOK_BY_INTRODUCER].keys[at]);
}

bool candidate_is_diverse(const struct engine *engine, const struct book_entry *entry) {
    struct view_shares shares = active_view_shares(engine);
    return is_diverse(engine, entry, &shares);
}

struct link_row *candidate_dial_passive(struct engine *engine, int64_t now_ms) {
    const struct ticket *picked[LIMIT_PASSIVE_MAX];
    struct view_shares shares = active_view_shares(engine);
    size_t count =
        passive_view_sample(&engine->passive, &engine->prng, &engine->self.node_id, engine->passive.count, picked);
    for (size_t i = 0; i < count; i++) {
        struct book_entry *entry = address_book_find(&engine->book, &picked[i]->node_id);
        if (entry == NULL || !is_diverse(engine, entry, &shares)) continue;
        struct link_row *link = dial_entry(engine, entry, now_ms);
        if (link != NULL) return link;
    }
    return NULL;
}

static bool may_be_dialled(struct engine *engine, const struct book_entry *entry, const struct view_shares *shares,
                           int64_t now_ms) {
    if (!entry->in_use || entry->is_held || !dial_entry_is_due(engine, entry, now_ms)) return false;
    return is_diverse(engine, entry, shares);
}

struct promise {
    bool is_anchor;
    int score;
    int64_t last_seen_at_ms;
};

static struct promise promise_of(const struct book_entry *entry, int64_t wall_ms) {
    return (struct promise){entry->row.is_anchor, book_entry_score(entry, wall_ms), entry->row.last_seen_at_ms};
}

/* Equals go by the order of the book, which is the same in every run. */
static bool is_better(const struct promise *a, const struct promise *b) {
    if (a->is_anchor != b->is_anchor) return a->is_anchor;
    if (a->score != b->score) return a->score > b->score;
    return a->last_seen_at_ms > b->last_seen_at_ms;
}

static struct book_entry *best(struct engine *engine, const struct view_shares *shares, int64_t now_ms) {
    struct book_entry *best = NULL;
    struct promise best_promise = {0};
    for (size_t i = 0; i < engine->book.capacity; i++) {
        struct book_entry *entry = &engine->book.entries[i];
        if (!may_be_dialled(engine, entry, shares, now_ms)) continue;
        struct promise promise = promise_of(entry, engine_wall_ms(engine, now_ms));
        if (best != NULL && !is_better(&promise, &best_promise)) continue;
        best = entry;
        best_promise = promise;
    }
    return best;
}

struct link_row *candidate_dial_book(struct engine *engine, int64_t now_ms) {
    struct view_shares shares = active_view_shares(engine);
    for (int i = 0; i < ROWS_TRIED_AT_ONCE; i++) {
        struct book_entry *entry = best(engine, &shares, now_ms);
        struct link_row *link = entry == NULL ? NULL : dial_entry(engine, entry, now_ms);
        if (entry == NULL || link != NULL) return link; /* else its addresses wait, and the next has its turn */
    }
    dial_look_again(engine, now_ms + LOOK_SOON_MS);
    return NULL;
}

struct link_row *candidate_dial_by_chance(struct engine *engine, int64_t now_ms) {
    struct book_entry *chosen = NULL;
    struct view_shares shares = active_view_shares(engine);
    uint32_t count = 0;
    for (size_t i = 0; i < engine->book.capacity; i++) {
        struct book_entry *entry = &engine->book.entries[i];
        if (!may_be_dialled(engine, entry, &shares, now_ms)) continue;
        if (prng_below(&engine->prng, ++count) == 0) chosen = entry;
    }
    return chosen == NULL ? NULL : dial_entry(engine, chosen, now_ms);
}
