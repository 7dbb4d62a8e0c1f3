/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/config/values.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct origin OF_FILE = {ORIGIN_FILE, 3}, OF_FLAG = {ORIGIN_FLAG, 0};

static void add(struct values *values, enum option_id option, struct origin origin, const char *text) {
    assert_true(values_add(values, option, origin, span_of_text(text)));
}

static void what_nobody_set_has_its_default(void **state) {
    struct values values = {0};
    (void)state;
    assert_int_equal(values_count(&values, OPTION_LOG), 1);
    assert_string_equal(values_text(&values, OPTION_LOG, 0), "info");
    assert_int_equal(values_origin(&values, OPTION_LOG, 0).kind, ORIGIN_DEFAULT);
    assert_int_equal(values_count(&values, OPTION_BEACON), 0);
}

static void the_strongest_origin_counts_with_all_it_has(void **state) {
    struct values values = {0};
    (void)state;
    add(&values, OPTION_BEACON, OF_FILE, "http://a");
    add(&values, OPTION_BEACON, OF_FLAG, "http://b");
    add(&values, OPTION_BEACON, OF_FLAG, "http://c");
    add(&values, OPTION_LOG, OF_FLAG, "warn");
    add(&values, OPTION_LOG, OF_FLAG, "error");
    assert_int_equal(values_count(&values, OPTION_BEACON), 2);
    assert_string_equal(values_text(&values, OPTION_BEACON, 1), "http://c");
    assert_int_equal(values_count(&values, OPTION_LOG), 1);
    assert_string_equal(values_text(&values, OPTION_LOG, 0), "error");
    assert_string_equal(values_find(&values, OPTION_BEACON, ORIGIN_FILE, 0)->text, "http://a");
    assert_null(values_find(&values, OPTION_BEACON, ORIGIN_FILE, 1));
    values_deinit(&values);
}

static void what_is_taken_over_is_what_counts_and_nothing_else(void **state) {
    struct values from = {0}, values = {0};
    (void)state;
    add(&from, OPTION_BEACON, OF_FILE, "http://weaker");
    add(&from, OPTION_BEACON, OF_FLAG, "http://b");
    add(&values, OPTION_BEACON, OF_FLAG, "http://old");
    add(&values, OPTION_LOG, OF_FILE, "warn");
    values_take_over(&values, &from, OPTION_BEACON);
    assert_true(values_same(&values, &from, OPTION_BEACON));
    assert_int_equal(values.count, 2);
    assert_string_equal(values_text(&values, OPTION_LOG, 0), "warn");
    assert_int_equal(values_origin(&values, OPTION_LOG, 0).line, 3);
    values_take_over(&values, &from, OPTION_LOG); /* there it has its default */
    assert_string_equal(values_text(&values, OPTION_LOG, 0), "info");
    values_deinit(&values);
    values_deinit(&from);
}

static void one_more_than_there_is_room_for_is_not_taken(void **state) {
    struct values values = {0};
    (void)state;
    for (size_t i = 0; i < VALUES_MAX; i++) add(&values, OPTION_BEACON, OF_FILE, "http://a");
    assert_false(values_add(&values, OPTION_BEACON, OF_FILE, SPAN_LITERAL("http://b")));
    assert_int_equal(values_count(&values, OPTION_BEACON), VALUES_MAX);
    values_deinit(&values);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_nobody_set_has_its_default),
        cmocka_unit_test(the_strongest_origin_counts_with_all_it_has),
        cmocka_unit_test(what_is_taken_over_is_what_counts_and_nothing_else),
        cmocka_unit_test(one_more_than_there_is_room_for_is_not_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
