/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Any quantile of a link's round trips, from a stream of them, in a few hundred bytes: each sample falls into the
 * bucket of its logarithm, so a quantile is right within RTT_SKETCH_ERROR of itself, whatever the distribution. When
 * the sketch holds RTT_SKETCH_WEIGHT samples all counts are halved: what is shown is of the last minutes, and a link
 * that has changed shows it.
 *
 *     bucket i holds ratio^(i-1) < t <= ratio^i, in units of the least round trip;   ratio = (1 + e) / (1 - e)
 *
 * Owns: its counts.   Never: allocates, reads the clock.
 * Full: cannot be; longer than RTT_SKETCH_US_MAX counts as that.
 * Spec: DDSketch (Masson, Rim, Lee 2019), with halving for age. */

#include <stdint.h>

enum {
    RTT_SKETCH_US_MIN = 20,       /* shorter ones are all "no time at all" */
    RTT_SKETCH_US_MAX = 60000000, /* longer than anything we wait for */
    RTT_SKETCH_BUCKETS = 300,
    RTT_SKETCH_WEIGHT = 64, /* about ten minutes of pings */
};
#define RTT_SKETCH_ERROR 0.025

struct rtt_sketch {  /* all zero: empty */
    uint32_t weight; /* the sum of the counts */
    uint8_t counts[RTT_SKETCH_BUCKETS];
};
void rtt_sketch_add(struct rtt_sketch *sketch, int64_t rtt_us);
/* The quantile q, 0..1, in milliseconds; negative when there is no sample. */
double rtt_sketch_quantile_ms(const struct rtt_sketch *sketch, double q);
