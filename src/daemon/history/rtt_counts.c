/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/history/rtt_counts.h"

#include <math.h>
#include <stddef.h>

enum { PER_OCTAVE = 4 };

void rtt_counts_add(struct rtt_counts *counts, double rtt_ms) {
    const double units = rtt_ms * 1000 / RTT_COUNTS_US_MIN;
    const double bucket = units <= 1 ? 0 : ceil(log2(units) * PER_OCTAVE);
    counts->of[bucket < RTT_COUNTS_BUCKETS ? (size_t)bucket : RTT_COUNTS_BUCKETS - 1]++;
}

void rtt_counts_join(struct rtt_counts *counts, const struct rtt_packed *packed) {
    for (size_t i = 0; i < RTT_COUNTS_BUCKETS; i++) counts->of[i] += (uint32_t)packed->of[i] << packed->shift;
}

/* None is larger than `largest`; one less than that leaves room for what is carried. */
static struct rtt_packed pack(const struct rtt_counts *counts, uint8_t largest) {
    struct rtt_packed packed = {0};
    uint64_t most = 0, carried = 0;
    for (size_t i = 0; i < RTT_COUNTS_BUCKETS; i++)
        if (counts->of[i] > most) most = counts->of[i];
    while (most >> packed.shift >= largest) packed.shift++;
    for (size_t i = 0; i < RTT_COUNTS_BUCKETS; i++) {
        carried += counts->of[i];
        packed.of[i] = (uint8_t)(carried >> packed.shift);
        carried -= (uint64_t)packed.of[i] << packed.shift;
    }
    return packed;
}

enum { SMALL_BITS = 4, SMALL_MAX = 15 };

struct rtt_packed rtt_counts_pack(const struct rtt_counts *counts) {
    return pack(counts, UINT8_MAX);
}

struct rtt_small rtt_counts_pack_small(const struct rtt_counts *counts) {
    const struct rtt_packed packed = pack(counts, SMALL_MAX);
    struct rtt_small small = {.shift = packed.shift};
    for (size_t i = 0; i < RTT_COUNTS_BUCKETS; i += 2)
        small.of[i / 2] = (uint8_t)(packed.of[i] | packed.of[i + 1] << SMALL_BITS);
    return small;
}

struct rtt_packed rtt_small_packed(const struct rtt_small *small) {
    struct rtt_packed packed = {.shift = small->shift};
    for (size_t i = 0; i < RTT_COUNTS_BUCKETS; i++)
        packed.of[i] = i % 2 == 0 ? small->of[i / 2] & SMALL_MAX : small->of[i / 2] >> SMALL_BITS;
    return packed;
}

/* The middle of a bucket, by ratio. */
static double value_ms(size_t bucket) {
    const double unit_ms = RTT_COUNTS_US_MIN / 1000.0;
    return bucket == 0 ? unit_ms : unit_ms * exp2(((double)bucket - 0.5) / PER_OCTAVE);
}

double rtt_counts_quantile_ms(const struct rtt_counts *counts, double q) {
    uint64_t total = 0, seen = 0;
    size_t bucket = 0;
    for (size_t i = 0; i < RTT_COUNTS_BUCKETS; i++) total += counts->of[i];
    if (total == 0) return -1;
    const double rank = q * (double)(total - 1);
    for (; bucket < RTT_COUNTS_BUCKETS - 1; bucket++) {
        seen += counts->of[bucket];
        if ((double)seen > rank) break;
    }
    return value_ms(bucket);
}
