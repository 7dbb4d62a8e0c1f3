/* SPDX-License-Identifier: Apache-2.0 */
/* ICE anew beneath a session that goes on: what an end does whose network has changed. */
#include "daemon/link/webrtc/rtc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/rtc_pump.h"

static struct rtc_pump *pump_of(struct rtc_pair_end *end) {
    return end->pair->context;
}

static void pump_drained(struct rtc_pair_end *end, uint32_t channel) {
    (void)channel;
    rtc_pump_send(pump_of(end));
}

static void pump_message(struct rtc_pair_end *end, uint32_t channel, enum rtc_kind kind, struct span bytes) {
    (void)channel, (void)kind;
    rtc_pump_check(pump_of(end), bytes);
}

static bool is_done(struct rtc_pair *pair) {
    return rtc_pump_is_done(pair->context);
}

static bool is_half_done(struct rtc_pair *pair) {
    const struct rtc_pump *const pump = pair->context;
    return pump->received >= pump->count / 2;
}

static uint16_t port_of(struct rtc_pair *pair, const struct rtc_pair_end *end) {
    struct rtc_look look;
    assert_true(rtc_look(pair->rtc, end->peer, &look));
    return look.route.own.address.port;
}

static size_t count_of(const struct rtc_pair *pair, const char *text) {
    size_t count = 0;
    for (const char *at = strstr(pair->story, text); at; at = strstr(at + 1, text)) count++;
    return count;
}

static bool have_moved(struct rtc_pair *pair) {
    return count_of(pair, "a described") == 2 && count_of(pair, "b described") == 2;
}

/* In the middle of a transfer, by either end or both; nothing is lost and both use new ports afterwards. */
static void restart(struct rtc_pair *pair, bool is_a, bool is_b) {
    struct rtc_pump pump = {.from = &pair->a, .sizes = {16384, 60000}, .count = 500, .is_ordered = true};
    rtc_pair_connect(pair, false);
    pair->context = &pump;
    pump.channel = pair->a.channel;
    pair->a.on_drained = pump_drained;
    pair->b.on_message = pump_message;
    const uint16_t port_a = port_of(pair, &pair->a), port_b = port_of(pair, &pair->b);
    rtc_pump_send(&pump);
    rtc_pair_await_that(pair, is_half_done);
    if (is_a) rtc_restart(pair->rtc, pair->a.peer);
    if (is_b) rtc_restart(pair->rtc, pair->b.peer);
    rtc_pair_await_that(pair, is_done);
    if (is_a && is_b)
        rtc_pair_await(pair, "b described\n");
    else
        rtc_pair_await_that(pair, have_moved);
    rtc_pair_run(pair, 1500);
    assert_int_not_equal(port_of(pair, &pair->a), port_a);
    assert_int_not_equal(port_of(pair, &pair->b), port_b);
    rtc_pair_assert_not_told(pair, "closed");
    pump.count = pump.sent + 100; /* and it still works */
    rtc_pump_send(&pump);
    rtc_pair_await_that(pair, is_done);
    pair->context = NULL;
}

static void the_offerer_restarts(void **state) {
    restart(*state, true, false);
}
static void the_answerer_restarts(void **state) {
    restart(*state, false, true);
}
static void both_restart_at_once(void **state) {
    restart(*state, true, true);
}

static bool a_has_offered_again(struct rtc_pair *pair) {
    return count_of(pair, "a described") == 2;
}

static void cut_candidates(struct rtc_pair_end *end) {
    end->other->is_deaf = true;
}

/* The other end never hears of it: the old way stays, and the next restart works. */
static void a_restart_that_nobody_answers_changes_nothing(void **state) {
    struct rtc_pair *const pair = *state;
    rtc_pair_connect(pair, false);
    const uint16_t port = port_of(pair, &pair->a);
    pair->a.on_described = cut_candidates;
    rtc_restart(pair->rtc, pair->a.peer);
    rtc_pair_run(pair, 1000);
    assert_int_equal(port_of(pair, &pair->a), port);
    rtc_pair_assert_not_told(pair, "closed");
    pair->a.on_described = NULL;
    pair->b.is_deaf = false;
    rtc_restart(pair->rtc, pair->a.peer);
    rtc_pair_run(pair, 1500);
    assert_int_not_equal(port_of(pair, &pair->a), port);
}

