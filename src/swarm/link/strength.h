/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* How good a link is, as one number a person can follow: 0..100 from four inputs, each 0..100, each shown beside it.
 *
 *     delay         100 at 20 ms and below, falling evenly with the logarithm to 0 at 2 s    weight 35
 *     loss          100 at none, falling evenly to 0 at 10 % (the worse direction)           weight 35
 *     jitter        100 at 5 ms and below, falling with the logarithm to 0 at 500 ms         weight 15
 *     handshake age 100 up to 15 s since the peer last proved it is alive, 0 at 60 s         weight 15
 *
 * An input that is not known takes no part; with none known the strength is not known either. Strong is 80 and up, fair
 * 50 and up. (docs/operators/strength.md says the same to caretakers.) */

#include <stdint.h>

enum { STRENGTH_UNKNOWN = -1 };
enum { /* STRENGTH_WEIGHT_DELAY and so on: defs/strength.def */
#define STRENGTH_INPUT(NAME, name, weight) STRENGTH_WEIGHT_##NAME = (weight),
#include "strength.def"
#undef STRENGTH_INPUT
};
struct strength_inputs {
    int8_t delay, loss, jitter, handshake_age; /* 0..100 or STRENGTH_UNKNOWN */
};
/* Negative arguments are "unknown". */
struct strength_inputs strength_inputs_of(double rtt_ms, double loss, double jitter_ms, int64_t handshake_age_ms);
int strength_of(const struct strength_inputs *inputs); /* 0..100 or STRENGTH_UNKNOWN */
