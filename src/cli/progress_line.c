/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/progress_line.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/sheet.h"

enum { DRAW_MS = 200, SAMPLE_MS = 250, BAR_WIDTH = 20, COLUMNS_ASSUMED = 80, TEXT_SIZE = 1024 };

void progress_line_init(struct progress_line *line) {
    const char *terminal = getenv("TERM");
    *line = (struct progress_line){0};
    line->is_on = isatty(STDERR_FILENO) == 1 && terminal != NULL && strcmp(terminal, "dumb") != 0;
}

void progress_line_note(struct progress_line *line, uint64_t bytes, int64_t now_ms) {
    if (line->count > 0) {
        const size_t last = (line->count - 1) % PROGRESS_SAMPLES;
        if (bytes < line->samples[last].bytes) line->count = 0;
        if (line->count > 0 && now_ms - line->samples[last].at_ms < SAMPLE_MS) return;
    }
    const size_t place = line->count++ % PROGRESS_SAMPLES;
    line->samples[place].at_ms = now_ms;
    line->samples[place].bytes = bytes;
}

double progress_line_rate(const struct progress_line *line) {
    if (line->count < 2) return -1;
    const size_t last = (line->count - 1) % PROGRESS_SAMPLES;
    const size_t first = line->count > PROGRESS_SAMPLES ? line->count % PROGRESS_SAMPLES : 0;
    const int64_t took_ms = line->samples[last].at_ms - line->samples[first].at_ms;
    if (took_ms <= 0) return -1;
    return (double)(line->samples[last].bytes - line->samples[first].bytes) * 1000 / (double)took_ms;
}

bool progress_line_is_due(const struct progress_line *line, int64_t now_ms) {
    return line->is_on && (!line->is_drawn || now_ms - line->drawn_ms >= DRAW_MS);
}

static size_t columns(void) {
    struct winsize size = {0};
    const bool is_told = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    return is_told ? size.ws_col : COLUMNS_ASSUMED;
}

static void put_bar(struct buffer *out, double share) {
    const int done = (int)(share >= 1 ? BAR_WIDTH : share * BAR_WIDTH);
    char text[2 * BAR_WIDTH + 16];
    (void)snprintf(text, sizeof text, "[%.*s%.*s] %3.0f %%  ", done, "####################", BAR_WIDTH - done,
                   "....................", share >= 1 ? 100 : (double)(int)(share * 100));
    buffer_put_text(out, text);
}

void progress_line_show(struct progress_line *line, double share, int64_t now_ms, const char *format, ...) {
    uint8_t memory[TEXT_SIZE + BAR_WIDTH + 32], cut[sizeof memory + 8];
    char text[TEXT_SIZE];
    struct buffer whole = buffer_over(memory, sizeof memory - 1), shown = buffer_over(cut, sizeof cut);
    va_list values;
    if (!line->is_on) return;
    va_start(values, format);
    (void)vsnprintf(text, sizeof text, format, values);
    va_end(values);
    if (share >= 0) put_bar(&whole, share);
    buffer_put_text(&whole, text);
    memory[whole.size] = '\0';
    sheet_write_cut(&shown, (const char *)memory, columns() - 1);
    (void)fflush(stdout);
    (void)fprintf(stderr, "\r%.*s\x1b[K", (int)shown.size, (const char *)cut);
    (void)fflush(stderr);
    line->is_drawn = true;
    line->drawn_ms = now_ms;
}

void progress_line_clear(struct progress_line *line) {
    if (line->is_drawn) (void)fputs("\r\x1b[K", stderr);
    line->is_drawn = false;
}
