/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Round trips of many links and seconds, counted by fixed buckets of their logarithm, so that what was counted apart
 * can be put together: a quantile of an hour comes from all its seconds and never from their quantiles.
 *
 *     bucket i holds 2^((i-1)/4) < t <= 2^(i/4), in units of the least round trip
 *
 * A row keeps 64 counts of one byte that stand for `count << shift`. What a shift cuts off is carried to the next
 * bucket, so that the shape stays.
 *
 * Owns: nothing; values without pointers.   Never: allocates, reads the clock, averages quantiles.
 * Full: cannot be: 2^32 seconds of links are 500 years of a full link table. */

#include <stdint.h>

enum {
    RTT_COUNTS_BUCKETS = 64,
    RTT_COUNTS_US_MIN = 100, /* shorter ones are all "next door"; the last bucket begins at 4.6 s */
};
#define RTT_COUNTS_ERROR 0.09 /* a quantile is right within this part of itself */

struct rtt_counts { /* all zero: empty */
    uint32_t of[RTT_COUNTS_BUCKETS];
};
struct rtt_packed {
    uint8_t shift;
    uint8_t of[RTT_COUNTS_BUCKETS];
};
struct rtt_small { /* the same with four bits for each, the lower ones first: exact up to 14 in a bucket */
    uint8_t shift;
    uint8_t of[RTT_COUNTS_BUCKETS / 2];
};
void rtt_counts_add(struct rtt_counts *counts, double rtt_ms);
void rtt_counts_join(struct rtt_counts *counts, const struct rtt_packed *packed);
struct rtt_packed rtt_counts_pack(const struct rtt_counts *counts);
struct rtt_small rtt_counts_pack_small(const struct rtt_counts *counts);
struct rtt_packed rtt_small_packed(const struct rtt_small *small);
/* The quantile q, 0..1, in milliseconds; negative when nothing was counted. */
double rtt_counts_quantile_ms(const struct rtt_counts *counts, double q);
