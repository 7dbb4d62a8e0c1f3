/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/peerjs/send_queue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"

struct fixture {
    struct peerjs_budget budget;
    struct send_queue queue;
    uint8_t memory[PEERJS_FRAME_MAX];
    struct span frame;
    enum rtc_kind kind;
};

static int setup(void **state) {
    struct fixture *f = memory_zeroed(1, sizeof *f);
    f->budget.held_max = 2 * (size_t)SEND_QUEUE_MAX;
    send_queue_init(&f->queue, &f->budget);
    *state = f;
    return 0;
}

static int teardown(void **state) {
    struct fixture *f = *state;
    send_queue_deinit(&f->queue);
    assert_int_equal(f->budget.held, 0);
    memory_free(f);
    return 0;
}

static void push(struct fixture *f, size_t size, bool is_value) {
    struct data_packet packet = {.bytes = memory_zeroed(1, size + 1), .size = size, .kind = RTC_BINARY};
    packet.is_value = is_value;
    send_queue_push(&f->queue, &packet);
    assert_null(packet.bytes);
}

static bool peek(struct fixture *f) {
    return send_queue_peek(&f->queue, f->memory, &f->kind, &f->frame);
}

static void messages_leave_in_order(void **state) {
    struct fixture *f = *state;
    assert_false(peek(f));
    push(f, 3, false);
    push(f, 0, false);
    push(f, 5, true);
    assert_int_equal(f->queue.waiting, 8);
    assert_true(peek(f));
    assert_int_equal(f->frame.size, 3);
    assert_true(peek(f)); /* the same until it is sent */
    assert_int_equal(f->frame.size, 3);
    send_queue_sent(&f->queue);
    assert_true(peek(f));
    assert_int_equal(f->frame.size, 0);
    send_queue_sent(&f->queue);
    assert_true(peek(f));
    assert_int_equal(f->frame.size, 5);
    send_queue_sent(&f->queue);
    assert_false(peek(f));
    assert_int_equal(f->queue.waiting, 0);
}

static void a_large_value_leaves_in_pieces(void **state) {
    struct fixture *f = *state;
    for (int64_t id = 1; id <= 2; id++) {
        push(f, 2 * PEERJS_PIECE_SIZE + 1, true);
        push(f, 1, true); /* is no piece, and counts no id */
        for (uint32_t number = 0; number < 3; number++) {
            struct peerjs_frame frame;
            assert_true(peek(f));
            assert_int_equal(peerjs_frame_read(f->frame, &frame), PEERJS_FAULT_NONE);
            assert_int_equal(frame.piece.id, id);
            assert_int_equal(frame.piece.number, number);
            assert_int_equal(frame.piece.total, 3);
            send_queue_sent(&f->queue);
        }
        assert_true(peek(f));
        assert_int_equal(f->frame.size, 1);
        send_queue_sent(&f->queue);
    }
    assert_false(peek(f));
}

static void what_is_no_value_is_not_cut(void **state) {
    struct fixture *f = *state;
    push(f, 5 * PEERJS_PIECE_SIZE, false);
    assert_true(peek(f));
    assert_int_equal(f->frame.size, 5 * PEERJS_PIECE_SIZE);
    send_queue_sent(&f->queue);
    assert_false(peek(f));
}

static void room_ends_for_one_and_for_all(void **state) {
    struct fixture *f = *state;
    struct send_queue other;
    assert_true(send_queue_has_room(&f->queue, SEND_QUEUE_MAX));
    assert_false(send_queue_has_room(&f->queue, SEND_QUEUE_MAX + 1));
    push(f, SEND_QUEUE_MAX, false);
    assert_false(send_queue_has_room(&f->queue, 1));
    send_queue_init(&other, &f->budget);
    assert_true(send_queue_has_room(&other, SEND_QUEUE_MAX));
    f->budget.held_max = SEND_QUEUE_MAX;
    assert_false(send_queue_has_room(&other, 1));
    send_queue_deinit(&other);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(messages_leave_in_order),
        TEST(a_large_value_leaves_in_pieces),
        TEST(what_is_no_value_is_not_cut),
        TEST(room_ends_for_one_and_for_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
