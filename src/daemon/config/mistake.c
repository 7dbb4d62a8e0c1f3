/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/config/mistake.h"

#include <stdarg.h>
#include <stdio.h>

struct mistake *mistake_add(struct mistake_list *list, struct origin origin) {
    if (list->count == MISTAKES_MAX) {
        list->more++;
        return NULL;
    }
    struct mistake *mistake = &list->items[list->count++];
    *mistake = (struct mistake){.origin = origin};
    return mistake;
}

void mistake_say(struct mistake *mistake, const char *format, ...) {
    va_list values;
    if (mistake == NULL) return;
    va_start(values, format);
    (void)vsnprintf(mistake->text, sizeof mistake->text, format, values);
    va_end(values);
}

static bool comes_before(const struct origin *a, const struct origin *b) {
    return a->kind != b->kind ? a->kind < b->kind : a->line < b->line;
}

/* By insertion: there are few, and equals stay as they came. */
void mistake_sort(struct mistake_list *list) {
    for (size_t i = 1; i < list->count; i++) {
        const struct mistake moved = list->items[i];
        size_t to = i;
        for (; to > 0 && comes_before(&moved.origin, &list->items[to - 1].origin); to--)
            list->items[to] = list->items[to - 1];
        list->items[to] = moved;
    }
}

const char *origin_name(enum origin_kind kind) {
    static const char *const names[] = {[ORIGIN_DEFAULT] = "default",
                                        [ORIGIN_FILE] = "file",
                                        [ORIGIN_ENVIRONMENT] = "environment",
                                        [ORIGIN_FLAG] = "flag"};
    return names[kind];
}

static void file_write(struct buffer *out, struct origin origin, const char *file) {
    buffer_put_text(out, file);
    if (origin.line == 0) return;
    buffer_put_text(out, ":");
    buffer_put_decimal(out, origin.line);
}

void origin_write(struct buffer *out, struct origin origin, enum option_id option, const char *file) {
    char variable[OPTION_VARIABLE_MAX];
    switch (origin.kind) {
    case ORIGIN_DEFAULT: buffer_put_text(out, "default"); return;
    case ORIGIN_FILE: file_write(out, origin, file); return;
    case ORIGIN_ENVIRONMENT: buffer_put_text(out, option_variable(option, variable)); return;
    case ORIGIN_FLAG:
        buffer_put_text(out, "--");
        buffer_put_text(out, option_at(option)->name);
        return;
    }
}

void mistake_write(struct buffer *out, const struct mistake *mistake, const char *file) {
    const bool is_of_file = mistake->origin.kind == ORIGIN_FILE || mistake->origin.kind == ORIGIN_DEFAULT;
    if (is_of_file && !mistake->has_option) {
        file_write(out, mistake->origin, file);
    } else {
        origin_write(out, mistake->origin, mistake->option, file);
        if (is_of_file) {
            buffer_put_text(out, ": ");
            buffer_put_text(out, option_at(mistake->option)->name);
        }
    }
    buffer_put_text(out, ": ");
    buffer_put_text(out, mistake->text);
}
