/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/wire/frame.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "swarm/limits.h"

static void classes_follow_the_ranges_of_types(void **state) {
    (void)state;
    assert_int_equal(frame_class(0x01), FRAME_CONTROL);
    assert_int_equal(frame_class(0x3f), FRAME_CONTROL);
    assert_int_equal(frame_class(0x40), FRAME_BINARY);
    assert_int_equal(frame_class(0x7f), FRAME_BINARY);
    assert_int_equal(frame_class(0x80), FRAME_BULK);
    assert_int_equal(frame_class(0xff), FRAME_BULK);
}

static void foreign_types_records_and_content_are_bulk(void **state) {
    (void)state;
    for (unsigned type = 0; type <= 0xff; type++) {
        const bool is_content = type == 0x42 || (type >= 0x46 && type <= 0x49);
        if (frame_is_bulk((uint8_t)type) != (is_content || type >= 0x80)) fail_msg("type %02x", type);
    }
}

static void json_is_bounded_tighter_than_bytes(void **state) {
    (void)state;
    assert_int_equal(frame_body_max(0x01), 65536);
    assert_int_equal(frame_body_max(0x40), 65600);
    assert_int_equal(frame_body_max(0x80), 65600);
}

static void header_is_length_then_type(void **state) {
    (void)state;
    const uint8_t expected[] = {0x00, 0x01, 0x02, 0x03, 0x40};
    uint8_t memory[LIMIT_FRAME_HEADER_SIZE];
    struct buffer out = buffer_over(memory, sizeof memory);
    frame_write_header(&out, 0x40, 0x010203);
    assert_false(out.overflowed);
    assert_memory_equal(memory, expected, sizeof expected);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(classes_follow_the_ranges_of_types),
        cmocka_unit_test(foreign_types_records_and_content_are_bulk),
        cmocka_unit_test(json_is_bounded_tighter_than_bytes),
        cmocka_unit_test(header_is_length_then_type),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
