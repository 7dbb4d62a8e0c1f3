/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/api/signaling_panel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { NOW_MS = 1000000 };
#define WALL_MS INT64_C(1763640000000)

/* A look that nobody took, of a node with two endpoints. */
struct bench {
    struct look look;
    struct api_facts facts;
    struct endpoint_set set;
    struct prng prng;
    char text[4096];
};

static const char *written(struct bench *b) {
    struct buffer out = buffer_over((uint8_t *)b->text, sizeof b->text - 1);
    struct json_writer w = json_writer_into(&out);
    json_open_object(&w, NULL);
    signaling_panel_write(&w, &b->look);
    json_close_object(&w);
    assert_false(out.overflowed);
    b->text[out.size] = '\0';
    return b->text;
}

static void assert_says(struct bench *b, const char *part) {
    if (strstr(written(b), part) == NULL) fail_msg("'%s' is not in: %s", part, b->text);
}

static int bench_open(void **state) {
    static const char *const urls[] = {"ws://a/", "ws://b/"};
    struct bench *b = calloc(1, sizeof *b);
    assert_non_null(b);
    b->facts = (struct api_facts){.roles = {"node"}, .role_count = 1};
    b->prng = prng_seeded(3);
    assert_true(endpoint_set_init(&b->set, urls, 2, ENDPOINT_NONE, NOW_MS));
    b->look.facts = &b->facts;
    b->look.now_ms = NOW_MS;
    b->look.wall_ms = WALL_MS;
    b->look.signaling = &b->set;
    b->look.signaling_view = (struct signaling_view){.leave = LEAVE_GIVEN, .by = SWITCH_COUNT, .endpoint = ""};
    *state = b;
    return 0;
}

static int bench_close(void **state) {
    free(*state);
    return 0;
}

static void connect_next(struct bench *b) {
    struct endpoint_step step = {ENDPOINT_DROP, 0};
    while (step.verb == ENDPOINT_DROP) step = endpoint_set_next(&b->set, &b->prng, NOW_MS);
    assert_int_equal(step.verb, ENDPOINT_CONNECT);
}

static void without_endpoints_it_is_off_and_says_why(void **state) {
    struct bench *b = *state;
    b->look.signaling = NULL;
    assert_says(b, "\"state\":\"off\",\"reason\":\"no signaling endpoint is configured\",\"stoppedBy\":null");
    assert_says(b, "\"endpoints\":[]");
    b->facts = (struct api_facts){.roles = {"beacon"}, .role_count = 1};
    assert_says(b, "\"reason\":\"this process serves others and is not called itself\"");
}

static void the_one_in_use_says_since_when_and_why(void **state) {
    struct bench *b = *state;
    connect_next(b);
    assert_says(b, "\"state\":\"connecting\",\"reason\":null");
    assert_says(b, "\"url\":null,\"since\":null,\"latencyMs\":null,\"heartbeatAt\":null,\"why\":null");
    endpoint_set_opened(&b->set, 0, NOW_MS + 24);
    assert_says(b, "\"state\":\"connected\",\"reason\":null");
    assert_says(b, "\"url\":\"ws://a/\",\"since\":1763640000024,\"latencyMs\":24,\"heartbeatAt\":null,"
                   "\"why\":\"it is the first of the configuration\",\"failovers\":0,\"failoversToday\":0");
    assert_says(b, "{\"url\":\"ws://b/\",\"state\":\"standby\",\"chosen\":false,\"since\":1763640000000,"
                   "\"latencyMs\":null,\"failureStreak\":0,\"failedAt\":null,\"error\":null,\"nextAttemptAt\":null}");
}

static void one_that_failed_says_what_of_and_when_it_is_tried_again(void **state) {
    struct bench *b = *state;
    connect_next(b);
    endpoint_set_failed(&b->set, 0, ENDPOINT_LOST, "connection \"refused\"", &b->prng, NOW_MS);
    connect_next(b);
    endpoint_set_opened(&b->set, 1, NOW_MS);
    assert_says(b, "\"state\":\"waiting\",\"chosen\":false,\"since\":1763640000000,\"latencyMs\":null,"
                   "\"failureStreak\":1,\"failedAt\":1763640000000,\"error\":\"connection \\\"refused\\\"\","
                   "\"nextAttemptAt\":17636400");
    assert_says(b, "\"why\":\"those before it failed lately\"");
}

static void when_none_answers_it_says_that_links_stay(void **state) {
    struct bench *b = *state;
    for (size_t i = 0; i < 2; i++) {
        connect_next(b);
        endpoint_set_failed(&b->set, i, ENDPOINT_LOST, "reset", &b->prng, NOW_MS);
    }
    assert_says(
        b, "\"state\":\"waiting\",\"reason\":\"no endpoint answers; links stay, and each is tried again by itself\"");
}

static void a_choice_is_marked_and_said(void **state) {
    struct bench *b = *state;
    assert_true(endpoint_set_choose(&b->set, 1, NOW_MS));
    connect_next(b);
    endpoint_set_opened(&b->set, 1, NOW_MS);
    assert_says(b, "\"why\":\"you chose it\"");
    assert_says(b, "{\"url\":\"ws://b/\",\"state\":\"in-use\",\"chosen\":true");
    endpoint_set_failed(&b->set, 1, ENDPOINT_LOST, "reset", &b->prng, NOW_MS);
    connect_next(b);
    endpoint_set_opened(&b->set, 0, NOW_MS);
    assert_says(b, "\"why\":\"the one you chose failed, and this one works\",\"failovers\":1,\"failoversToday\":1");
}

static void what_is_stopped_says_by_what(void **state) {
    struct bench *b = *state;
    endpoint_set_stop(&b->set, NOW_MS);
    b->look.signaling_view = (struct signaling_view){.leave = LEAVE_DENIED, .by = SWITCH_ISOLATE, .endpoint = ""};
    assert_says(b, "\"state\":\"stopped\",\"reason\":\"the control isolate forbids it\",\"stoppedBy\":\"isolate\"");
    b->look.signaling_view.by = SWITCH_COUNT; /* no control: its keys are in use elsewhere */
    assert_says(b,
                "\"state\":\"stopped\",\"reason\":\"this node stays quiet, because its keys may be in use elsewhere\","
                "\"stoppedBy\":null");
}

static void a_pause_is_told(void **state) {
    struct bench *b = *state;
    assert_says(b, "\"heartbeatOnly\":false");
    b->look.signaling_view.leave = LEAVE_HEARTBEAT;
    assert_says(b, "\"heartbeatOnly\":true");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, bench_open, bench_close)
int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(without_endpoints_it_is_off_and_says_why),
        TEST(the_one_in_use_says_since_when_and_why),
        TEST(one_that_failed_says_what_of_and_when_it_is_tried_again),
        TEST(when_none_answers_it_says_that_links_stay),
        TEST(a_choice_is_marked_and_said),
        TEST(what_is_stopped_says_by_what),
        TEST(a_pause_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
