/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/refusal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void every_refusal_has_a_name_of_its_own(void **state) {
    (void)state;
    for (enum refusal a = REFUSAL_NONE; a < REFUSAL_COUNT; a++)
        for (enum refusal b = REFUSAL_NONE; b < a; b++) assert_string_not_equal(refusal_name(a), refusal_name(b));
}

static void every_refusal_but_none_says_goodbye_for_a_reason(void **state) {
    (void)state;
    assert_int_equal(refusal_reason(REFUSAL_NONE), REASON_NONE);
    for (enum refusal r = REFUSAL_NONE + 1; r < REFUSAL_COUNT; r++)
        assert_int_not_equal(refusal_reason(r), REASON_NONE);
}

static void refusals_of_tickets_are_the_words_of_the_reference(void **state) {
    (void)state;
    assert_string_equal(refusal_name(REFUSAL_TICKET_NOT_YET_VALID), "NOT_YET_VALID");
    assert_string_equal(refusal_name(REFUSAL_TICKET_STALE), "TICKET_STALE");
    assert_int_equal(refusal_reason(REFUSAL_TICKET_EXPIRED), REASON_TICKET);
    assert_int_equal(refusal_reason(REFUSAL_FRAME_TOO_LARGE), REASON_TOO_LARGE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_refusal_has_a_name_of_its_own),
        cmocka_unit_test(every_refusal_but_none_says_goodbye_for_a_reason),
        cmocka_unit_test(refusals_of_tickets_are_the_words_of_the_reference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
