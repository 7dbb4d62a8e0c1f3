/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/api/tally.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct link_view link_of(uint32_t id, uint64_t bytes_in, int64_t rate) {
    return (struct link_view){.id = id,
                              .state = LINK_STATE_OPEN,
                              .bytes_in = bytes_in,
                              .bytes_out = bytes_in * 2,
                              .in_bytes_per_second = rate,
                              .out_bytes_per_second = rate};
}

static void bytes_of_links_that_are_gone_stay_in_the_sum(void **state) {
    (void)state;
    static struct tally tally;
    struct link_view links[] = {link_of(2, 100, 10), link_of(4, 50, 5)};
    tally_update(&tally, links, 2);
    assert_int_equal(tally_sum(&tally, links, 2).bytes_in, 150);
    links[0].bytes_in = 120;
    tally_update(&tally, links, 2);
    tally_update(&tally, &links[1], 1); /* link 2 is gone */
    struct tally_sum sum = tally_sum(&tally, &links[1], 1);
    assert_int_equal(sum.bytes_in, 170);
    assert_int_equal(sum.bytes_out, 300);
    tally_update(&tally, NULL, 0);
    assert_int_equal(tally_sum(&tally, NULL, 0).bytes_in, 170);
    tally_update(&tally, NULL, 0); /* and is not counted twice */
    assert_int_equal(tally_sum(&tally, NULL, 0).bytes_in, 170);
}

static void rate_is_known_once_one_links_is(void **state) {
    (void)state;
    static struct tally tally;
    struct link_view links[] = {link_of(2, 0, -1), link_of(4, 0, -1)};
    assert_int_equal(tally_sum(&tally, links, 2).in_bytes_per_second, -1);
    links[1].in_bytes_per_second = 7;
    assert_int_equal(tally_sum(&tally, links, 2).in_bytes_per_second, 7);
    links[0].in_bytes_per_second = 3;
    assert_int_equal(tally_sum(&tally, links, 2).in_bytes_per_second, 10);
    links[0].state = LINK_STATE_CLOSED;
    assert_int_equal(tally_sum(&tally, links, 2).in_bytes_per_second, 7);
    assert_int_equal(tally_sum(&tally, links, 0).in_bytes_per_second, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_of_links_that_are_gone_stay_in_the_sum),
        cmocka_unit_test(rate_is_known_once_one_links_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
