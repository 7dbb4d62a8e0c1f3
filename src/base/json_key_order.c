/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_key_order.h"

#include <string.h>

/* The place of each ASCII character in the root collation, which is a letter's without regard to case; 0 for none. The
 * white space controls stand before the space; all other controls have no place of their own (the collation ignores
 * them), so that keys which hold them are left undecided, as are those with anything beyond ASCII. */
static const uint8_t ranks[128] = {
    ['\t'] = 1, ['\n'] = 2,  ['\v'] = 3, ['\f'] = 4, ['\r'] = 5, [' '] = 6,  ['_'] = 7,   ['-'] = 8,
    [','] = 9,  [';'] = 10,  [':'] = 11, ['!'] = 12, ['?'] = 13, ['.'] = 14, ['\''] = 15, ['"'] = 16,
    ['('] = 17, [')'] = 18,  ['['] = 19, [']'] = 20, ['{'] = 21, ['}'] = 22, ['@'] = 23,  ['*'] = 24,
    ['/'] = 25, ['\\'] = 26, ['&'] = 27, ['#'] = 28, ['%'] = 29, ['`'] = 30, ['^'] = 31,  ['+'] = 32,
    ['<'] = 33, ['='] = 34,  ['>'] = 35, ['|'] = 36, ['~'] = 37, ['$'] = 38, ['0'] = 39,  ['1'] = 40,
    ['2'] = 41, ['3'] = 42,  ['4'] = 43, ['5'] = 44, ['6'] = 45, ['7'] = 46, ['8'] = 47,  ['9'] = 48};

enum { RANK_OF_A = 49 };

static bool is_capital(uint8_t byte) {
    return byte >= 'A' && byte <= 'Z';
}

static int rank_of(uint8_t byte) {
    if (is_capital(byte)) return RANK_OF_A + byte - 'A';
    if (byte >= 'a' && byte <= 'z') return RANK_OF_A + byte - 'a';
    return byte < sizeof ranks ? ranks[byte] : 0;
}

bool json_key_is_decided(struct span key) {
    for (size_t i = 0; i < key.size; i++) {
        if (rank_of(key.at[i]) == 0) return false;
    }
    return true;
}

int json_key_compare_collated(struct span a, struct span b) {
    int case_order = 0; /* the first difference of case, small before capital, counts only between equal letters */
    for (size_t i = 0; i < a.size && i < b.size; i++) {
        if (a.at[i] == b.at[i]) continue;
        const int order = rank_of(a.at[i]) - rank_of(b.at[i]);
        if (order != 0) return order;
        if (case_order == 0) case_order = is_capital(a.at[i]) - is_capital(b.at[i]);
    }
    if (a.size != b.size) return a.size < b.size ? -1 : 1;
    return case_order;
}

struct run {
    const struct json_member **at;
    size_t count;
};

/* The left one first when both are equal: that keeps the order of the text. */
static void merge(struct run left, struct run right, const struct json_member **out, json_key_compare *compare) {
    while (left.count > 0 && right.count > 0) {
        struct run *next = compare(left.at[0]->name, right.at[0]->name) <= 0 ? &left : &right;
        *out++ = *next->at++;
        next->count--;
    }
    if (left.count > 0) memcpy(out, left.at, left.count * sizeof *out);
    if (right.count > 0) memcpy(out, right.at, right.count * sizeof *out);
}

/* Runs of 1, 2, 4, ... are merged from one list into the other, so no order of the input is slow. */
const struct json_member **json_members_sorted(const struct json_member *members, size_t count,
                                               json_key_compare *compare, struct arena *arena) {
    const struct json_member **sorted = arena_take(arena, count * sizeof *sorted);
    const struct json_member **other = arena_take(arena, count * sizeof *other);
    if (sorted == NULL || other == NULL) return NULL;
    for (size_t i = 0; i < count; i++) sorted[i] = &members[i];
    for (size_t width = 1; width < count; width *= 2) {
        for (size_t at = 0; at < count; at += 2 * width) {
            const size_t left = width < count - at ? width : count - at;
            const size_t right = width < count - at - left ? width : count - at - left;
            merge((struct run){sorted + at, left}, (struct run){sorted + at + left, right}, other + at, compare);
        }
        const struct json_member **swapped = sorted;
        sorted = other;
        other = swapped;
    }
    return sorted;
}
