/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/link/link_health.h"

#include "swarm/limits.h"

enum { HELD_US_MAX = 5000 };

void link_health_init(struct link_health *health, int64_t now_ms) {
    *health = (struct link_health){
        .next_seq = 1,
        .next_ping_at_ms = now_ms, /* the first figure should not take ten seconds */
        .heard_at_ms = now_ms,
        .proved_at_ms = now_ms,
    };
}

void link_health_heard(struct link_health *health, int64_t now_ms) {
    health->heard_at_ms = now_ms;
    health->has_asked = false;
    health->must_answer_by_ms = 0;
}

void link_health_demand(struct link_health *health, int64_t by_ms) {
    int64_t silent_ms = health->heard_at_ms + LIMIT_SILENCE_MS;
    if (health->must_answer_by_ms != 0 && by_ms > silent_ms)
        by_ms = silent_ms; /* asking again is no reprieve from that */
    if (by_ms > health->must_answer_by_ms) health->must_answer_by_ms = by_ms;
    health->has_asked = true;
}

bool link_health_is_lost(const struct link_health *health, int64_t now_ms) {
    if (health->must_answer_by_ms != 0) return now_ms >= health->must_answer_by_ms;
    return now_ms - health->heard_at_ms >= LIMIT_SILENCE_MS;
}

/* The first pings come quicker, so that a new link has a median to show; then every 10 s. */
static int64_t ping_interval_ms(const struct link_health *health) {
    return health->next_seq <= 3 ? 1000 : LIMIT_PING_MS;
}

struct ping link_health_ping(struct link_health *health, struct prng *prng, int64_t now_us) {
    struct ping ping = {health->next_seq++, PING_LOSS_UNKNOWN, PING_LOSS_UNKNOWN};
    health->waiting_seq = ping.seq;
    health->waiting_since_us = now_us;
    health->next_ping_at_ms = now_us / 1000 + prng_jitter(prng, ping_interval_ms(health), 20);
    return ping;
}

static int64_t distance(int64_t a, int64_t b) {
    return a > b ? a - b : b - a;
}

static void add_sample(struct link_health *health, int64_t rtt_us) {
    if (rtt_us < 1) rtt_us = 1;
    if (health->sample_count > 0) {
        health->jitter_us +=
            (distance(rtt_us, health->last_rtt_us) - health->jitter_us) / (health->sample_count == 1 ? 1 : 16);
    }
    health->last_rtt_us = rtt_us;
    rtt_sketch_add(&health->rtt, rtt_us);
    health->sample_count++;
}

bool link_health_pong(struct link_health *health, const struct pong *pong, int64_t now_us) {
    if (health->waiting_since_us == 0 || pong->seq != health->waiting_seq) return false;
    int64_t taken_us = now_us - health->waiting_since_us;
    /* A peer may say that it was busy, but not so much that its delay looks good by its own word. */
    int64_t held_us = pong->held_us < HELD_US_MAX ? pong->held_us : HELD_US_MAX;
    add_sample(health, held_us < taken_us ? taken_us - held_us : taken_us);
    health->waiting_since_us = 0;
    health->proved_at_ms = now_us / 1000;
    return true;
}

double link_health_rtt_ms(const struct link_health *health) {
    return rtt_sketch_quantile_ms(&health->rtt, 0.5);
}

double link_health_rtt_p95_ms(const struct link_health *health) {
    return health->sample_count < HEALTH_P95_SAMPLES_MIN ? -1 : rtt_sketch_quantile_ms(&health->rtt, 0.95);
}

double link_health_jitter_ms(const struct link_health *health) {
    return health->sample_count < 2 ? -1 : (double)health->jitter_us / 1000;
}

int64_t link_health_deadline_ms(const struct link_health *health) {
    int64_t silence_ms = health->heard_at_ms + (health->has_asked ? LIMIT_SILENCE_MS : LIMIT_SILENCE_PING_MS);
    if (health->must_answer_by_ms != 0) silence_ms = health->must_answer_by_ms;
    return silence_ms < health->next_ping_at_ms ? silence_ms : health->next_ping_at_ms;
}
