/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/wire/cancel.h"

#include "lib/message_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void it_comes_out_as_it_went_in(void **state) {
    (void)state;
    uint8_t memory[CANCEL_SIZE];
    struct buffer body = buffer_over(memory, sizeof memory);
    const struct cancel cancel = {0x01020304};
    const void *checked;
    cancel_build(&body, &cancel);
    assert_int_equal(message_bench_check(MESSAGE_CANCEL, buffer_span(&body), &checked), REFUSAL_NONE);
    assert_int_equal(((const struct cancel *)checked)->req, 0x01020304);
}

static void another_size_is_refused(void **state) {
    (void)state;
    static const uint8_t bytes[CANCEL_SIZE + 1] = {0};
    const void *checked;
    message_bench_cut_everywhere(MESSAGE_CANCEL, (struct span){bytes, CANCEL_SIZE});
    assert_int_equal(message_bench_check(MESSAGE_CANCEL, (struct span){bytes, sizeof bytes}, &checked),
                     REFUSAL_BODY_SIZE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_comes_out_as_it_went_in),
        cmocka_unit_test(another_size_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
