/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/mesh/address_book.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { CAPACITY = 16 };

static struct node_id id_of(uint32_t number) {
    struct node_id id = {{0x80, (uint8_t)(number >> 16), (uint8_t)(number >> 8), (uint8_t)number}};
    return id;
}

static struct address_book book_of(size_t capacity) {
    struct address_book book;
    assert_true(address_book_init(&book, capacity, 7));
    return book;
}

static struct book_entry *put(struct address_book *book, uint32_t number, int64_t last_seen_at_ms) {
    struct node_id id = id_of(number);
    struct node_id evicted;
    struct book_entry *entry = address_book_put(book, &id, &evicted);
    if (entry != NULL) entry->row.last_seen_at_ms = last_seen_at_ms;
    return entry;
}

static bool holds(const struct address_book *book, uint32_t number) {
    struct node_id id = id_of(number);
    return address_book_find(book, &id) != NULL;
}

static void what_is_put_is_found(void **state) {
    (void)state;
    struct address_book book = book_of(CAPACITY);
    struct book_entry *entry = put(&book, 1, 5);
    struct node_id id = id_of(1);
    assert_true(entry->in_use && node_id_equal(&entry->row.node_id, &id));
    assert_ptr_equal(put(&book, 1, 6), entry);
    assert_int_equal(book.count, 1);
    assert_false(holds(&book, 2));
    assert_true(address_book_remove(&book, &id));
    assert_false(address_book_remove(&book, &id));
    assert_false(holds(&book, 1));
    assert_int_equal(book.count, 0);
    address_book_deinit(&book);
}

static void one_id_takes_one_row_however_often_it_comes(void **state) {
    (void)state;
    struct address_book book = book_of(CAPACITY);
    for (int i = 0; i < 1000; i++) assert_non_null(put(&book, 1, i));
    assert_int_equal(book.count, 1);
    address_book_deinit(&book);
}

static void a_thousand_ids_leave_the_last_seen(void **state) {
    (void)state;
    struct address_book book = book_of(CAPACITY);
    for (uint32_t i = 0; i < 1000; i++) assert_non_null(put(&book, i, i));
    assert_int_equal(book.count, CAPACITY);
    for (uint32_t i = 0; i < 1000; i++) assert_int_equal(holds(&book, i), i >= 1000 - CAPACITY);
    address_book_deinit(&book);
}

static void who_was_never_linked_goes_before_who_was(void **state) {
    (void)state;
    struct address_book book = book_of(3);
    put(&book, 1, 10)->row.linked_at_ms = 10;
    put(&book, 2, 99);
    put(&book, 3, 98);
    put(&book, 4, 97); /* out goes 3: seen before 2, and 1 was linked */
    assert_true(holds(&book, 1) && holds(&book, 2) && holds(&book, 4));
    put(&book, 5, 96);
    assert_true(holds(&book, 1) && holds(&book, 2) && holds(&book, 5));
    address_book_deinit(&book);
}

static void equals_go_by_their_ids(void **state) {
    (void)state;
    struct address_book book = book_of(3);
    for (uint32_t i = 3; i > 0; i--) put(&book, i, 50);
    put(&book, 9, 50);
    assert_false(holds(&book, 1));
    assert_true(holds(&book, 2) && holds(&book, 3) && holds(&book, 9));
    address_book_deinit(&book);
}

static void the_evicted_is_named(void **state) {
    (void)state;
    struct address_book book = book_of(2);
    struct node_id first = id_of(1), third = id_of(3);
    struct node_id evicted;
    put(&book, 1, 1);
    put(&book, 2, 2);
    assert_non_null(address_book_put(&book, &third, &evicted));
    assert_true(node_id_equal(&evicted, &first));
    assert_non_null(address_book_put(&book, &third, &evicted));
    assert_true(node_id_is_none(&evicted));
    address_book_deinit(&book);
}

static void held_and_operators_rows_stay(void **state) {
    (void)state;
    struct address_book book = book_of(3);
    put(&book, 1, 1)->is_held = true;
    put(&book, 2, 2)->is_operators = true;
    for (uint32_t i = 3; i < 100; i++) assert_non_null(put(&book, i, i));
    assert_true(holds(&book, 1) && holds(&book, 2) && holds(&book, 99));
    put(&book, 99, 99)->is_held = true;
    assert_null(put(&book, 100, 100));
    assert_int_equal(book.count, 3);
    address_book_deinit(&book);
}

static void holes_are_filled_again(void **state) {
    (void)state;
    struct address_book book = book_of(CAPACITY);
    for (uint32_t i = 0; i < CAPACITY; i++) put(&book, i, i);
    for (uint32_t i = 0; i < CAPACITY; i += 2) {
        struct node_id id = id_of(i);
        assert_true(address_book_remove(&book, &id));
    }
    for (uint32_t i = 100; i < 100 + CAPACITY / 2; i++) assert_non_null(put(&book, i, i));
    assert_int_equal(book.count, CAPACITY);
    for (uint32_t i = 1; i < CAPACITY; i += 2) assert_true(holds(&book, i));
    address_book_deinit(&book);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_put_is_found),
        cmocka_unit_test(one_id_takes_one_row_however_often_it_comes),
        cmocka_unit_test(a_thousand_ids_leave_the_last_seen),
        cmocka_unit_test(who_was_never_linked_goes_before_who_was),
        cmocka_unit_test(equals_go_by_their_ids),
        cmocka_unit_test(the_evicted_is_named),
        cmocka_unit_test(held_and_operators_rows_stay),
        cmocka_unit_test(holes_are_filled_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
