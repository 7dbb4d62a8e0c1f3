/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What is kept of one second, minute or hour, and how several of them become one: bytes, links and attempts are summed,
 * round trips counted together, losses weighted by how many links they were known of, the worst level and the highest
 * second kept.
 *
 *     sample --> sum --> row (kept)        row + row + ... --> sum --> row (kept), or figures (shown)
 *
 * Owns: nothing; values without pointers.
 * Never: takes an unknown figure for 0; averages a percentile.
 * Full: sums that a row has no room for stay at the largest it can say. */

#include <stdbool.h>

#include "daemon/history/rtt_counts.h"

enum history_level { HISTORY_CALM, HISTORY_WARN, HISTORY_BAD };

struct history_row {         /* all zero: nothing is known */
    uint32_t at_s;           /* when it began, by the wall clock; a multiple of its step */
    uint16_t seconds;        /* that were looked at: what the sums are over */
    uint8_t level;           /* the worst */
    uint8_t links_wanted;    /* the last */
    uint32_t findings;       /* one bit for each code */
    uint32_t links;          /* open ones, summed */
    uint64_t bytes_in;       /* of the seconds that were looked at */
    uint64_t bytes_out;      /* the same */
    uint32_t in_peak;        /* bytes in one second */
    uint32_t out_peak;       /* the same */
    float rtt_p95_peak_ms;   /* of one second; negative: unknown */
    uint32_t loss_in_weight; /* links and seconds of which the loss was known */
    uint32_t loss_out_weight;
    uint16_t loss_in; /* the mean, in parts of HISTORY_LOSS_ALL */
    uint16_t loss_out;
    uint16_t loss_in_peak; /* of one second */
    uint16_t rendezvous_attempts;
    uint16_t rendezvous_successes;
    struct rtt_packed rtts;
};
enum { HISTORY_LOSS_ALL = 65535 };
_Static_assert(sizeof(struct history_row) == 128, "the tiers are in memory; see docs/decisions/0019-history.md");

struct history_sum { /* all zero: empty */
    uint64_t seconds, links, bytes_in, bytes_out;
    uint8_t level, links_wanted;
    uint32_t findings;
    uint32_t in_peak, out_peak;
    double rtt_p95_peak_ms; /* 0: unknown; none is that short */
    double loss_in, loss_out, loss_in_peak;
    uint64_t loss_in_weight, loss_out_weight;
    uint64_t rendezvous_attempts, rendezvous_successes;
    struct rtt_counts rtts;
};
void history_sum_add(struct history_sum *sum, const struct history_row *row); /* after all that is older */
struct history_row history_sum_row(const struct history_sum *sum, uint32_t at_s);

struct history_figures { /* negative: unknown */
    double links, links_wanted;
    double in_bytes_per_second, out_bytes_per_second;
    double rtt_p50_ms, rtt_p95_ms;
    double loss_in, loss_out;
    double rendezvous_attempts, rendezvous_successes;
    double level;
    double in_peak, out_peak, rtt_p95_peak_ms, loss_in_peak;
};
struct history_figures history_sum_figures(const struct history_sum *sum);
