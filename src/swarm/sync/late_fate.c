/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/sync/late_fate.h"

const char *late_fate_name(enum late_fate fate) {
    static const char *const names[LATE_FATE_COUNT] = {"taken",    "repeated", "unasked",
                                                       "untimely", "blocked",  "over-rate"};
    return names[fate];
}
