/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/link/link.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/hostile_link.h"
#include "lib/link_world.h"
#include "swarm/limits.h"

enum { DIALLED = 2 };

/* Node a's link 2 is node b's link 1. */
static struct link_world *linked(void **state) {
    struct link_world *world = *state;
    link_node_dial(&world->a, DIALLED, &world->b.at, &world->b.id);
    link_world_await(world, "b up 1 in");
    link_world_await(world, "a up 2 out");
    return world;
}

static void both_ends_learn_the_proven_key(void **state) {
    struct link_world *world = linked(state);
    assert_true(public_key_equal(&world->a.last_key, &world->b.public_half));
    assert_true(public_key_equal(&world->b.last_key, &world->a.public_half));
    assert_true(address_equal(&world->a.last_remote, &world->b.at));
    assert_int_equal(link_set_count(world->a.set), 1);
    assert_int_equal(link_set_count(world->b.set), 1);
}

static void whoever_answers_is_taken_when_nobody_is_expected(void **state) {
    struct link_world *world = *state;
    link_node_dial(&world->a, DIALLED, &world->b.at, NULL);
    link_world_await(world, "a up 2 out");
    assert_true(public_key_equal(&world->a.last_key, &world->b.public_half));
}

static void messages_travel_both_ways(void **state) {
    struct link_world *world = linked(state);
    link_node_send_ping(&world->a, 2);
    link_node_send_goodbye(&world->b, 1);
    link_world_await(world, "b message 1 ping");
    link_world_await(world, "a message 2 goodbye");
}

/* The hello is checked on a pool thread; what follows it waits. */
static void frames_keep_their_order_around_a_costly_one(void **state) {
    struct link_world *world = linked(state);
    link_node_send_ping(&world->a, 2);
    link_node_send_hello(&world->a, 2);
    link_node_send_goodbye(&world->a, 2);
    link_world_await(world, "b message 1 goodbye");
    link_world_assert_told(world, "b message 1 ping after 0\nb message 1 hello after 0\nb message 1 goodbye after 0\n");
}

static void control_overtakes_bulk(void **state) {
    struct link_world *world = linked(state);
    link_node_send_bulk(&world->a, 2, 50);
    link_node_send_ping(&world->a, 2);
    link_node_send_goodbye(&world->a, 2);
    link_world_await(world, "b message 1 goodbye");
    link_world_assert_told(world, "b message 1 ping after 0\nb message 1 goodbye after 0\n");
}

static void close_in_order_delivers_the_last_frame_first(void **state) {
    struct link_world *world = linked(state);
    link_node_send_bulk(&world->a, 2, 30);
    link_node_send_goodbye(&world->a, 2);
    link_node_close(&world->a, 2, true);
    link_world_await(world, "a down 2 by us");
    link_world_await(world, "b down 1 reset");
    link_world_assert_told(world, "b message 1 goodbye");
    assert_int_equal(world->b.bulk_count, 30);
    link_world_await_quiet(world);
}

/* b closes while a's bytes lie unread at b: a socket closed over them would send a reset. */
static void goodbye_survives_unread_input(void **state) {
    struct link_world *world = linked(state);
    link_node_send_bulk(&world->a, 2, 60);
    link_node_send_goodbye(&world->b, 1);
    link_node_close(&world->b, 1, true);
    link_world_await(world, "b down 1 by us");
    link_world_await(world, "a down 2 reset");
    link_world_assert_told(world, "a message 2 goodbye");
    assert_int_equal(world->b.bulk_count, 0);
}

static void close_at_once_is_a_reset_for_the_other(void **state) {
    struct link_world *world = linked(state);
    link_node_close(&world->a, 2, false);
    link_world_assert_not_told(world, "down");
    link_world_await(world, "a down 2 by us");
    link_world_await(world, "b down 1 reset");
    link_world_await_quiet(world);
}

static void close_of_a_dial_under_way_is_told_as_down(void **state) {
    struct link_world *world = *state;
    link_node_dial(&world->a, DIALLED, &world->b.at, &world->b.id);
    link_node_close(&world->a, DIALLED, true);
    link_world_await(world, "a down 2 by us");
    link_world_assert_not_told(world, "dial_failed");
    link_world_await_quiet(world);
}

static void after_down_the_id_is_free_again(void **state) {
    struct link_world *world = linked(state);
    link_node_close(&world->a, 2, true);
    link_world_await(world, "a down 2 by us");
    link_node_send_ping(&world->a, 2); /* nobody there: nothing happens */
    link_node_close(&world->a, 2, true);
    link_node_dial(&world->a, DIALLED, &world->b.at, &world->b.id);
    link_world_await(world, "b up 5 in");
}

