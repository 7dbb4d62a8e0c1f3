/* SPDX-License-Identifier: Apache-2.0 */
#include "base/number.h"

#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void whole_numbers_are_read_to_both_ends(void **state) {
    (void)state;
    const struct {
        const char *text;
        int64_t value;
    } cases[] = {
        {"0", 0}, {"-1", -1}, {"42", 42}, {"9223372036854775807", INT64_MAX}, {"-9223372036854775808", INT64_MIN}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t value = 1234;
        assert_true(number_read_i64(span_of_text(cases[i].text), &value));
        assert_true(value == cases[i].value);
    }
}

static void whole_numbers_have_one_spelling(void **state) {
    (void)state;
    const char *const refused[] = {"",
                                   "-",
                                   "+1",
                                   "01",
                                   "-01",
                                   "00",
                                   "-0",
                                   " 1",
                                   "1 ",
                                   "1.0",
                                   "1e3",
                                   "0x10",
                                   "--1",
                                   "1-",
                                   "\xb2",
                                   "9223372036854775808",
                                   "-9223372036854775809",
                                   "18446744073709551616",
                                   "99999999999999999999"};
    for (size_t i = 0; i < COUNT(refused); i++) {
        int64_t value = 1234;
        if (number_read_i64(span_of_text(refused[i]), &value)) fail_msg("accepted: %s", refused[i]);
        assert_int_equal(value, 1234);
    }
}

static void small_numbers_keep_to_their_limit(void **state) {
    (void)state;
    uint32_t value = 0;
    assert_true(number_read_u32(SPAN_LITERAL("4294967295"), UINT32_MAX, &value));
    assert_true(value == UINT32_MAX);
    assert_true(number_read_u32(SPAN_LITERAL("65535"), 65535, &value));
    assert_true(number_read_u32(SPAN_LITERAL("0"), 0, &value));
    assert_false(number_read_u32(SPAN_LITERAL("1"), 0, &value));
    assert_false(number_read_u32(SPAN_LITERAL("4294967296"), UINT32_MAX, &value));
    assert_false(number_read_u32(SPAN_LITERAL("65536"), 65535, &value));
    assert_false(number_read_u32(SPAN_LITERAL("9"), 8, &value));
    assert_false(number_read_u32(SPAN_LITERAL("-1"), 10, &value));
    assert_false(number_read_u32(SPAN_NONE, 10, &value));
    assert_int_equal(value, 0);
}

static void assert_written(double value, const char *text) {
    uint8_t memory[40];
    struct buffer out = buffer_over(memory, sizeof memory);
    number_write_double(&out, value);
    assert_false(out.overflowed);
    if (!span_equal_text(buffer_span(&out), text)) fail_msg("wrote %.*s, not %s", (int)out.size, (char *)memory, text);
}

