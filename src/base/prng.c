/* SPDX-License-Identifier: Apache-2.0 */
#include "base/prng.h"

#include "base/must.h"

static uint64_t rotated_left(uint64_t value, unsigned bits) {
    return value << bits | value >> (64 - bits);
}

/* splitmix64: spreads a seed of few bits over the whole state, which may not be all zero. */
static uint64_t splitmix_next(uint64_t *state) {
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

struct prng prng_seeded(uint64_t seed) {
    struct prng p;
    for (int i = 0; i < 4; i++) p.state[i] = splitmix_next(&seed);
    return p;
}

uint64_t prng_next(struct prng *p) {
    uint64_t *s = p->state;
    const uint64_t result = rotated_left(s[1] * 5, 7) * 9;
    const uint64_t shifted = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotated_left(s[3], 45);
    return result;
}

/* 0..bound-1. The first 2^64 mod bound values are thrown away: what is left divides evenly. */
static uint64_t below(struct prng *p, uint64_t bound) {
    const uint64_t first_fair = (0 - bound) % bound;
    uint64_t value;
    do {
        value = prng_next(p);
    } while (value < first_fair);
    return value % bound;
}

uint32_t prng_below(struct prng *p, uint32_t bound) {
    must(bound > 0);
    return (uint32_t)below(p, bound);
}

int64_t prng_between(struct prng *p, int64_t low, int64_t high) {
    must_le(low, high);
    const uint64_t width = (uint64_t)high - (uint64_t)low; /* may be all of 2^64 - 1 */
    const uint64_t step = width == UINT64_MAX ? prng_next(p) : below(p, width + 1);
    return (int64_t)((uint64_t)low + step);
}

int64_t prng_jitter(struct prng *p, int64_t value, int percent) {
    must(percent >= 0 && percent <= 100);
    int64_t share = value / 100 * percent + value % 100 * percent / 100; /* value * percent could overflow */
    if (share < 0) share = -share;
    must_le(value, INT64_MAX - share);
    must_le(INT64_MIN + share, value);
    return prng_between(p, value - share, value + share);
}
