/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/link/strength.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static int of(double rtt_ms, double loss, double jitter_ms, int64_t handshake_age_ms) {
    struct strength_inputs inputs = strength_inputs_of(rtt_ms, loss, jitter_ms, handshake_age_ms);
    return strength_of(&inputs);
}

static void the_best_link_is_a_hundred(void **state) {
    (void)state;
    assert_int_equal(of(0.2, 0, 0.1, 0), 100);
    assert_int_equal(of(20, 0, 5, 15000), 100);
}

static void the_worst_link_is_nothing(void **state) {
    (void)state;
    assert_int_equal(of(2000, 0.1, 500, 60000), 0);
    assert_int_equal(of(90000, 1, 90000, 3600000), 0);
}

static void each_input_falls_as_the_table_says(void **state) {
    (void)state;
    struct strength_inputs middle = strength_inputs_of(200, 0.05, 50, 37500);
    assert_int_equal(middle.delay, 50);
    assert_int_equal(middle.loss, 50);
    assert_int_equal(middle.jitter, 50);
    assert_int_equal(middle.handshake_age, 50);
}

static void each_input_has_its_weight(void **state) {
    (void)state;
    assert_int_equal(of(2000, 0, 0, 0), 65);
    assert_int_equal(of(0, 1, 0, 0), 65);
    assert_int_equal(of(0, 0, 500, 0), 85);
    assert_int_equal(of(0, 0, 0, 60000), 85);
}

static void what_is_not_known_takes_no_part(void **state) {
    (void)state;
    struct strength_inputs inputs = strength_inputs_of(-1, -1, -1, 0);
    assert_int_equal(inputs.delay, STRENGTH_UNKNOWN);
    assert_int_equal(inputs.loss, STRENGTH_UNKNOWN);
    assert_int_equal(inputs.jitter, STRENGTH_UNKNOWN);
    assert_int_equal(strength_of(&inputs), 100);
    assert_int_equal(of(2000, -1, -1, 0), 30); /* 0 of 35 and 100 of 15 */
    assert_int_equal(of(-1, -1, -1, -1), STRENGTH_UNKNOWN);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_best_link_is_a_hundred),         cmocka_unit_test(the_worst_link_is_nothing),
        cmocka_unit_test(each_input_falls_as_the_table_says), cmocka_unit_test(each_input_has_its_weight),
        cmocka_unit_test(what_is_not_known_takes_no_part),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
