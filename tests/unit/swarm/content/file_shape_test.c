/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/content/file_shape.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static const uint64_t mib = 1ULL << 20, gib = 1ULL << 30;

static struct file_shape shape_of(uint64_t size) {
    struct file_shape shape;
    assert_true(file_shape_of(size, &shape));
    return shape;
}

static void sizes_are_cut_by_the_rule(void **state) {
    (void)state;
    static const struct {
        uint64_t size;
        uint32_t chunk_size, chunk_count, list_count;
    } cases[] = {
        {0, 262144, 1, 0},
        {1, 262144, 1, 0},
        {262144, 262144, 1, 0},
        {262145, 262144, 2, 1},
        {256ULL << 20, 262144, 1024, 1},
        {(256ULL << 20) + 1, 1 << 20, 257, 1},
        {16ULL << 30, 1 << 20, 16384, 1},
        {(16ULL << 30) + 1, 4 << 20, 4097, 1},
        {100ULL << 30, 4 << 20, 25600, 1},
        {(256ULL << 30) + 1, 4 << 20, 65537, 2},
        {FILE_SIZE_MAX, 4 << 20, 4194304, 64},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct file_shape shape = shape_of(cases[i].size);
        assert_int_equal(shape.chunk_size, cases[i].chunk_size);
        assert_int_equal(shape.chunk_count, cases[i].chunk_count);
        assert_int_equal(shape.list_count, cases[i].list_count);
    }
}

static void a_file_that_is_too_large_has_no_shape(void **state) {
    (void)state;
    struct file_shape shape;
    assert_false(file_shape_of(FILE_SIZE_MAX + 1, &shape));
    assert_false(file_shape_of(UINT64_MAX, &shape));
}

static void parts_add_up(void **state) {
    (void)state;
    const uint64_t sizes[] = {0, 1, 262144, 262145, 5 * mib + 3, 300 * mib, 300 * mib + 1, 17 * gib + 11};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        const struct file_shape shape = shape_of(sizes[i]);
        uint64_t text = 0, sealed = 0, ids = 0;
        for (uint32_t at = 0; at < shape.chunk_count; at++) {
            assert_int_equal(file_chunk_place(&shape, at), sealed);
            text += file_chunk_text_size(&shape, at);
            sealed += file_chunk_sealed_size(&shape, at);
        }
        for (uint32_t at = 0; at < shape.list_count; at++) ids += file_list_size(&shape, at);
        assert_int_equal(text, sizes[i]);
        assert_int_equal(sealed, file_sealed_size(&shape));
        assert_int_equal(ids, shape.list_count == 0 ? 0 : 32 * (uint64_t)shape.chunk_count);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_are_cut_by_the_rule),
        cmocka_unit_test(a_file_that_is_too_large_has_no_shape),
        cmocka_unit_test(parts_add_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
