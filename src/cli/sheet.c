/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/sheet.h"

#include "base/encoding.h"
#include "base/memory.h"
#include "base/must.h"
#include "swarm/observe/finding.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define UNKNOWN  "—"
#define ELLIPSIS "…"
enum {
    GAP = 2, /* between columns */
    /* A cell that is padded to the widest of its column, and the bytes of tones. */
    ROW_BYTES_MAX = SHEET_COLUMNS_MAX * (2 * SHEET_CELL_MAX + GAP) + 32,
};

/* ---- Tables ---- */

void sheet_init(struct sheet *sheet, const char *const *titles, size_t columns) {
    must_le(columns, SHEET_COLUMNS_MAX);
    *sheet = (struct sheet){.columns = columns};
    for (size_t i = 0; i < columns; i++) sheet->titles[i] = titles[i];
}

void sheet_deinit(struct sheet *sheet) {
    memory_free(sheet->cells);
    *sheet = (struct sheet){0};
}

char *sheet_next(struct sheet *sheet) {
    if (sheet->count == sheet->capacity) {
        sheet->capacity = sheet->capacity == 0 ? 256 : sheet->capacity * 2;
        sheet->cells = memory_resized(sheet->cells, sheet->capacity * sizeof sheet->cells[0]);
    }
    char *text = sheet->cells[sheet->count++].text;
    text[0] = '\0';
    return text;
}

size_t sheet_width(struct span text) {
    return utf8_count(text);
}

void sheet_write_cut(struct buffer *out, const char *text, size_t width) {
    size_t at = 0, kept = 0;
    bool is_whole = sheet_width(span_of_text(text)) <= width;
    if (width == 0) return;
    for (; text[at] != '\0'; at++) {
        bool is_first_byte = ((unsigned char)text[at] & 0xc0) != 0x80;
        if (!is_whole && is_first_byte && kept++ == width - 1) break;
    }
    buffer_put(out, (struct span){(const uint8_t *)text, at});
    if (!is_whole) buffer_put_text(out, ELLIPSIS);
}

static bool is_left(const char *title) {
    return title[0] == '<' || title[0] == '~';
}

static const char *title_text(const char *title) {
    return is_left(title) ? title + 1 : title;
}

static void put_padding(struct buffer *out, size_t count) {
    for (size_t i = 0; i < count; i++) buffer_put_text(out, " ");
}

static void put_cell(struct buffer *out, const char *text, size_t width, bool to_the_left, bool is_last) {
    const size_t needed = sheet_width(span_of_text(text)), missing = needed > width ? 0 : width - needed;
    if (!to_the_left) put_padding(out, missing);
    sheet_write_cut(out, text, width);
    if (!is_last) put_padding(out, (to_the_left ? missing : 0) + GAP);
}

/* `cells` NULL: the titles. */
static void put_row(const struct sheet *sheet, const size_t *widths, size_t columns, const struct sheet_cell *cells,
                    struct buffer *out) {
    if (cells == NULL) buffer_put_text(out, sheet_tone_on(SHEET_FAINT));
    for (size_t i = 0; i < columns; i++) {
        const char *text = cells == NULL ? title_text(sheet->titles[i]) : cells[i].text;
        put_cell(out, text, widths[i], is_left(sheet->titles[i]), i + 1 == columns);
    }
    if (cells == NULL) buffer_put_text(out, sheet_tone_off(SHEET_FAINT));
    buffer_put_text(out, "\n");
}

static void measure(const struct sheet *sheet, size_t widths[SHEET_COLUMNS_MAX]) {
    must(sheet->count % sheet->columns == 0);
    for (size_t i = 0; i < sheet->columns; i++) widths[i] = sheet_width(span_of_text(title_text(sheet->titles[i])));
    for (size_t i = 0; i < sheet->count; i++) {
        size_t width = sheet_width(span_of_text(sheet->cells[i].text));
        if (width > widths[i % sheet->columns]) widths[i % sheet->columns] = width;
    }
}

