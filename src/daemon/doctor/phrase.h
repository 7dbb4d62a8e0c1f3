/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A figure as it stands in a sentence of a diagnosis; "?" for what is not known (negative).
 * Owns: nothing; one value without pointers. */

#include <stdint.h>

struct phrase {
    char text[40];
};
struct phrase phrase_span(int64_t span_ms); /* "6 min 12 s" */
struct phrase phrase_ms(double ms);         /* "5.5 ms" */
struct phrase phrase_percent(double share); /* "1.2 %" of 0.012 */
struct phrase phrase_count(int64_t count);
struct phrase phrase_bytes(int64_t bytes); /* "12 KiB", "3.4 MiB" */
