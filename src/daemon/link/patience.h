/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* How long a link has been unable to get rid of what it should send. Two signs of a peer that reads too slowly, each
 * for LIMIT_UNSENT_MS: more than LIMIT_UNSENT_BYTES wait, or something waits and not a byte of it goes out.
 * Owns: two moments; zeroed = nothing waits.   Never: reads the clock.   Full: cannot be.   Spec: WIRE W8. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct patience {
    bool is_large;
    bool is_waiting;
    int64_t large_since_ms;
    int64_t waiting_since_ms; /* since the last byte that went out */
};

/* After each change: `unsent_bytes` wait now, `has_written`: some went out. When it ends; INT64_MAX = not. */
int64_t patience_judge(struct patience *patience, size_t unsent_bytes, bool has_written, int64_t now_ms);
