/* SPDX-License-Identifier: Apache-2.0 */
#include "base/byte_pace.h"

enum { NS_PER_MS = 1000000 };

static int64_t cost_ns(const struct byte_pace *pace, uint64_t bytes) {
    return (int64_t)(bytes * 1000 / pace->rate * NS_PER_MS + bytes * 1000 % pace->rate * NS_PER_MS / pace->rate);
}

void byte_pace_set(struct byte_pace *pace, uint64_t rate, int64_t now_ms) {
    const int64_t left_ms = pace->due_ns / NS_PER_MS - now_ms;
    const uint64_t owed = pace->rate > 0 && left_ms > 0 ? (uint64_t)left_ms * pace->rate / 1000 : 0;
    *pace = (struct byte_pace){rate, now_ms * NS_PER_MS};
    if (rate > 0) pace->due_ns += cost_ns(pace, owed);
}

bool byte_pace_allows(const struct byte_pace *pace, int64_t now_ms) {
    return pace->rate == 0 || pace->due_ns <= now_ms * NS_PER_MS;
}

int64_t byte_pace_due_ms(const struct byte_pace *pace) {
    return pace->due_ns / NS_PER_MS + (pace->due_ns % NS_PER_MS > 0);
}

void byte_pace_pay(struct byte_pace *pace, uint64_t bytes, int64_t now_ms) {
    const int64_t earliest_ns = (now_ms - BYTE_PACE_LATE_MS) * NS_PER_MS;
    if (pace->rate == 0) return;
    if (pace->due_ns < earliest_ns) pace->due_ns = earliest_ns;
    pace->due_ns += cost_ns(pace, bytes);
}

void byte_pace_give_back(struct byte_pace *pace, uint64_t bytes) {
    if (pace->rate > 0) pace->due_ns -= cost_ns(pace, bytes);
}
