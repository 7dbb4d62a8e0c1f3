/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/reason.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void every_reason_has_a_name_of_its_own_and_a_sentence(void **state) {
    (void)state;
    for (enum reason a = REASON_NONE; a < REASON_COUNT; a++) {
        assert_non_null(reason_name(a));
        assert_true(strlen(reason_sentence(a)) > 0);
        for (enum reason b = REASON_NONE; b < a; b++) assert_string_not_equal(reason_name(a), reason_name(b));
    }
}

static void words_of_the_wire_are_read_back(void **state) {
    (void)state;
    assert_int_equal(reason_from_wire(SPAN_LITERAL("leaving")), REASON_LEAVING);
    assert_int_equal(reason_from_wire(SPAN_LITERAL("approval-pending")), REASON_APPROVAL_PENDING);
    assert_int_equal(reason_from_wire(SPAN_LITERAL("internal")), REASON_INTERNAL);
}

static void local_and_unknown_words_are_no_reason(void **state) {
    (void)state;
    assert_int_equal(reason_from_wire(SPAN_LITERAL("tls-failed")), REASON_NONE);
    assert_int_equal(reason_from_wire(SPAN_LITERAL("unreachable")), REASON_NONE);
    assert_int_equal(reason_from_wire(SPAN_LITERAL("none")), REASON_NONE);
    assert_int_equal(reason_from_wire(SPAN_LITERAL("Leaving")), REASON_NONE);
    assert_int_equal(reason_from_wire(SPAN_LITERAL("leaving\0")), REASON_NONE);
    assert_int_equal(reason_from_wire(SPAN_NONE), REASON_NONE);
}

/* WIRE W15: until something changes, no redial after blocked rejected self identity community version. */
static void six_reasons_wait_for_a_change(void **state) {
    (void)state;
    const enum reason waiting[] = {REASON_BLOCKED,  REASON_REJECTED,  REASON_SELF,
                                   REASON_IDENTITY, REASON_COMMUNITY, REASON_VERSION};
    size_t count = 0;
    for (enum reason r = REASON_NONE; r < REASON_COUNT; r++) count += reason_redial(r) == REASON_REDIAL_CHANGED;
    assert_int_equal(count, 6);
    for (size_t i = 0; i < 6; i++) assert_int_equal(reason_redial(waiting[i]), REASON_REDIAL_CHANGED);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_reason_has_a_name_of_its_own_and_a_sentence),
        cmocka_unit_test(words_of_the_wire_are_read_back),
        cmocka_unit_test(local_and_unknown_words_are_no_reason),
        cmocka_unit_test(six_reasons_wait_for_a_change),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
