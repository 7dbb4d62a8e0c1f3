/* SPDX-License-Identifier: Apache-2.0 */
#include "base/bytes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void spans_are_equal_when_their_bytes_are(void **state) {
    (void)state;
    const char text[] = "abcabc";
    const struct span all = span_of_text(text);
    assert_int_equal(all.size, 6);
    assert_true(span_equal((struct span){all.at, 3}, (struct span){all.at + 3, 3}));
    assert_false(span_equal((struct span){all.at, 3}, (struct span){all.at, 2}));
    assert_true(span_equal(SPAN_NONE, span_of_text("")));
    assert_true(span_equal(SPAN_NONE, span_of_text(NULL)));
    assert_true(span_equal_text(SPAN_LITERAL("abcabc"), text));
    assert_false(span_equal_text(SPAN_LITERAL("abc\0abc"), "abc"));
}

static void spans_compare_by_bytes_and_a_prefix_comes_first(void **state) {
    (void)state;
    assert_true(span_compare(SPAN_LITERAL("a"), SPAN_LITERAL("b")) < 0);
    assert_true(span_compare(SPAN_LITERAL("ab"), SPAN_LITERAL("a")) > 0);
    assert_true(span_compare(SPAN_NONE, SPAN_LITERAL("a")) < 0);
    assert_true(span_compare(SPAN_LITERAL("\xff"), SPAN_LITERAL("a")) > 0);
    assert_int_equal(span_compare(SPAN_LITERAL("ab"), SPAN_LITERAL("ab")), 0);
    assert_true(span_starts_with(SPAN_LITERAL("abc"), SPAN_LITERAL("ab")));
    assert_true(span_starts_with(SPAN_LITERAL("abc"), SPAN_NONE));
    assert_false(span_starts_with(SPAN_LITERAL("a"), SPAN_LITERAL("ab")));
}

static void copied_text_fits_with_its_end_or_is_empty(void **state) {
    (void)state;
    char text[4] = "xyz";
    assert_true(span_copy_text(SPAN_LITERAL("abc"), text, sizeof text));
    assert_string_equal(text, "abc");
    assert_false(span_copy_text(SPAN_LITERAL("abcd"), text, sizeof text));
    assert_string_equal(text, "");
    assert_true(span_copy_text(SPAN_NONE, text, sizeof text));
    assert_false(span_copy_text(SPAN_LITERAL("abc"), text, 0));
}

static void copied_text_has_no_nul_inside(void **state) {
    (void)state;
    char text[8] = "x";
    assert_false(span_copy_text(SPAN_LITERAL("a\0b"), text, sizeof text));
    assert_string_equal(text, "");
}

static void buffer_collects_what_is_put(void **state) {
    (void)state;
    uint8_t memory[64];
    struct buffer b = buffer_over(memory, sizeof memory);
    buffer_put_text(&b, "a");
    buffer_put(&b, SPAN_NONE);
    buffer_put_u8(&b, 0x01);
    buffer_put_u32(&b, 0x02030405);
    buffer_put_u64(&b, UINT64_C(0x060708090a0b0c0d));
    assert_false(b.overflowed);
    assert_true(span_equal(buffer_span(&b), SPAN_LITERAL("a\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d")));
    assert_int_equal(bytes_read_u32(memory + 2), 0x02030405);
    assert_true(bytes_read_u64(memory + 6) == UINT64_C(0x060708090a0b0c0d));
}

static void full_buffer_drops_and_stays_overflowed(void **state) {
    (void)state;
    uint8_t memory[4] = {0};
    struct buffer b = buffer_over(memory, 3);
    buffer_put_text(&b, "ab");
    buffer_put_text(&b, "cd");
    assert_true(b.overflowed);
    buffer_put_text(&b, "e");
    assert_true(b.overflowed);
    assert_true(span_equal_text(buffer_span(&b), "ab"));
    assert_int_equal(memory[3], 0);
}

static void decimals_reach_both_ends_of_the_range(void **state) {
    (void)state;
    uint8_t memory[64];
    struct buffer b = buffer_over(memory, sizeof memory);
    buffer_put_decimal(&b, INT64_MIN);
    buffer_put_decimal(&b, 0);
    buffer_put_decimal(&b, INT64_MAX);
    assert_true(span_equal_text(buffer_span(&b), "-922337203685477580809223372036854775807"));
}

static void texts_are_equal_but_for_the_case_of_letters(void **state) {
    (void)state;
    assert_true(span_equal_ignoring_case(SPAN_LITERAL("Text/PLAIN"), SPAN_LITERAL("tExt/plain")));
    assert_false(span_equal_ignoring_case(SPAN_LITERAL("a"), SPAN_LITERAL("ab")));
    assert_false(span_equal_ignoring_case(SPAN_LITERAL("a["), SPAN_LITERAL("a{"))); /* as far apart as A and a */
    assert_true(span_equal_ignoring_case(SPAN_NONE, SPAN_LITERAL("")));
}

static void blanks_around_a_text_are_trimmed(void **state) {
    (void)state;
    assert_true(span_equal_text(span_trimmed(SPAN_LITERAL(" \t a b\t ")), "a b"));
    assert_int_equal(span_trimmed(SPAN_LITERAL(" \t ")).size, 0);
    assert_int_equal(span_trimmed(SPAN_NONE).size, 0);
}

static void taking_up_to_a_mark_leaves_the_rest_or_nothing(void **state) {
    (void)state;
    struct span rest = SPAN_LITERAL("a;b;");
    assert_true(span_equal_text(span_take_until(&rest, ';'), "a"));
    assert_true(span_equal_text(span_take_until(&rest, ';'), "b"));
    assert_int_equal(rest.size, 0);
    assert_int_equal(span_take_until(&rest, ';').size, 0);
    rest = SPAN_NONE;
    assert_int_equal(span_take_until(&rest, ';').size, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spans_are_equal_when_their_bytes_are),
        cmocka_unit_test(spans_compare_by_bytes_and_a_prefix_comes_first),
        cmocka_unit_test(copied_text_fits_with_its_end_or_is_empty),
        cmocka_unit_test(copied_text_has_no_nul_inside),
        cmocka_unit_test(buffer_collects_what_is_put),
        cmocka_unit_test(full_buffer_drops_and_stays_overflowed),
        cmocka_unit_test(decimals_reach_both_ends_of_the_range),
        cmocka_unit_test(texts_are_equal_but_for_the_case_of_letters),
        cmocka_unit_test(blanks_around_a_text_are_trimmed),
        cmocka_unit_test(taking_up_to_a_mark_leaves_the_rest_or_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
