/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/api/accept.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static int weight_of(const char *header) {
    static const struct accept_kind kind = {"text", "plain", "0.0.4"};
    return accept_weight(span_of_text(header), &kind);
}

static void no_header_accepts_everything(void **state) {
    (void)state;
    assert_int_equal(weight_of(""), 1000);
    assert_int_equal(weight_of("  "), 1000);
}

static void the_most_specific_range_decides(void **state) {
    (void)state;
    assert_int_equal(weight_of("text/plain;q=0.2, text/*;q=0.9, */*"), 200);
    assert_int_equal(weight_of("*/*;q=0.9, text/plain;version=0.0.4;q=0.1, text/plain;q=0.5"), 100);
    assert_int_equal(weight_of("text/*;q=0.3,*/*;q=0.9"), 300);
    assert_int_equal(weight_of("application/json, */*;q=0.25"), 250);
    assert_int_equal(weight_of("text/plain;q=0.2,text/plain;q=0.4"), 400);
}

static void what_is_not_named_is_not_wanted(void **state) {
    (void)state;
    assert_int_equal(weight_of("application/json"), 0);
    assert_int_equal(weight_of("text/html, text/plainer, textual/plain"), 0);
    assert_int_equal(weight_of("text/plain;q=0, */*"), 0);
    assert_int_equal(weight_of("*/plain"), 0);
}

static void another_version_is_another_kind(void **state) {
    (void)state;
    assert_int_equal(weight_of("text/plain;version=1.0.0"), 0);
    assert_int_equal(weight_of("text/plain;version=1.0.0;q=0.9, text/plain;version=0.0.4;q=0.3"), 300);
    assert_int_equal(weight_of("text/plain; version=\"0.0.4\"; escaping=underscores"), 1000);
}

static void names_take_any_case_and_blanks(void **state) {
    (void)state;
    assert_int_equal(weight_of("\tTEXT/Plain ; Q=0.5 ; Version = 0.0.4"), 500);
}

static void a_quoted_comma_or_semicolon_ends_nothing(void **state) {
    (void)state;
    assert_int_equal(weight_of("a/b;x=\"q,text/plain;q=1\\\",\";q=1, text/plain;q=0.7"), 700);
    assert_int_equal(weight_of("text/plain;x=\";q=0.1\";q=0.6"), 600);
    assert_int_equal(weight_of("text/plain;x=\"never closed, */*"), 1000);
}

static void a_malformed_range_is_passed_over(void **state) {
    (void)state;
    static const char *const weights[] = {"2", "1.1", "-1", "0.1234", "0,5", "x", "", "1e0", ".5", "1.001", "00"};
    for (size_t i = 0; i < sizeof weights / sizeof weights[0]; i++) {
        uint8_t memory[64];
        struct buffer header = buffer_over(memory, sizeof memory);
        buffer_put_text(&header, "text/plain;q=");
        buffer_put_text(&header, weights[i]);
        buffer_put_text(&header, ", */*;q=0.5");
        static const struct accept_kind kind = {"text", "plain", "0.0.4"};
        int expected = weights[i][0] == '0' && weights[i][1] == ',' ? 0 : 500; /* "0", and a range called "5" */
        assert_int_equal(accept_weight(buffer_span(&header), &kind), expected);
    }
    assert_int_equal(weight_of(",,;,/,text,;q=1, text/plain;;q=0.4;"), 400);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_header_accepts_everything),     cmocka_unit_test(the_most_specific_range_decides),
        cmocka_unit_test(what_is_not_named_is_not_wanted),  cmocka_unit_test(another_version_is_another_kind),
        cmocka_unit_test(names_take_any_case_and_blanks),   cmocka_unit_test(a_quoted_comma_or_semicolon_ends_nothing),
        cmocka_unit_test(a_malformed_range_is_passed_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
