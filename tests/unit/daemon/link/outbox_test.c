/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/link/outbox.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { CONTROL = 0x02, BULK = 0x80 };

static void put(struct outbox *outbox, uint8_t type, size_t size) {
    static const uint8_t zeros[LIMIT_BULK_BODY_MAX];
    assert_int_equal(outbox_put(outbox, type, (struct span){zeros, size}), OUTBOX_TAKEN);
}

/* Writes up to `size` bytes, `step` at a time, and notes the type of each frame that begins. */
struct reader {
    char types[64]; /* 'c' and 'b' */
    size_t frame_left;
    size_t header_size;
    uint8_t header[LIMIT_FRAME_HEADER_SIZE];
};

static void reader_take(struct reader *reader, struct span bytes) {
    for (size_t i = 0; i < bytes.size; i++) {
        if (reader->frame_left > 0) {
            reader->frame_left--;
            continue;
        }
        reader->header[reader->header_size++] = bytes.at[i];
        if (reader->header_size < LIMIT_FRAME_HEADER_SIZE) continue;
        reader->types[strlen(reader->types)] = reader->header[4] == CONTROL ? 'c' : 'b';
        reader->frame_left = bytes_read_u32(reader->header);
        reader->header_size = 0;
    }
}

static void write_some(struct outbox *outbox, struct reader *reader, size_t size, size_t step) {
    while (size > 0) {
        struct span bytes = outbox_peek(outbox);
        if (bytes.size == 0) return;
        if (bytes.size > step) bytes.size = step;
        if (bytes.size > size) bytes.size = size;
        reader_take(reader, bytes);
        outbox_wrote(outbox, bytes.size);
        size -= bytes.size;
    }
}

static void empty_outbox_offers_nothing(void **state) {
    (void)state;
    struct outbox outbox = {0};
    assert_int_equal(outbox_peek(&outbox).size, 0);
    assert_int_equal(outbox_size(&outbox), 0);
    outbox_deinit(&outbox);
}

static void small_frames_leave_in_one_write(void **state) {
    (void)state;
    struct outbox outbox = {0};
    for (int i = 0; i < 10; i++) put(&outbox, CONTROL, 20);
    assert_int_equal(outbox_peek(&outbox).size, 250);
    assert_int_equal(outbox_size(&outbox), 250);
    outbox_wrote(&outbox, 250);
    assert_int_equal(outbox_size(&outbox), 0);
    outbox_deinit(&outbox);
}

static void write_is_at_most_one_record(void **state) {
    (void)state;
    struct outbox outbox = {0};
    put(&outbox, CONTROL, 60000);
    assert_int_equal(outbox_peek(&outbox).size, OUTBOX_WRITE_MAX);
    outbox_deinit(&outbox);
}

static void control_overtakes_bulk_that_has_not_begun(void **state) {
    (void)state;
    struct outbox outbox = {0};
    struct reader reader = {0};
    put(&outbox, BULK, 10);
    put(&outbox, CONTROL, 10);
    put(&outbox, BULK, 10);
    put(&outbox, CONTROL, 10);
    write_some(&outbox, &reader, SIZE_MAX, SIZE_MAX);
    assert_string_equal(reader.types, "ccbb");
    outbox_deinit(&outbox);
}

static void control_waits_for_the_bulk_frame_under_way_and_no_longer(void **state) {
    (void)state;
    for (size_t step = 1; step < 300; step += 7) {
        struct outbox outbox = {0};
        struct reader reader = {0};
        for (int i = 0; i < 4; i++) put(&outbox, BULK, 100);
        write_some(&outbox, &reader, 150, step); /* into the second */
        put(&outbox, CONTROL, 100);
        write_some(&outbox, &reader, SIZE_MAX, step);
        if (strcmp(reader.types, "bbcbb") != 0) fail_msg("in steps of %zu: %s", step, reader.types);
        assert_int_equal(reader.frame_left, 0);
        outbox_deinit(&outbox);
    }
}

