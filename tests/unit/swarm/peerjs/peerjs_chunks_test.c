/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/peerjs/peerjs_chunks.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"

/* A message of so many pieces, whose bytes tell where they belong. */
struct fixture {
    struct peerjs_budget budget;
    struct peerjs_chunks *chunks;
    uint8_t *bytes;
    struct span whole;
};
enum { BYTES_MAX = PEERJS_MESSAGE_MAX + PEERJS_PIECE_SIZE };

static int setup(void **state) {
    struct fixture *f = memory_zeroed(1, sizeof *f);
    f->budget.held_max = 4 * (size_t)PEERJS_HELD_MAX;
    f->chunks = peerjs_chunks_new(&f->budget);
    f->bytes = memory_room(BYTES_MAX);
    for (size_t i = 0; i < BYTES_MAX; i++) f->bytes[i] = (uint8_t)(i * 7 + i / PEERJS_PIECE_SIZE);
    *state = f;
    return 0;
}

static int teardown(void **state) {
    struct fixture *f = *state;
    peerjs_chunks_free(f->chunks);
    assert_int_equal(f->budget.held, 0);
    memory_free(f->bytes);
    memory_free(f);
    return 0;
}

static struct peerjs_piece piece_of(const struct fixture *f, int64_t id, uint32_t number, size_t size) {
    const size_t begin = (size_t)number * PEERJS_PIECE_SIZE, rest = size - begin;
    return (struct peerjs_piece){.id = id,
                                 .number = number,
                                 .total = (uint32_t)((size + PEERJS_PIECE_SIZE - 1) / PEERJS_PIECE_SIZE),
                                 .data = {f->bytes + begin, rest < PEERJS_PIECE_SIZE ? rest : PEERJS_PIECE_SIZE}};
}

static enum peerjs_fault add(struct fixture *f, struct peerjs_piece piece, int64_t now_ms) {
    return peerjs_chunks_add(f->chunks, &piece, &f->whole, now_ms);
}

static void assert_whole(const struct fixture *f, size_t size) {
    assert_int_equal(f->whole.size, size);
    assert_memory_equal(f->whole.at, f->bytes, size);
}

static void pieces_in_any_order_make_the_message(void **state) {
    struct fixture *f = *state;
    const size_t size = 5 * PEERJS_PIECE_SIZE + 17;
    static const uint32_t orders[][6] = {{0, 1, 2, 3, 4, 5}, {5, 4, 3, 2, 1, 0}, {2, 5, 0, 4, 1, 3}};
    for (size_t i = 0; i < 3; i++) {
        for (size_t j = 0; j < 6; j++) {
            assert_int_equal(f->whole.size, 0);
            assert_int_equal(add(f, piece_of(f, 9, orders[i][j], size), 0), PEERJS_FAULT_NONE);
        }
        assert_whole(f, size);
        assert_int_equal(peerjs_chunks_open(f->chunks), 0);
        assert_int_equal(f->budget.held, 0);
        f->whole = SPAN_NONE;
    }
}

static void messages_may_lie_between_each_other(void **state) {
    struct fixture *f = *state;
    const size_t size = 2 * PEERJS_PIECE_SIZE;
    assert_int_equal(add(f, piece_of(f, 1, 0, size), 0), PEERJS_FAULT_NONE);
    assert_int_equal(add(f, piece_of(f, 2, 1, size), 0), PEERJS_FAULT_NONE);
    assert_int_equal(peerjs_chunks_open(f->chunks), 2);
    assert_int_equal(add(f, piece_of(f, 2, 0, size), 0), PEERJS_FAULT_NONE);
    assert_whole(f, size);
    assert_int_equal(add(f, piece_of(f, 1, 1, size), 0), PEERJS_FAULT_NONE);
    assert_whole(f, size);
}

static void one_piece_alone_is_a_message(void **state) {
    struct fixture *f = *state;
    assert_int_equal(add(f, piece_of(f, 1, 0, 1), 0), PEERJS_FAULT_NONE);
    assert_whole(f, 1);
    peerjs_chunks_forget_whole(f->chunks);
}

static void a_piece_that_came_before_is_passed_over(void **state) {
    struct fixture *f = *state;
    const size_t size = PEERJS_PIECE_SIZE + 1;
    assert_int_equal(add(f, piece_of(f, 1, 1, size), 0), PEERJS_FAULT_NONE);
    struct peerjs_piece again = piece_of(f, 1, 1, size);
    again.data.at++;
    assert_int_equal(add(f, again, 0), PEERJS_FAULT_NONE);
    assert_int_equal(f->whole.size, 0);
    assert_int_equal(f->budget.held, 1);
    assert_int_equal(add(f, piece_of(f, 1, 0, size), 0), PEERJS_FAULT_NONE);
    assert_whole(f, size);
}

static void sixteen_mebibytes_and_what_is_around_them_fit(void **state) {
    struct fixture *f = *state;
    for (uint32_t i = 0; i < PEERJS_PIECES_MAX; i++)
        assert_int_equal(add(f, piece_of(f, 1, i, PEERJS_MESSAGE_MAX), 0), PEERJS_FAULT_NONE);
    assert_whole(f, PEERJS_MESSAGE_MAX);
}