/* The answer to the first is under way when the second is made. */
static void of_two_restarts_the_last_counts(void **state) {
    struct rtc_pair *const pair = *state;
    rtc_pair_connect(pair, false);
    const uint16_t port_a = port_of(pair, &pair->a), port_b = port_of(pair, &pair->b);
    rtc_restart(pair->rtc, pair->a.peer);
    rtc_restart(pair->rtc, pair->a.peer);
    rtc_pair_run(pair, 3000);
    assert_int_equal(count_of(pair, "b described"), 3);
    assert_int_not_equal(port_of(pair, &pair->a), port_a);
    assert_int_not_equal(port_of(pair, &pair->b), port_b);
}

static void swap_fingerprint(struct rtc_pair_end *end) {
    char *const at = strstr(end->sdp, "sha-256 ") + 8;
    at[0] = at[0] == 'A' ? 'B' : 'A';
}

/* Whoever sits in the signaling cannot move a session to another certificate, nor end it. */
static void a_restart_with_another_certificate_is_ignored(void **state) {
    struct rtc_pair *const pair = *state;
    rtc_pair_connect(pair, false);
    const uint16_t port = port_of(pair, &pair->b);
    pair->a.on_described = swap_fingerprint;
    rtc_restart(pair->rtc, pair->a.peer);
    rtc_describe(pair->rtc, pair->b.peer, SPAN_LITERAL("rubbish"));
    rtc_pair_run(pair, 1000);
    assert_int_equal(port_of(pair, &pair->b), port);
    rtc_pair_assert_not_told(pair, "closed");
}

static void change_ufrag(struct rtc_pair_end *end) {
    static int count;
    char *const at = strstr(end->sdp, "a=ice-ufrag:") + 12;
    at[0] = (char)('a' + count % 26);
    at[1] = (char)('a' + count++ / 26 % 26);
}

static bool has_met(struct rtc_pair *pair) {
    return count_of(pair, "b described") == 2 && count_of(pair, "x described") == 1;
}

static bool both_have_one(struct rtc_pair *pair) {
    return pair->a.message_count == 1 && pair->b.message_count == 1;
}

/* He knows the fingerprint, since he has seen it, and answers every check of ICE; but he has no key of the session. */
static void a_way_to_somebody_else_is_never_used(void **state) {
    struct rtc_pair *const pair = *state;
    rtc_pair_connect(pair, false);
    const uint16_t port = port_of(pair, &pair->b);
    rtc_pair_lie(pair);
    rtc_pair_await_that(pair, has_met);
    rtc_pair_run(pair, 2500);
    assert_int_equal(port_of(pair, &pair->b), port);
    assert_true(rtc_pair_send(&pair->a, pair->a.channel, "to b", 4));
    assert_true(rtc_pair_send(&pair->b, pair->b.channel, "to a", 4));
    rtc_pair_await_that(pair, both_have_one);
    rtc_pair_assert_not_told(pair, "a closed");
    rtc_pair_assert_not_told(pair, "b closed");
}

/* Whoever sits in the signaling can make new offers of old ones, and have as many answered as we have decided. */
static void restarts_of_the_other_end_are_counted_out(void **state) {
    enum { OFFERS = 100, BURST = 5 };
    struct rtc_pair *const pair = *state;
    rtc_pair_connect(pair, false);
    pair->a.on_described = cut_candidates; /* the first goes to nobody; it is kept */
    rtc_restart(pair->rtc, pair->a.peer);
    rtc_pair_await_that(pair, a_has_offered_again);
    pair->a.on_described = NULL;
    for (int i = 0; i < OFFERS; i++) {
        change_ufrag(&pair->a);
        rtc_describe(pair->rtc, pair->b.peer, span_of_text(pair->a.sdp));
    }
    rtc_pair_run(pair, 1500);
    assert_int_equal(count_of(pair, "b described"), 1 + BURST);
    rtc_pair_assert_not_told(pair, "closed");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_offerer_restarts, rtc_pair_open, rtc_pair_close),
        cmocka_unit_test_setup_teardown(the_answerer_restarts, rtc_pair_open, rtc_pair_close),
        cmocka_unit_test_setup_teardown(both_restart_at_once, rtc_pair_open, rtc_pair_close),
        cmocka_unit_test_setup_teardown(a_restart_that_nobody_answers_changes_nothing, rtc_pair_open, rtc_pair_close),
        cmocka_unit_test_setup_teardown(a_restart_with_another_certificate_is_ignored, rtc_pair_open, rtc_pair_close),
        cmocka_unit_test_setup_teardown(of_two_restarts_the_last_counts, rtc_pair_open, rtc_pair_close),
        cmocka_unit_test_setup_teardown(a_way_to_somebody_else_is_never_used, rtc_pair_open, rtc_pair_close),
        cmocka_unit_test_setup_teardown(restarts_of_the_other_end_are_counted_out, rtc_pair_open, rtc_pair_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
