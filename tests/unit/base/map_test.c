/* SPDX-License-Identifier: Apache-2.0 */
#include "base/map.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct key {
    uint8_t bytes[32];
};

static struct key key_of(uint32_t number) {
    struct key key = {{0}};
    memcpy(key.bytes + 7, &number, sizeof number);
    return key;
}

static void hash_is_siphash_2_4(void **state) {
    (void)state;
    uint8_t bytes[64];
    for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (uint8_t)i;
    const uint64_t key0 = UINT64_C(0x0706050403020100);
    const uint64_t key1 = UINT64_C(0x0f0e0d0c0b0a0908);
    /* The paper's appendix: fifteen bytes. The others come from its authors' list for 0, 8 and 63 bytes. */
    assert_true(map_hash((struct span){bytes, 15}, key0, key1) == UINT64_C(0xa129ca6149be45e5));
    assert_true(map_hash((struct span){bytes, 0}, key0, key1) == UINT64_C(0x726fdb47dd0e0e31));
    assert_true(map_hash((struct span){bytes, 8}, key0, key1) == UINT64_C(0x93f5f5799a932462));
    assert_true(map_hash((struct span){bytes, 63}, key0, key1) == UINT64_C(0x958a324ceb064572));
}

static void what_was_put_is_found_and_can_be_replaced(void **state) {
    (void)state;
    struct map *m = map_new(8, sizeof(struct key), 1);
    const struct key key = key_of(5);
    uint32_t value = 0;
    assert_false(map_find(m, &key, &value));
    assert_true(map_put(m, &key, 50));
    assert_true(map_find(m, &key, &value));
    assert_int_equal(value, 50);
    assert_true(map_put(m, &key, 51));
    assert_int_equal(map_count(m), 1);
    assert_true(map_find(m, &key, &value));
    assert_int_equal(value, 51);
    assert_true(map_find(m, &key, NULL));
    map_free(m);
}

static void full_map_refuses_new_keys_and_still_replaces(void **state) {
    (void)state;
    for (uint32_t capacity = 0; capacity < 40; capacity++) {
        struct map *m = map_new(capacity, sizeof(struct key), 9);
        for (uint32_t i = 0; i < capacity; i++) {
            const struct key key = key_of(i);
            assert_true(map_put(m, &key, i));
        }
        const struct key extra = key_of(1000);
        const struct key first = key_of(0);
        assert_false(map_put(m, &extra, 1));
        assert_false(map_find(m, &extra, NULL));
        if (capacity > 0) assert_true(map_put(m, &first, 7));
        assert_int_equal(map_count(m), capacity);
        map_free(m);
    }
}

static void removed_key_is_gone_and_leaves_room(void **state) {
    (void)state;
    struct map *m = map_new(2, sizeof(struct key), 1);
    const struct key a = key_of(1);
    const struct key b = key_of(2);
    const struct key c = key_of(3);
    assert_true(map_put(m, &a, 1) && map_put(m, &b, 2));
    assert_true(map_remove(m, &a));
    assert_false(map_remove(m, &a));
    assert_false(map_find(m, &a, NULL));
    assert_true(map_put(m, &c, 3));
    assert_true(map_find(m, &b, NULL) && map_find(m, &c, NULL));
    map_free(m);
}

static void cleared_map_is_empty_and_usable(void **state) {
    (void)state;
    struct map *m = map_new(4, 4, 1);
    assert_true(map_put(m, "abcd", 1));
    map_clear(m);
    assert_int_equal(map_count(m), 0);
    assert_false(map_find(m, "abcd", NULL));
    assert_true(map_put(m, "abcd", 2));
    map_free(m);
    map_free(NULL);
}

/* A small table at its capacity, so that searches run into each other and around its end, against a plain list. */
static void collisions_and_removals_never_lose_a_key(void **state) {
    (void)state;
    enum { KEYS = 64, CAPACITY = 21, STEPS = 60000 };
    for (uint64_t seed = 0; seed < 3; seed++) {
        struct map *m = map_new(CAPACITY, 2, seed);
        bool is_in[KEYS] = {false};
        uint32_t values[KEYS] = {0};
        size_t count = 0;
        uint32_t noise = (uint32_t)seed + 1;
        for (uint32_t step = 0; step < STEPS; step++) {
            noise = noise * 1664525 + 1013904223;
            const uint32_t which = (noise >> 16) % KEYS;
            const uint8_t key[2] = {(uint8_t)which, 0x5a};
            if ((noise >> 24 & 1) != 0) {
                assert_int_equal(map_remove(m, key), is_in[which]);
                count -= is_in[which];
                is_in[which] = false;
            } else {
                const bool fits = is_in[which] || count < CAPACITY;
                assert_int_equal(map_put(m, key, step), fits);
                count += fits && !is_in[which];
                is_in[which] = fits;
                values[which] = step;
            }
            const uint32_t other = (noise >> 8) % KEYS;
            const uint8_t other_key[2] = {(uint8_t)other, 0x5a};
            uint32_t value = 0;
            assert_int_equal(map_find(m, other_key, &value), is_in[other]);
            if (is_in[other]) assert_int_equal(value, values[other]);
            assert_int_equal(map_count(m), count);
        }
        map_free(m);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hash_is_siphash_2_4),
        cmocka_unit_test(what_was_put_is_found_and_can_be_replaced),
        cmocka_unit_test(full_map_refuses_new_keys_and_still_replaces),
        cmocka_unit_test(removed_key_is_gone_and_leaves_room),
        cmocka_unit_test(cleared_map_is_empty_and_usable),
        cmocka_unit_test(collisions_and_removals_never_lose_a_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
