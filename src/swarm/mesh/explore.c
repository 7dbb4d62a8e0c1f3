/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/mesh/explore.h"

#include "swarm/control/gate.h"
#include "swarm/dial/candidate.h"
#include "swarm/dial/dial.h"
#include "swarm/mesh/active_view.h"

enum { TRIES_MAX = 8, NEXT_TRY_MS = 2000, BUSY_MS = 5000, NOBODY_MS = 30000 };

void explore_start(struct engine *engine, int64_t now_ms) {
    engine->next_explore_ms = now_ms + prng_between(&engine->prng, 1, LIMIT_EXPLORE_MS); /* who starts together parts */
}

int64_t explore_deadline_ms(const struct engine *engine) {
    return engine->next_explore_ms;
}

/* Half of the time somebody of whom we heard lately, half anybody: after a long cut nobody else knows the other side.
 */
static struct link_row *dial_stranger(struct engine *engine, int64_t now_ms) {
    struct link_row *link = prng_below(&engine->prng, 2) == 0 ? candidate_dial_passive(engine, now_ms) : NULL;
    return link != NULL ? link : candidate_dial_by_chance(engine, now_ms);
}

/* Dials of our own are under way; those that neighbours made us begin could go on for ever. */
static bool is_dialling(const struct engine *engine) {
    for (size_t i = 0; i < engine->links.capacity; i++) {
        const struct link_row *link = &engine->links.rows[i];
        if (link_row_is_dial(link) && !link->is_asked_for) return true;
    }
    return dial_pending_count(engine) >= LIMIT_DIALS_AT_ONCE;
}

static void explore_again(struct engine *engine, int64_t wait_ms, int64_t now_ms) {
    engine->next_explore_ms = now_ms + prng_jitter(&engine->prng, wait_ms, 20);
}

/* The wish is high, since a stranger as content as we are would turn a lower one away. Who lacks links altogether is
 * looking for them anyhow. */
void explore_tick(struct engine *engine, int64_t now_ms) {
    if (engine->is_stopping || engine->started_at_ms == 0) return;
    if (now_ms < engine->next_explore_ms) return;
    bool is_busy = !gate_may(engine, DEED_DIAL) || active_view_count(engine) < engine->view_min || is_dialling(engine);
    explore_again(engine, is_busy ? BUSY_MS : LIMIT_EXPLORE_MS, now_ms);
    struct link_row *link = is_busy ? NULL : dial_stranger(engine, now_ms);
    if (!is_busy && link == NULL) explore_again(engine, NOBODY_MS, now_ms);
    if (link == NULL) return;
    link->is_exploring = true;
    link->wish = MESH_WISH_HIGH;
}

void explore_link_opened(struct engine *engine, struct link_row *link, int64_t now_ms) {
    if (!link->is_exploring) return;
    engine->explore_tries = 0;
    active_view_give_way(engine, link, now_ms);
}

void explore_link_ended(struct engine *engine, const struct link_row *link, int64_t now_ms) {
    if (!link->is_exploring || link->opened_at_ms != 0 || link->reason == REASON_DUPLICATE) return;
    if (++engine->explore_tries >= TRIES_MAX) {
        engine->explore_tries = 0;
        return;
    }
    int64_t soon_ms = now_ms + prng_jitter(&engine->prng, NEXT_TRY_MS, 50);
    if (soon_ms < engine->next_explore_ms) engine->next_explore_ms = soon_ms;
}
