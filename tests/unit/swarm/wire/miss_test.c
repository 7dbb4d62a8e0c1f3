/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/wire/miss.h"

#include "lib/message_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static enum refusal refusal_of(uint8_t code) {
    uint8_t memory[MISS_SIZE];
    struct buffer body = buffer_over(memory, sizeof memory);
    const struct miss miss = {5, code};
    const void *checked;
    miss_build(&body, &miss);
    const enum refusal refusal = message_bench_check(MESSAGE_MISS, buffer_span(&body), &checked);
    if (refusal == REFUSAL_NONE) {
        assert_int_equal(((const struct miss *)checked)->req, 5);
        assert_int_equal(((const struct miss *)checked)->code, code);
    }
    return refusal;
}

static void every_code_there_is_passes_and_no_other(void **state) {
    (void)state;
    for (int code = 0; code <= UINT8_MAX; code++) {
        const bool is_good = code >= MISS_NOT_HELD && code <= MISS_TOO_LARGE;
        assert_int_equal(refusal_of((uint8_t)code), is_good ? REFUSAL_NONE : REFUSAL_MEMBER_MISTYPED);
    }
}

static void another_size_is_refused(void **state) {
    (void)state;
    static const uint8_t bytes[MISS_SIZE + 1] = {0, 0, 0, 1, 1, 0};
    const void *checked;
    message_bench_cut_everywhere(MESSAGE_MISS, (struct span){bytes, MISS_SIZE});
    assert_int_equal(message_bench_check(MESSAGE_MISS, (struct span){bytes, sizeof bytes}, &checked),
                     REFUSAL_BODY_SIZE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_there_is_passes_and_no_other),
        cmocka_unit_test(another_size_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
