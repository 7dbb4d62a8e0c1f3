/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/link/clock_skew.h"

#include "swarm/mesh/active_view.h"

enum { PEERS_MIN = 3, TELL_AGAIN_MS = 600000 };

/* Fills in the skews of open links, in rising order. */
static size_t sorted_skews(const struct engine *engine, int64_t skews[LIMIT_LINKS_MAX]) {
    size_t count = 0;
    for (size_t i = 0; i < engine->links.capacity && count < LIMIT_LINKS_MAX; i++) {
        const struct link_row *link = &engine->links.rows[i];
        if (!active_view_holds(link)) continue; /* guests cost nothing to make */
        size_t at = count++;
        for (; at > 0 && skews[at - 1] > link->skew_ms; at--) skews[at] = skews[at - 1];
        skews[at] = link->skew_ms;
    }
    return count;
}

size_t clock_skew_median(const struct engine *engine, int64_t *skew_ms) {
    int64_t skews[LIMIT_LINKS_MAX];
    size_t count = sorted_skews(engine, skews);
    if (count < PEERS_MIN) return 0;
    *skew_ms = skews[count / 2];
    return count;
}

void clock_skew_judge(struct engine *engine, int64_t now_ms) {
    int64_t median_ms;
    if (now_ms < engine->next_skew_ms) return;
    size_t count = clock_skew_median(engine, &median_ms);
    if (count == 0 || (median_ms <= LIMIT_CLOCK_SKEW_MS && median_ms >= -LIMIT_CLOCK_SKEW_MS)) return;
    engine->next_skew_ms = now_ms + TELL_AGAIN_MS;
    struct event *event = engine_emit(engine, EVENT_CLOCK_SKEW, now_ms);
    event->figures[0] = median_ms;
    event->figures[1] = (int64_t)count;
}
