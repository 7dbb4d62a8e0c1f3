/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/config/option.h"

#include <stdio.h>
#include <string.h>

#include "base/must.h"

static const struct option options[] = {
#define OPTION(NAME, name, member, LIST, APPLY, group, fallback, shape, expected, does)                                \
    {name, LIST, OPTION_APPLY_##APPLY, group, fallback, shape, expected, does},
#include "options.def"
#undef OPTION
};

enum { NAME_MAX_SIZE = 40, SLIPS_MAX = 2 };

const struct option *option_at(enum option_id id) {
    must(id < OPTION_COUNT);
    return &options[id];
}

bool option_find(struct span name, enum option_id *id) {
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        if (!span_equal_text(name, options[i].name)) continue;
        *id = (enum option_id)i;
        return true;
    }
    return false;
}

/* An underscore and a capital are what people write by habit: no slip at all. */
static int plain(uint8_t c) {
    if (c == '_') return '-';
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

static size_t least(size_t a, size_t b, size_t c) {
    const size_t ab = a < b ? a : b;
    return ab < c ? ab : c;
}

/* How many letters must be put in, taken out or changed (Levenshtein), one row of the table at a time. */
static size_t slips(struct span written, const char *name) {
    size_t row[NAME_MAX_SIZE + 1];
    const size_t name_size = strlen(name);
    if (written.size > NAME_MAX_SIZE || name_size > NAME_MAX_SIZE) return NAME_MAX_SIZE;
    for (size_t j = 0; j <= name_size; j++) row[j] = j;
    for (size_t i = 0; i < written.size; i++) {
        size_t diagonal = row[0];
        row[0] = i + 1;
        for (size_t j = 0; j < name_size; j++) {
            const size_t above = row[j + 1];
            const bool is_same = plain(written.at[i]) == (uint8_t)name[j];
            row[j + 1] = least(above + 1, row[j] + 1, diagonal + !is_same);
            diagonal = above;
        }
    }
    return row[name_size];
}

bool option_nearest(struct span name, enum option_id *id) {
    size_t fewest = SLIPS_MAX + 1;
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const size_t count = slips(name, options[i].name);
        if (count >= fewest || count >= strlen(options[i].name)) continue;
        fewest = count;
        *id = (enum option_id)i;
    }
    return fewest <= SLIPS_MAX;
}

bool option_group_exists(struct span name) {
    for (size_t i = 0; i < OPTION_COUNT; i++)
        if (span_equal_text(name, options[i].group)) return true;
    return false;
}

const char *option_groups(char *text, size_t capacity) {
    size_t size = 0;
    text[0] = '\0';
    for (size_t i = 0; i < OPTION_COUNT && size < capacity; i++) {
        if (i > 0 && strcmp(options[i].group, options[i - 1].group) == 0) continue;
        size += (size_t)snprintf(text + size, capacity - size, "%s[%s]", size > 0 ? " " : "", options[i].group);
    }
    return text;
}

const char *option_variable(enum option_id id, char text[OPTION_VARIABLE_MAX]) {
    static const char prefix[] = "SKEP_";
    const char *name = option_at(id)->name;
    const size_t prefix_size = sizeof prefix - 1, size = strlen(name);
    must(prefix_size + size < OPTION_VARIABLE_MAX);
    memcpy(text, prefix, prefix_size);
    for (size_t i = 0; i <= size; i++) {
        const bool is_letter = name[i] >= 'a' && name[i] <= 'z';
        text[prefix_size + i] = name[i] == '-' ? '_' : is_letter ? (char)(name[i] - 'a' + 'A') : name[i];
    }
    return text;
}
