/* SPDX-License-Identifier: Apache-2.0 */
#include "base/pace.h"

bool pace_allows(const struct pace *pace, const struct pace_limit *limit, int64_t now_ms) {
    return pace->paid_until_ms - now_ms <= (limit->burst - 1) * limit->interval_ms;
}

void pace_pay(struct pace *pace, const struct pace_limit *limit, int64_t now_ms) {
    if (pace->paid_until_ms < now_ms) pace->paid_until_ms = now_ms;
    pace->paid_until_ms += limit->interval_ms;
    int64_t full_ms = now_ms + limit->burst * limit->interval_ms;
    if (pace->paid_until_ms > full_ms) pace->paid_until_ms = full_ms; /* who does not ask first leaves no debt */
}

bool pace_take(struct pace *pace, const struct pace_limit *limit, int64_t now_ms) {
    if (!pace_allows(pace, limit, now_ms)) return false;
    pace_pay(pace, limit, now_ms);
    return true;
}
