/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What we measure of one link: round trips by ping, jitter, when the peer was last heard and last proved it is alive.
 * Owns: a sketch of the round trips of the last minutes.
 * Never: reads the clock, makes up a figure: too few samples are "unknown" (negative).
 * Full: the sketch forgets by halves.   Spec: WIRE W16, W17. */

#include "base/prng.h"
#include "swarm/link/rtt_sketch.h"
#include "swarm/wire/ping.h"
#include "swarm/wire/pong.h"

enum { HEALTH_P95_SAMPLES_MIN = 20 };

struct link_health {
    uint32_t next_seq;
    uint32_t waiting_seq;     /* of the newest ping sent */
    int64_t waiting_since_us; /* 0 = no answer is awaited */
    int64_t next_ping_at_ms;
    int64_t heard_at_ms;   /* any frame */
    int64_t proved_at_ms;  /* hello accepted, or a pong to our ping */
    uint32_t sample_count; /* all time */
    int64_t last_rtt_us;
    struct rtt_sketch rtt;
    int64_t jitter_us;         /* smoothed difference of neighbours, RFC 3550 6.4.1; valid from two samples */
    bool has_asked;            /* for this silence */
    int64_t must_answer_by_ms; /* 0 = it need not; else silence is judged by this alone */
};
void link_health_init(struct link_health *health, int64_t now_ms);
void link_health_heard(struct link_health *health, int64_t now_ms);
/* What was heard before counts no more: the peer has to say something by then. */
void link_health_demand(struct link_health *health, int64_t by_ms);
bool link_health_is_lost(const struct link_health *health, int64_t now_ms); /* silent for too long */
/* The next ping, with its number (loss is link_loss.h's to fill in); sets when the one after it is due. */
struct ping link_health_ping(struct link_health *health, struct prng *prng, int64_t now_us);
/* False when it answers no ping of ours. */
bool link_health_pong(struct link_health *health, const struct pong *pong, int64_t now_us);
double link_health_rtt_ms(const struct link_health *health); /* median of the last minutes */
double link_health_rtt_p95_ms(const struct link_health *health);
double link_health_jitter_ms(const struct link_health *health);
int64_t link_health_deadline_ms(const struct link_health *health); /* ping, ask, or give up */