static void a_piece_that_cannot_be_one_is_refused(void **state) {
    struct fixture *f = *state;
    struct peerjs_piece piece = piece_of(f, 1, 0, 3 * PEERJS_PIECE_SIZE);
    piece.total = 0;
    assert_int_equal(add(f, piece, 0), PEERJS_FAULT_PIECE_TOTAL);
    piece.total = PEERJS_PIECES_MAX + 1;
    assert_int_equal(add(f, piece, 0), PEERJS_FAULT_PIECE_TOTAL);
    piece = piece_of(f, 0, 0, 3 * PEERJS_PIECE_SIZE);
    assert_int_equal(add(f, piece, 0), PEERJS_FAULT_PIECE_TOTAL);
    piece = piece_of(f, 1, 0, 3 * PEERJS_PIECE_SIZE);
    piece.number = 3;
    assert_int_equal(add(f, piece, 0), PEERJS_FAULT_PIECE_NUMBER);
    piece.number = 0;
    piece.data.size--;
    assert_int_equal(add(f, piece, 0), PEERJS_FAULT_PIECE_SIZE);
    piece.number = 2;
    piece.data.size = 0;
    assert_int_equal(add(f, piece, 0), PEERJS_FAULT_PIECE_SIZE);
    piece.data.size = PEERJS_PIECE_SIZE + 1;
    assert_int_equal(add(f, piece, 0), PEERJS_FAULT_PIECE_SIZE);
    assert_int_equal(peerjs_chunks_open(f->chunks), 0);
}

static void a_message_keeps_its_total(void **state) {
    struct fixture *f = *state;
    assert_int_equal(add(f, piece_of(f, 1, 0, 3 * PEERJS_PIECE_SIZE), 0), PEERJS_FAULT_NONE);
    assert_int_equal(add(f, piece_of(f, 1, 1, 4 * PEERJS_PIECE_SIZE), 0), PEERJS_FAULT_PIECE_TOTAL_OTHER);
    assert_int_equal(f->budget.held, PEERJS_PIECE_SIZE);
}

static void so_many_messages_may_be_under_way(void **state) {
    struct fixture *f = *state;
    const size_t size = 2 * PEERJS_PIECE_SIZE;
    for (int64_t id = 1; id <= PEERJS_OPEN_MAX; id++)
        assert_int_equal(add(f, piece_of(f, id, 0, size), id), PEERJS_FAULT_NONE);
    assert_int_equal(add(f, piece_of(f, 1000, 0, size), PEERJS_OPEN_MAX), PEERJS_FAULT_PIECE_ROOM);
    assert_int_equal(add(f, piece_of(f, 1, 1, size), PEERJS_OPEN_MAX), PEERJS_FAULT_NONE);
    assert_whole(f, size);
    assert_int_equal(add(f, piece_of(f, 1000, 0, size), PEERJS_OPEN_MAX), PEERJS_FAULT_NONE);
    /* Those that have not grown for long make room, the oldest alone. */
    assert_int_equal(add(f, piece_of(f, 1001, 0, size), 2 + PEERJS_IDLE_MS), PEERJS_FAULT_NONE);
    assert_int_equal(peerjs_chunks_open(f->chunks), PEERJS_OPEN_MAX);
    assert_int_equal(peerjs_chunks_expire(f->chunks, 3 + PEERJS_IDLE_MS), 1);
}

static void a_connection_holds_no_more_than_its_share(void **state) {
    struct fixture *f = *state;
    enum { SIZE = 1000 * PEERJS_PIECE_SIZE };
    uint32_t count = 0;
    enum peerjs_fault fault = PEERJS_FAULT_NONE;
    while (fault == PEERJS_FAULT_NONE && count < 4000) {
        fault = add(f, piece_of(f, 1 + count / 999, count % 999, SIZE), 0);
        count += fault == PEERJS_FAULT_NONE;
    }
    assert_int_equal(fault, PEERJS_FAULT_PIECE_ROOM);
    assert_int_equal(count, PEERJS_HELD_MAX / PEERJS_PIECE_SIZE);
    assert_int_equal(f->budget.held, (size_t)count * PEERJS_PIECE_SIZE);
}

static void all_connections_share_a_budget(void **state) {
    struct fixture *f = *state;
    struct peerjs_chunks *other = peerjs_chunks_new(&f->budget);
    struct peerjs_piece piece = piece_of(f, 1, 0, 3 * PEERJS_PIECE_SIZE);
    f->budget.held_max = 2 * PEERJS_PIECE_SIZE;
    assert_int_equal(add(f, piece, 0), PEERJS_FAULT_NONE);
    assert_int_equal(peerjs_chunks_add(other, &piece, &f->whole, 0), PEERJS_FAULT_NONE);
    piece.number = 1;
    assert_int_equal(peerjs_chunks_add(other, &piece, &f->whole, 0), PEERJS_FAULT_PIECE_ROOM);
    peerjs_chunks_free(other);
    assert_int_equal(add(f, piece, 0), PEERJS_FAULT_NONE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(pieces_in_any_order_make_the_message),
        TEST(messages_may_lie_between_each_other),
        TEST(one_piece_alone_is_a_message),
        TEST(a_piece_that_came_before_is_passed_over),
        TEST(sixteen_mebibytes_and_what_is_around_them_fit),
        TEST(a_piece_that_cannot_be_one_is_refused),
        TEST(a_message_keeps_its_total),
        TEST(so_many_messages_may_be_under_way),
        TEST(a_connection_holds_no_more_than_its_share),
        TEST(all_connections_share_a_budget),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
