/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/wire/prune.h"

#include "lib/message_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void it_has_no_body(void **state) {
    (void)state;
    static const uint8_t byte;
    assert_int_equal(message_bench_check(MESSAGE_PRUNE, SPAN_NONE, NULL), REFUSAL_NONE);
    assert_int_equal(message_bench_check(MESSAGE_PRUNE, (struct span){&byte, 1}, NULL), REFUSAL_BODY_SIZE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_has_no_body),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
