/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/mesh/record_fate.h"

const char *record_fate_name(enum record_fate fate) {
    static const char *const names[RECORD_FATE_COUNT] = {"published", "taken",     "repeated", "untimely",
                                                         "blocked",   "over-rate", "newcomer"};
    return names[fate];
}
