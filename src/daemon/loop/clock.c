/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/loop/clock.h"

#include <time.h>

#include "base/must.h"

static int64_t read_us(clockid_t clock) {
    struct timespec now;
    must(clock_gettime(clock, &now) == 0);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t clock_monotonic_us(void) {
    return read_us(CLOCK_MONOTONIC);
}

int64_t clock_slept_us(void) {
    return read_us(CLOCK_BOOTTIME) - read_us(CLOCK_MONOTONIC);
}

int64_t clock_wall_ms(void) {
    return read_us(CLOCK_REALTIME) / 1000;
}
