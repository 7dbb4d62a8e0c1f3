/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Where a value comes from, and what is wrong with one.
 * Owns: nothing.   Never: repeats a value unescaped (whoever prints cleans it).
 * Full: a list keeps the first MISTAKES_MAX and counts the rest. */

#include "daemon/config/option.h"

enum origin_kind { ORIGIN_DEFAULT, ORIGIN_FILE, ORIGIN_ENVIRONMENT, ORIGIN_FLAG };

struct origin {
    enum origin_kind kind;
    unsigned line; /* of the file; 0 = the whole of it */
};

enum { MISTAKE_TEXT_MAX = 320, MISTAKES_MAX = 64 };

struct mistake {
    struct origin origin;
    bool has_option;
    enum option_id option;
    char text[MISTAKE_TEXT_MAX]; /* a clause, without the place */
};

struct mistake_list {
    size_t count; /* of those kept */
    size_t more;
    struct mistake items[MISTAKES_MAX];
};

/* Borrowed until the next; NULL when the list is full (then it is counted only). */
struct mistake *mistake_add(struct mistake_list *list, struct origin origin);
void mistake_say(struct mistake *mistake, const char *format, ...) __attribute__((format(printf, 2, 3))); /* or NULL */
/* As one reads: the file from its top to its end, then variables, then flags. */
void mistake_sort(struct mistake_list *list);
/* "/etc/skep/skep.conf:12: log: expected debug, info, warn or error, not "loud"" */
void mistake_write(struct buffer *out, const struct mistake *mistake, const char *file);
/* The place alone: "/etc/skep/skep.conf:12", "SKEP_LOG", "--log", "default". */
void origin_write(struct buffer *out, struct origin origin, enum option_id option, const char *file);
const char *origin_name(enum origin_kind kind); /* default file environment flag */
