/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* One line at the bottom of the terminal that says how far something is: written over again and again, gone at the end.
 * It goes to standard error, so that data may be piped on meanwhile.
 * Owns: nothing.
 * Never: writes anything where there is no terminal; wraps.   Full: a longer line is cut. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PROGRESS_SAMPLES = 16 };
struct progress_line {
    bool is_on; /* standard error is a terminal */
    bool is_drawn;
    int64_t drawn_ms;
    size_t count; /* samples so far */
    struct {
        int64_t at_ms;
        uint64_t bytes;
    } samples[PROGRESS_SAMPLES];
};
void progress_line_init(struct progress_line *line);
/* Bytes so far; begins anew when they are fewer than before. */
void progress_line_note(struct progress_line *line, uint64_t bytes, int64_t now_ms);
/* Of the last seconds, in bytes; negative = not known yet. */
double progress_line_rate(const struct progress_line *line);
bool progress_line_is_due(const struct progress_line *line, int64_t now_ms); /* a few times a second */
/* A bar in front of the text unless `share` (0..1) is negative. */
void progress_line_show(struct progress_line *line, double share, int64_t now_ms, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void progress_line_clear(struct progress_line *line); /* before anything else is written */
