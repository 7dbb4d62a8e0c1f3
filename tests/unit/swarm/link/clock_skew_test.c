/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/engine_rig.h"
#include "swarm/wire/hello.h"

/* A peer links whose clock is that much ahead. */
static void link_with_skew(struct rig *rig, uint32_t number, int64_t skew_ms) {
    struct rig_peer peer = rig_peer(number);
    struct hello hello = rig_hello(&peer);
    uint32_t link = rig_up_inbound(rig, &peer);
    hello.now_ms += skew_ms;
    rig_say(rig, link, MESSAGE_HELLO, &hello);
}

static void three_peers_that_agree_tell_us_that_our_clock_is_wrong(void **state) {
    (void)state;
    struct rig *rig = RIG(0);
    link_with_skew(rig, 1, 60000);
    link_with_skew(rig, 2, 61000);
    assert_null(rig_event(rig, EVENT_CLOCK_SKEW));
    link_with_skew(rig, 3, 0);
    const struct event *event = rig_event(rig, EVENT_CLOCK_SKEW);
    assert_non_null(event);
    assert_in_range(event->figures[0], 59000, 61000);
    assert_int_equal(event->figures[1], 3);
    rig_free(rig);
}

static void one_liar_among_three_tells_us_nothing(void **state) {
    (void)state;
    struct rig *rig = RIG(0);
    link_with_skew(rig, 1, 0);
    link_with_skew(rig, 2, 0);
    link_with_skew(rig, 3, -900000);
    assert_null(rig_event(rig, EVENT_CLOCK_SKEW));
    rig_free(rig);
}

static void it_is_not_told_again_at_once(void **state) {
    (void)state;
    struct rig *rig = RIG(0);
    for (uint32_t i = 1; i <= 3; i++) link_with_skew(rig, i, 60000);
    assert_non_null(rig_event(rig, EVENT_CLOCK_SKEW));
    link_with_skew(rig, 4, 60000);
    assert_null(rig_event(rig, EVENT_CLOCK_SKEW));
    rig_free(rig);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_peers_that_agree_tell_us_that_our_clock_is_wrong),
        cmocka_unit_test(one_liar_among_three_tells_us_nothing),
        cmocka_unit_test(it_is_not_told_again_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
