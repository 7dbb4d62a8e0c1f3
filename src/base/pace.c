/* SPDX-License-Identifier: Apache-2.0 */
#include "base/pace.h"

static bool allows_many(const struct pace *pace, const struct pace_limit *limit, int64_t count, int64_t now_ms) {
    return count <= limit->burst && pace->paid_until_ms - now_ms <= (limit->burst - count) * limit->interval_ms;
}

bool pace_allows(const struct pace *pace, const struct pace_limit *limit, int64_t now_ms) {
    return allows_many(pace, limit, 1, now_ms);
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

void pace_owe(struct pace *pace, const struct pace_limit *limit, int64_t count, int64_t now_ms) {
    if (pace->paid_until_ms < now_ms) pace->paid_until_ms = now_ms;
    pace->paid_until_ms += count * limit->interval_ms;
}

bool pace_take_many(struct pace *pace, const struct pace_limit *limit, int64_t count, int64_t now_ms) {
    if (!allows_many(pace, limit, count, now_ms)) return false;
    pace_owe(pace, limit, count, now_ms);
    return true;
}
