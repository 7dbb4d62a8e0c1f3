/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/history/history_second.h"

static uint64_t at_most(uint64_t value, uint64_t max) {
    return value < max ? value : max;
}

struct history_second history_second_of(const struct history_row *row) {
    struct rtt_counts rtts = {0};
    rtt_counts_join(&rtts, &row->rtts);
    return (struct history_second){
        .at_s = row->at_s,
        .findings = row->findings,
        .bytes_in = (uint32_t)at_most(row->bytes_in, UINT32_MAX),
        .bytes_out = (uint32_t)at_most(row->bytes_out, UINT32_MAX),
        .links = (uint16_t)at_most(row->links, UINT16_MAX),
        .loss_in = row->loss_in,
        .loss_out = row->loss_out,
        .loss_in_weight = (uint16_t)at_most(row->loss_in_weight, UINT16_MAX),
        .loss_out_weight = (uint16_t)at_most(row->loss_out_weight, UINT16_MAX),
        .level = row->level,
        .links_wanted = row->links_wanted,
        .rendezvous_attempts = (uint8_t)at_most(row->rendezvous_attempts, UINT8_MAX),
        .rendezvous_successes = (uint8_t)at_most(row->rendezvous_successes, UINT8_MAX),
        .rtts = rtt_counts_pack_small(&rtts),
    };
}

struct history_row history_second_row(const struct history_second *second) {
    struct history_row row = {
        .at_s = second->at_s,
        .seconds = second->at_s != 0,
        .level = second->level,
        .links_wanted = second->links_wanted,
        .findings = second->findings,
        .links = second->links,
        .bytes_in = second->bytes_in,
        .bytes_out = second->bytes_out,
        .in_peak = second->bytes_in,
        .out_peak = second->bytes_out,
        .loss_in_weight = second->loss_in_weight,
        .loss_out_weight = second->loss_out_weight,
        .loss_in = second->loss_in,
        .loss_out = second->loss_out,
        .loss_in_peak = second->loss_in,
        .rendezvous_attempts = second->rendezvous_attempts,
        .rendezvous_successes = second->rendezvous_successes,
        .rtts = rtt_small_packed(&second->rtts),
    };
    struct rtt_counts rtts = {0};
    rtt_counts_join(&rtts, &row.rtts);
    row.rtt_p95_peak_ms = (float)rtt_counts_quantile_ms(&rtts, 0.95);
    return row;
}
