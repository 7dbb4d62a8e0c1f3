/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/rendezvous/fallback.h"

#include "swarm/engine_inside.h"

static bool is_every_source_silent(const struct harvest *harvest) {
    for (size_t i = 0; i < harvest->source_count; i++)
        if (harvest->sources[i].failure_streak < LIMIT_SOURCE_SILENT_STREAK) return false;
    return harvest->source_count > 0;
}

void fallback_source_failed(struct engine *engine, int64_t now_ms) {
    struct fallback *fallback = &engine->fallback;
    if (fallback->is_on || !is_every_source_silent(&engine->harvest)) return;
    *fallback = (struct fallback){true, now_ms};
    struct event *event = engine_emit(engine, EVENT_FALLBACK_BEGAN, now_ms);
    event->figures[0] = (int64_t)engine->book.count;
}

void fallback_source_answered(struct engine *engine, int64_t now_ms) {
    struct fallback *fallback = &engine->fallback;
    if (!fallback->is_on) return;
    struct event *event = engine_emit(engine, EVENT_FALLBACK_ENDED, now_ms);
    event->figures[0] = now_ms - fallback->since_ms;
    *fallback = (struct fallback){0};
}
