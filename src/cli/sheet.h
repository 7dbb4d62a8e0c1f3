/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the node's figures look like in a terminal: aligned tables, ages, rates, colour where it is wanted.
 * Owns: the cells of a table until sheet_deinit.
 * Never: lets a byte of a stranger act on the terminal; colours what is not one (or with NO_COLOR).
 * Full: a cell holds SHEET_CELL_MAX bytes, the rest is cut with an ellipsis. */

#include "base/bytes.h"

enum { SHEET_COLUMNS_MAX = 14, SHEET_CELL_MAX = 160, SHEET_ID_MAX = 64 };

struct sheet_cell {
    char text[SHEET_CELL_MAX];
};
struct sheet {
    size_t columns;
    /* "<" before it: to the left; "~": that, and cut where the terminal is too narrow; otherwise to the right */
    const char *titles[SHEET_COLUMNS_MAX];
    size_t count; /* cells */
    size_t capacity;
    struct sheet_cell *cells;
};
void sheet_init(struct sheet *sheet, const char *const *titles, size_t columns);
void sheet_deinit(struct sheet *sheet);
/* The next cell, row by row: borrowed until the next one. */
char *sheet_next(struct sheet *sheet);
void sheet_print(const struct sheet *sheet); /* to standard output; nothing is cut that is no terminal's */
/* The titles and up to `rows_max` rows, with as many columns, from the left, as stand within `width`. */
void sheet_write(const struct sheet *sheet, struct buffer *out, size_t width, size_t rows_max);

size_t sheet_width(struct span text); /* columns on the terminal: characters, not bytes */
/* The beginning of a clean text that stands within `width`, with an ellipsis when it is not all of it. */
void sheet_write_cut(struct buffer *out, const char *text, size_t width);

/* Foreign text as something a terminal only shows: control characters and broken UTF-8 become "?"; cut to fit. */
void sheet_clean(struct span text, char *out, size_t capacity);
/* Cells. Unknown (negative, 0 for times, empty) is "—". */
void sheet_put_text(struct sheet *sheet, struct span text);
void sheet_put_id(struct sheet *sheet, struct span id);               /* "q7fk…m2xa" */
void sheet_put_source(struct sheet *sheet, struct span learned_from); /* "beacon-1", "peer:q7fk…m2xa" */
void sheet_put_tenths(struct sheet *sheet, double value);
void sheet_put_count(struct sheet *sheet, double value);
void sheet_put_percent(struct sheet *sheet, double share);
void sheet_put_kib(struct sheet *sheet, double bytes);                    /* per second or in all, in KiB */
void sheet_put_age(struct sheet *sheet, int64_t at_ms, int64_t now_ms);   /* "19 s ago" */
void sheet_put_ahead(struct sheet *sheet, int64_t at_ms, int64_t now_ms); /* "in 42 s" */
/* The same as a text: cleaned, and an id by its ends. Empty stays empty. */
const char *sheet_id(struct span id, char text[SHEET_ID_MAX]);
/* "12.4 MiB"; "—" when negative */
const char *sheet_bytes(double bytes, char text[32]);
/* "6 min 12 s" */
const char *sheet_span(int64_t span_ms, char text[32]);

enum sheet_tone { SHEET_PLAIN, SHEET_GOOD, SHEET_WARN, SHEET_BAD, SHEET_FAINT };
/* The bytes that turn a tone on, and off again; empty where there is no colour. */
const char *sheet_tone_on(enum sheet_tone tone);
const char *sheet_tone_off(enum sheet_tone tone);
