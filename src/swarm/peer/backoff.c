/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/peer/backoff.h"

#include "swarm/limits.h"

void backoff_failed(struct backoff *b, struct prng *prng, int64_t now_ms) {
    int64_t ceiling_ms = LIMIT_BACKOFF_MS_MAX;
    if (b->failure_count < 9) ceiling_ms = (int64_t)LIMIT_BACKOFF_MS_MIN << b->failure_count;
    if (ceiling_ms > LIMIT_BACKOFF_MS_MAX) ceiling_ms = LIMIT_BACKOFF_MS_MAX;
    if (b->failure_count < UINT8_MAX) b->failure_count++;
    backoff_hold(b, BACKOFF_FAILED, now_ms + prng_between(prng, 1, ceiling_ms));
}

/* One more end within the window. True when there were too many, and the target is held down. */
static bool count_drop(struct backoff *b, int64_t now_ms) {
    if (b->drop_count == 0 || now_ms - b->first_drop_at_ms > LIMIT_FLAP_WINDOW_MS) {
        b->drop_count = 0;
        b->first_drop_at_ms = now_ms;
    }
    b->drop_count++;
    if (b->drop_count < LIMIT_FLAP_DROPS) return false;
    b->drop_count = 0;
    backoff_hold(b, BACKOFF_HELD_DOWN, now_ms + LIMIT_FLAP_HOLD_MS);
    return true;
}

bool backoff_dropped(struct backoff *b, int64_t open_ms, struct prng *prng, int64_t now_ms) {
    if (open_ms >= LIMIT_BACKOFF_CLEAR_MS) backoff_clear(b);
    if (count_drop(b, now_ms)) return true;
    backoff_failed(b, prng, now_ms);
    return false;
}

bool backoff_let_go(struct backoff *b, int64_t now_ms) {
    return count_drop(b, now_ms);
}

void backoff_hold(struct backoff *b, enum backoff_cause cause, int64_t until_ms) {
    if (until_ms <= b->next_at_ms) return;
    b->next_at_ms = until_ms;
    b->cause = (uint8_t)cause;
}

void backoff_clear(struct backoff *b) {
    *b = (struct backoff){0};
}

bool backoff_may_dial(const struct backoff *b, int64_t now_ms) {
    return b->next_at_ms <= now_ms;
}
