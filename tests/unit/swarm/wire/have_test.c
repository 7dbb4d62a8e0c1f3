/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/wire/have.h"

#include "lib/message_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ID_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define ID_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define GOOD "{\"add\":[\"" ID_A "\"],\"drop\":[\"" ID_B "\"]}"

static void it_comes_out_as_it_went_in(void **state) {
    (void)state;
    const struct have *have = message_bench_read(MESSAGE_HAVE, GOOD);
    uint8_t memory[256];
    struct buffer body = buffer_over(memory, sizeof memory);
    assert_int_equal(have->add_count, 1);
    assert_int_equal(have->drop_count, 1);
    assert_int_equal(have->add[0].bytes[31], 0xaa);
    assert_int_equal(have->drop[0].bytes[0], 0xbb);
    have_build(&body, have);
    assert_int_equal(body.size, strlen(GOOD));
    assert_memory_equal(body.at, GOOD, body.size);
}

static void what_is_not_in_form_is_refused(void **state) {
    (void)state;
    static const struct message_fault faults[] = {
        {"\"add\"", "\"ad\"", REFUSAL_MEMBER_MISSING},
        {"\"drop\"", "\"dro\"", REFUSAL_MEMBER_MISSING},
        {"[\"" ID_A "\"]", "{}", REFUSAL_MEMBER_MISTYPED},
        {ID_A, "AA", REFUSAL_MEMBER_MISTYPED},
        {"\"" ID_A "\"", "7", REFUSAL_MEMBER_MISTYPED},
        {ID_A, ID_A "a", REFUSAL_MEMBER_MISTYPED},
        {ID_B, ID_A, REFUSAL_MEMBER_MISTYPED},              /* added and dropped at once */
        {ID_A, ID_A "\",\"" ID_A, REFUSAL_MEMBER_MISTYPED}, /* twice */
    };
    message_bench_faults(MESSAGE_HAVE, GOOD, faults, sizeof faults / sizeof faults[0]);
}

static void a_full_one_fits_and_one_more_is_refused(void **state) {
    (void)state;
    static struct have have;
    static uint8_t memory[LIMIT_CONTROL_BODY_MAX];
    struct buffer body = buffer_over(memory, sizeof memory);
    const void *checked;
    have.add_count = have.drop_count = LIMIT_HAVE_IDS_MAX;
    for (size_t i = 0; i < LIMIT_HAVE_IDS_MAX; i++) {
        have.add[i].bytes[0] = have.drop[i].bytes[0] = (uint8_t)i;
        have.drop[i].bytes[1] = 1;
    }
    have_build(&body, &have);
    assert_false(body.overflowed);
    assert_int_equal(message_bench_check(MESSAGE_HAVE, buffer_span(&body), &checked), REFUSAL_NONE);
    char *text = calloc(1, body.size + 128);
    memcpy(text, "{\"add\":[\"" ID_A "\",", 75);
    memcpy(text + 75, body.at + 8, body.size - 8);
    assert_int_equal(message_bench_text(MESSAGE_HAVE, text), REFUSAL_MEMBER_TOO_LONG);
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_comes_out_as_it_went_in),
        cmocka_unit_test(what_is_not_in_form_is_refused),
        cmocka_unit_test(a_full_one_fits_and_one_more_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
