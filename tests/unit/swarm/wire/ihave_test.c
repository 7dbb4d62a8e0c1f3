/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/wire/ihave.h"

#include "lib/message_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void it_comes_out_as_it_went_in(void **state) {
    (void)state;
    uint8_t memory[LIMIT_IHAVE_IDS * OBJECT_HALF_SIZE];
    struct object_half ids[LIMIT_IHAVE_IDS];
    for (size_t i = 0; i < LIMIT_IHAVE_IDS; i++) memset(ids[i].bytes, (int)i, sizeof ids[i].bytes);
    for (size_t count = 1; count <= LIMIT_IHAVE_IDS; count += LIMIT_IHAVE_IDS - 1) {
        struct buffer body = buffer_over(memory, sizeof memory);
        const void *checked;
        ihave_build(&body, ids, count);
        assert_int_equal(message_bench_check(MESSAGE_IHAVE, buffer_span(&body), &checked), REFUSAL_NONE);
        const struct ihave *ihave = checked;
        assert_int_equal(ihave->count, count);
        assert_memory_equal(ihave->ids, ids, count * sizeof ids[0]);
    }
}

static void none_too_many_and_a_part_of_one_are_refused(void **state) {
    (void)state;
    static const uint8_t bytes[(LIMIT_IHAVE_IDS + 1) * OBJECT_HALF_SIZE];
    static const size_t sizes[] = {
        0, 1, OBJECT_HALF_SIZE - 1, OBJECT_HALF_SIZE + 1, LIMIT_IHAVE_IDS * OBJECT_HALF_SIZE + 1, sizeof bytes};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        assert_int_equal(message_bench_check(MESSAGE_IHAVE, (struct span){bytes, sizes[i]}, NULL), REFUSAL_BODY_SIZE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_comes_out_as_it_went_in),
        cmocka_unit_test(none_too_many_and_a_part_of_one_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
