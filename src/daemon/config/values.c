/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/config/values.h"

#include <string.h>

#include "base/memory.h"
#include "base/must.h"

bool values_add(struct values *values, enum option_id option, struct origin origin, struct span text) {
    if (values->count == VALUES_MAX) return false;
    struct value *value = &values->items[values->count++];
    *value = (struct value){option, origin, memory_zeroed(text.size + 1, 1)};
    if (text.size > 0) memcpy(value->text, text.at, text.size);
    return true;
}

void values_deinit(struct values *values) {
    for (size_t i = 0; i < values->count; i++) memory_free(values->items[i].text);
    values->count = 0;
}

/* ---- What counts ---- */

static enum origin_kind strongest(const struct values *values, enum option_id option) {
    enum origin_kind kind = ORIGIN_DEFAULT;
    for (size_t i = 0; i < values->count; i++)
        if (values->items[i].option == option && values->items[i].origin.kind > kind)
            kind = values->items[i].origin.kind;
    return kind;
}

/* Of a flag that is given twice the last one counts, as everywhere. */
static bool is_replaced(const struct values *values, size_t index) {
    const struct value *value = &values->items[index];
    if (option_at(value->option)->list_max > 1) return false;
    for (size_t i = index + 1; i < values->count; i++)
        if (values->items[i].option == value->option && values->items[i].origin.kind == value->origin.kind) return true;
    return false;
}

const struct value *values_find(const struct values *values, enum option_id option, enum origin_kind kind,
                                size_t index) {
    for (size_t i = 0; i < values->count; i++) {
        const struct value *value = &values->items[i];
        if (value->option != option || value->origin.kind != kind || is_replaced(values, i)) continue;
        if (index-- == 0) return value;
    }
    return NULL;
}

static const struct value *find(const struct values *values, enum option_id option, size_t index) {
    return values_find(values, option, strongest(values, option), index);
}

size_t values_count(const struct values *values, enum option_id option) {
    const enum origin_kind kind = strongest(values, option);
    size_t count = 0;
    if (kind == ORIGIN_DEFAULT) return option_at(option)->fallback[0] != '\0';
    while (values_find(values, option, kind, count) != NULL) count++;
    return count;
}

const char *values_text(const struct values *values, enum option_id option, size_t index) {
    const struct value *value = find(values, option, index);
    return value != NULL ? value->text : option_at(option)->fallback;
}

struct origin values_origin(const struct values *values, enum option_id option, size_t index) {
    const struct value *value = find(values, option, index);
    return value != NULL ? value->origin : (struct origin){ORIGIN_DEFAULT, 0};
}

bool values_same(const struct values *a, const struct values *b, enum option_id option) {
    const size_t count = values_count(a, option);
    if (values_count(b, option) != count) return false;
    for (size_t i = 0; i < count; i++)
        if (strcmp(values_text(a, option, i), values_text(b, option, i)) != 0) return false;
    return true;
}

/* ---- Taking over ---- */

#define OPTION(NAME, name, member, LIST, APPLY, group, fallback, shape, expected, does) +((LIST) > 1 ? (LIST) : 1)
_Static_assert(0
#include "options.def"
                   <= VALUES_MAX,
               "there is room for every option with as many values as it may have");
#undef OPTION

static void forget(struct values *values, enum option_id option) {
    size_t kept = 0;
    for (size_t i = 0; i < values->count; i++) {
        if (values->items[i].option == option)
            memory_free(values->items[i].text);
        else
            values->items[kept++] = values->items[i];
    }
    values->count = kept;
}

void values_take_over(struct values *values, const struct values *from, enum option_id option) {
    const struct value *value;
    forget(values, option);
    for (size_t i = 0; (value = find(from, option, i)) != NULL; i++)
        must(values_add(values, option, value->origin, span_of_text(value->text)));
}
