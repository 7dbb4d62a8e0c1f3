/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/link/inlet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "swarm/limits.h"

enum { FOREIGN = 0xc0, NOW_MS = 1000 };

/* As a link does it: room, read, every whole frame. `step` bytes at a time; counts the frames. */
static size_t feed(struct inlet *inlet, struct span bytes, size_t step) {
    size_t frames = 0;
    while (bytes.size > 0) {
        assert_true(inlet_make_room(inlet));
        struct buffer room = inlet_room(inlet);
        assert_true(room.capacity > 0);
        size_t size = room.capacity < step ? room.capacity : step;
        if (size > bytes.size) size = bytes.size;
        buffer_put(&room, (struct span){bytes.at, size});
        inlet_filled(inlet, size);
        bytes = (struct span){bytes.at + size, bytes.size - size};
        struct intake_step got;
        while ((got = inlet_next(inlet, NOW_MS)).result == INTAKE_FRAME) {
            for (size_t i = 0; i < got.frame.body.size; i++) assert_int_equal(got.frame.body.at[i], (uint8_t)frames);
            inlet_taken(inlet, got.need);
            frames++;
        }
        assert_int_equal(got.result, INTAKE_MORE);
    }
    return frames;
}

/* Frames of these sizes, body i filled with i. */
static struct span stream_of(uint8_t *memory, size_t capacity, const uint32_t *sizes, size_t count) {
    struct buffer out = buffer_over(memory, capacity);
    for (size_t i = 0; i < count; i++) {
        frame_write_header(&out, FOREIGN, sizes[i]);
        assert_true(out.size + sizes[i] <= capacity);
        memset(memory + out.size, (int)i, sizes[i]);
        out.size += sizes[i];
    }
    return buffer_span(&out);
}

static void frames_come_out_whole_whatever_the_pieces(void **state) {
    (void)state;
    static uint8_t memory[300000];
    const uint32_t sizes[] = {0, 1, 2043, 2044, 12, 65600, 0, 5000, 65600, 3};
    const struct span stream = stream_of(memory, sizeof memory, sizes, 10);
    const size_t steps[] = {1, 2, 5, 1000, 2048, 16384, 65536};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        struct inlet inlet;
        inlet_init(&inlet, NOW_MS);
        assert_int_equal(feed(&inlet, stream, steps[i]), 10);
        inlet_deinit(&inlet);
    }
}

static void room_follows_the_frame_and_shrinks_after_it(void **state) {
    (void)state;
    static uint8_t memory[LIMIT_FRAME_HEADER_SIZE + LIMIT_BULK_BODY_MAX];
    const uint32_t size = LIMIT_BULK_BODY_MAX;
    const struct span stream = stream_of(memory, sizeof memory, &size, 1);
    struct inlet inlet;
    inlet_init(&inlet, NOW_MS);
    assert_int_equal(inlet.capacity, 0);
    assert_int_equal(feed(&inlet, (struct span){stream.at, 4}, 4), 0);
    assert_int_equal(inlet.capacity, INLET_SIZE_MIN);
    assert_int_equal(feed(&inlet, (struct span){stream.at + 4, stream.size - 4}, 4096), 1);
    assert_int_equal(inlet.capacity, stream.size);
    inlet_shrink(&inlet);
    assert_int_equal(inlet.capacity, 0);
    inlet_deinit(&inlet);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_come_out_whole_whatever_the_pieces),
        cmocka_unit_test(room_follows_the_frame_and_shrinks_after_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
