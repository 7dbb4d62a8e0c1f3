/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/reconcile/block_set.h"

#include "lib/reconcile_talk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A sorted array, to hold the blocks against. */
struct plain {
    struct set_item items[8192];
    size_t count;
};

static size_t plain_place(const struct plain *plain, const struct set_item *item) {
    size_t place = 0;
    while (place < plain->count && set_item_compare(&plain->items[place], item) < 0) place++;
    return place;
}

static bool plain_has(const struct plain *plain, const struct set_item *item) {
    const size_t place = plain_place(plain, item);
    return place < plain->count && set_item_compare(&plain->items[place], item) == 0;
}

static void plain_add(struct plain *plain, const struct set_item *item) {
    const size_t place = plain_place(plain, item);
    memmove(&plain->items[place + 1], &plain->items[place], (plain->count++ - place) * sizeof *item);
    plain->items[place] = *item;
}

static void plain_remove(struct plain *plain, size_t place) {
    memmove(&plain->items[place], &plain->items[place + 1], (--plain->count - place) * sizeof plain->items[0]);
}

static void assert_same_fingerprint(const struct ordered_set *set, const struct plain *plain, size_t begin,
                                    size_t end) {
    struct id_sum sum = {0};
    for (size_t i = begin; i < end; i++) id_sum_add_id(&sum, &plain->items[i].id);
    const struct fingerprint walked = id_sum_fingerprint(&sum, end - begin);
    const struct fingerprint asked = ordered_set_fingerprint(set, begin, end);
    assert_true(fingerprint_equal(&walked, &asked));
}

static void assert_same(struct block_set *blocks, const struct plain *plain, struct prng *prng) {
    const struct ordered_set set = block_set_view(blocks);
    assert_int_equal(ordered_set_size(&set), plain->count);
    for (size_t i = 0; i < plain->count; i++) {
        const struct set_item item = ordered_set_item(&set, i);
        assert_int_equal(set_item_compare(&item, &plain->items[i]), 0);
        if (i % 16 == 0) assert_int_equal(ordered_set_lower_bound(&set, &item), i);
    }
    for (int i = 0; i < 20; i++) {
        const size_t a = prng_below(prng, (uint32_t)plain->count + 1), b = prng_below(prng, (uint32_t)plain->count + 1);
        assert_same_fingerprint(&set, plain, a < b ? a : b, a < b ? b : a);
        const struct set_item place = item_random(prng, 50);
        assert_int_equal(ordered_set_lower_bound(&set, &place), plain_place(plain, &place));
    }
    assert_int_equal(ordered_set_lower_bound(&set, &SET_ITEM_INFINITY), plain->count);
    assert_int_equal(ordered_set_lower_bound(&set, &SET_ITEM_FIRST), 0);
}

/* Grows and shrinks, so that blocks are split, evened out, melted together and given back. */
static void blocks_agree_with_a_sorted_array(void **state) {
    (void)state;
    static struct plain plain;
    struct prng prng = prng_seeded(6);
    struct block_set *blocks = block_set_new(6000);
    for (int step = 0; step < 60000; step++) {
        const bool is_growing = step / 7000 % 2 == 0;
        if (prng_below(&prng, 100) < (is_growing ? 90 : 10)) {
            const struct set_item item = item_random(&prng, 50);
            const bool is_full = plain.count == 6000;
            assert_int_equal(block_set_add(blocks, &item), is_full ? BLOCK_SET_FULL : BLOCK_SET_ADDED);
            if (!is_full) plain_add(&plain, &item);
        } else if (plain.count > 0) {
            const size_t place = prng_below(&prng, (uint32_t)plain.count);
            const struct set_item item = plain.items[place];
            assert_int_equal(block_set_add(blocks, &item), BLOCK_SET_KNOWN);
            assert_true(block_set_has(blocks, &item));
            assert_true(block_set_remove(blocks, &item));
            assert_false(block_set_has(blocks, &item));
            assert_false(block_set_remove(blocks, &item));
            plain_remove(&plain, place);
        }
        if (step % 1500 == 0) assert_same(blocks, &plain, &prng);
    }
    while (plain.count > 0) {
        const size_t place = prng_below(&prng, (uint32_t)plain.count);
        assert_true(block_set_remove(blocks, &plain.items[place]));
        plain_remove(&plain, place);
        if (plain.count % 500 == 0) assert_same(blocks, &plain, &prng);
    }
    const struct set_item stranger = item_random(&prng, 50);
    assert_false(plain_has(&plain, &stranger));
    assert_false(block_set_has(blocks, &stranger));
    assert_false(block_set_remove(blocks, &stranger));
    block_set_free(blocks);
}

/* The promise of the capacity, in the orders that cut blocks worst: whatever came and went, so many items have room. */
static void capacity_is_there_in_any_order(void **state) {
    (void)state;
    enum { CAPACITY = 5000, ORDERS = 4 };
    struct prng prng = prng_seeded(7);
    struct block_set *blocks = block_set_new(CAPACITY);
    for (int order = 0; order < ORDERS; order++) {
        struct set_item item = item_random(&prng, 1);
        static struct set_item items[CAPACITY];
        for (size_t i = 0; i < CAPACITY; i++) {
            const uint64_t times[ORDERS] = {i, CAPACITY - i, i % 2 == 0 ? i : 2 * CAPACITY - i, prng_next(&prng) / 2};
            item.timestamp = times[order];
            items[i] = item;
            assert_int_equal(block_set_add(blocks, &item), BLOCK_SET_ADDED);
        }
        item.timestamp = UINT64_MAX - 1;
        assert_int_equal(block_set_add(blocks, &item), BLOCK_SET_FULL);
        for (size_t i = 0; i < CAPACITY; i += 2) assert_true(block_set_remove(blocks, &items[i]));
        for (size_t i = 0; i < CAPACITY; i += 2) assert_int_equal(block_set_add(blocks, &items[i]), BLOCK_SET_ADDED);
        for (size_t i = 0; i < CAPACITY; i++) assert_true(block_set_remove(blocks, &items[i]));
        assert_int_equal(block_set_size(blocks), 0);
    }
    block_set_free(blocks);
}

static void a_set_of_nothing_has_an_answer_to_everything(void **state) {
    (void)state;
    struct block_set *blocks = block_set_new(0);
    const struct ordered_set set = block_set_view(blocks);
    const struct set_item item = {.timestamp = 1};
    const struct id_sum nothing = {0};
    const struct fingerprint expected = id_sum_fingerprint(&nothing, 0), asked = ordered_set_fingerprint(&set, 0, 0);
    assert_int_equal(block_set_add(blocks, &item), BLOCK_SET_FULL);
    assert_int_equal(ordered_set_size(&set), 0);
    assert_int_equal(ordered_set_lower_bound(&set, &item), 0);
    assert_true(fingerprint_equal(&expected, &asked));
    block_set_free(blocks);
    block_set_free(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_agree_with_a_sorted_array),
        cmocka_unit_test(capacity_is_there_in_any_order),
        cmocka_unit_test(a_set_of_nothing_has_an_answer_to_everything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
