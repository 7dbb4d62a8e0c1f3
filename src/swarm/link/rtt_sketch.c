/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/link/rtt_sketch.h"

#include <math.h>
#include <stddef.h>

static const double RATIO = (1 + RTT_SKETCH_ERROR) / (1 - RTT_SKETCH_ERROR);

_Static_assert(RTT_SKETCH_WEIGHT <= UINT8_MAX, "a count holds them all");

static size_t bucket_of(int64_t rtt_us) {
    if (rtt_us <= RTT_SKETCH_US_MIN) return 0;
    if (rtt_us > RTT_SKETCH_US_MAX) rtt_us = RTT_SKETCH_US_MAX;
    size_t bucket = (size_t)ceil(log((double)rtt_us / RTT_SKETCH_US_MIN) / log(RATIO));
    return bucket < RTT_SKETCH_BUCKETS ? bucket : RTT_SKETCH_BUCKETS - 1;
}

/* The middle of a bucket, by ratio: no value in it is further off than the error. */
static double value_us(size_t bucket) {
    if (bucket == 0) return RTT_SKETCH_US_MIN;
    return RTT_SKETCH_US_MIN * pow(RATIO, (double)bucket) * 2 / (1 + RATIO);
}

/* Every second sample goes, in the order of their length, so that the shape stays. */
static void halve(struct rtt_sketch *sketch) {
    uint32_t odd = 0;
    sketch->weight = 0;
    for (size_t i = 0; i < RTT_SKETCH_BUCKETS; i++) {
        uint32_t count = sketch->counts[i] + odd;
        odd = count % 2;
        sketch->counts[i] = (uint8_t)(count / 2);
        sketch->weight += sketch->counts[i];
    }
}

void rtt_sketch_add(struct rtt_sketch *sketch, int64_t rtt_us) {
    if (sketch->weight >= RTT_SKETCH_WEIGHT) halve(sketch);
    sketch->counts[bucket_of(rtt_us)]++;
    sketch->weight++;
}

double rtt_sketch_quantile_ms(const struct rtt_sketch *sketch, double q) {
    if (sketch->weight == 0) return -1;
    double rank = q * (double)(sketch->weight - 1);
    uint32_t seen = 0;
    size_t bucket = 0;
    for (; bucket < RTT_SKETCH_BUCKETS - 1; bucket++) {
        seen += sketch->counts[bucket];
        if ((double)seen > rank) break;
    }
    return value_us(bucket) / 1000;
}
