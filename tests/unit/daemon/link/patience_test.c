/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/link/patience.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "swarm/limits.h"

enum { START_MS = 1000000, LARGE = LIMIT_UNSENT_BYTES + 1 };

static void nothing_that_waits_is_no_trouble(void **state) {
    (void)state;
    struct patience patience = {0};
    assert_true(patience_judge(&patience, 0, false, START_MS) == INT64_MAX);
    assert_true(patience_judge(&patience, 0, true, START_MS + 1) == INT64_MAX);
}

static void a_few_bytes_that_never_leave_are_slow_too(void **state) {
    (void)state;
    struct patience patience = {0};
    assert_int_equal(patience_judge(&patience, 1, false, START_MS), START_MS + LIMIT_UNSENT_MS);
    assert_int_equal(patience_judge(&patience, 500, false, START_MS + 9000), START_MS + LIMIT_UNSENT_MS);
}

static void each_byte_that_leaves_begins_it_anew(void **state) {
    (void)state;
    struct patience patience = {0};
    (void)patience_judge(&patience, 1000, false, START_MS);
    assert_int_equal(patience_judge(&patience, 999, true, START_MS + 9000), START_MS + 9000 + LIMIT_UNSENT_MS);
    assert_true(patience_judge(&patience, 0, true, START_MS + 9001) == INT64_MAX);
    assert_int_equal(patience_judge(&patience, 1, false, START_MS + 9500), START_MS + 9500 + LIMIT_UNSENT_MS);
}

static void too_much_is_slow_although_bytes_leave(void **state) {
    (void)state;
    struct patience patience = {0};
    (void)patience_judge(&patience, LARGE, false, START_MS);
    assert_int_equal(patience_judge(&patience, LARGE, true, START_MS + 9000), START_MS + LIMIT_UNSENT_MS);
    assert_int_equal(patience_judge(&patience, LARGE - 1, true, START_MS + 9001), START_MS + 9001 + LIMIT_UNSENT_MS);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_that_waits_is_no_trouble),
        cmocka_unit_test(a_few_bytes_that_never_leave_are_slow_too),
        cmocka_unit_test(each_byte_that_leaves_begins_it_anew),
        cmocka_unit_test(too_much_is_slow_although_bytes_leave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
