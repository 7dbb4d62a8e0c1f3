/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/mesh/reachability.h"

const char *reachability_name(enum reachability state) {
    static const char *const names[] = {"unknown", "public", "private"};
    return names[state];
}
