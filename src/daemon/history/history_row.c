/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/history/history_row.h"

#include <math.h>
#include <stddef.h>

static double larger(double a, double b) {
    return a > b ? a : b;
}

static uint64_t at_most(uint64_t value, uint64_t max) {
    return value < max ? value : max;
}

static void add_losses(struct history_sum *sum, const struct history_row *row) {
    sum->loss_in += (double)row->loss_in / HISTORY_LOSS_ALL * row->loss_in_weight;
    sum->loss_out += (double)row->loss_out / HISTORY_LOSS_ALL * row->loss_out_weight;
    sum->loss_in_weight += row->loss_in_weight;
    sum->loss_out_weight += row->loss_out_weight;
    sum->loss_in_peak = larger(sum->loss_in_peak, (double)row->loss_in_peak / HISTORY_LOSS_ALL);
}

void history_sum_add(struct history_sum *sum, const struct history_row *row) {
    if (row->seconds == 0) return;
    sum->seconds += row->seconds;
    sum->links += row->links;
    sum->bytes_in += row->bytes_in;
    sum->bytes_out += row->bytes_out;
    if (row->level > sum->level) sum->level = row->level;
    sum->links_wanted = row->links_wanted;
    sum->findings |= row->findings;
    if (row->in_peak > sum->in_peak) sum->in_peak = row->in_peak;
    if (row->out_peak > sum->out_peak) sum->out_peak = row->out_peak;
    sum->rtt_p95_peak_ms = larger(sum->rtt_p95_peak_ms, (double)row->rtt_p95_peak_ms);
    add_losses(sum, row);
    sum->rendezvous_attempts += row->rendezvous_attempts;
    sum->rendezvous_successes += row->rendezvous_successes;
    rtt_counts_join(&sum->rtts, &row->rtts);
}

static uint16_t packed_loss(double share) {
    return (uint16_t)lround(share * HISTORY_LOSS_ALL);
}

static double mean(double sum, uint64_t weight) {
    return weight == 0 ? -1 : sum / (double)weight;
}

struct history_row history_sum_row(const struct history_sum *sum, uint32_t at_s) {
    if (sum->seconds == 0) return (struct history_row){0};
    return (struct history_row){
        .at_s = at_s,
        .seconds = (uint16_t)at_most(sum->seconds, UINT16_MAX),
        .level = sum->level,
        .links_wanted = sum->links_wanted,
        .findings = sum->findings,
        .links = (uint32_t)at_most(sum->links, UINT32_MAX),
        .bytes_in = sum->bytes_in,
        .bytes_out = sum->bytes_out,
        .in_peak = sum->in_peak,
        .out_peak = sum->out_peak,
        .rtt_p95_peak_ms = sum->rtt_p95_peak_ms > 0 ? (float)sum->rtt_p95_peak_ms : -1,
        .loss_in_weight = (uint32_t)at_most(sum->loss_in_weight, UINT32_MAX),
        .loss_out_weight = (uint32_t)at_most(sum->loss_out_weight, UINT32_MAX),
        .loss_in = packed_loss(larger(0, mean(sum->loss_in, sum->loss_in_weight))),
        .loss_out = packed_loss(larger(0, mean(sum->loss_out, sum->loss_out_weight))),
        .loss_in_peak = packed_loss(sum->loss_in_peak),
        .rendezvous_attempts = (uint16_t)at_most(sum->rendezvous_attempts, UINT16_MAX),
        .rendezvous_successes = (uint16_t)at_most(sum->rendezvous_successes, UINT16_MAX),
        .rtts = rtt_counts_pack(&sum->rtts),
    };
}

static const struct history_figures UNKNOWN = {
    .links = -1,
    .links_wanted = -1,
    .in_bytes_per_second = -1,
    .out_bytes_per_second = -1,
    .rtt_p50_ms = -1,
    .rtt_p95_ms = -1,
    .loss_in = -1,
    .loss_out = -1,
    .rendezvous_attempts = -1,
    .rendezvous_successes = -1,
    .level = -1,
    .in_peak = -1,
    .out_peak = -1,
    .rtt_p95_peak_ms = -1,
    .loss_in_peak = -1,
};

struct history_figures history_sum_figures(const struct history_sum *sum) {
    if (sum->seconds == 0) return UNKNOWN;
    return (struct history_figures){
        .links = mean((double)sum->links, sum->seconds),
        .links_wanted = sum->links_wanted,
        .in_bytes_per_second = mean((double)sum->bytes_in, sum->seconds),
        .out_bytes_per_second = mean((double)sum->bytes_out, sum->seconds),
        .rtt_p50_ms = rtt_counts_quantile_ms(&sum->rtts, 0.5),
        .rtt_p95_ms = rtt_counts_quantile_ms(&sum->rtts, 0.95),
        .loss_in = mean(sum->loss_in, sum->loss_in_weight),
        .loss_out = mean(sum->loss_out, sum->loss_out_weight),
        .rendezvous_attempts = (double)sum->rendezvous_attempts,
        .rendezvous_successes = (double)sum->rendezvous_successes,
        .level = sum->level,
        .in_peak = sum->in_peak,
        .out_peak = sum->out_peak,
        .rtt_p95_peak_ms = sum->rtt_p95_peak_ms > 0 ? sum->rtt_p95_peak_ms : -1,
        .loss_in_peak = sum->loss_in_weight == 0 ? -1 : sum->loss_in_peak,
    };
}