static void doubles_are_written_as_browsers_do(void **state) {
    (void)state;
    const struct {
        double value;
        const char *text;
    } cases[] = {
        {0.0, "0"},
        {-0.0, "0"},
        {1.0, "1"},
        {-300.0, "-300"},
        {2.5, "2.5"},
        {0.1, "0.1"},
        {1.0 / 3.0, "0.3333333333333333"},
        {0.1 + 0.2, "0.30000000000000004"},
        {123456789.123, "123456789.123"},
        {1e-6, "0.000001"},
        {1.5e-6, "0.0000015"},
        {1e-7, "1e-7"},
        {-1.25e-7, "-1.25e-7"},
        {9007199254740991.0, "9007199254740991"},
        {9007199254740992.0, "9007199254740992"},
        {123456789012345680000.0, "123456789012345680000"},
        {999999999999999900000.0, "999999999999999900000"},
        {1e21, "1e+21"},
        {1.2345e25, "1.2345e+25"},
        {DBL_MAX, "1.7976931348623157e+308"},
        {DBL_MIN, "2.2250738585072014e-308"},
        {DBL_TRUE_MIN, "5e-324"},
        {1e-323, "1e-323"},
        {5.684341886080802e-14, "5.684341886080802e-14"}, /* 2^-44: the nearest 16 digits do not read back */
        {9.5367431640625e-7, "9.5367431640625e-7"},
        {(double)NAN, "null"},
        {(double)INFINITY, "null"},
        {-(double)INFINITY, "null"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) assert_written(cases[i].value, cases[i].text);
}

static void assert_read(const char *text, double value) {
    const double read = number_read_double(span_of_text(text));
    if (memcmp(&read, &value, sizeof read) != 0) fail_msg("%s read as %a, not %a", text, read, value);
}

static void decimals_are_read_to_the_nearest_double(void **state) {
    (void)state;
    assert_read("0", 0.0);
    assert_read("-0", -0.0);
    assert_read("0e999999999999999999999", 0.0);
    assert_read("1E3", 1000.0);
    assert_read("-3e2", -300.0);
    assert_read("2.50", 2.5);
    assert_read("9007199254740993", 9007199254740992.0);
    assert_read("9007199254740993.00000000000000000000000000000000000000000000000000001", 9007199254740994.0);
    assert_read("1e23", 1e23);
    assert_read("5e-324", DBL_TRUE_MIN);
    assert_read("2e-324", 0.0);
    assert_read("1.7976931348623158e308", DBL_MAX);
    assert_read("1.7976931348623159e308", (double)INFINITY);
    assert_read("-1e999", -(double)INFINITY);
    assert_read("1e99999999999999999999999", (double)INFINITY);
    assert_read("1e-99999999999999999999999", 0.0);
}

/* 2^53 + 1 lies half way between two doubles; the digit that decides is further away than any digit that is kept. */
static void digit_far_behind_still_decides(void **state) {
    (void)state;
    char text[3000] = "9007199254740993.";
    memset(text + 17, '0', 2000);
    text[2017] = '1';
    text[2018] = '\0';
    assert_read(text, 9007199254740994.0);
    text[2017] = '0';
    assert_read(text, 9007199254740992.0);
}

static void zeros_are_balanced_by_the_exponent(void **state) {
    (void)state;
    char text[1200] = "0.";
    memset(text + 2, '0', 1000);
    strcpy(text + 1002, "15e1001");
    assert_read(text, 1.5);
    memset(text + 1, '0', 1000);
    text[0] = '1';
    strcpy(text + 1001, "e-1000");
    assert_read(text, 1.0);
}

static void what_is_written_reads_back_the_same(void **state) {
    (void)state;
    uint64_t bits = 1;
    for (int i = 0; i < 20000; i++) {
        bits = bits * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        double value;
        const uint64_t mixed = bits ^ bits >> 29;
        memcpy(&value, &mixed, sizeof value);
        if (!isfinite(value) || value == 0) continue;
        uint8_t memory[40];
        struct buffer out = buffer_over(memory, sizeof memory);
        number_write_double(&out, value);
        const double read = number_read_double(buffer_span(&out));
        if (read != value) fail_msg("%a came back as %a", value, read);
    }
}

static void powers_of_two_read_back_and_are_shortest(void **state) {
    (void)state;
    for (int exponent = -1074; exponent < 1024; exponent++) {
        const double value = ldexp(1.0, exponent);
        uint8_t memory[40];
        struct buffer out = buffer_over(memory, sizeof memory);
        number_write_double(&out, value);
        assert_true(number_read_double(buffer_span(&out)) == value);
        assert_true(out.size <= 24);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_numbers_are_read_to_both_ends),
        cmocka_unit_test(whole_numbers_have_one_spelling),
        cmocka_unit_test(small_numbers_keep_to_their_limit),
        cmocka_unit_test(doubles_are_written_as_browsers_do),
        cmocka_unit_test(decimals_are_read_to_the_nearest_double),
        cmocka_unit_test(digit_far_behind_still_decides),
        cmocka_unit_test(zeros_are_balanced_by_the_exponent),
        cmocka_unit_test(what_is_written_reads_back_the_same),
        cmocka_unit_test(powers_of_two_read_back_and_are_shortest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
