/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Latencies in microseconds: 256 steps for each power of two, so a quantile reads less than a percent low. */

#include <stdint.h>

enum { STEPS = 256, POWERS = 24 };
struct histogram { /* all zero: empty */
    uint64_t counts[STEPS * POWERS];
    uint64_t total;
    double max_us;
};
void histogram_add(struct histogram *histogram, double us);
double histogram_quantile(const struct histogram *histogram, double share);
