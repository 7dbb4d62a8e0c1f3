/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Back-off of one dial target: when may we try again. Doubles from 1 s to 5 min with full jitter (any wait up to the
 * doubled one is as likely), so that a swarm whose hub returned does not call it all at once.
 * Never: reads the clock, sleeps.   Full: cannot be (one in each address-book slot).
 * Spec: WIRE W16; "Exponential Backoff and Jitter" is the common name of the method. */

#include "base/prng.h"

#include <stdbool.h>

enum backoff_cause { BACKOFF_FAILED, BACKOFF_HELD_DOWN, BACKOFF_ASKED };

struct backoff {
    uint8_t cause; /* enum backoff_cause: why it waits until next_at_ms */
    uint8_t failure_count;
    uint8_t drop_count;       /* links lost within the flap window */
    int64_t first_drop_at_ms; /* start of that window */
    int64_t next_at_ms;       /* 0 = may dial now */
};
void backoff_failed(struct backoff *b, struct prng *prng, int64_t now_ms);
/* A link to the target ended after `open_ms`. True when it is held down for flapping. */
bool backoff_dropped(struct backoff *b, int64_t open_ms, struct prng *prng, int64_t now_ms);
/* The same of a link that ended in order: only that it is the third within the flap window counts. */
bool backoff_let_go(struct backoff *b, int64_t now_ms);
void backoff_hold(struct backoff *b, enum backoff_cause cause, int64_t until_ms); /* never shortens */
void backoff_clear(struct backoff *b);
bool backoff_may_dial(const struct backoff *b, int64_t now_ms);
