/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/wire/data.h"

#include "lib/message_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ROOM = DATA_HEAD_SIZE + DATA_BYTES_MAX + 1 };

static enum refusal refusal_of(uint32_t offset, uint32_t size, uint32_t total) {
    static uint8_t memory[ROOM], bytes[DATA_BYTES_MAX + 1];
    struct buffer body = buffer_over(memory, sizeof memory);
    const struct data data = {3, offset, total, {bytes, size}};
    const void *checked;
    data_build(&body, &data);
    const enum refusal refusal = message_bench_check(MESSAGE_DATA, buffer_span(&body), &checked);
    if (refusal != REFUSAL_NONE) return refusal;
    const struct data *read = checked;
    assert_int_equal(read->req, 3);
    assert_int_equal(read->offset, offset);
    assert_int_equal(read->total, total);
    assert_int_equal(read->bytes.size, size);
    return REFUSAL_NONE;
}

static void slices_within_their_object_pass(void **state) {
    (void)state;
    assert_int_equal(refusal_of(0, 1, 1), REFUSAL_NONE);
    assert_int_equal(refusal_of(0, DATA_BYTES_MAX, DATA_BYTES_MAX), REFUSAL_NONE);
    assert_int_equal(refusal_of(100, 1, 101), REFUSAL_NONE);
    assert_int_equal(refusal_of(UINT32_MAX - 1, 1, UINT32_MAX), REFUSAL_NONE);
}

static void what_reaches_beyond_its_object_is_refused(void **state) {
    (void)state;
    assert_int_equal(refusal_of(0, 2, 1), REFUSAL_BODY_SIZE);
    assert_int_equal(refusal_of(101, 1, 101), REFUSAL_BODY_SIZE);
    assert_int_equal(refusal_of(UINT32_MAX, 2, UINT32_MAX), REFUSAL_BODY_SIZE);
    assert_int_equal(refusal_of(5, 1, 0), REFUSAL_BODY_SIZE);
}

static void nothing_and_too_much_are_refused(void **state) {
    (void)state;
    assert_int_equal(refusal_of(0, 0, 10), REFUSAL_BODY_SIZE);
    assert_int_equal(refusal_of(0, DATA_BYTES_MAX + 1, UINT32_MAX), REFUSAL_BODY_SIZE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slices_within_their_object_pass),
        cmocka_unit_test(what_reaches_beyond_its_object_is_refused),
        cmocka_unit_test(nothing_and_too_much_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
