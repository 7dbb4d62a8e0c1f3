/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_key_order.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void keys_are_in_the_order_of_the_collation(void **state) {
    (void)state;
    const char *const sorted[] = {"",  "\t", "\n", "\v", "\f", "\r", " ",  "_",  "_x", "-",   ",", ";", ":",  "!", "?",
                                  ".", "'",  "\"", "(",  ")",  "[",  "]",  "{",  "}",  "@",   "*", "/", "\\", "&", "#",
                                  "%", "`",  "^",  "+",  "<",  "=",  ">",  "|",  "~",  "$",   "0", "1", "10", "2", "9",
                                  "a", "A",  "a_", "a-", "a0", "ab", "aB", "Ab", "AB", "abc", "b", "B", "z",  "Z"};
    for (size_t i = 0; i < COUNT(sorted); i++) {
        for (size_t k = 0; k < COUNT(sorted); k++) {
            const int order = json_key_compare_collated(span_of_text(sorted[i]), span_of_text(sorted[k]));
            if ((order > 0) - (order < 0) != (i > k) - (i < k)) fail_msg("\"%s\" and \"%s\"", sorted[i], sorted[k]);
        }
    }
}

static void case_counts_only_after_length(void **state) {
    (void)state;
    assert_true(json_key_compare_collated(SPAN_LITERAL("AB"), SPAN_LITERAL("abc")) < 0);
    assert_true(json_key_compare_collated(SPAN_LITERAL("Aa"), SPAN_LITERAL("aB")) < 0);
}

static void keys_of_other_characters_are_undecided(void **state) {
    (void)state;
    for (unsigned byte = 0; byte < 256; byte++) {
        const uint8_t key[2] = {'a', (uint8_t)byte};
        const bool is_decided = (byte >= 0x20 && byte <= 0x7e) || (byte >= 0x09 && byte <= 0x0d);
        assert_int_equal(json_key_is_decided((struct span){key, 2}), is_decided);
    }
    assert_true(json_key_is_decided(SPAN_NONE));
}

static void equal_keys_keep_their_places(void **state) {
    (void)state;
    const char *const names[] = {"b", "a", "b", "a", "c", "a", "b"};
    const size_t expected[] = {1, 3, 5, 0, 2, 6, 4};
    struct json_member members[COUNT(names)] = {{.name = SPAN_NONE}};
    for (size_t i = 0; i < COUNT(names); i++) members[i].name = span_of_text(names[i]);
    _Alignas(max_align_t) uint8_t memory[256];
    for (size_t count = 0; count <= COUNT(names); count++) { /* every length of the list, so every shape of the runs */
        struct arena arena = arena_over(memory, sizeof memory);
        const struct json_member **sorted = json_members_sorted(members, count, span_compare, &arena);
        assert_non_null(sorted);
        for (size_t i = 1; i < count; i++) {
            const int order = span_compare(sorted[i - 1]->name, sorted[i]->name);
            assert_true(order < 0 || (order == 0 && sorted[i - 1] < sorted[i]));
        }
        if (count < COUNT(names)) continue;
        for (size_t i = 0; i < count; i++) assert_ptr_equal(sorted[i], &members[expected[i]]);
    }
}

static void list_that_does_not_fit_is_refused(void **state) {
    (void)state;
    const struct json_member members[8] = {{.name = SPAN_NONE}};
    _Alignas(max_align_t) uint8_t memory[100];
    struct arena arena = arena_over(memory, sizeof memory);
    assert_null(json_members_sorted(members, 8, span_compare, &arena));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_in_the_order_of_the_collation), cmocka_unit_test(case_counts_only_after_length),
        cmocka_unit_test(keys_of_other_characters_are_undecided), cmocka_unit_test(equal_keys_keep_their_places),
        cmocka_unit_test(list_that_does_not_fit_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
