/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/wire/graft.h"

#include "lib/message_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void it_comes_out_as_it_went_in(void **state) {
    (void)state;
    uint8_t memory[OBJECT_HALF_SIZE];
    struct buffer body = buffer_over(memory, sizeof memory);
    const struct object_half id = {{1, 2, 3, [15] = 16}};
    const void *checked;
    graft_build(&body, &id);
    assert_int_equal(message_bench_check(MESSAGE_GRAFT, buffer_span(&body), &checked), REFUSAL_NONE);
    assert_true(object_half_equal(&((const struct graft *)checked)->id, &id));
}

static void another_size_is_refused(void **state) {
    (void)state;
    static const uint8_t bytes[OBJECT_HALF_SIZE + 1];
    message_bench_cut_everywhere(MESSAGE_GRAFT, (struct span){bytes, OBJECT_HALF_SIZE});
    assert_int_equal(message_bench_check(MESSAGE_GRAFT, (struct span){bytes, sizeof bytes}, NULL), REFUSAL_BODY_SIZE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_comes_out_as_it_went_in),
        cmocka_unit_test(another_size_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
