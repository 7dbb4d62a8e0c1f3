/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/wire/lack.h"

#include "lib/message_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ID_SIZE = sizeof(struct object_id) };

static void it_comes_out_as_it_went_in(void **state) {
    (void)state;
    uint8_t memory[3 * ID_SIZE];
    struct buffer body = buffer_over(memory, sizeof memory);
    const struct object_id ids[3] = {{{1}}, {{0}}, {{[31] = 9}}};
    const void *checked;
    lack_build(&body, ids, 3);
    assert_int_equal(message_bench_check(MESSAGE_LACK, buffer_span(&body), &checked), REFUSAL_NONE);
    const struct lack *lack = checked;
    assert_int_equal(lack->count, 3);
    for (size_t i = 0; i < 3; i++) assert_true(object_id_equal(&lack->ids[i], &ids[i]));
}

static void only_one_to_128_whole_ids_are_taken(void **state) {
    (void)state;
    static const uint8_t bytes[(LIMIT_LACK_IDS + 1) * ID_SIZE];
    message_bench_cut_everywhere(MESSAGE_LACK, (struct span){bytes, ID_SIZE});
    for (size_t size = ID_SIZE; size <= sizeof bytes; size++) {
        const bool holds = size % ID_SIZE == 0 && size / ID_SIZE <= LIMIT_LACK_IDS;
        const enum refusal refusal = message_bench_check(MESSAGE_LACK, (struct span){bytes, size}, NULL);
        if (refusal != (holds ? REFUSAL_NONE : REFUSAL_BODY_SIZE)) fail_msg("%zu bytes", size);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_comes_out_as_it_went_in),
        cmocka_unit_test(only_one_to_128_whole_ids_are_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
