/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/past_time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

enum { NOON_S = 1763640000 }; /* 2025-11-20 12:00:00 UTC */

static int use_utc(void **state) {
    (void)state;
    assert_int_equal(setenv("TZ", "UTC0", 1), 0);
    tzset();
    return 0;
}

static int64_t read_at_noon(const char *text) {
    int64_t at_ms = 0;
    if (!past_time_read(text, (int64_t)NOON_S * 1000, &at_ms)) fail_msg("\"%s\" is no time", text);
    return at_ms / 1000 - NOON_S;
}

static void a_time_of_day_is_the_last_one(void **state) {
    (void)state;
    assert_int_equal(read_at_noon("03:12"), -(8 * 60 + 48) * 60);
    assert_int_equal(read_at_noon("3:12"), -(8 * 60 + 48) * 60);
    assert_int_equal(read_at_noon("11:59:58"), -2);
    assert_int_equal(read_at_noon("12:00"), 0);
    assert_int_equal(read_at_noon("12:01"), -86400 + 60); /* yesterday */
    assert_int_equal(read_at_noon("23:59:59"), -43201);
}

static void a_date_is_that_one(void **state) {
    (void)state;
    assert_int_equal(read_at_noon("2025-11-20 12:00"), 0);
    assert_int_equal(read_at_noon("2025-11-20T12:00:07"), 7);
    assert_int_equal(read_at_noon("2025-11-19 12:00:00"), -86400);
}

static void milliseconds_are_taken_as_they_are(void **state) {
    (void)state;
    int64_t at_ms = 0;
    assert_true(past_time_read("1763640000123", 0, &at_ms));
    assert_int_equal(at_ms, 1763640000123);
}

static void what_is_no_time_is_refused(void **state) {
    (void)state;
    static const char *const texts[] = {"",       "noon", "03", "3:",  "25:00",     "12:60",
                                        "12:00x", "-5",   "0",  "1e3", "2025-11-20"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        int64_t at_ms = 0;
        if (past_time_read(texts[i], (int64_t)NOON_S * 1000, &at_ms)) fail_msg("\"%s\" was taken", texts[i]);
    }
}

static void a_time_is_shown_to_the_second(void **state) {
    (void)state;
    char text[PAST_TIME_SIZE];
    assert_string_equal(past_time_text((int64_t)NOON_S * 1000 + 999, text), "2025-11-20 12:00:00");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_time_of_day_is_the_last_one),      cmocka_unit_test(a_date_is_that_one),
        cmocka_unit_test(milliseconds_are_taken_as_they_are), cmocka_unit_test(what_is_no_time_is_refused),
        cmocka_unit_test(a_time_is_shown_to_the_second),
    };
    return cmocka_run_group_tests(tests, use_utc, NULL);
}
