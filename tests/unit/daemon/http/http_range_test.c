/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/http/http_range.h"

enum { LENGTH = 1000 };

static void assert_part(const char *header, uint64_t length, uint64_t first, uint64_t size) {
    struct http_range range;
    if (http_range_read(span_of_text(header), length, &range) != HTTP_RANGE_PART) fail_msg("no part: %s", header);
    assert_int_equal(range.first, first);
    assert_int_equal(range.size, size);
}

static void one_range_is_a_part(void **state) {
    (void)state;
    assert_part("bytes=0-0", LENGTH, 0, 1);
    assert_part("bytes=0-499", LENGTH, 0, 500);
    assert_part("bytes=999-999", LENGTH, 999, 1);
    assert_part("bytes=500-", LENGTH, 500, 500);
    assert_part("bytes=-1", LENGTH, 999, 1);
    assert_part("Bytes=007-9", LENGTH, 7, 3); /* units know no case, numbers no shortest form */
}

static void what_goes_beyond_the_end_ends_there(void **state) {
    (void)state;
    assert_part("bytes=900-1000", LENGTH, 900, 100);
    assert_part("bytes=0-18446744073709551615", LENGTH, 0, 1000);
    assert_part("bytes=0-99999999999999999999999999", LENGTH, 0, 1000);
    assert_part("bytes=-2000", LENGTH, 0, 1000);
    assert_part("bytes=-99999999999999999999999999", LENGTH, 0, 1000);
    assert_part("bytes=1-", UINT64_MAX, 1, UINT64_MAX - 1);
}

static void what_is_not_one_range_is_not_heard(void **state) {
    static const char *const headers[] = {
        "",           "bytes",       "bytes=",        "bytes=-",     "bytes=a-b",   "bytes=1",     "bytes=5-4",
        "bytes=0-1,", "bytes=,0-1",  "bytes=0-1,3-4", "bytes= 0-1",  "bytes=0 -1",  "bytes=0-1 ",  "bytes =0-1",
        "items=0-1",  "bytes=0x1-2", "bytes=+1-2",    "bytes=--1",   "bytes=1--2",  "bytes=1-2-3", "0-1",
        "bytes=-5-",  "bytes:0-1",   "bytes=0-1;a=b", "bytes=-1,-2", "bytes=\t0-1", "bytes=0-1\r",
    };
    (void)state;
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        struct http_range range;
        if (http_range_read(span_of_text(headers[i]), LENGTH, &range) != HTTP_RANGE_WHOLE) fail_msg("%s", headers[i]);
        assert_int_equal(range.first, 0);
        assert_int_equal(range.size, LENGTH);
    }
}

static void what_lies_outside_of_the_file_is_not_satisfied(void **state) {
    static const char *const headers[] = {"bytes=1000-", "bytes=1000-1001", "bytes=-0",
                                          "bytes=99999999999999999999999999-"};
    struct http_range range;
    (void)state;
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        if (http_range_read(span_of_text(headers[i]), LENGTH, &range) != HTTP_RANGE_UNSATISFIED)
            fail_msg("%s", headers[i]);
        assert_int_equal(range.size, 0);
    }
    assert_int_equal(http_range_read(SPAN_LITERAL("bytes=0-"), 0, &range), HTTP_RANGE_UNSATISFIED);
    assert_int_equal(http_range_read(SPAN_LITERAL("bytes=-5"), 0, &range), HTTP_RANGE_WHOLE);
}

static void content_range_says_which_part(void **state) {
    char text[HTTP_CONTENT_RANGE_SIZE];
    (void)state;
    assert_string_equal(http_content_range(text, &(struct http_range){5, 10}, 100), "bytes 5-14/100");
    assert_string_equal(http_content_range(text, &(struct http_range){0, 0}, 100), "bytes */100");
    assert_string_equal(http_content_range(text, &(struct http_range){UINT64_MAX - 2, 2}, UINT64_MAX),
                        "bytes 18446744073709551613-18446744073709551614/18446744073709551615"); /* the longest fits */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_range_is_a_part),
        cmocka_unit_test(what_goes_beyond_the_end_ends_there),
        cmocka_unit_test(what_is_not_one_range_is_not_heard),
        cmocka_unit_test(what_lies_outside_of_the_file_is_not_satisfied),
        cmocka_unit_test(content_range_says_which_part),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
