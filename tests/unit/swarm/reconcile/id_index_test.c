/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/reconcile/id_index.h"

#include "lib/reconcile_talk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static uint8_t message[LIMIT_RECONCILE_MESSAGE_MAX];
static struct id_index ids;

static void fill(size_t count, size_t first, struct prng *prng) {
    id_index_init(&ids, (struct span){message, sizeof message});
    for (size_t i = 0; i < count; i++) {
        const struct set_item item = item_random(prng, 1);
        memcpy(&message[first + 32 * i], item.id.bytes, 32);
        id_index_add(&ids, &message[first + 32 * i]);
    }
}

static struct object_id id_of(size_t place) {
    struct object_id id;
    memcpy(id.bytes, &message[place], sizeof id.bytes);
    return id;
}

static void every_id_of_the_fullest_message_is_found_and_marked_alone(void **state) {
    (void)state;
    struct prng prng = prng_seeded(3);
    fill(ID_INDEX_MAX, 0, &prng);
    assert_true(id_index_sort(&ids));
    const struct span all = {message, sizeof message};
    for (size_t i = 0; i < ID_INDEX_MAX; i += 2) {
        const struct object_id id = id_of(32 * i);
        assert_true(id_index_mark(&ids, all, &id));
    }
    for (size_t i = 0; i < ID_INDEX_MAX; i++) assert_int_equal(id_index_is_marked(&ids, &message[32 * i]), i % 2 == 0);
}

static void an_id_of_another_list_is_not_found(void **state) {
    (void)state;
    struct prng prng = prng_seeded(4);
    fill(20, 7, &prng);
    assert_true(id_index_sort(&ids));
    const struct span list = {&message[7 + 32 * 5], 32 * 5};
    for (size_t i = 0; i < 20; i++) {
        const struct object_id id = id_of(7 + 32 * i);
        assert_int_equal(id_index_mark(&ids, list, &id), i >= 5 && i < 10);
    }
    const struct set_item stranger = item_random(&prng, 1);
    assert_false(id_index_mark(&ids, list, &stranger.id));
}

static void the_same_id_twice_is_seen_wherever_it_stands(void **state) {
    (void)state;
    struct prng prng = prng_seeded(5);
    for (int i = 0; i < 200; i++) {
        const size_t count = 2 + prng_below(&prng, 100);
        fill(count, 1, &prng);
        const size_t a = prng_below(&prng, (uint32_t)count), b = prng_below(&prng, (uint32_t)count);
        memcpy(&message[1 + 32 * a], &message[1 + 32 * b], 32);
        assert_int_equal(id_index_sort(&ids), a == b);
    }
}

static void no_ids_are_in_order(void **state) {
    (void)state;
    const struct object_id id = {{1}};
    id_index_init(&ids, SPAN_NONE);
    assert_true(id_index_sort(&ids));
    assert_false(id_index_mark(&ids, SPAN_NONE, &id));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_id_of_the_fullest_message_is_found_and_marked_alone),
        cmocka_unit_test(an_id_of_another_list_is_not_found),
        cmocka_unit_test(the_same_id_twice_is_seen_wherever_it_stands),
        cmocka_unit_test(no_ids_are_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
