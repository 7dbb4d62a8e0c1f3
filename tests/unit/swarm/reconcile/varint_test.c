/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/reconcile/varint.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void numbers_are_written_in_as_few_bytes_as_they_need(void **state) {
    (void)state;
    static const struct {
        uint64_t value;
        const char *bytes;
        size_t size;
    } cases[] = {
        {0, "\x00", 1},
        {1, "\x01", 1},
        {127, "\x7f", 1},
        {128, "\x81\x00", 2},
        {300, "\x82\x2c", 2},
        {16383, "\xff\x7f", 2},
        {16384, "\x81\x80\x00", 3},
        {UINT64_MAX, "\x81\xff\xff\xff\xff\xff\xff\xff\xff\x7f", 10},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t memory[VARINT_SIZE_MAX];
        struct buffer out = buffer_over(memory, sizeof memory);
        varint_put(&out, cases[i].value);
        assert_int_equal(out.size, cases[i].size);
        assert_memory_equal(memory, cases[i].bytes, out.size);
        struct span rest = buffer_span(&out);
        uint64_t back = 0;
        assert_int_equal(varint_take(&rest, &back), REFUSAL_NONE);
        assert_true(back == cases[i].value && rest.size == 0);
    }
}

static enum refusal taken(const char *bytes, size_t size) {
    struct span rest = {(const uint8_t *)bytes, size};
    uint64_t value = 0;
    return varint_take(&rest, &value);
}

static void what_is_not_the_one_form_of_a_number_is_refused(void **state) {
    (void)state;
    assert_int_equal(taken("", 0), REFUSAL_RECONCILE_CUT_SHORT);
    assert_int_equal(taken("\x81", 1), REFUSAL_RECONCILE_CUT_SHORT);
    assert_int_equal(taken("\x81\xff\xff\xff\xff\xff\xff\xff\xff", 9), REFUSAL_RECONCILE_CUT_SHORT);
    assert_int_equal(taken("\x80\x00", 2), REFUSAL_RECONCILE_NUMBER);
    assert_int_equal(taken("\x80\x80\x01", 3), REFUSAL_RECONCILE_NUMBER);
    assert_int_equal(taken("\x82\x80\x80\x80\x80\x80\x80\x80\x80\x00", 10), REFUSAL_RECONCILE_NUMBER);
    assert_int_equal(taken("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f", 11), REFUSAL_RECONCILE_NUMBER);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_written_in_as_few_bytes_as_they_need),
        cmocka_unit_test(what_is_not_the_one_form_of_a_number_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