/* Names and texts give way, the widest first, as long as some of each is left. */
static void make_fit(const struct sheet *sheet, size_t widths[SHEET_COLUMNS_MAX], size_t room) {
    enum { CUT_MIN = 24 };
    size_t used = (sheet->columns - 1) * GAP;
    for (size_t i = 0; i < sheet->columns; i++) used += widths[i];
    while (used > room) {
        size_t widest = sheet->columns;
        for (size_t i = 0; i < sheet->columns; i++)
            if (sheet->titles[i][0] == '~' && widths[i] > CUT_MIN &&
                (widest == sheet->columns || widths[i] > widths[widest]))
                widest = i;
        if (widest == sheet->columns) return;
        widths[widest]--;
        used--;
    }
}

/* Columns of the terminal that standard output is; what is none is as wide as it has to be. */
static size_t terminal_width(void) {
    struct winsize size;
    const bool is_told = isatty(STDOUT_FILENO) == 1 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    return is_told ? size.ws_col : SIZE_MAX;
}

static void print_row(const struct sheet *sheet, const size_t *widths, const struct sheet_cell *cells) {
    uint8_t memory[ROW_BYTES_MAX];
    struct buffer row = buffer_over(memory, sizeof memory);
    put_row(sheet, widths, sheet->columns, cells, &row);
    (void)fwrite(row.at, 1, row.size, stdout);
}

void sheet_print(const struct sheet *sheet) {
    size_t widths[SHEET_COLUMNS_MAX];
    measure(sheet, widths);
    make_fit(sheet, widths, terminal_width());
    print_row(sheet, widths, NULL);
    for (size_t i = 0; i < sheet->count; i += sheet->columns) print_row(sheet, widths, &sheet->cells[i]);
}

void sheet_write(const struct sheet *sheet, struct buffer *out, size_t width, size_t rows_max) {
    size_t widths[SHEET_COLUMNS_MAX];
    measure(sheet, widths);
    make_fit(sheet, widths, width);
    size_t columns = 1, used = widths[0];
    while (columns < sheet->columns && used + GAP + widths[columns] <= width) used += GAP + widths[columns++];
    put_row(sheet, widths, columns, NULL, out);
    for (size_t i = 0; i < sheet->count && i / sheet->columns < rows_max; i += sheet->columns)
        put_row(sheet, widths, columns, &sheet->cells[i], out);
}

/* ---- Foreign text ---- */

/* Controls act on a terminal, also those of the second set (C2 80 to C2 9F), and the marks that turn the direction of
 * writing round make one text look like another (E2 80 8E/8F, 80 AA..AE, 81 A6..A9). */
static bool is_harmless(struct span character) {
    const uint8_t *at = character.at;
    if (character.size == 0 || at[0] < 0x20 || at[0] == 0x7f) return false;
    if (character.size == 2 && at[0] == 0xc2 && at[1] < 0xa0) return false;
    if (character.size != 3 || at[0] != 0xe2) return true;
    bool is_mark = at[1] == 0x80 && (at[2] == 0x8e || at[2] == 0x8f || (at[2] >= 0xa8 && at[2] <= 0xae));
    return !is_mark && !(at[1] == 0x81 && at[2] >= 0xa6 && at[2] <= 0xa9);
}

void sheet_clean(struct span text, char *out, size_t capacity) {
    struct buffer kept = buffer_over((uint8_t *)out, capacity - 1);
    size_t room = capacity - 1 - strlen(ELLIPSIS);
    while (text.size > 0) {
        size_t size = utf8_first_size(text);
        bool is_kept = is_harmless((struct span){text.at, size});
        size_t used = size == 0 ? 1 : size;
        bool fits = kept.size + used <= room || text.size <= capacity - 1 - kept.size;
        if (!fits) {
            buffer_put_text(&kept, ELLIPSIS);
            break;
        }
        buffer_put(&kept, is_kept ? (struct span){text.at, size} : SPAN_LITERAL("?"));
        text = (struct span){text.at + used, text.size - used};
    }
    out[kept.size] = '\0';
}

/* ---- Cells ---- */

static void put(struct sheet *sheet, const char *text) {
    (void)snprintf(sheet_next(sheet), SHEET_CELL_MAX, "%s", text);
}

void sheet_put_text(struct sheet *sheet, struct span text) {
    if (text.size == 0) {
        put(sheet, UNKNOWN);
    } else {
        sheet_clean(text, sheet_next(sheet), SHEET_CELL_MAX);
    }
}

