/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/store/content/chunk_buffers.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "base/memory.h"

static void a_buffer_comes_back_to_who_needs_its_size(void **state) {
    struct chunk_buffers buffers = {0};
    (void)state;
    uint8_t *small = chunk_buffers_take(&buffers, 1000), *large = chunk_buffers_take(&buffers, 2000);
    chunk_buffers_give(&buffers, small, 1000);
    chunk_buffers_give(&buffers, large, 2000);
    assert_int_equal(buffers.bytes, 3000);
    assert_ptr_equal(chunk_buffers_take(&buffers, 1000), small);
    uint8_t *other = chunk_buffers_take(&buffers, 1000);
    assert_ptr_not_equal(other, large);
    assert_ptr_equal(chunk_buffers_take(&buffers, 2000), large);
    assert_int_equal(buffers.bytes, 0);
    chunk_buffers_give(&buffers, NULL, 0);
    memory_free(small);
    memory_free(large);
    memory_free(other);
}

static void what_is_too_much_is_freed(void **state) {
    struct chunk_buffers buffers = {0};
    (void)state;
    for (int i = 0; i < 30; i++) chunk_buffers_give(&buffers, memory_zeroed(1 << 20, 1), 1 << 20);
    assert_int_equal(buffers.bytes, CHUNK_BUFFERS_MAX);
    chunk_buffers_clear(&buffers);
    for (int i = 0; i < CHUNK_BUFFERS_COUNT + 5; i++) chunk_buffers_give(&buffers, memory_zeroed(10, 1), 10);
    assert_int_equal(buffers.count, CHUNK_BUFFERS_COUNT);
    chunk_buffers_clear(&buffers);
    assert_int_equal(buffers.bytes, 0);
}

static void what_nobody_takes_goes(void **state) {
    struct chunk_buffers buffers = {0};
    (void)state;
    uint8_t *bytes = chunk_buffers_take(&buffers, 10);
    chunk_buffers_give(&buffers, bytes, 10);
    assert_true(chunk_buffers_rest(&buffers)); /* one was taken since */
    assert_false(chunk_buffers_rest(&buffers));
    assert_int_equal(buffers.count, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_buffer_comes_back_to_who_needs_its_size),
        cmocka_unit_test(what_is_too_much_is_freed),
        cmocka_unit_test(what_nobody_takes_goes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
