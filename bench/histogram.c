/* SPDX-License-Identifier: Apache-2.0 */
#include "histogram.h"

#include <stddef.h>

void histogram_add(struct histogram *h, double us) {
    const uint64_t value = us < 0 ? 0 : (uint64_t)us;
    const unsigned power = value < STEPS ? 0 : 63u - (unsigned)__builtin_clzll(value) - 7u;
    const size_t index = power * STEPS + (size_t)(value >> power);
    h->counts[index < STEPS * POWERS ? index : STEPS * POWERS - 1]++;
    h->total++;
    if (us > h->max_us) h->max_us = us;
}

double histogram_quantile(const struct histogram *h, double share) {
    const uint64_t wanted = (uint64_t)(share * (double)h->total);
    uint64_t seen = 0;
    for (size_t i = 0; i < STEPS * POWERS; i++) {
        seen += h->counts[i];
        if (seen > wanted) return (double)((uint64_t)(i % STEPS) << (i / STEPS));
    }
    return h->max_us;
}