const char *sheet_id(struct span id, char text[SHEET_ID_MAX]) {
    enum { ID_SIZE = 32, END_SIZE = 4 };
    char clean[SHEET_ID_MAX];
    sheet_clean(id, clean, sizeof clean);
    if (strlen(clean) == ID_SIZE) {
        (void)snprintf(text, SHEET_ID_MAX, "%.*s" ELLIPSIS "%s", END_SIZE, clean, clean + ID_SIZE - END_SIZE);
    } else {
        (void)snprintf(text, SHEET_ID_MAX, "%s", clean);
    }
    return text;
}

void sheet_put_id(struct sheet *sheet, struct span id) {
    char text[SHEET_ID_MAX];
    put(sheet, id.size == 0 ? UNKNOWN : sheet_id(id, text));
}

void sheet_put_source(struct sheet *sheet, struct span learned_from) {
    const struct span peer = SPAN_LITERAL("peer:");
    char id[SHEET_ID_MAX];
    if (!span_starts_with(learned_from, peer)) {
        sheet_put_text(sheet, learned_from);
        return;
    }
    struct span rest = {learned_from.at + peer.size, learned_from.size - peer.size};
    (void)snprintf(sheet_next(sheet), SHEET_CELL_MAX, "peer:%s", sheet_id(rest, id));
}

static void put_number(struct sheet *sheet, double value, int decimals) {
    if (value < 0) {
        put(sheet, UNKNOWN);
    } else {
        (void)snprintf(sheet_next(sheet), SHEET_CELL_MAX, "%.*f", decimals, value);
    }
}

void sheet_put_tenths(struct sheet *sheet, double value) {
    put_number(sheet, value, 1);
}

void sheet_put_count(struct sheet *sheet, double value) {
    put_number(sheet, value, 0);
}

void sheet_put_percent(struct sheet *sheet, double share) {
    put_number(sheet, share < 0 ? share : share * 100, 1);
}

void sheet_put_kib(struct sheet *sheet, double bytes) {
    put_number(sheet, bytes < 0 ? bytes : bytes / 1024, 1);
}

const char *sheet_span(int64_t span_ms, char text[32]) {
    struct buffer out = buffer_over((uint8_t *)text, 31);
    finding_write_span(&out, span_ms);
    text[out.size] = '\0';
    return text;
}

void sheet_put_age(struct sheet *sheet, int64_t at_ms, int64_t now_ms) {
    char text[32];
    if (at_ms == 0) {
        put(sheet, UNKNOWN);
    } else {
        (void)snprintf(sheet_next(sheet), SHEET_CELL_MAX, "%s ago", sheet_span(now_ms - at_ms, text));
    }
}

void sheet_put_ahead(struct sheet *sheet, int64_t at_ms, int64_t now_ms) {
    char text[32];
    if (at_ms == 0) {
        put(sheet, UNKNOWN);
    } else if (at_ms < now_ms + 1000) {
        put(sheet, "now");
    } else {
        (void)snprintf(sheet_next(sheet), SHEET_CELL_MAX, "in %s", sheet_span(at_ms - now_ms, text));
    }
}

const char *sheet_bytes(double bytes, char text[32]) {
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    size_t unit = 0;
    for (; bytes >= 1023.95 && unit < 4; unit++) bytes /= 1024;
    if (bytes < 0) return UNKNOWN;
    (void)snprintf(text, 32, "%.*f %s", unit == 0 ? 0 : 1, bytes, units[unit]);
    return text;
}

/* ---- Colour ---- */

static bool has_colour(void) {
    const char *no_colour = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");
    bool is_dumb = terminal == NULL || strcmp(terminal, "dumb") == 0;
    return (no_colour == NULL || no_colour[0] == '\0') && !is_dumb && isatty(STDOUT_FILENO) == 1;
}

const char *sheet_tone_on(enum sheet_tone tone) {
    static const char *const codes[] = {"", "\x1b[32m", "\x1b[33m", "\x1b[31m", "\x1b[2m"};
    return has_colour() ? codes[tone] : "";
}

const char *sheet_tone_off(enum sheet_tone tone) {
    return tone != SHEET_PLAIN && has_colour() ? "\x1b[0m" : "";
}
