/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/loop/clock.h"

#include <time.h>

#include "base/must.h"

static int64_t read_ms(clockid_t clock) {
    struct timespec now;
    must(clock_gettime(clock, &now) == 0);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_monotonic_ms(void) { return read_ms(CLOCK_MONOTONIC); }

int64_t clock_wall_ms(void) { return read_ms(CLOCK_REALTIME); }
