/* SPDX-License-Identifier: Apache-2.0 */
/* An outbox when memory runs out: this program's own door to the heap fails when it is told to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/memory.h"
#include "daemon/link/outbox.h"

static bool is_out_of_memory;

void *memory_try_zeroed(size_t count, size_t size) {
    return is_out_of_memory ? NULL : calloc(count, size);
}

void *memory_zeroed(size_t count, size_t size) {
    void *block = memory_try_zeroed(count, size);
    assert_non_null(block);
    return block;
}

void *memory_try_room(size_t size) {
    return is_out_of_memory ? NULL : malloc(size);
}

void *memory_resized(void *block, size_t size) {
    block = realloc(block, size);
    assert_non_null(block);
    return block;
}

void memory_free(void *block) {
    free(block);
}

static void frame_without_memory_is_not_taken_and_harms_no_other(void **state) {
    (void)state;
    static const uint8_t body[5000];
    static const uint8_t types[] = {0x02, 0x80};
    for (size_t i = 0; i < 2; i++) {
        struct outbox outbox = {0};
        is_out_of_memory = false;
        assert_int_equal(outbox_put(&outbox, types[i], (struct span){body, 100}), OUTBOX_TAKEN);
        is_out_of_memory = true;
        assert_int_equal(outbox_put(&outbox, types[i], (struct span){body, sizeof body}), OUTBOX_NO_MEMORY);
        assert_int_equal(outbox_put(&outbox, types[i], (struct span){body, 100}), OUTBOX_TAKEN); /* has its room */
        assert_int_equal(outbox_size(&outbox), 210);
        assert_int_equal(outbox_peek(&outbox).size, 210);
        outbox_wrote(&outbox, 210);
        assert_int_equal(outbox_put(&outbox, types[i], (struct span){body, 1}), OUTBOX_NO_MEMORY);
        outbox_deinit(&outbox);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frame_without_memory_is_not_taken_and_harms_no_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
