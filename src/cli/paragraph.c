/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/paragraph.h"

#include "cli/sheet.h"

#include <stdarg.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { LINE_COLUMNS_MAX = 100, LINE_COLUMNS_MIN = 40, INDENT = 2 };

void paragraph_init(struct paragraph *p) {
    p->out = buffer_over((uint8_t *)p->text, sizeof p->text);
}

void paragraph_say(struct paragraph *p, const char *format, ...) {
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    buffer_put_text(&p->out, text);
}

static struct span take_word(struct span *text) {
    size_t size = 0;
    while (text->size > 0 && text->at[0] == ' ') *text = (struct span){text->at + 1, text->size - 1};
    while (size < text->size && text->at[size] != ' ') size++;
    struct span word = {text->at, size};
    *text = (struct span){text->at + size, text->size - size};
    return word;
}

/* As many as the terminal has, within reason. */
static size_t line_columns(void) {
    struct winsize size = {0};
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col > LINE_COLUMNS_MAX) return LINE_COLUMNS_MAX;
    if (size.ws_col == 0) return LINE_COLUMNS_MAX; /* it does not say */
    return size.ws_col < LINE_COLUMNS_MIN ? LINE_COLUMNS_MIN : size.ws_col;
}

void paragraph_write(const struct paragraph *p, struct buffer *out) {
    struct span text = buffer_span(&p->out), word;
    const size_t columns_max = line_columns();
    size_t column = 0;
    while ((word = take_word(&text)).size > 0) {
        size_t columns = sheet_width(word);
        if (column > 0 && column + 1 + columns > columns_max) {
            buffer_put_text(out, "\n");
            column = 0;
        }
        buffer_put_text(out, column == 0 ? "  " : " ");
        buffer_put(out, word);
        column += (column == 0 ? INDENT : 1) + columns;
    }
    if (column > 0) buffer_put_text(out, "\n");
}
