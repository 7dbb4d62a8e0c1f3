/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/history/history_sample.h"

_Static_assert(FINDING_CODE_COUNT <= 32, "a row has a bit for each");

enum history_level history_level_of(const struct finding_list *findings) {
    enum history_level worst = HISTORY_CALM;
    for (size_t i = 0; i < findings->count; i++) {
        if (findings->items[i].level == EVENT_LEVEL_ERROR) return HISTORY_BAD;
        if (findings->items[i].level == EVENT_LEVEL_WARN) worst = HISTORY_WARN;
    }
    return worst;
}

static uint32_t finding_bits(const struct finding_list *findings) {
    uint32_t bits = 0;
    for (size_t i = 0; i < findings->count; i++) bits |= 1U << findings->items[i].code;
    return bits;
}

static struct history_marks marks_of(const struct history_evidence *evidence) {
    struct history_marks marks = {
        .now_ms = evidence->now_ms, .bytes_in = evidence->bytes_in, .bytes_out = evidence->bytes_out};
    for (size_t i = 0; i < evidence->rendezvous->source_count; i++) {
        marks.attempts += evidence->rendezvous->sources[i].attempts;
        marks.successes += evidence->rendezvous->sources[i].successes;
    }
    return marks;
}

enum { SECOND_MS = 1000, LATE_MS = 1500 /* it had more than its own second */ };

/* Of a look that came late: what one second of the time since the last had. */
static uint64_t in_one_second(uint64_t after, uint64_t before, int64_t span_ms) {
    const uint64_t grown = after > before ? after - before : 0;
    return span_ms > LATE_MS ? (uint64_t)((double)grown * SECOND_MS / (double)span_ms) : grown;
}

static uint32_t peak_of(uint64_t bytes) {
    return bytes < UINT32_MAX ? (uint32_t)bytes : UINT32_MAX;
}

static void add_links(struct history_sum *sum, const struct history_evidence *evidence) {
    for (size_t i = 0; i < evidence->link_count; i++) {
        const struct link_view *link = &evidence->links[i];
        if (link->state != LINK_STATE_OPEN) continue;
        sum->links++;
        if (link->rtt_ms >= 0) rtt_counts_add(&sum->rtts, link->rtt_ms);
        if (link->loss_in >= 0) sum->loss_in += link->loss_in, sum->loss_in_weight++;
        if (link->loss_out >= 0) sum->loss_out += link->loss_out, sum->loss_out_weight++;
    }
}

/* A sum of one second is its own peak. */
static void add_peaks(struct history_sum *sum) {
    const double p95_ms = rtt_counts_quantile_ms(&sum->rtts, 0.95);
    sum->in_peak = peak_of(sum->bytes_in);
    sum->out_peak = peak_of(sum->bytes_out);
    if (p95_ms > 0) sum->rtt_p95_peak_ms = p95_ms;
    if (sum->loss_in_weight > 0) sum->loss_in_peak = sum->loss_in / (double)sum->loss_in_weight;
}

bool history_sample(struct history_marks *marks, const struct history_evidence *evidence, struct history_row *row) {
    const struct history_marks before = *marks;
    const int64_t at_s = evidence->wall_ms / SECOND_MS;
    *marks = marks_of(evidence);
    if (at_s <= 0 || at_s >= UINT32_MAX) return false;
    const int64_t span_ms = marks->now_ms - before.now_ms;
    struct history_sum sum = {
        .seconds = 1,
        .level = (uint8_t)history_level_of(evidence->findings),
        .links_wanted = (uint8_t)(evidence->mesh->target < UINT8_MAX ? evidence->mesh->target : UINT8_MAX),
        .findings = finding_bits(evidence->findings),
        .bytes_in = in_one_second(marks->bytes_in, before.bytes_in, span_ms),
        .bytes_out = in_one_second(marks->bytes_out, before.bytes_out, span_ms),
        .rendezvous_attempts = marks->attempts - before.attempts,
        .rendezvous_successes = marks->successes - before.successes,
    };
    add_links(&sum, evidence);
    add_peaks(&sum);
    *row = history_sum_row(&sum, (uint32_t)at_s);
    return true;
}
