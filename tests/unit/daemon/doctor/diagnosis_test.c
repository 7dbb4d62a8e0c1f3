/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/doctor/diagnosis.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void diagnosis_that_is_full_counts_what_is_left_out(void **state) {
    (void)state;
    struct diagnosis *d = calloc(1, sizeof *d);
    assert_non_null(d);
    for (int i = 0; i < DIAGNOSIS_STEPS_MAX + 10; i++)
        diagnosis_advise(diagnosis_add(d, "a", "A", DIAGNOSIS_OK, "%d", i), "x");
    assert_int_equal(d->count, DIAGNOSIS_STEPS_MAX - 1);
    assert_int_equal(d->more, 11);
    assert_int_equal(diagnosis_count_of(d, DIAGNOSIS_OK), DIAGNOSIS_STEPS_MAX - 1);
    free(d);
}

static void texts_that_are_too_long_are_cut(void **state) {
    (void)state;
    char text[2 * DIAGNOSIS_TEXT_MAX];
    struct diagnosis *d = calloc(1, sizeof *d);
    assert_non_null(d);
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    struct diagnosis_step *step = diagnosis_add(d, text, text, DIAGNOSIS_OK, "%s", text);
    diagnosis_advise(step, "%s", text);
    assert_int_equal(strlen(step->check), DIAGNOSIS_CHECK_MAX - 1);
    assert_int_equal(strlen(step->title), DIAGNOSIS_TITLE_MAX - 1);
    assert_int_equal(strlen(step->text), DIAGNOSIS_TEXT_MAX - 1);
    assert_int_equal(strlen(step->advice), DIAGNOSIS_TEXT_MAX - 1);
    free(d);
}

static void results_have_names_that_are_read_again(void **state) {
    (void)state;
    for (enum diagnosis_result result = DIAGNOSIS_OK; result < DIAGNOSIS_RESULTS; result++) {
        enum diagnosis_result again = DIAGNOSIS_RESULTS;
        assert_true(diagnosis_result_read(span_of_text(diagnosis_result_name(result)), &again));
        assert_int_equal(again, result);
    }
    enum diagnosis_result other;
    assert_false(diagnosis_result_read(SPAN_LITERAL("fine"), &other));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(diagnosis_that_is_full_counts_what_is_left_out),
        cmocka_unit_test(texts_that_are_too_long_are_cut),
        cmocka_unit_test(results_have_names_that_are_read_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
