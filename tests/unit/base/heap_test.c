/* SPDX-License-Identifier: Apache-2.0 */
#include "base/heap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void empty_heap_has_nothing_to_give(void **state) {
    (void)state;
    struct heap h = {0};
    struct heap_item item;
    assert_false(heap_peek(&h, &item));
    assert_false(heap_pop(&h, &item));
    heap_deinit(&h);
}

static void items_leave_by_time(void **state) {
    (void)state;
    struct heap h = {0};
    int subject;
    const int64_t times[] = {5, -3, INT64_MAX, 9, 0, INT64_MIN, 7};
    const int64_t sorted[] = {INT64_MIN, -3, 0, 5, 7, 9, INT64_MAX};
    for (size_t i = 0; i < COUNT(times); i++) heap_push(&h, (struct heap_item){times[i], i, &subject});
    for (size_t i = 0; i < COUNT(sorted); i++) {
        struct heap_item peeked;
        struct heap_item popped;
        assert_true(heap_peek(&h, &peeked) && heap_pop(&h, &popped));
        assert_true(peeked.at_ms == sorted[i] && popped.at_ms == sorted[i]);
        assert_ptr_equal(popped.subject, &subject);
    }
    assert_int_equal(h.count, 0);
    heap_deinit(&h);
}

static void equal_times_leave_by_their_second_key_however_they_came(void **state) {
    (void)state;
    enum { ITEMS = 100 };
    for (uint64_t stride = 1; stride < 8; stride += 2) { /* odd and no multiple of 5: visits each of 100 once */
        if (stride == 5) continue;
        struct heap h = {0};
        for (uint64_t i = 0; i < ITEMS; i++) {
            const uint64_t order = i * stride % ITEMS;
            heap_push(&h, (struct heap_item){.at_ms = (int64_t)(order / 50), .order = order});
        }
        for (uint64_t i = 0; i < ITEMS; i++) {
            struct heap_item item;
            assert_true(heap_pop(&h, &item));
            assert_int_equal(item.order, i);
        }
        heap_deinit(&h);
    }
}

static void pushes_between_pops_keep_the_order(void **state) {
    (void)state;
    struct heap h = {0};
    uint32_t noise = 1;
    int64_t now = 0;
    for (uint64_t i = 0; i < 3000; i++) {
        noise = noise * 1664525 + 1013904223;
        heap_push(&h, (struct heap_item){.at_ms = now + (int64_t)(noise >> 20), .order = i});
        if ((noise >> 10) % 3 != 0) continue;
        struct heap_item item;
        assert_true(heap_pop(&h, &item));
        assert_true(item.at_ms >= now);
        now = item.at_ms;
    }
    heap_deinit(&h);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(empty_heap_has_nothing_to_give),
        cmocka_unit_test(items_leave_by_time),
        cmocka_unit_test(equal_times_leave_by_their_second_key_however_they_came),
        cmocka_unit_test(pushes_between_pops_keep_the_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
