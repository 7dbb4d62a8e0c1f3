/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/weather.h"

#include <stdbool.h>

/* Three independent draws from one number. */
static bool is_slow(const struct weather *weather, uint64_t dice) {
    return dice % 100 < weather->slow_percent;
}

static bool is_lossy(const struct weather *weather, uint64_t dice) {
    return (dice >> 16) % 100 < weather->lossy_percent;
}

static int64_t slow_ms(const struct weather *weather, uint64_t dice) {
    uint64_t spread = (uint64_t)(weather->slow_ms_max - weather->slow_ms_min + 1);
    return weather->slow_ms_min + (int64_t)((dice >> 32) % spread);
}

static uint32_t resends_of_one(const struct weather *weather, struct prng *prng) {
    uint32_t resends = 0;
    while (resends < WEATHER_RESENDS_MAX && prng_below(prng, 1000) < weather->loss_permille) resends++;
    return resends;
}

/* The segments of one write travel together: the one that is sent again most often is the last to arrive. */
static void lose(const struct weather *weather, struct prng *prng, struct crossing *crossing) {
    uint32_t most = 0;
    for (uint32_t i = 0; i < crossing->segments; i++) {
        uint32_t resends = resends_of_one(weather, prng);
        crossing->resent += resends;
        if (resends > most) most = resends;
    }
    for (uint32_t i = 0; i < most; i++) crossing->extra_ms += (int64_t)WEATHER_RESEND_MS << i;
}

struct crossing weather_cross(const struct weather *weather, struct prng *prng, uint64_t pair_dice, size_t size) {
    struct crossing crossing = {.segments = (uint32_t)((size + WEATHER_SEGMENT_SIZE - 1) / WEATHER_SEGMENT_SIZE)};
    if (crossing.segments == 0) crossing.segments = 1;
    if (is_slow(weather, pair_dice)) crossing.extra_ms += slow_ms(weather, pair_dice);
    if (is_lossy(weather, pair_dice)) lose(weather, prng, &crossing);
    return crossing;
}
