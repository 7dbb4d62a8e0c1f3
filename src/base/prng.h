/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A seeded generator (xoshiro256**, Blackman and Vigna 2018, seeded by splitmix64): the same seed, the same run.
 * Never: for secrets (crypto/entropy.h), shared between threads. */

#include <stdint.h>

struct prng {
    uint64_t state[4];
};

struct prng prng_seeded(uint64_t seed);
uint64_t prng_next(struct prng *p);
uint32_t prng_below(struct prng *p, uint32_t bound);             /* 0..bound-1 without bias; bound > 0 */
int64_t prng_between(struct prng *p, int64_t low, int64_t high); /* inclusive */
/* value +- share, as in "60 s +- 10 %" : prng_jitter(p, 60000, 10). */
int64_t prng_jitter(struct prng *p, int64_t value, int percent);
