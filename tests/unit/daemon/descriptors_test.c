/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/descriptors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>

#include <cmocka.h>

static void the_soft_limit_becomes_the_hard_one(void **state) {
    struct rlimit limit;
    (void)state;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    const struct rlimit low = {.rlim_cur = 64, .rlim_max = 100};
    assert_true(limit.rlim_max >= low.rlim_max);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
    assert_int_equal(descriptors_raise_limit(), 100);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    assert_int_equal(limit.rlim_cur, 100);
    assert_int_equal(descriptors_raise_limit(), 100); /* nothing left to raise */
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_soft_limit_becomes_the_hard_one)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
