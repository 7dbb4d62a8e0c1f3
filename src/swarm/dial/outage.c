/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/dial/outage.h"

#include "swarm/dial/dial.h"
#include "swarm/dial/redial.h"

/* So many failures in a row, without a link, are no coincidence. */
enum { FAILURES_MIN = 3, ASK_EVERY_MS = 30000, DIAL_EVERY_MS = 1000, DIAL_JITTER_PERCENT = 30 };

bool outage_is_on(const struct engine *engine) {
    return engine->outage.is_on;
}

int64_t outage_next_dial_ms(const struct engine *engine) {
    return engine->outage.is_on ? engine->outage.next_dial_ms : 0;
}

void outage_dialled(struct engine *engine, int64_t now_ms) {
    if (!engine->outage.is_on) return;
    engine->outage.next_dial_ms = now_ms + prng_jitter(&engine->prng, DIAL_EVERY_MS, DIAL_JITTER_PERCENT);
}

/* Who refuses, resets or shows another key is there. */
static bool says_nothing_came_through(enum reason reason) {
    return reason == REASON_UNREACHABLE || reason == REASON_TIMEOUT;
}

static bool is_alone(const struct engine *engine) {
    return link_table_count_state(&engine->links, LINK_STATE_OPEN) == 0;
}

static bool has_answer(const struct engine *engine) {
    if (engine->is_signaling) return true;
    for (size_t i = 0; i < engine->harvest.source_count; i++) {
        const struct source *source = &engine->harvest.sources[i];
        if (source->failure_streak == 0) return true;
    }
    return false;
}

static void judge(struct engine *engine, int64_t now_ms) {
    struct outage *outage = &engine->outage;
    if (outage->is_on || !is_alone(engine) || outage->failures < FAILURES_MIN || has_answer(engine)) return;
    outage->is_on = true;
    outage->next_dial_ms = now_ms;
    struct event *event = engine_emit(engine, EVENT_OUTAGE_BEGAN, now_ms);
    event->figures[0] = outage->failures;
    dial_candidates_changed(engine, now_ms);
}

void outage_dial_failed(struct engine *engine, const struct link_row *link, int64_t now_ms) {
    struct outage *outage = &engine->outage;
    if (!says_nothing_came_through(link->reason)) {
        outage_disproved(engine, now_ms);
        return;
    }
    if (!is_alone(engine)) return;
    if (outage->failures == 0) outage->since_ms = now_ms;
    if (outage->failures < UINT32_MAX) outage->failures++;
    bool asks = outage->failures >= FAILURES_MIN && !outage->is_on && now_ms >= outage->next_ask_ms;
    if (asks) { /* do the sources still answer? */
        outage->next_ask_ms = now_ms + ASK_EVERY_MS;
        harvest_refresh(engine, now_ms);
    }
    judge(engine, now_ms);
}

void outage_source_failed(struct engine *engine, int64_t now_ms) {
    judge(engine, now_ms);
}

void outage_disproved(struct engine *engine, int64_t now_ms) {
    struct outage before = engine->outage;
    engine->outage = (struct outage){.next_ask_ms = before.next_ask_ms};
    if (!before.is_on) return;
    struct event *event = engine_emit(engine, EVENT_OUTAGE_ENDED, now_ms);
    event->figures[0] = now_ms - before.since_ms;
    redial_forgive(engine, now_ms);
    harvest_refresh(engine, now_ms);
}

void outage_source_answered(struct engine *engine, int64_t now_ms) {
    if (engine->outage.is_on) outage_disproved(engine, now_ms);
}
