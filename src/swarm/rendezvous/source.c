/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/rendezvous/source.h"

#include <stdio.h>

static void note(struct source *source, bool is_ok, int64_t latency_ms, int64_t wall_ms) {
    struct source_answer *answer = &source->recent[source->recent_count++ % SOURCE_RECENT];
    *answer = (struct source_answer){wall_ms, (int32_t)latency_ms, is_ok};
    source->is_asked = false;
    source->attempts++;
}

void source_succeeded(struct source *source, uint32_t tickets, int64_t latency_ms, int64_t now_ms, int64_t wall_ms) {
    note(source, true, latency_ms, wall_ms);
    source->successes++;
    source->failure_streak = 0;
    source->next_at_ms = now_ms;
    source->last_success_ms = wall_ms;
    source->latency_sum_ms += latency_ms;
    source->latency_ms = (int32_t)latency_ms;
    source->tickets = tickets;
    source->reason[0] = '\0';
}

void source_failed(struct source *source, const char *reason, int64_t latency_ms, struct prng *prng, int64_t now_ms,
                   int64_t wall_ms) {
    uint32_t doublings = source->failure_streak < 6 ? source->failure_streak : 6;
    int64_t ceiling_ms = (int64_t)1000 << doublings;
    note(source, false, latency_ms, wall_ms);
    source->failure_streak++;
    if (ceiling_ms > LIMIT_HARVEST_MS) ceiling_ms = LIMIT_HARVEST_MS;
    source->next_at_ms = now_ms + prng_between(prng, ceiling_ms / 2, ceiling_ms);
    source->latency_ms = -1;
    snprintf(source->reason, sizeof source->reason, "%s", reason);
}

bool source_has_tries_left(const struct source *source) {
    return source->failure_streak < LIMIT_HARVEST_TRIES;
}

int64_t source_average_latency_ms(const struct source *source) {
    return source->successes == 0 ? -1 : (source->latency_sum_ms + source->successes / 2) / source->successes;
}
