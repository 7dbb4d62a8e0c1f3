/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/content/tether.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

struct thing {
    struct tether tether;
    int ends;
};

static void end(void *subject) {
    ((struct thing *)subject)->ends++;
}

static void a_thing_without_calls_ends_when_it_is_closed(void **state) {
    (void)state;
    struct tether_list list = {0};
    struct thing thing = {0};
    tether_init(&thing.tether, &list, end, &thing);
    tether_close(&thing.tether);
    assert_int_equal(thing.ends, 1);
    assert_null(list.first);
}

static void the_last_to_come_back_ends_it(void **state) {
    (void)state;
    struct tether_list list = {0};
    struct thing thing = {0};
    tether_init(&thing.tether, &list, end, &thing);
    tether_call(&thing.tether);
    tether_job(&thing.tether);
    assert_true((tether_call(&thing.tether), tether_call_back(&thing.tether))); /* its owner has it still */
    tether_close(&thing.tether);
    assert_false(tether_call_back(&thing.tether));
    assert_int_equal(thing.ends, 0);
    assert_false(tether_job_back(&thing.tether));
    assert_int_equal(thing.ends, 1);
}

static void calls_of_a_store_that_was_closed_are_not_waited_for(void **state) {
    (void)state;
    struct tether_list list = {0};
    struct thing called = {0}, at_work = {0}, open = {0};
    tether_init(&called.tether, &list, end, &called);
    tether_init(&at_work.tether, &list, end, &at_work);
    tether_init(&open.tether, &list, end, &open);
    tether_call(&called.tether);
    tether_call(&at_work.tether);
    tether_job(&at_work.tether);
    tether_close(&called.tether);
    tether_close(&at_work.tether);
    tether_list_abandon(&list);
    assert_null(list.first);
    assert_int_equal(called.ends, 1);
    assert_int_equal(at_work.ends, 0); /* a job of the pool comes back, when the list may be gone */
    assert_int_equal(open.ends, 0);
    assert_false(tether_job_back(&at_work.tether));
    assert_int_equal(at_work.ends, 1);
    tether_close(&open.tether);
    assert_int_equal(open.ends, 1);
}

static void a_list_survives_that_any_of_it_ends(void **state) {
    (void)state;
    for (size_t first = 0; first < 3; first++) {
        struct tether_list list = {0};
        struct thing things[3] = {0};
        for (size_t i = 0; i < 3; i++) tether_init(&things[i].tether, &list, end, &things[i]);
        for (size_t i = 0; i < 3; i++) tether_close(&things[(first + i) % 3].tether);
        assert_null(list.first);
        for (size_t i = 0; i < 3; i++) assert_int_equal(things[i].ends, 1);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_thing_without_calls_ends_when_it_is_closed),
        cmocka_unit_test(the_last_to_come_back_ends_it),
        cmocka_unit_test(calls_of_a_store_that_was_closed_are_not_waited_for),
        cmocka_unit_test(a_list_survives_that_any_of_it_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
