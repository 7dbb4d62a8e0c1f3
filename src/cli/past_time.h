/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A time that has been, as people write it: "03:12" or "03:12:40" (the last time it was that late), "2026-11-20 03:12"
 * (or with seconds, or with a T), all of this machine's zone; or milliseconds since the epoch.
 * Owns: nothing.   Never: reads the clock. */

#include <stdbool.h>
#include <stdint.h>

bool past_time_read(const char *text, int64_t now_ms, int64_t *at_ms); /* false: it is none of these */
/* "2026-11-20 03:12:40" */
enum { PAST_TIME_SIZE = 40 };
const char *past_time_text(int64_t at_ms, char text[PAST_TIME_SIZE]);
