/* SPDX-License-Identifier: Apache-2.0 */
/* The simulated network does what TLS over TCP does; what the swarm tests show is worth no more than this. */
#include "sim/network.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { NOBODY = 9, HOSTS = 3, DELAY_MS = 10, LOG_MAX = 2048 };

/* Two hosts and a third; what they are told is kept as text. */
struct bench {
    struct timeline timeline;
    struct network *network;
    struct signing_key keys[HOSTS];
    char log[LOG_MAX];
};

static void note(struct bench *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void note(struct bench *b, const char *format, ...) {
    size_t size = strlen(b->log);
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(b->log + size, sizeof b->log - size, format, arguments);
    va_end(arguments);
}

static int now_of(const struct bench *b) {
    return (int)b->timeline.now_ms;
}

static void on_up(void *context, uint32_t host, const struct network_up *up) {
    note(context, "%d: %u up %s\n", now_of(context), host, up->is_inbound ? "inbound" : "outbound");
}

static void on_bytes(void *context, uint32_t host, uint32_t link, struct span bytes) {
    (void)link;
    note(context, "%d: %u got %.*s\n", now_of(context), host, (int)bytes.size, (const char *)bytes.at);
}

static void on_down(void *context, uint32_t host, uint32_t link, enum reason reason) {
    (void)link;
    note(context, "%d: %u down %s\n", now_of(context), host, reason_name(reason));
}

static void on_dial_failed(void *context, uint32_t host, uint32_t link, enum reason reason, const char *detail) {
    (void)link;
    (void)detail;
    note(context, "%d: %u failed %s\n", now_of(context), host, reason_name(reason));
}

static void on_turned_away(void *context, uint32_t host, const struct address *remote, enum reason reason) {
    (void)remote;
    note(context, "%d: %u turned away %s\n", now_of(context), host, reason_name(reason));
}

static struct address address_of(uint32_t host) {
    return (struct address){.family = ADDRESS_IPV4, .port = 1, .ip = {198, 18, 0, (uint8_t)(1 + host)}};
}

static struct public_key key_of(const struct bench *b, uint32_t host) {
    return sign_public_key(&b->keys[host]);
}

static int make(void **state) {
    struct bench *b = calloc(1, sizeof *b);
    const struct network_options options = {.seed = 1, .delay_ms_min = DELAY_MS, .delay_ms_max = DELAY_MS};
    const struct network_callbacks callbacks = {on_up, on_bytes, on_down, on_dial_failed, on_turned_away};
    if (b == NULL || !sign_init()) return 1;
    *state = b;
    timeline_init(&b->timeline, 0);
    b->network = network_new(&options, HOSTS, &b->timeline, &callbacks, b);
    for (uint32_t i = 0; i < HOSTS; i++) {
        uint8_t seed[32] = {(uint8_t)(1 + i)};
        struct address address = address_of(i);
        sign_key_from_seed(&b->keys[i], seed);
        struct public_key key = key_of(b, i);
        network_place(b->network, i, &address, &(struct nat){.kind = NAT_OPEN});
        if (i < 2) network_open(b->network, i, &key); /* on the third machine nothing runs */
    }
    return 0;
}

static int unmake(void **state) {
    struct bench *b = *state;
    network_free(b->network);
    timeline_deinit(&b->timeline);
    free(b);
    return 0;
}

static void run_until(struct bench *b, int64_t at_ms) {
    while (timeline_next_ms(&b->timeline) <= at_ms) timeline_step(&b->timeline);
    timeline_advance(&b->timeline, at_ms);
}

static void dial(struct bench *b, uint32_t to) {
    struct network_dial wanted = {.link = 2, .to = address_of(to)};
    network_dial(b->network, 0, &wanted);
}

static void linked(struct bench *b) {
    dial(b, 1);
    run_until(b, 100);
    assert_string_equal(b->log, "40: 0 up outbound\n50: 1 up inbound\n");
    b->log[0] = '\0';
}

static void a_dial_takes_two_round_trips(void **state) {
    linked(*state);
}

static void nobody_at_an_address_is_a_timeout(void **state) {
    struct bench *b = *state;
    dial(b, NOBODY);
    run_until(b, 20000);
    assert_string_equal(b->log, "5000: 0 failed timeout\n");
}

static void a_machine_without_a_process_refuses(void **state) {
    struct bench *b = *state;
    dial(b, 2);
    run_until(b, 20000);
    assert_string_equal(b->log, "20: 0 failed refused\n");
}

static void another_key_than_expected_is_told(void **state) {
    struct bench *b = *state;
    struct public_key other = key_of(b, 2);
    struct network_dial wanted = {.link = 2, .to = address_of(1), .has_expected = true};
    wanted.expected = node_id_of_key(&other);
    network_dial(b->network, 0, &wanted);
    run_until(b, 20000);
    assert_string_equal(b->log, "40: 0 failed identity\n50: 1 turned away tls-failed\n");
}

static void our_own_address_is_told(void **state) {
    struct bench *b = *state;
    dial(b, 0);
    run_until(b, 20000);
    assert_string_equal(b->log, "40: 0 failed self\n50: 0 turned away tls-failed\n");
}

static void what_was_sent_arrives_before_the_end(void **state) {
    struct bench *b = *state;
    linked(b);
    network_send(b->network, 0, 2, SPAN_LITERAL("one"));
    network_send(b->network, 0, 2, SPAN_LITERAL("two"));
    network_close(b->network, 0, 2, true);
    network_send(b->network, 0, 2, SPAN_LITERAL("too late"));
    run_until(b, 20000);
    assert_string_equal(b->log, "110: 1 got one\n110: 1 got two\n110: 1 down reset\n120: 0 down none\n");
    assert_int_equal(network_link_count(b->network, 0), 0);
    assert_int_equal(network_link_count(b->network, 1), 0);
}

static void an_abrupt_close_is_a_reset(void **state) {
    struct bench *b = *state;
    linked(b);
    network_close(b->network, 1, 1, false);
    run_until(b, 20000);
    assert_string_equal(b->log, "100: 1 down none\n110: 0 down reset\n");
}

static void a_killed_process_is_noticed_and_a_dead_machine_is_not(void **state) {
    struct bench *b = *state;
    linked(b);
    network_shut(b->network, 1, NETWORK_PROCESS_DIES);
    run_until(b, 1000);
    assert_string_equal(b->log, "110: 0 down reset\n");
    b->log[0] = '\0';
    struct public_key key = key_of(b, 1);
    network_open(b->network, 1, &key);
    dial(b, 1);
    run_until(b, 2000);
    b->log[0] = '\0';
    network_shut(b->network, 1, NETWORK_MACHINE_DIES);
    network_send(b->network, 0, 2, SPAN_LITERAL("hello?"));
    run_until(b, 20000);
    assert_string_equal(b->log, "");
    network_close(b->network, 0, 2, true); /* nobody answers the close either */
    run_until(b, 30000);
    assert_string_equal(b->log, "22000: 0 down none\n");
}

static void data_waits_at_a_cut(void **state) {
    struct bench *b = *state;
    linked(b);
    cuts_move(network_cuts(b->network), 1, 1);
    network_send(b->network, 0, 2, SPAN_LITERAL("held"));
    run_until(b, 1000);
    assert_string_equal(b->log, "");
    cuts_move(network_cuts(b->network), 1, 0);
    run_until(b, 20000);
    assert_string_equal(b->log, "1510: 1 got held\n"); /* tried again after 200, 400 and 800 ms */
}

static void a_severed_connection_is_silent_for_good(void **state) {
    struct bench *b = *state;
    linked(b);
    cuts_move(network_cuts(b->network), 1, 1);
    network_sever(b->network);
    cuts_move(network_cuts(b->network), 1, 0);
    network_send(b->network, 0, 2, SPAN_LITERAL("lost"));
    run_until(b, 60000);
    assert_string_equal(b->log, "");
}

static void a_cut_of_one_direction_lets_the_other_through(void **state) {
    struct bench *b = *state;
    linked(b);
    cuts_move(network_cuts(b->network), 1, 1);
    cuts_let_pass(network_cuts(b->network), 1, 0, true);
    network_send(b->network, 1, 1, SPAN_LITERAL("heard"));
    network_send(b->network, 0, 2, SPAN_LITERAL("not heard"));
    run_until(b, 60000);
    assert_string_equal(b->log, "110: 0 got heard\n");
}

static void a_pulled_cable_holds_both_directions(void **state) {
    struct bench *b = *state;
    linked(b);
    cuts_plug(network_cuts(b->network), 1, false);
    network_send(b->network, 1, 1, SPAN_LITERAL("out"));
    network_send(b->network, 0, 2, SPAN_LITERAL("in"));
    run_until(b, 1000);
    assert_string_equal(b->log, "");
    cuts_plug(network_cuts(b->network), 1, true);
    run_until(b, 20000);
    assert_string_equal(b->log, "1510: 0 got out\n1510: 1 got in\n");
}

/* It would have been sent again by a kernel that is no more. */
static void what_a_dead_machine_sent_does_not_cross_a_cut_later(void **state) {
    struct bench *b = *state;
    linked(b);
    cuts_move(network_cuts(b->network), 1, 1);
    network_send(b->network, 0, 2, SPAN_LITERAL("last words"));
    network_shut(b->network, 0, NETWORK_MACHINE_DIES);
    run_until(b, 1000);
    cuts_move(network_cuts(b->network), 1, 0);
    run_until(b, 60000);
    assert_string_equal(b->log, "");
}

static void a_lost_segment_is_late_and_counted(void **state) {
    struct bench *b = *state;
    linked(b);
    *network_weather(b->network) = (struct weather){.lossy_percent = 100, .loss_permille = 999};
    uint32_t sent_before = network_traffic(b->network, 0, 2).segments_out;
    network_send(b->network, 0, 2, SPAN_LITERAL("late"));
    run_until(b, 60000);
    assert_string_equal(b->log, "25510: 1 got late\n"); /* seven times more, after 0.2 + 0.4 + ... + 12.8 s */
    assert_int_equal(network_traffic(b->network, 0, 2).segments_out, sent_before + 1);
    assert_int_equal(network_traffic(b->network, 0, 2).segments_resent, WEATHER_RESENDS_MAX);
}

static void what_reaches_a_stalled_process_waits(void **state) {
    struct bench *b = *state;
    linked(b);
    network_stall(b->network, 1, 700);
    network_send(b->network, 0, 2, SPAN_LITERAL("wait"));
    run_until(b, 20000);
    assert_string_equal(b->log, "700: 1 got wait\n");
}

static void a_dial_to_a_stalled_process_times_out(void **state) {
    struct bench *b = *state;
    network_stall(b->network, 1, 60000);
    dial(b, 1);
    run_until(b, 20000);
    assert_string_equal(b->log, "5000: 0 failed timeout\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_dial_takes_two_round_trips, make, unmake),
        cmocka_unit_test_setup_teardown(nobody_at_an_address_is_a_timeout, make, unmake),
        cmocka_unit_test_setup_teardown(a_machine_without_a_process_refuses, make, unmake),
        cmocka_unit_test_setup_teardown(another_key_than_expected_is_told, make, unmake),
        cmocka_unit_test_setup_teardown(our_own_address_is_told, make, unmake),
        cmocka_unit_test_setup_teardown(what_was_sent_arrives_before_the_end, make, unmake),
        cmocka_unit_test_setup_teardown(an_abrupt_close_is_a_reset, make, unmake),
        cmocka_unit_test_setup_teardown(a_killed_process_is_noticed_and_a_dead_machine_is_not, make, unmake),
        cmocka_unit_test_setup_teardown(data_waits_at_a_cut, make, unmake),
        cmocka_unit_test_setup_teardown(a_severed_connection_is_silent_for_good, make, unmake),
        cmocka_unit_test_setup_teardown(a_cut_of_one_direction_lets_the_other_through, make, unmake),
        cmocka_unit_test_setup_teardown(a_pulled_cable_holds_both_directions, make, unmake),
        cmocka_unit_test_setup_teardown(what_a_dead_machine_sent_does_not_cross_a_cut_later, make, unmake),
        cmocka_unit_test_setup_teardown(a_lost_segment_is_late_and_counted, make, unmake),
        cmocka_unit_test_setup_teardown(what_reaches_a_stalled_process_waits, make, unmake),
        cmocka_unit_test_setup_teardown(a_dial_to_a_stalled_process_times_out, make, unmake),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