static void another_id_than_dialled_is_refused_by_the_dialler(void **state) {
    struct link_world *world = *state;
    link_node_dial(&world->a, DIALLED, &world->b.at, &world->a.id);
    link_world_await(world, "a dial_failed 2 identity");
    link_world_await(world, "b turned_away tls-failed");
    link_world_assert_not_told(world, " up ");
    link_world_await_quiet(world);
}

static void own_key_is_self(void **state) {
    struct link_world *world = *state;
    link_node_dial(&world->b, DIALLED, &world->b.at, NULL);
    link_world_await(world, "b dial_failed 2 self");
    link_world_await(world, "b turned_away tls-failed");
    link_world_await_quiet(world);
}

static void closed_port_is_refused(void **state) {
    struct link_world *world = *state;
    link_set_stop_listening(world->b.set);
    link_node_dial(&world->a, DIALLED, &world->b.at, &world->b.id);
    link_world_await(world, "a dial_failed 2 refused");
    link_world_await_quiet(world);
}

static void address_without_a_port_is_unreachable_and_told_later(void **state) {
    struct link_world *world = *state;
    const struct address nowhere = link_world_loopback(0);
    link_node_dial(&world->a, DIALLED, &nowhere, NULL);
    assert_int_equal(world->size, 0);
    link_world_await(world, "a dial_failed 2 unreachable");
}

static void busy_port_says_what_to_do(void **state) {
    struct link_world *world = *state;
    struct err_detail detail = {{0}};
    char text[ADDRESS_TEXT_MAX];
    assert_int_equal(link_set_listen(world->a.set, &world->b.at, NULL, &detail), ERR_IN_USE);
    assert_non_null(strstr(detail.text, address_text(&world->b.at, text)));
    assert_non_null(strstr(detail.text, "--listen"));
}

static void dual_stack_listener_sees_ipv4_as_ipv4(void **state) {
    struct link_world *world = *state;
    const struct address any = {.family = ADDRESS_IPV6};
    char text[ADDRESS_TEXT_MAX];
    link_node_listen(&world->b, &any);
    const struct address to = link_world_loopback(world->b.at.port);
    link_node_dial(&world->a, DIALLED, &to, &world->b.id);
    link_world_await(world, "b up 1 in");
    assert_int_equal(world->b.last_remote.family, ADDRESS_IPV4);
    assert_memory_equal(address_text(&world->b.last_remote, text), "127.0.0.1:", 10);
}

static void refused_goodbye(struct link_node *node, uint32_t link) {
    link_node_send_goodbye(node, link);
    link_set_close(node->set, link, true);
}

static void unknown_type_stops_the_link_and_the_goodbye_arrives(void **state) {
    struct link_world *world = linked(state);
    world->b.on_refused = refused_goodbye;
    link_node_send(&world->a, 2, 0x3f, SPAN_LITERAL("{}"));
    link_node_send_ping(&world->a, 2);
    link_node_send_bulk(&world->a, 2, 20);
    link_world_await(world, "a down 2");
    link_world_await(world, "b down 1 by us");
    link_world_assert_told(world, "b refused 1 3f type-unknown");
    link_world_assert_told(world, "a message 2 goodbye");
    link_world_assert_not_told(world, "b message");
    link_world_await_quiet(world);
}

static void frame_that_does_not_check_is_refused_too(void **state) {
    struct link_world *world = linked(state);
    link_node_send(&world->a, 2, MESSAGE_GOODBYE, SPAN_LITERAL("{\"reason\":\"idle\",\"reason\":\"idle\"}"));
    link_node_send_ping(&world->a, 2);
    link_world_await(world, "b refused 1 02 duplicate-member");
    link_node_close(&world->b, 1, false);
    link_world_await(world, "a down 2 reset");
    link_world_assert_not_told(world, "b message");
}

static void costly_frame_that_does_not_check_is_refused_too(void **state) {
    struct link_world *world = linked(state);
    link_node_send(&world->a, 2, MESSAGE_HELLO, SPAN_LITERAL("{\"v\":1"));
    link_world_await(world, "b refused 1 01 json-syntax");
}

static void over_its_rate_a_link_is_refused(void **state) {
    struct link_world *world = linked(state);
    for (int i = 0; i < 300; i++) link_node_send_ping(&world->a, 2);
    link_world_await(world, "b refused 1 40 frame-rate");
}

static void close_on_message(struct link_node *node, uint32_t link, const struct checked_message *message) {
    (void)message;
    link_set_close(node->set, link, false);
}

static void link_may_be_closed_from_its_own_message(void **state) {
    struct link_world *world = linked(state);
    world->b.on_message = close_on_message;
    link_node_send_ping(&world->a, 2);
    link_node_send_ping(&world->a, 2);
    link_node_send_hello(&world->a, 2);
    link_world_await(world, "b down 1 by us");
    link_world_await(world, "a down 2 reset");
    assert_null(strstr(strstr(world->story, "b message") + 1, "b message"));
    link_world_await_quiet(world);
}

