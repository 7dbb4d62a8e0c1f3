/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/mesh/payload_cache.h"

#include "base/prng.h"
#include "lib/broadcast_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { BYTES = 1000, ROWS = 16 };

static uint8_t texts[1 << 16];

/* A text that is of that number all over. */
static struct span text_of(uint32_t number, size_t size) {
    memset(texts, (int)(number % 251), size);
    return (struct span){texts, size};
}

static void put(struct payload_cache *cache, uint32_t number, size_t size) {
    const struct cached_payload row = {.id = broadcast_rig_half(number), .hops = (uint8_t)(number % 17)};
    payload_cache_put(cache, &row, text_of(number, size));
}

static bool has(const struct payload_cache *cache, uint32_t number, size_t size) {
    const struct object_half id = broadcast_rig_half(number);
    const struct cached_payload *row = payload_cache_find(cache, &id);
    if (row == NULL) return false;
    assert_int_equal(row->hops, number % 17);
    assert_true(span_equal(payload_cache_text(cache, row), text_of(number, size)));
    return true;
}

static void the_oldest_go_until_the_new_one_fits(void **state) {
    (void)state;
    struct payload_cache cache;
    assert_true(payload_cache_init(&cache, BYTES, ROWS));
    for (uint32_t i = 0; i < 10; i++) put(&cache, i, 100);
    for (uint32_t i = 0; i < 10; i++) assert_true(has(&cache, i, 100));
    put(&cache, 10, 250);
    for (uint32_t i = 0; i <= 10; i++) assert_true(has(&cache, i, i == 10 ? 250 : 100) == (i >= 3));
    put(&cache, 11, BYTES);
    assert_true(has(&cache, 11, BYTES));
    assert_int_equal(cache.count, 1);
    payload_cache_deinit(&cache);
}

static void what_is_larger_than_all_of_it_is_not_kept(void **state) {
    (void)state;
    struct payload_cache cache;
    assert_true(payload_cache_init(&cache, BYTES, ROWS));
    put(&cache, 1, 10);
    put(&cache, 2, BYTES + 1);
    assert_true(has(&cache, 1, 10));
    assert_false(has(&cache, 2, BYTES + 1));
    payload_cache_deinit(&cache);
}

static void there_are_no_more_of_them_than_rows(void **state) {
    (void)state;
    struct payload_cache cache;
    assert_true(payload_cache_init(&cache, BYTES, ROWS));
    for (uint32_t i = 0; i < 100; i++) put(&cache, i, 1);
    assert_int_equal(cache.count, ROWS);
    for (uint32_t i = 0; i < 100; i++) assert_true(has(&cache, i, 1) == (i >= 100 - ROWS));
    payload_cache_deinit(&cache);
}

/* Sizes by chance, many times around: what is there is whole, the newest is always there, and what is gone went in
 * order. */
static void texts_stay_whole_however_it_turns(void **state) {
    (void)state;
    struct payload_cache cache;
    struct prng prng = prng_seeded(1);
    size_t sizes[4000];
    assert_true(payload_cache_init(&cache, BYTES, ROWS));
    for (uint32_t i = 0; i < 4000; i++) {
        bool is_there = false;
        sizes[i] = 1 + prng_below(&prng, prng_below(&prng, 4) == 0 ? BYTES : 120);
        put(&cache, i, sizes[i]);
        for (uint32_t k = i < 20 ? 0 : i - 20; k <= i; k++) {
            const bool is_here = has(&cache, k, sizes[k]);
            assert_true(is_here || !is_there);
            is_there = is_here;
        }
        assert_true(is_there);
    }
    payload_cache_deinit(&cache);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_oldest_go_until_the_new_one_fits),
        cmocka_unit_test(what_is_larger_than_all_of_it_is_not_kept),
        cmocka_unit_test(there_are_no_more_of_them_than_rows),
        cmocka_unit_test(texts_stay_whole_however_it_turns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
