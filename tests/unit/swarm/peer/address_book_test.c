/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/peer/address_book.h"

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

static const struct book_home NOWHERE = {NULL, NULL};

static struct book_entry *put_at(struct address_book *book, uint32_t number, const struct book_home *home,
                                 int64_t last_seen_at_ms) {
    struct node_id id = id_of(number);
    struct node_id evicted;
    struct book_entry *entry = address_book_put(book, &id, home, &evicted);
    if (entry != NULL) entry->row.last_seen_at_ms = last_seen_at_ms;
    return entry;
}

static struct book_entry *put(struct address_book *book, uint32_t number, int64_t last_seen_at_ms) {
    return put_at(book, number, &NOWHERE, last_seen_at_ms);
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
    assert_non_null(address_book_put(&book, &third, &NOWHERE, &evicted));
    assert_true(node_id_equal(&evicted, &first));
    assert_non_null(address_book_put(&book, &third, &NOWHERE, &evicted));
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

/* Networks and introducers. */

static struct address address_in(uint8_t network, uint8_t host) {
    return (struct address){.family = ADDRESS_IPV4, .port = 8782, .ip = {203, 0, network, host}};
}

static struct learned_from told_by(uint8_t peer) {
    return (struct learned_from){.kind = PROVENANCE_PEX, .node = {{peer}}};
}

static size_t count_from(const struct address_book *book, uint32_t first, uint32_t count) {
    size_t held = 0;
    for (uint32_t i = first; i < first + count; i++) held += holds(book, i);
    return held;
}

/* Ten thousand keys in one network are no more than one network. */
static void one_network_has_a_sixteenth(void **state) {
    (void)state;
    struct address_book book = book_of(160);
    for (uint32_t i = 0; i < 100; i++) {
        struct address address = address_in((uint8_t)i, 1);
        put_at(&book, i, &(struct book_home){&address, NULL}, 1);
    }
    for (uint32_t i = 0; i < 10000; i++) {
        struct address address = address_in(200, (uint8_t)i);
        assert_non_null(put_at(&book, 1000 + i, &(struct book_home){&address, NULL}, 2 + i));
    }
    assert_int_equal(book.count, 110);
    assert_int_equal(count_from(&book, 0, 100), 100);
    assert_int_equal(count_from(&book, 1000 + 9990, 10), 10); /* of its own rows the one seen longest ago went */
    address_book_deinit(&book);
}

static void one_introducer_has_half(void **state) {
    (void)state;
    struct address_book book = book_of(160);
    struct learned_from honest = told_by(1), liar = told_by(2);
    for (uint32_t i = 0; i < 60; i++) {
        struct address address = address_in((uint8_t)i, 1);
        put_at(&book, i, &(struct book_home){&address, &honest}, 1);
    }
    for (uint32_t i = 0; i < 1000; i++) {
        struct address address = {.family = ADDRESS_IPV4, .port = 1, .ip = {198, 18, (uint8_t)i, (uint8_t)(i >> 8)}};
        put_at(&book, 1000 + i, &(struct book_home){&address, &liar}, 2 + i);
    }
    assert_int_equal(count_from(&book, 0, 60), 60);
    assert_int_equal(count_from(&book, 1000, 1000), 80);
    address_book_deinit(&book);
}

/* Keys that settle in many networks and then all claim to have moved into one. */
static void who_moves_into_a_full_network_takes_a_place_there(void **state) {
    (void)state;
    struct address_book book = book_of(160);
    for (uint32_t i = 0; i < 100; i++) {
        struct address address = address_in((uint8_t)i, 1);
        put_at(&book, i, &(struct book_home){&address, NULL}, i);
    }
    for (uint32_t i = 0; i < 100; i++) {
        struct address address = address_in(200, (uint8_t)i);
        put_at(&book, i, &(struct book_home){&address, NULL}, 1000 + i);
    }
    assert_int_equal(book.count, 10);
    assert_int_equal(count_from(&book, 90, 10), 10);
    address_book_deinit(&book);
}

static void private_networks_have_no_share(void **state) {
    (void)state;
    struct address_book book = book_of(160);
    for (uint32_t i = 0; i < 200; i++) {
        struct address address = {.family = ADDRESS_IPV4, .port = 1, .ip = {10, 0, 0, (uint8_t)i}};
        put_at(&book, i, &(struct book_home){&address, NULL}, i);
    }
    assert_int_equal(book.count, 160);
    address_book_deinit(&book);
}

static void an_anchor_stays(void **state) {
    (void)state;
    struct address_book book = book_of(3);
    put(&book, 1, 1)->row.is_anchor = true;
    for (uint32_t i = 2; i < 100; i++) put(&book, i, i);
    assert_true(holds(&book, 1) && holds(&book, 99));
    address_book_deinit(&book);
}

static void who_fails_goes_before_who_does_not(void **state) {
    (void)state;
    struct address_book book = book_of(3);
    put(&book, 1, 1);
    put(&book, 2, 2)->backoff.failure_count = 3;
    put(&book, 3, 3);
    put(&book, 4, 4);
    assert_true(holds(&book, 1) && holds(&book, 3) && holds(&book, 4));
    address_book_deinit(&book);
}

#define DAY_MS 86400000LL

static int score(uint8_t successes, uint8_t failures, int64_t linked_days_ago, int64_t seen_days_ago) {
    const int64_t wall_ms = 1763640000000LL;
    struct book_entry entry = {.row = {.successes = successes, .failures = failures}};
    if (linked_days_ago >= 0) entry.row.linked_at_ms = wall_ms - linked_days_ago * DAY_MS;
    entry.row.last_seen_at_ms = wall_ms - seen_days_ago * DAY_MS;
    return book_entry_score(&entry, wall_ms);
}

static void the_score_is_what_it_says(void **state) {
    (void)state;
    assert_int_equal(score(0, 0, -1, 0), 500);  /* a stranger heard of just now: 0.7 / 2 + 0.3 / 2 */
    assert_int_equal(score(0, 0, -1, 8), 350);  /* one not heard of for a week */
    assert_int_equal(score(1, 0, 0, 0), 766);   /* linked once, just now: 0.7 * 2/3 + 0.3 */
    assert_int_equal(score(98, 0, 0, 0), 993);  /* never failed */
    assert_int_equal(score(0, 98, -1, 0), 157); /* never succeeded */
    assert_true(score(1, 0, 3, 3) < score(1, 0, 1, 1));
}

static void long_ago_loses_weight(void **state) {
    (void)state;
    struct book_entry entry = {0};
    for (int i = 0; i < 200; i++) book_entry_failed(&entry);
    for (int i = 0; i < 1000; i++) book_entry_succeeded(&entry);
    assert_true(entry.row.failures < 20 && entry.row.successes > 127);
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
        cmocka_unit_test(one_network_has_a_sixteenth),
        cmocka_unit_test(one_introducer_has_half),
        cmocka_unit_test(who_moves_into_a_full_network_takes_a_place_there),
        cmocka_unit_test(private_networks_have_no_share),
        cmocka_unit_test(an_anchor_stays),
        cmocka_unit_test(who_fails_goes_before_who_does_not),
        cmocka_unit_test(the_score_is_what_it_says),
        cmocka_unit_test(long_ago_loses_weight),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
