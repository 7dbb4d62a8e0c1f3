/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/wire/offered.h"

#include "lib/message_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ID_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define ID_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define GOOD "{\"refuse\":[\"" ID_B "\"],\"take\":[\"" ID_A "\"]}"

static void it_comes_out_as_it_went_in(void **state) {
    (void)state;
    const struct offered *offered = message_bench_read(MESSAGE_OFFERED, GOOD);
    uint8_t memory[256];
    struct buffer body = buffer_over(memory, sizeof memory);
    assert_int_equal(offered->take_count, 1);
    assert_int_equal(offered->refuse_count, 1);
    assert_int_equal(offered->take[0].bytes[0], 0xaa);
    assert_int_equal(offered->refuse[0].bytes[0], 0xbb);
    offered_build(&body, offered);
    assert_int_equal(body.size, strlen(GOOD));
    assert_memory_equal(body.at, GOOD, body.size);
}

static void what_is_not_in_form_is_refused(void **state) {
    (void)state;
    static const struct message_fault faults[] = {
        {"\"take\"", "\"took\"", REFUSAL_MEMBER_MISSING},
        {"\"refuse\"", "\"refused\"", REFUSAL_MEMBER_MISSING},
        {"[\"" ID_A "\"]", "{}", REFUSAL_MEMBER_MISTYPED},
        {ID_A, "AA", REFUSAL_MEMBER_MISTYPED},
        {ID_B, ID_A, REFUSAL_MEMBER_MISTYPED},              /* taken and refused at once */
        {ID_A, ID_A "\",\"" ID_A, REFUSAL_MEMBER_MISTYPED}, /* twice */
        {ID_B, ID_B "\",\"" ID_B, REFUSAL_MEMBER_MISTYPED},
    };
    message_bench_faults(MESSAGE_OFFERED, GOOD, faults, sizeof faults / sizeof faults[0]);
}

static void more_than_can_be_offered_is_refused(void **state) {
    (void)state;
    static char text[LIMIT_CONTROL_BODY_MAX];
    size_t at = (size_t)sprintf(text, "{\"refuse\":[],\"take\":[");
    for (unsigned i = 0; i <= LIMIT_OFFER_FILES; i++)
        at += (size_t)sprintf(text + at, "%s\"%064x\"", i == 0 ? "" : ",", i);
    (void)sprintf(text + at, "]}");
    assert_int_not_equal(message_bench_text(MESSAGE_OFFERED, text), REFUSAL_NONE);
}

static void one_that_is_cut_is_refused(void **state) {
    (void)state;
    message_bench_cut_everywhere(MESSAGE_OFFERED, span_of_text(GOOD));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_comes_out_as_it_went_in),
        cmocka_unit_test(what_is_not_in_form_is_refused),
        cmocka_unit_test(more_than_can_be_offered_is_refused),
        cmocka_unit_test(one_that_is_cut_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
