/* SPDX-License-Identifier: Apache-2.0 */
/* A node that stood still, slept, or woke up somewhere else. */
#include "lib/engine_rig.h"
#include "swarm/wire/ping.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { LINKS = 3 };

static struct rig *linked(void) {
    struct rig *rig = RIG(.source_count = 1);
    rig_fill_view(rig, LINKS, MESH_WISH_LOW);
    return rig;
}

static size_t count_pings(const struct rig *rig) {
    size_t count = 0;
    for (uint32_t link = 1; link < 1 + 2 * LINKS; link += 2) count += rig_sent(rig, link, MESSAGE_PING) != NULL;
    return count;
}

/* The process is stopped, and fed again only after that time. */
static void stand_still(struct rig *rig, int64_t for_ms) {
    rig->now_ms += for_ms;
    rig_feed(rig, &(struct input){.kind = INPUT_TICK});
}

static void after_a_stop_every_link_is_asked_before_it_is_given_up(void **state) {
    (void)state;
    struct rig *rig = linked();
    struct ping ping = {.seq = 1};
    stand_still(rig, 60000);
    assert_non_null(rig_event(rig, EVENT_WOKE));
    assert_int_equal(count_pings(rig), LINKS);
    assert_int_equal(rig_open_count(rig), LINKS);
    rig_say(rig, 1, MESSAGE_PING, &ping); /* one of them is still there */
    rig_tick(rig, LIMIT_ANSWER_MS);
    assert_int_equal(rig_open_count(rig), 1);
    assert_int_equal(rig_link(rig, 1).state, LINK_STATE_OPEN);
    assert_int_equal(rig_goodbye(rig, 3), REASON_TIMEOUT);
    rig_free(rig);
}

static void a_little_late_is_no_stop(void **state) {
    (void)state;
    struct rig *rig = linked();
    rig_tick(rig, 100);
    int64_t due_ms = engine_deadline_ms(rig->engine);
    stand_still(rig, due_ms - rig->now_ms + 4000);
    assert_null(rig_event(rig, EVENT_WOKE));
    rig_free(rig);
}

static void a_sleep_that_the_clock_does_not_know_of_is_told(void **state) {
    (void)state;
    struct rig *rig = linked();
    struct input woke = {.kind = INPUT_WOKE};
    woke.as.stood_ms = 3600000;
    rig_tick(rig, 5000);
    rig_feed(rig, &woke);
    assert_true(rig_event(rig, EVENT_WOKE)->figures[0] == 3600000);
    assert_int_equal(count_pings(rig), LINKS);
    rig_tick(rig, LIMIT_ANSWER_MS);
    assert_int_equal(rig_open_count(rig), 0);
    rig_free(rig);
}

static void feed_interfaces(struct rig *rig, const char *text) {
    struct address address;
    struct input input = {.kind = INPUT_INTERFACES};
    assert_true(address_read_ip(span_of_text(text), &address));
    input.as.place.addresses = &address;
    input.as.place.count = 1;
    rig_feed(rig, &input);
}

static void another_network_asks_links_and_sources_at_once(void **state) {
    (void)state;
    struct rig *rig = linked();
    rig_tick(rig, 3000);
    feed_interfaces(rig, "198.51.100.20");
    assert_non_null(rig_event(rig, EVENT_NETWORK_CHANGED));
    assert_int_equal(count_pings(rig), LINKS);
    rig_tick(rig, 1000);
    feed_interfaces(rig, "198.51.100.20");
    assert_null(rig_event(rig, EVENT_NETWORK_CHANGED));
    rig_free(rig);
}

static void in_another_network_failures_are_forgotten(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    struct rig_peer peer = rig_peer(1);
    rig_beacon_lists(rig, &peer.ticket, 1);
    for (int i = 0; i < 6; i++) { /* until it would wait for long */
        while (rig_count(rig, ACTION_DIAL) == 0) rig_tick(rig, 1000);
        rig_dial_failed(rig, rig_action(rig, ACTION_DIAL, 0)->link, REASON_REFUSED);
    }
    rig_tick(rig, LIMIT_DIAL_SAME_ADDRESS_MS);
    while (rig_count(rig, ACTION_DIAL) > 0) {
        rig_dial_failed(rig, rig_action(rig, ACTION_DIAL, 0)->link, REASON_REFUSED);
        rig_tick(rig, LIMIT_DIAL_SAME_ADDRESS_MS);
    }
    feed_interfaces(rig, "198.51.100.20");
    assert_int_equal(rig_count(rig, ACTION_DIAL), 1);
    rig_free(rig);
}