static void link_may_be_closed_while_its_frame_is_checked(void **state) {
    struct link_world *world = linked(state);
    for (int i = 0; i < 20; i++) {
        link_node_send_hello(&world->a, 2);
        link_node_send_ping(&world->a, 2);
    }
    link_world_await(world, "b message 1 hello"); /* the next is with the pool already */
    link_world_await(world, "b message 1 ping");
    link_node_close(&world->b, 1, true);
    link_world_await(world, "b down 1 by us");
    link_world_await(world, "a down 2 reset");
    link_world_await_quiet(world);
}

static void link_sets_may_be_freed_with_everything_open(void **state) {
    struct link_world *world = linked(state);
    link_node_dial(&world->a, 4, &world->b.at, NULL);
    for (int i = 0; i < 20; i++) link_node_send_hello(&world->a, 2);
    link_node_send_bulk(&world->b, 1, 20);
    link_world_await(world, "b message 1 hello");
    /* world_close frees: a check runs, a dial is under way, bytes are unsent */
}

static void measure_counts_frames_with_their_headers(void **state) {
    struct link_world *world = linked(state);
    struct link_measure measure;
    link_node_send_ping(&world->a, 2);
    link_node_send_bulk(&world->a, 2, 2);
    assert_true(link_set_measure(world->a.set, 2, &measure));
    assert_int_equal(measure.unsent_bytes, 17 + 2 * 65605);
    link_node_send_goodbye(&world->b, 1);
    link_world_await(world, "a message 2 goodbye");
    while (world->b.bulk_count < 2) link_world_run(world, 1);
    assert_true(link_set_measure(world->a.set, 2, &measure));
    assert_int_equal(measure.bytes_out, 17 + 2 * 65605);
    assert_int_equal(measure.unsent_bytes, 0);
    assert_true(measure.packets > 0);
    assert_true(link_set_measure(world->b.set, 1, &measure));
    assert_int_equal(measure.bytes_in, 17 + 2 * 65605);
    assert_true(measure.bytes_out > LIMIT_FRAME_HEADER_SIZE);
    assert_false(link_set_measure(world->b.set, 99, &measure));
}

static void whoever_sends_much_hears_when_there_is_room_again(void **state) {
    struct link_world *world = linked(state);
    link_node_send_bulk(&world->a, 2, 2);
    while (world->b.bulk_count < 2) link_world_run(world, 1);
    assert_int_equal(world->a.drained_count, 0); /* that was little */
    link_node_send_bulk(&world->a, 2, 40);
    assert_int_equal(link_set_bulk_unsent(world->a.set, 2), 40 * 65605);
    while (world->b.bulk_count < 42) link_world_run(world, 1);
    assert_int_equal(world->a.drained_count, 1);
    assert_true(world->a.unsent_when_drained > 0 && world->a.unsent_when_drained < LINK_BULK_LOW);
    assert_true(link_set_bulk_unsent(world->a.set, 99) == SIZE_MAX);
}

static void sender_of_far_too_much_hears_of_it_once(void **state) {
    struct link_world *world = linked(state);
    link_node_send_bulk(&world->a, 2, 400); /* 26 MB at once */
    link_world_await(world, "a faulted 2 slow");
    link_node_send_bulk(&world->a, 2, 10);
    link_node_send_goodbye(&world->a, 2);
    link_world_await(world, "b message 1 goodbye");
    assert_null(strstr(strstr(world->story, "faulted") + 1, "faulted"));
}

/* Four times what one link may hold, and a bit: the fullest pays, and its goodbye is not waited for. */
static void too_much_over_all_links_costs_the_fullest(void **state) {
    struct link_world *world = *state;
    struct link_measure measure;
    for (uint32_t link = 2; link <= 10; link += 2) {
        char up[32];
        link_node_dial(&world->a, link, &world->b.at, &world->b.id);
        (void)snprintf(up, sizeof up, "a up %u out", link);
        link_world_await(world, up);
    }
    for (uint32_t link = 2; link <= 10; link += 2) link_node_send_bulk(&world->a, link, link == 6 ? 254 : 250);
    link_node_send_bulk(&world->a, 6, 1);
    assert_true(link_set_measure(world->a.set, 6, &measure));
    assert_int_equal(measure.unsent_bytes, 0);
    assert_true(link_set_measure(world->a.set, 4, &measure));
    assert_int_equal(measure.unsent_bytes, 250 * (LIMIT_BULK_BODY_MAX + LIMIT_FRAME_HEADER_SIZE));
    link_world_await(world, "a faulted 6 resources");
    link_world_assert_not_told(world, "slow");
    link_node_close(&world->a, 6, true);
    link_world_await(world, "a down 6 by us");
}

