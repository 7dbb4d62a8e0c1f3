/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "swarm/link/link_loss.h"
#include "swarm/wire/ping.h"

static const int64_t START_MS = 1763640000000;

static void fewer_than_200_packets_are_not_known(void **state) {
    (void)state;
    struct link_loss loss = {0};
    assert_true(link_loss_out(&loss, START_MS) < 0);
    link_loss_measured(&loss, 199, 10, START_MS);
    assert_true(link_loss_out(&loss, START_MS) < 0);
    link_loss_measured(&loss, 200, 10, START_MS + 1000);
    assert_float_equal(link_loss_out(&loss, START_MS + 1000), 0.05, 1e-9);
}

static void what_is_older_than_a_minute_does_not_count(void **state) {
    (void)state;
    struct link_loss loss = {0};
    link_loss_measured(&loss, 1000, 500, START_MS);
    link_loss_measured(&loss, 2000, 500, START_MS + 30000);
    assert_float_equal(link_loss_out(&loss, START_MS + 30000), 0.25, 1e-9);
    assert_float_equal(link_loss_out(&loss, START_MS + 60000), 0, 1e-9);
    assert_true(link_loss_out(&loss, START_MS + 91000) < 0);
}

static void a_window_that_comes_round_again_starts_empty(void **state) {
    (void)state;
    struct link_loss loss = {0};
    link_loss_measured(&loss, 1000, 1000, START_MS);
    link_loss_measured(&loss, 1500, 1000, START_MS + 60000);
    assert_float_equal(link_loss_out(&loss, START_MS + 60000), 0, 1e-9);
}

static void totals_may_wrap_around(void **state) {
    (void)state;
    struct link_loss loss = {.sent_total = UINT32_MAX - 99, .lost_total = UINT32_MAX};
    link_loss_measured(&loss, 300, 39, START_MS);
    assert_float_equal(link_loss_out(&loss, START_MS), 0.1, 1e-9);
}

static void the_peers_word_holds_for_a_minute(void **state) {
    (void)state;
    struct link_loss loss = {0};
    assert_true(link_loss_in(&loss, START_MS) < 0);
    link_loss_told(&loss, 7, 50000, START_MS);
    assert_float_equal(link_loss_in(&loss, START_MS + 60000), 0.05, 1e-9);
    assert_true(link_loss_in(&loss, START_MS + 60001) < 0);
}

static void what_no_share_can_be_is_not_known(void **state) {
    (void)state;
    struct link_loss loss = {0};
    link_loss_told(&loss, 7, PING_LOSS_UNKNOWN, START_MS);
    assert_true(link_loss_in(&loss, START_MS) < 0);
    link_loss_told(&loss, 7, 1000001, START_MS);
    assert_true(link_loss_in(&loss, START_MS) < 0);
}

static void a_ping_carries_millionths(void **state) {
    (void)state;
    assert_int_equal(link_loss_ppm(0.05), 50000);
    assert_int_equal(link_loss_ppm(1), 1000000);
    assert_int_equal(link_loss_ppm(-1), PING_LOSS_UNKNOWN);
}

/* Over WebRTC gaps are seen by who receives: we count what does not come, and the peer tells what of ours did not. */
static void what_counts_what_comes_is_told_of_what_goes(void **state) {
    (void)state;
    struct link_loss loss = {.counts_incoming = true};
    link_loss_measured(&loss, 1000, 50, START_MS);
    assert_float_equal(link_loss_in(&loss, START_MS), 0.05, 1e-9);
    assert_true(link_loss_out(&loss, START_MS) < 0);
    link_loss_told(&loss, 20000, 70000, START_MS);
    assert_float_equal(link_loss_out(&loss, START_MS), 0.02, 1e-9);
    assert_float_equal(link_loss_in(&loss, START_MS), 0.05, 1e-9);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fewer_than_200_packets_are_not_known),
        cmocka_unit_test(what_is_older_than_a_minute_does_not_count),
        cmocka_unit_test(a_window_that_comes_round_again_starts_empty),
        cmocka_unit_test(totals_may_wrap_around),
        cmocka_unit_test(the_peers_word_holds_for_a_minute),
        cmocka_unit_test(what_no_share_can_be_is_not_known),
        cmocka_unit_test(what_counts_what_comes_is_told_of_what_goes),
        cmocka_unit_test(a_ping_carries_millionths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
