/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/observe/event_fold.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { START_MS = 1000000 };

static struct event refused(enum reason reason, uint8_t network, uint16_t port) {
    struct event event = {
        .code = EVENT_LINK_REFUSED, .reason = (uint8_t)reason, .has_address = true, .at_ms = START_MS};
    event.address = (struct address){.family = ADDRESS_IPV4, .port = port, .ip = {203, 0, network, (uint8_t)port}};
    return event;
}

static size_t kept_of(struct event_fold *fold, enum reason reason, uint8_t network, size_t count) {
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        const struct event event = refused(reason, network, (uint16_t)(i + 1));
        kept += event_fold_keeps(fold, &event);
    }
    return kept;
}

static void few_are_all_kept_and_leave_no_summary(void **state) {
    (void)state;
    struct event_fold fold = {0};
    struct event summary;
    assert_int_equal(kept_of(&fold, REASON_TLS_FAILED, 113, EVENT_FOLD_KEPT), EVENT_FOLD_KEPT);
    assert_false(event_fold_take_ended(&fold, START_MS + EVENT_FOLD_WINDOW_MS, &summary));
}

static void many_are_sampled_and_counted_when_the_minute_is_over(void **state) {
    (void)state;
    struct event_fold fold = {0};
    struct event summary;
    const size_t kept = kept_of(&fold, REASON_TLS_FAILED, 113, 4096);
    assert_int_equal(kept, EVENT_FOLD_KEPT + 4096 / EVENT_FOLD_SAMPLE);
    assert_false(event_fold_take_ended(&fold, START_MS + EVENT_FOLD_WINDOW_MS - 1, &summary));
    assert_true(event_fold_take_ended(&fold, START_MS + EVENT_FOLD_WINDOW_MS, &summary));
    assert_int_equal(summary.code, EVENT_EVENTS_FOLDED);
    assert_int_equal(summary.at_ms, START_MS + EVENT_FOLD_WINDOW_MS);
    assert_int_equal(summary.figures[0], 4096 - kept);
    assert_string_equal(summary.text, "link-refused (tls-failed) at 203.0.113.0/24");
    assert_false(event_fold_take_ended(&fold, START_MS + EVENT_FOLD_WINDOW_MS, &summary));
    assert_int_equal(kept_of(&fold, REASON_TLS_FAILED, 113, 5), 5);
}

static void other_reasons_and_networks_stay_visible(void **state) {
    (void)state;
    struct event_fold fold = {0};
    (void)kept_of(&fold, REASON_TLS_FAILED, 113, 1000);
    assert_int_equal(kept_of(&fold, REASON_VERSION, 113, 3), 3);
    assert_int_equal(kept_of(&fold, REASON_TLS_FAILED, 114, 3), 3);
}

/* Whatever went on before: fifty in a row of anything show at least once. */
static void no_flood_hides_what_comes_after_it(void **state) {
    (void)state;
    struct event_fold fold = {0};
    for (size_t i = 0; i < 100; i++) assert_true(kept_of(&fold, REASON_PROTOCOL, 113, 50) > 0);
}

static void what_the_node_does_itself_is_always_kept(void **state) {
    (void)state;
    struct event_fold fold = {0};
    struct event event = refused(REASON_NONE, 113, 1);
    event.code = EVENT_TICKET_ISSUED;
    for (size_t i = 0; i < 1000; i++) assert_true(event_fold_keeps(&fold, &event));
}

static void what_comes_from_this_machine_is_always_kept(void **state) {
    (void)state;
    struct event_fold fold = {0};
    struct event event = {
        .code = EVENT_LINK_REFUSED, .reason = REASON_PROTOCOL, .has_address = true, .at_ms = START_MS};
    assert_true(address_read(span_of_text("127.0.0.1:40000"), &event.address));
    for (int i = 0; i < 1000; i++) assert_true(event_fold_keeps(&fold, &event));
}

static void networks_without_a_row_share_one(void **state) {
    (void)state;
    struct event_fold fold = {0};
    struct event summary;
    size_t kept = 0, dropped = 0;
    for (unsigned network = 0; network < 250; network++) kept += kept_of(&fold, REASON_TIMEOUT, (uint8_t)network, 10);
    assert_int_equal(kept, (EVENT_FOLD_ROWS - 1) * 10 + EVENT_FOLD_KEPT + 1870 / EVENT_FOLD_SAMPLE);
    while (event_fold_take_ended(&fold, START_MS + EVENT_FOLD_WINDOW_MS, &summary)) {
        assert_string_equal(summary.text, "refusals of many networks");
        dropped += (size_t)summary.figures[0];
    }
    assert_int_equal(kept + dropped, 2500);
}

static void clock_set_back_ends_the_windows(void **state) {
    (void)state;
    struct event_fold fold = {0};
    struct event summary;
    (void)kept_of(&fold, REASON_TIMEOUT, 113, 30);
    assert_true(event_fold_take_ended(&fold, START_MS - 1, &summary));
    assert_int_equal(summary.figures[0], 10);
}

/* Strangers name whom we dial, so attempts are theirs as much as failures are. */
static void attempts_are_folded_too(void **state) {
    (void)state;
    struct event_fold fold = {0};
    size_t kept = 0;
    for (int i = 0; i < 1000; i++) {
        struct event event = {.code = EVENT_CONNECT_ATTEMPT, .at_ms = 1000 + i, .has_address = true};
        assert_true(address_read(SPAN_LITERAL("203.0.113.5:8782"), &event.address));
        kept += event_fold_keeps(&fold, &event);
    }
    assert_true(kept < 100);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(few_are_all_kept_and_leave_no_summary),
        cmocka_unit_test(many_are_sampled_and_counted_when_the_minute_is_over),
        cmocka_unit_test(other_reasons_and_networks_stay_visible),
        cmocka_unit_test(no_flood_hides_what_comes_after_it),
        cmocka_unit_test(what_the_node_does_itself_is_always_kept),
        cmocka_unit_test(what_comes_from_this_machine_is_always_kept),
        cmocka_unit_test(networks_without_a_row_share_one),
        cmocka_unit_test(clock_set_back_ends_the_windows),
        cmocka_unit_test(attempts_are_folded_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