static void a_clock_that_jumps_ends_no_link(void **state) {
    (void)state;
    struct rig *rig = linked();
    const int64_t jumps_ms[] = {3600000, -7200000, 86400000};
    for (size_t i = 0; i < 3; i++) {
        struct input clock = {.kind = INPUT_CLOCK};
        clock.as.wall_ms = RIG_WALL_MS + jumps_ms[i];
        rig_feed(rig, &clock);
        assert_non_null(rig_event(rig, EVENT_CLOCK_JUMPED));
        rig_tick(rig, 1000);
        assert_int_equal(rig_open_count(rig), LINKS);
    }
    rig_free(rig);
}

/* A network that changes again and again is no reason to believe in a dead link. */
static void what_is_asked_again_must_still_answer_the_first_time(void **state) {
    (void)state;
    struct rig *rig = RIG();
    struct rig_peer peer = rig_peer(1);
    struct address addresses[2] = {rig_address("10.1.1.1:1"), rig_address("10.2.2.2:1")};
    uint32_t link = rig_link_inbound(rig, &peer);
    for (int i = 0; i < 20; i++) {
        struct input input = {.kind = INPUT_INTERFACES};
        input.as.place.addresses = &addresses[i % 2];
        input.as.place.count = 1;
        rig_feed(rig, &input);
        rig_tick(rig, LIMIT_ANSWER_MS - 1000);
    }
    assert_int_not_equal(rig_link(rig, link).state, LINK_STATE_OPEN);
    rig_free(rig);
}

/* After each stop every link has its time to answer, as long as it has not been silent for too long. */
static void after_a_second_stop_links_are_asked_again(void **state) {
    (void)state;
    struct rig *rig = linked();
    stand_still(rig, 7000);
    assert_non_null(rig_event(rig, EVENT_WOKE));
    stand_still(rig, 11000);
    assert_non_null(rig_event(rig, EVENT_WOKE));
    assert_int_equal(rig_open_count(rig), LINKS);
    rig_free(rig);
}

static void by_webrtc_another_path_is_looked_for_and_takes_its_time(void **state) {
    (void)state;
    struct rig *rig = linked();
    struct rig_peer peer = rig_peer(7);
    struct hello hello = rig_hello(&peer);
    hello.mesh = MESH_WISH_NONE;
    const uint32_t link = rig_up_signaled(rig, 0, &peer);
    rig_say_hello(rig, link, &hello, true);
    feed_interfaces(rig, "198.51.100.20");
    assert_int_equal(rig_count(rig, ACTION_RENEW), 1);
    assert_int_equal(rig_action(rig, ACTION_RENEW, 0)->link, link);
    rig_tick(rig, LIMIT_ANSWER_MS);
    assert_int_equal(rig_open_count(rig), 0); /* the others, by TLS */
    rig_tick(rig, LIMIT_RENEW_MS - LIMIT_ANSWER_MS - 1);
    assert_int_equal(rig_link(rig, link).state, LINK_STATE_OPEN);
    rig_tick(rig, 1);
    assert_int_equal(rig_goodbye(rig, link), REASON_TIMEOUT);
    rig_free(rig);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(after_a_stop_every_link_is_asked_before_it_is_given_up),
        cmocka_unit_test(a_little_late_is_no_stop),
        cmocka_unit_test(a_sleep_that_the_clock_does_not_know_of_is_told),
        cmocka_unit_test(another_network_asks_links_and_sources_at_once),
        cmocka_unit_test(in_another_network_failures_are_forgotten),
        cmocka_unit_test(a_clock_that_jumps_ends_no_link),
        cmocka_unit_test(what_is_asked_again_must_still_answer_the_first_time),
        cmocka_unit_test(after_a_second_stop_links_are_asked_again),
        cmocka_unit_test(by_webrtc_another_path_is_looked_for_and_takes_its_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
