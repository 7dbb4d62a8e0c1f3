/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/history/history_range.h"

enum { MINUTE_S = 60, HOUR_S = 3600 };

static const struct shape {
    const char *name;
    enum history_tier tier;
    uint32_t step_s, points;
} shapes[HISTORY_RANGES] = {
    [HISTORY_RANGE_15M] = {"15m", HISTORY_SECONDS, 5, 180},
    [HISTORY_RANGE_1H] = {"1h", HISTORY_SECONDS, 10, 360},
    [HISTORY_RANGE_24H] = {"24h", HISTORY_MINUTES, 4 * MINUTE_S, 360},
    [HISTORY_RANGE_30D] = {"30d", HISTORY_HOURS, 2 * HOUR_S, 360},
};

const char *history_range_name(enum history_range range) {
    return shapes[range].name;
}

struct history_span history_span_of(enum history_range range, uint32_t now_s) {
    const struct shape *shape = &shapes[range];
    const uint32_t last_s = now_s - now_s % shape->step_s, before_s = (shape->points - 1) * shape->step_s;
    return (struct history_span){
        .tier = shape->tier,
        .step_s = shape->step_s,
        .points = shape->points,
        .from_s = last_s > before_s ? last_s - before_s : 0,
    };
}

void history_span_fill(const struct history_span *span, const struct history_tiers *tiers, uint32_t now_s,
                       struct history_figures *figures) {
    for (uint32_t i = 0; i < span->points; i++) {
        const uint32_t from_s = span->from_s + i * span->step_s, end_s = from_s + span->step_s;
        struct history_sum sum = {0};
        history_tiers_sum(tiers, span->tier, from_s, end_s <= now_s ? end_s : now_s + 1, &sum);
        figures[i] = history_sum_figures(&sum);
    }
}
