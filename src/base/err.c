/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"

#include <stddef.h>
#include <stdio.h>

struct err_text {
    const char *name;
    const char *sentence;
};

static const struct err_text texts[] = {
    [ERR_OK] = {"ok", "it worked"},
#define ERROR(NAME, name_text, sentence_text) [ERR_##NAME] = {name_text, sentence_text},
#include "errors.def"
#undef ERROR
};

static const struct err_text unknown_text = {"unknown", "an error without a name"};

static const struct err_text *text_of(enum err err) {
    return (size_t)err < sizeof texts / sizeof texts[0] ? &texts[err] : &unknown_text;
}

const char *err_name(enum err err) {
    return text_of(err)->name;
}

const char *err_sentence(enum err err) {
    return text_of(err)->sentence;
}

enum err err_set(struct err_detail *detail, enum err err, const char *format, ...) {
    if (detail == NULL) return err;
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(detail->text, sizeof detail->text, format, arguments);
    va_end(arguments);
    if (size < 0) detail->text[0] = '\0';
    return err;
}
