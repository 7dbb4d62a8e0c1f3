/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/wire/want.h"

#include "lib/message_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void it_comes_out_as_it_went_in(void **state) {
    (void)state;
    uint8_t memory[WANT_SIZE];
    struct buffer body = buffer_over(memory, sizeof memory);
    struct want want = {.req = 7, .id = {{1, 2, 3}}, .offset = 0x01020304, .length = UINT32_MAX};
    const void *checked;
    want_build(&body, &want);
    assert_int_equal(body.size, WANT_SIZE);
    assert_int_equal(message_bench_check(MESSAGE_WANT, buffer_span(&body), &checked), REFUSAL_NONE);
    assert_memory_equal(checked, &want, sizeof want);
}

static void another_size_is_refused(void **state) {
    (void)state;
    static const uint8_t bytes[WANT_SIZE + 1] = {0};
    const void *checked;
    message_bench_cut_everywhere(MESSAGE_WANT, (struct span){bytes, WANT_SIZE});
    assert_int_equal(message_bench_check(MESSAGE_WANT, (struct span){bytes, sizeof bytes}, &checked),
                     REFUSAL_BODY_SIZE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_comes_out_as_it_went_in),
        cmocka_unit_test(another_size_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
