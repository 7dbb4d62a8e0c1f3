/* SPDX-License-Identifier: Apache-2.0 */
/* Who is served next, and who asks too much. */
#include "lib/content_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { SLICE = 65536 };

static const struct action *served(const struct rig *rig, size_t nth) {
    return rig_action(rig, ACTION_SERVE, nth);
}

static enum miss_code missed(const struct rig *rig, uint32_t link) {
    const struct action *action = rig_sent(rig, link, MESSAGE_MISS);
    return action == NULL ? 0 : action->bytes.at[4];
}

static void a_question_goes_to_the_host_and_its_answer_to_the_peer(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const uint32_t link = content_rig_link(rig, 1);
    const struct want want = {.req = 9, .id = content_rig_id(5), .offset = 100, .length = 50};
    rig_say(rig, link, MESSAGE_WANT, &want);
    const struct action *serve = served(rig, 0);
    assert_non_null(serve);
    assert_int_equal(serve->link, link);
    assert_int_equal(serve->as.serve.req, 9);
    assert_true(object_id_equal(&serve->as.serve.id, &want.id));
    assert_int_equal(serve->as.serve.offset, 100);
    assert_int_equal(serve->as.serve.length, 50);
    content_rig_served(rig, link, 9, 50, 0);
    assert_int_equal(missed(rig, link), 0);
    content_rig_want(rig, link, 9, 5); /* the number is free again */
    assert_non_null(served(rig, 0));
    content_rig_served(rig, link, 9, 0, MISS_NOT_HELD);
    assert_int_equal(missed(rig, link), MISS_NOT_HELD);
    rig_free(rig);
}

static void few_are_served_at_once_and_the_others_wait(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const uint32_t link = content_rig_link(rig, 1);
    for (uint32_t req = 1; req <= LIMIT_SERVING_PER_LINK; req++) {
        content_rig_want(rig, link, req, req);
        assert_non_null(served(rig, 0));
    }
    content_rig_want(rig, link, 20, 20);
    content_rig_want(rig, link, 21, 21);
    assert_null(served(rig, 0));
    content_rig_served(rig, link, 1, SLICE, 0);
    assert_int_equal(served(rig, 0)->as.serve.req, 20); /* in the order they came */
    assert_null(served(rig, 1));
    rig_free(rig);
}

static void who_got_least_lately_is_next(void **state) {
    (void)state;
    struct rig *rig = RIG();
    uint32_t links[8];
    for (uint32_t i = 0; i < 8; i++) {
        links[i] = content_rig_link(rig, 1 + i);
        for (uint32_t req = 1; req <= 4; req++) content_rig_want(rig, links[i], req, req);
    }
    assert_null(served(rig, 0)); /* all places are taken */
    content_rig_served(rig, links[0], 1, 100 * SLICE, 0);
    assert_int_equal(served(rig, 0)->link, links[0]); /* it is the only one with a place of its own */
    content_rig_served(rig, links[3], 1, SLICE, 0);
    content_rig_served(rig, links[3], 2, SLICE, 0);
    assert_int_equal(served(rig, 0)->link, links[3]);
    rig_free(rig);
}

static void a_question_that_is_taken_back_costs_its_turn(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const struct rig_peer member = rig_peer(9); /* of others there are eight links at most */
    uint32_t links[9];
    for (uint32_t i = 0; i < 9; i++) {
        links[i] = i < 8 ? content_rig_link(rig, 1 + i) : rig_link_inbound(rig, &member);
        for (uint32_t req = 1; req <= 4; req++) content_rig_want(rig, links[i], req, req);
    }
    content_rig_cancel(rig, links[0], 1);
    assert_int_equal(served(rig, 0)->link, links[8]); /* though others of the first have waited for longer */
    rig_free(rig);
}

static void too_many_questions_end_the_link(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const uint32_t link = content_rig_link(rig, 1);
    for (uint32_t req = 1; req <= LIMIT_ASKS_PER_LINK; req++) content_rig_want(rig, link, req, req);
    assert_int_equal(rig_goodbye(rig, link), REASON_NONE);
    content_rig_want(rig, link, 999, 999);
    assert_int_equal(rig_goodbye(rig, link), REASON_TOO_MANY);
    assert_int_equal(rig_count(rig, ACTION_UNSERVE), LIMIT_SERVING_PER_LINK);
    rig_free(rig);
}

static void the_same_question_twice_ends_the_link(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const uint32_t link = content_rig_link(rig, 1);
    content_rig_want(rig, link, 1, 1);
    content_rig_want(rig, link, 1, 2);
    assert_int_equal(rig_goodbye(rig, link), REASON_PROTOCOL);
    rig_free(rig);
}

static void what_is_cancelled_is_not_served(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const uint32_t link = content_rig_link(rig, 1);
    for (uint32_t req = 1; req <= 4; req++) content_rig_want(rig, link, req, req);
    content_rig_cancel(rig, link, 3); /* it waited */
    assert_null(rig_action(rig, ACTION_UNSERVE, 0));
    content_rig_cancel(rig, link, 1); /* it ran */
    assert_int_equal(rig_action(rig, ACTION_UNSERVE, 0)->as.serve.req, 1);
    assert_int_equal(served(rig, 0)->as.serve.req, 4);
    content_rig_cancel(rig, link, 77); /* it was answered before */
    assert_int_equal(rig_goodbye(rig, link), REASON_NONE);
    content_rig_served(rig, link, 1, SLICE, MISS_NOT_HELD); /* the host did not know yet */
    assert_int_equal(missed(rig, link), 0);
    rig_free(rig);
}

static void a_link_that_ends_is_not_served(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const uint32_t link = content_rig_link(rig, 1), other = content_rig_link(rig, 2);
    for (uint32_t req = 1; req <= 4; req++) content_rig_want(rig, link, req, req);
    rig_down(rig, link, REASON_RESET);
    assert_int_equal(rig_count(rig, ACTION_UNSERVE), LIMIT_SERVING_PER_LINK);
    content_rig_want(rig, other, 1, 1);
    assert_non_null(served(rig, 0));
    rig_free(rig);
}

static void who_takes_no_part_gets_nothing(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const struct rig_peer peer = rig_peer(1);
    struct hello hello = rig_hello(&peer);
    hello.feature_count = 1;
    const uint32_t link = rig_up_inbound(rig, &peer);
    rig_say(rig, link, MESSAGE_HELLO, &hello);
    content_rig_want(rig, link, 1, 1);
    assert_null(served(rig, 0));
    assert_int_equal(missed(rig, link), MISS_REFUSED);
    rig_free(rig);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_question_goes_to_the_host_and_its_answer_to_the_peer),
        cmocka_unit_test(few_are_served_at_once_and_the_others_wait),
        cmocka_unit_test(who_got_least_lately_is_next),
        cmocka_unit_test(a_question_that_is_taken_back_costs_its_turn),
        cmocka_unit_test(too_many_questions_end_the_link),
        cmocka_unit_test(the_same_question_twice_ends_the_link),
        cmocka_unit_test(what_is_cancelled_is_not_served),
        cmocka_unit_test(a_link_that_ends_is_not_served),
        cmocka_unit_test(who_takes_no_part_gets_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
