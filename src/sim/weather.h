/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Bad paths between hosts: some are slow, some lose segments. Which, is decided for each ordered pair by the seed, so
 * that a path may be bad in one direction only and is the same path for the whole run. What TCP loses it sends again
 * after a while, and twice that for each further time: a lost segment is a late one, and it is counted.
 * Owns: nothing.   Never: loses a byte for good.   Full: cannot be. */

#include "base/prng.h"

#include <stddef.h>

enum { WEATHER_SEGMENT_SIZE = 1400, WEATHER_RESEND_MS = 200, WEATHER_RESENDS_MAX = 7 };

struct weather {
    uint32_t slow_percent; /* of the ordered pairs */
    int64_t slow_ms_min;   /* each has its own delay between these, besides what it has anyway */
    int64_t slow_ms_max;
    uint32_t lossy_percent; /* of the ordered pairs */
    uint32_t loss_permille; /* of the segments there */
};
struct crossing {
    int64_t extra_ms;
    uint32_t segments; /* of this size, at least one */
    uint32_t resent;
};
struct crossing weather_cross(const struct weather *weather, struct prng *prng, uint64_t pair_dice, size_t size);
