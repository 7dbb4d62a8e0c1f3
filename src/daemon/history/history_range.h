/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The spans of time that are shown, and how finely: each point of a range is made of whole rows of one tier.
 * Owns: nothing. */

#include "daemon/history/history_tiers.h"

enum history_range { HISTORY_RANGE_15M, HISTORY_RANGE_1H, HISTORY_RANGE_24H, HISTORY_RANGE_30D };
enum { HISTORY_RANGES = HISTORY_RANGE_30D + 1, HISTORY_POINTS_MAX = 360 };

struct history_span {
    enum history_tier tier;
    uint32_t step_s; /* of a point */
    uint32_t points;
    uint32_t from_s; /* the first point's begin */
};
const char *history_range_name(enum history_range range); /* "15m" */
/* So placed that the last point is the one that `now_s` falls in; each begins at a multiple of the step. */
struct history_span history_span_of(enum history_range range, uint32_t now_s);
/* All points; `figures` has room for HISTORY_POINTS_MAX. Rows later than `now_s` are left out. */
void history_span_fill(const struct history_span *span, const struct history_tiers *tiers, uint32_t now_s,
                       struct history_figures *figures);
