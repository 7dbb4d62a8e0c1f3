/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/wire/examine.h"

#include "lib/message_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define GOOD "{\"nonce\":\"00010203040506ff\"}"

static void a_question_is_its_nonce(void **state) {
    (void)state;
    const uint8_t nonce[EXAMINE_NONCE_SIZE] = {0, 1, 2, 3, 4, 5, 6, 0xff};
    const struct examine *examine = message_bench_read(MESSAGE_EXAMINE, GOOD);
    assert_memory_equal(examine->nonce, nonce, sizeof nonce);
    message_bench_cut_everywhere(MESSAGE_EXAMINE, SPAN_LITERAL(GOOD));
    (void)message_bench_read(MESSAGE_EXAMINE, message_bench_with(GOOD, "{", "{\"more\":[1],"));
}

static void what_is_built_is_read_again(void **state) {
    (void)state;
    uint8_t memory[64];
    struct buffer body = buffer_over(memory, sizeof memory);
    const struct examine examine = {.nonce = {9, 8, 7}};
    const void *checked = NULL;
    examine_build(&body, &examine);
    assert_int_equal(message_bench_check(MESSAGE_EXAMINE, buffer_span(&body), &checked), REFUSAL_NONE);
    assert_memory_equal(((const struct examine *)checked)->nonce, examine.nonce, sizeof examine.nonce);
}

static void each_fault_has_its_refusal(void **state) {
    (void)state;
    static const struct message_fault faults[] = {
        {"{", "[", REFUSAL_JSON_SYNTAX},
        {"{", "{\"nonce\":\"00010203040506ff\",", REFUSAL_DUPLICATE_MEMBER},
        {"nonce", "once", REFUSAL_MEMBER_MISSING},
        {"ff", "FF", REFUSAL_MEMBER_MISTYPED},
        {"ff", "", REFUSAL_MEMBER_MISTYPED},
        {"ff", "ff00", REFUSAL_MEMBER_MISTYPED},
        {"\"00010203040506ff\"", "7", REFUSAL_MEMBER_MISTYPED},
        {"\"00010203040506ff\"", "null", REFUSAL_MEMBER_MISTYPED},
    };
    message_bench_faults(MESSAGE_EXAMINE, GOOD, faults, sizeof faults / sizeof faults[0]);
    assert_int_equal(message_bench_text(MESSAGE_EXAMINE, "[]"), REFUSAL_MEMBER_MISTYPED);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_question_is_its_nonce),
        cmocka_unit_test(what_is_built_is_read_again),
        cmocka_unit_test(each_fault_has_its_refusal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
