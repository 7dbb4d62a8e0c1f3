/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/link/strength.h"

#include <math.h>

static int8_t clamped(double score) {
    if (score < 0) return 0;
    return score > 100 ? 100 : (int8_t)lround(score);
}

/* 100 at `best` and below, 0 at `worst` and above, even in the logarithm between. */
static int8_t fall_by_logarithm(double value, double best, double worst) {
    if (value < 0) return STRENGTH_UNKNOWN;
    if (value <= best) return 100;
    return clamped(100.0 * (log(worst) - log(value)) / (log(worst) - log(best)));
}

static int8_t fall_evenly(double value, double best, double worst) {
    if (value < 0) return STRENGTH_UNKNOWN;
    return clamped(100.0 * (worst - value) / (worst - best));
}

struct strength_inputs strength_inputs_of(double rtt_ms, double loss, double jitter_ms, int64_t handshake_age_ms) {
    return (struct strength_inputs){
        .delay = fall_by_logarithm(rtt_ms, 20, 2000),
        .loss = fall_evenly(loss, 0, 0.1),
        .jitter = fall_by_logarithm(jitter_ms, 5, 500),
        .handshake_age = fall_evenly((double)handshake_age_ms, 15000, 60000),
    };
}

int strength_of(const struct strength_inputs *inputs) {
    const int8_t scores[] = {inputs->delay, inputs->loss, inputs->jitter, inputs->handshake_age};
    static const int weights[] = {STRENGTH_WEIGHT_DELAY, STRENGTH_WEIGHT_LOSS, STRENGTH_WEIGHT_JITTER,
                                  STRENGTH_WEIGHT_HANDSHAKE_AGE};
    int sum = 0;
    int weight = 0;
    for (int i = 0; i < 4; i++) {
        if (scores[i] == STRENGTH_UNKNOWN) continue;
        sum += scores[i] * weights[i];
        weight += weights[i];
    }
    return weight == 0 ? STRENGTH_UNKNOWN : (sum + weight / 2) / weight;
}
