/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* When something is to be done next, in ms of the engine's or the loop's time; INT64_MAX: nothing is. */

#include <stdint.h>

static inline int64_t deadline_earlier(int64_t a_ms, int64_t b_ms) {
    return a_ms < b_ms ? a_ms : b_ms;
}