static void what_was_offered_is_offered_again(void **state) {
    (void)state;
    struct outbox outbox = {0};
    put(&outbox, BULK, 100);
    const struct span first = outbox_peek(&outbox);
    uint8_t copy[105];
    memcpy(copy, first.at, first.size);
    put(&outbox, CONTROL, 5000); /* would go first, and moves nothing of what TLS has seen */
    put(&outbox, BULK, 60000);   /* moves the block */
    const struct span again = outbox_peek(&outbox);
    assert_int_equal(again.size, first.size);
    assert_memory_equal(again.at, copy, sizeof copy);
    outbox_deinit(&outbox);
}

static void bytes_survive_growing_and_moving(void **state) {
    (void)state;
    struct outbox outbox = {0};
    uint8_t next_in = 0, next_out = 0;
    size_t frame_count = 0;
    for (int round = 0; round < 2000; round++) {
        uint8_t body[97];
        memset(body, next_in, sizeof body);
        assert_int_equal(outbox_put(&outbox, CONTROL, (struct span){body, sizeof body}), OUTBOX_TAKEN);
        next_in++;
        if (round % 3 == 0) continue;
        struct span bytes = outbox_peek(&outbox);
        assert_true(bytes.size >= sizeof body + LIMIT_FRAME_HEADER_SIZE);
        assert_int_equal(bytes.at[4], CONTROL);
        assert_int_equal(bytes.at[LIMIT_FRAME_HEADER_SIZE], next_out);
        assert_int_equal(bytes.at[LIMIT_FRAME_HEADER_SIZE + 96], next_out);
        outbox_wrote(&outbox, sizeof body + LIMIT_FRAME_HEADER_SIZE);
        next_out++;
        frame_count++;
    }
    assert_int_equal(outbox_size(&outbox), (2000 - frame_count) * 102);
    outbox_deinit(&outbox);
}

static void bulk_has_a_ceiling_and_control_has_not(void **state) {
    (void)state;
    static const uint8_t zeros[LIMIT_BULK_BODY_MAX];
    struct outbox outbox = {0};
    enum outbox_result result;
    do result = outbox_put(&outbox, BULK, (struct span){zeros, sizeof zeros});
    while (result == OUTBOX_TAKEN);
    assert_int_equal(result, OUTBOX_FULL);
    assert_true(outbox_size(&outbox) <= OUTBOX_BULK_MAX);
    assert_true(outbox_size(&outbox) > OUTBOX_BULK_MAX - LIMIT_BULK_BODY_MAX - LIMIT_FRAME_HEADER_SIZE);
    put(&outbox, CONTROL, 100);
    outbox_deinit(&outbox);
}

/* Where a message is a frame: whole ones, control before bulk that has not been begun. */
static void whole_frames_are_offered_one_by_one(void **state) {
    (void)state;
    struct outbox outbox = {0};
    assert_int_equal(outbox_peek_frame(&outbox).size, 0);
    put(&outbox, BULK, 40000);
    put(&outbox, BULK, 0);
    put(&outbox, CONTROL, 7);
    put(&outbox, CONTROL, 9);
    static const struct {
        uint8_t type;
        size_t size;
    } wanted[] = {{CONTROL, 7}, {CONTROL, 9}, {BULK, 40000}, {BULK, 0}};
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        const struct span frame = outbox_peek_frame(&outbox);
        assert_int_equal(frame.size, LIMIT_FRAME_HEADER_SIZE + wanted[i].size);
        assert_int_equal(bytes_read_u32(frame.at), wanted[i].size);
        assert_int_equal(frame.at[4], wanted[i].type);
        assert_ptr_equal(outbox_peek_frame(&outbox).at, frame.at);
        outbox_wrote(&outbox, frame.size);
    }
    assert_int_equal(outbox_peek_frame(&outbox).size, 0);
    outbox_deinit(&outbox);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(empty_outbox_offers_nothing),
        cmocka_unit_test(small_frames_leave_in_one_write),
        cmocka_unit_test(write_is_at_most_one_record),
        cmocka_unit_test(control_overtakes_bulk_that_has_not_begun),
        cmocka_unit_test(control_waits_for_the_bulk_frame_under_way_and_no_longer),
        cmocka_unit_test(what_was_offered_is_offered_again),
        cmocka_unit_test(bytes_survive_growing_and_moving),
        cmocka_unit_test(bulk_has_a_ceiling_and_control_has_not),
        cmocka_unit_test(whole_frames_are_offered_one_by_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
