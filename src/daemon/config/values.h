/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The values of options as they were written, each with where it comes from. For each option those of the strongest
 * origin count; of a single one given twice by the same origin the last. What nobody set has its default.
 * Owns: the texts.   Never: judges one (settings.h does).   Full: VALUES_MAX, then one more is not taken. */

#include "daemon/config/mistake.h"

enum { VALUES_MAX = 1024 };

struct value {
    enum option_id option;
    struct origin origin;
    char *text;
};
/* All zero is empty: every option has its default. */
struct values {
    size_t count;
    struct value items[VALUES_MAX];
};

bool values_add(struct values *values, enum option_id option, struct origin origin, struct span text);
void values_deinit(struct values *values);
/* What counts for the option in `from` counts here from now on, with where it stands there. */
void values_take_over(struct values *values, const struct values *from, enum option_id option);

/* How many count, the default among them, and one of them. Borrowed. */
size_t values_count(const struct values *values, enum option_id option);
const char *values_text(const struct values *values, enum option_id option, size_t index);
struct origin values_origin(const struct values *values, enum option_id option, size_t index);
bool values_same(const struct values *a, const struct values *b, enum option_id option);
/* One of those that would count if no other origin had any; NULL behind the last. */
const struct value *values_find(const struct values *values, enum option_id option, enum origin_kind kind,
                                size_t index);
