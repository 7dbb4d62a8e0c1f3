/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Failures: the world said no. Every function that can fail gives an `enum err`; the detail for a person goes into a
 * struct that the caller brings.
 * Never: for what an outsider sent (a refusal), nor for our own mistakes (must). */

#include <stdarg.h>

enum err {
    ERR_OK = 0,
#define ERROR(NAME, name, sentence) ERR_##NAME,
#include "errors.def"
#undef ERROR
};

#define MUST_USE __attribute__((warn_unused_result))

enum { ERR_DETAIL_TEXT_MAX = 512 };
struct err_detail {
    char text[ERR_DETAIL_TEXT_MAX]; /* what happened, where, and what to do; one line */
};

const char *err_name(enum err err);     /* kebab-case */
const char *err_sentence(enum err err); /* for people, without a subject */
/* Fills the detail (which may be NULL) and gives `err` back, so that a function can `return err_set(...)`. */
enum err err_set(struct err_detail *detail, enum err err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
