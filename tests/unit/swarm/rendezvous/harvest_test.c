/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "swarm/engine.h"
#include "swarm/engine_view.h"

static const int64_t START_MS = 1763640000000;

/* A node with two beacons: number 0 answers at once with nobody, number 1 never. */
struct node {
    struct engine *engine;
    struct actions *actions;
    int64_t now_ms;
    int asked[2];
    uint8_t waiting[8];
    size_t waiting_count;
    bool is_bad_silent; /* the bad one does not even fail */
};

static void fill_sevens(void *context, uint8_t *bytes, size_t size) {
    (void)context;
    memset(bytes, 7, size);
}

static void feed(struct node *node, const struct input *input) {
    struct action action;
    engine_feed(node->engine, input, node->actions, node->now_ms);
    while (actions_take(node->actions, &action)) {
        if (action.kind != ACTION_ANNOUNCE && action.kind != ACTION_FETCH) continue;
        node->asked[action.source]++;
        if (action.source == 1 && node->is_bad_silent) continue;
        node->waiting[node->waiting_count++] = (uint8_t)(action.source | (action.kind == ACTION_ANNOUNCE ? 0x80 : 0));
    }
}

static void answer_all(struct node *node) {
    while (node->waiting_count > 0) {
        uint8_t asked = node->waiting[--node->waiting_count];
        struct beacon_reply reply = {.is_ok = true};
        struct input input = {.kind = INPUT_BEACON_REPLY};
        input.as.beacon.source = asked & 0x7f;
        input.as.beacon.was_announce = (asked & 0x80) != 0;
        bool is_bad = input.as.beacon.source == 1;
        input.as.beacon.outcome = is_bad ? BEACON_OUTCOME_ERROR : BEACON_OUTCOME_ANSWERED;
        input.as.beacon.status = is_bad ? 0 : 200;
        input.as.beacon.reply = is_bad ? NULL : &reply;
        feed(node, &input);
    }
}

static struct node *start(struct node *node) {
    struct signing_key key;
    uint8_t seed[32] = {1};
    struct engine_source sources[2] = {{"beacon-1", "http://good.example"}, {"beacon-2", "http://bad.example"}};
    assert_true(sign_init());
    sign_key_from_seed(&key, seed);
    struct engine_options options = {
        .node_key = &key,
        .community = "test",
        .agent = "test",
        .entropy = {.fill = fill_sevens},
        .seed = 1,
        .book_rows = 8,
        .passive_tickets = 8,
        .links = 8,
        .sources = sources,
        .source_count = 2,
    };
    node->now_ms = START_MS;
    node->engine = engine_new(&options, START_MS);
    node->actions = actions_new();
    feed(node, &(struct input){.kind = INPUT_START});
    answer_all(node);
    return node;
}

static void run_until(struct node *node, int64_t until_ms) {
    while (engine_deadline_ms(node->engine) <= until_ms) {
        int64_t deadline_ms = engine_deadline_ms(node->engine);
        if (deadline_ms > node->now_ms) node->now_ms = deadline_ms;
        feed(node, &(struct input){.kind = INPUT_TICK});
        answer_all(node);
    }
    node->now_ms = until_ms;
}

static void stop(struct node *node) {
    engine_free(node->engine);
    actions_free(node->actions);
}

static void the_first_rounds_come_at_0_1_2_4_and_8_seconds(void **state) {
    (void)state;
    struct node node = {0};
    static const int64_t rounds_ms[] = {0, 1000, 2000, 4000, 8000};
    start(&node);
    for (int i = 0; i < 5; i++) {
        run_until(&node, START_MS + rounds_ms[i]);
        assert_int_equal(node.asked[0], i + 1);
    }
    stop(&node);
}

static void a_beacon_that_fails_does_not_make_us_ask_the_others_more(void **state) {
    (void)state;
    struct node node = {0};
    start(&node);
    run_until(&node, START_MS + 30000);
    assert_int_equal(node.asked[0], 5);
    assert_true(node.asked[1] > 5);
    stop(&node);
}

static void a_beacon_that_fails_is_asked_at_least_once_a_minute(void **state) {
    (void)state;
    struct node node = {0};
    start(&node);
    run_until(&node, START_MS + 600000);
    int before = node.asked[1];
    run_until(&node, START_MS + 1200000);
    assert_in_range(node.asked[1] - before, 9, 40);
    stop(&node);
}

static void a_beacon_that_does_not_answer_is_not_asked_twice_at_once(void **state) {
    (void)state;
    struct node node = {.is_bad_silent = true};
    start(&node);
    run_until(&node, START_MS + 120000);
    assert_int_equal(node.asked[1], 1);
    stop(&node);
}

static void a_new_ticket_is_announced_every_minute(void **state) {
    (void)state;
    struct node node = {0};
    start(&node);
    int64_t first_ms = engine_view_ticket(node.engine)->issued_at_ms;
    run_until(&node, START_MS + 67000);
    assert_in_range(engine_view_ticket(node.engine)->issued_at_ms - first_ms, 54000, 66000);
    stop(&node);
}

static void the_caretaker_may_ask_now(void **state) {
    (void)state;
    struct node node = {0};
    start(&node);
    run_until(&node, START_MS + 20000);
    int before = node.asked[0];
    feed(&node, &(struct input){.kind = INPUT_REFRESH});
    answer_all(&node);
    assert_int_equal(node.asked[0], before + 1);
    stop(&node);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_rounds_come_at_0_1_2_4_and_8_seconds),
        cmocka_unit_test(a_beacon_that_fails_does_not_make_us_ask_the_others_more),
        cmocka_unit_test(a_beacon_that_fails_is_asked_at_least_once_a_minute),
        cmocka_unit_test(a_beacon_that_does_not_answer_is_not_asked_twice_at_once),
        cmocka_unit_test(a_new_ticket_is_announced_every_minute),
        cmocka_unit_test(the_caretaker_may_ask_now),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