static void address_that_connects_too_often_is_turned_away_before_tls(void **state) {
    struct link_world *world = *state;
    bool is_told = false;
    for (size_t i = 0; i < 1000 && !is_told; i++) {
        struct hostile_link *links[8];
        for (size_t k = 0; k < 8; k++) links[k] = hostile_link_connect(&world->b.at, 1000);
        for (size_t k = 0; k < 8; k++) hostile_link_close(links[k]);
        world->size = 0;
        world->story[0] = '\0';
        link_world_run(world, 1);
        is_told = strstr(world->story, "b turned_away rate") != NULL;
    }
    assert_true(is_told);
    assert_true(link_set_callers_over_rate(world->b.set) > 0);
    assert_true(link_set_callers_over_rate(world->a.set) == 0);
    assert_null(strstr(strstr(world->story, "turned_away rate") + 1, "turned_away rate"));
}

static void ninth_unfinished_handshake_of_an_address_is_turned_away(void **state) {
    struct link_world *world = *state;
    struct hostile_link *silent[LIMIT_HANDSHAKES_PER_ADDRESS_MAX + 1];
    for (size_t i = 0; i <= LIMIT_HANDSHAKES_PER_ADDRESS_MAX; i++) silent[i] = hostile_link_connect(&world->b.at, 1000);
    link_world_await(world, "b turned_away resources");
    assert_int_equal(link_set_count(world->b.set), LIMIT_HANDSHAKES_PER_ADDRESS_MAX);
    for (size_t i = 0; i <= LIMIT_HANDSHAKES_PER_ADDRESS_MAX; i++) hostile_link_close(silent[i]);
    link_world_await(world, "b turned_away tls-failed");
    link_world_await_quiet(world);
}

static void without_descriptors_it_waits_and_then_accepts(void **state) {
    struct link_world *world = *state;
    struct rlimit limit, low;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    link_node_dial(&world->a, DIALLED, &world->b.at, &world->b.id);
    const int next = dup(0);
    close(next);
    low = limit;
    low.rlim_cur = (rlim_t)next;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
    link_world_run(world, 50);
    assert_int_equal(world->size, 0);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    link_world_await(world, "a up 2 out");
    link_world_await(world, "b up 1 in");
}

int main(void) {
#define LINK_TEST(name) cmocka_unit_test_setup_teardown(name, link_world_open, link_world_close)
    const struct CMUnitTest tests[] = {
        LINK_TEST(both_ends_learn_the_proven_key),
        LINK_TEST(whoever_answers_is_taken_when_nobody_is_expected),
        LINK_TEST(messages_travel_both_ways),
        LINK_TEST(frames_keep_their_order_around_a_costly_one),
        LINK_TEST(control_overtakes_bulk),
        LINK_TEST(close_in_order_delivers_the_last_frame_first),
        LINK_TEST(goodbye_survives_unread_input),
        LINK_TEST(close_at_once_is_a_reset_for_the_other),
        LINK_TEST(close_of_a_dial_under_way_is_told_as_down),
        LINK_TEST(after_down_the_id_is_free_again),
        LINK_TEST(another_id_than_dialled_is_refused_by_the_dialler),
        LINK_TEST(own_key_is_self),
        LINK_TEST(closed_port_is_refused),
        LINK_TEST(address_without_a_port_is_unreachable_and_told_later),
        LINK_TEST(busy_port_says_what_to_do),
        LINK_TEST(dual_stack_listener_sees_ipv4_as_ipv4),
        LINK_TEST(unknown_type_stops_the_link_and_the_goodbye_arrives),
        LINK_TEST(frame_that_does_not_check_is_refused_too),
        LINK_TEST(costly_frame_that_does_not_check_is_refused_too),
        LINK_TEST(over_its_rate_a_link_is_refused),
        LINK_TEST(link_may_be_closed_from_its_own_message),
        LINK_TEST(link_may_be_closed_while_its_frame_is_checked),
        LINK_TEST(link_sets_may_be_freed_with_everything_open),
        LINK_TEST(measure_counts_frames_with_their_headers),
        LINK_TEST(whoever_sends_much_hears_when_there_is_room_again),
        LINK_TEST(sender_of_far_too_much_hears_of_it_once),
        LINK_TEST(too_much_over_all_links_costs_the_fullest),
        LINK_TEST(address_that_connects_too_often_is_turned_away_before_tls),
        LINK_TEST(ninth_unfinished_handshake_of_an_address_is_turned_away),
        LINK_TEST(without_descriptors_it_waits_and_then_accepts),
    };
    return sign_init() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
