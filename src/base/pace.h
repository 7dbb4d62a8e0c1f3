/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A token bucket kept as one moment: what was done so far is paid for until then. Each doing moves it an interval
 * ahead, and it may lead the clock by a burst of them.
 * Owns: the moment.   Never: reads the clock.   Full: no, until the clock has caught up by an interval.
 * Spec: the virtual scheduling of the generic cell rate algorithm (ITU-T I.371). */

#include <stdbool.h>
#include <stdint.h>

struct pace { /* zero: a full bucket, at any time after the epoch of the clock */
    int64_t paid_until_ms;
};
struct pace_limit {
    int64_t interval_ms; /* one in so long, in the long run */
    int64_t burst;       /* so many at once */
};
bool pace_allows(const struct pace *pace, const struct pace_limit *limit, int64_t now_ms); /* one more now */
/* Pays for one more whether it is allowed or not; there is never more to wait for than a burst. */
void pace_pay(struct pace *pace, const struct pace_limit *limit, int64_t now_ms);
bool pace_take(struct pace *pace, const struct pace_limit *limit, int64_t now_ms); /* pays if it is allowed */
/* Pays for as many as `count` whose number shows only afterwards; what is owed then is waited for, however long. */
void pace_owe(struct pace *pace, const struct pace_limit *limit, int64_t count, int64_t now_ms);
/* As pace_take, for something that counts for as many as `count`; never allowed when that is more than a burst. */
bool pace_take_many(struct pace *pace, const struct pace_limit *limit, int64_t count, int64_t now_ms);
