/* SPDX-License-Identifier: Apache-2.0 */
/* What is asked of the other end of a link, what is answered when it asks, and what is made of answers. */
#include "swarm/link/examination.h"

#include "lib/engine_rig.h"
#include "lib/message_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static uint32_t link_as(struct rig *rig, uint32_t number, enum mesh_wish wish, bool answers) {
    const struct rig_peer peer = rig_peer(number);
    struct hello hello = rig_hello(&peer);
    hello.mesh = wish;
    hello.feature_count = answers ? 1 : 0;
    memcpy(hello.features[0], FEATURE_DOCTOR, sizeof FEATURE_DOCTOR);
    uint32_t link = rig_up_inbound(rig, &peer);
    rig_say(rig, link, MESSAGE_HELLO, &hello);
    assert_int_equal(rig_link(rig, link).state, LINK_STATE_OPEN);
    return link;
}

static uint32_t neighbour(struct rig *rig, uint32_t number) {
    return link_as(rig, number, MESH_WISH_LOW, true);
}

static enum examine_answer ask(struct rig *rig, uint32_t number) {
    const struct rig_peer peer = rig_peer(number);
    enum examine_answer answer = EXAMINE_NO_ROOM;
    struct input input = {.kind = INPUT_EXAMINE};
    input.as.examine.peer = &peer.id;
    input.as.examine.answer = &answer;
    rig_feed(rig, &input);
    return answer;
}

/* The question that was sent there in the last feed. */
static struct examine asked_there(const struct rig *rig, uint32_t link) {
    const struct action *sent = rig_sent(rig, link, MESSAGE_EXAMINE);
    const void *checked = NULL;
    assert_non_null(sent);
    assert_int_equal(message_bench_check(MESSAGE_EXAMINE, sent->bytes, &checked), REFUSAL_NONE);
    return *(const struct examine *)checked;
}

static struct findings findings_for(const struct examine *examine) {
    struct findings findings = {.rtt_ms = 31, .seen = rig_address("198.51.100.9:40000"), .tested_ago_ms = -1};
    memcpy(findings.nonce, examine->nonce, sizeof findings.nonce);
    return findings;
}

static void answer(struct rig *rig, uint32_t link, const struct examine *examine) {
    const struct findings findings = findings_for(examine);
    rig_say(rig, link, MESSAGE_FINDINGS, &findings);
}

static void be_asked(struct rig *rig, uint32_t link) {
    const struct examine examine = {.nonce = {1, 2, 3}};
    rig_say(rig, link, MESSAGE_EXAMINE, &examine);
}

/* What was told there in the last feed. */
static struct findings told_there(const struct rig *rig, uint32_t link) {
    const struct action *sent = rig_sent(rig, link, MESSAGE_FINDINGS);
    const void *checked = NULL;
    assert_non_null(sent);
    assert_int_equal(message_bench_check(MESSAGE_FINDINGS, sent->bytes, &checked), REFUSAL_NONE);
    return *(const struct findings *)checked;
}

static struct examination_view examined(const struct rig *rig, uint32_t number) {
    const struct rig_peer peer = rig_peer(number);
    struct examination_view view = {0};
    (void)engine_view_examination(rig->engine, &peer.id, &view);
    return view;
}

static uint64_t ignored_count(const struct rig *rig) {
    return engine_view_counters(rig->engine)->examines_ignored;
}

/* ---- Asking ---- */

static void what_the_other_end_says_is_kept_with_when(void **state) {
    (void)state;
    struct rig *rig = RIG();
    uint32_t link = neighbour(rig, 1);
    assert_int_equal(ask(rig, 1), EXAMINE_ASKED);
    const struct examine examine = asked_there(rig, link);
    assert_int_equal(examined(rig, 1).state, EXAMINATION_WAITING);
    rig_tick(rig, 40);
    answer(rig, link, &examine);
    const struct examination_view view = examined(rig, 1);
    assert_int_equal(view.state, EXAMINATION_ANSWERED);
    assert_int_equal(view.findings.rtt_ms, 31);
    assert_true(view.ended_at_ms == rig_wall_ms(rig) && view.asked_at_ms == rig_wall_ms(rig) - 40);
    assert_non_null(rig_event(rig, EVENT_FAR_END));
    assert_int_equal(rig_link(rig, link).state, LINK_STATE_OPEN);
    rig_free(rig);
}

static void who_does_not_take_part_is_not_asked(void **state) {
    (void)state;
    struct rig *rig = RIG();
    uint32_t link = link_as(rig, 1, MESH_WISH_LOW, false);
    assert_int_equal(ask(rig, 1), EXAMINE_NOT_THERE);
    assert_null(rig_sent(rig, link, MESSAGE_EXAMINE));
    assert_int_equal(ask(rig, 2), EXAMINE_NO_LINK);
    rig_free(rig);
    rig = RIG(.ignores_doctor = true);
    link = neighbour(rig, 1);
    assert_int_equal(ask(rig, 1), EXAMINE_NOT_HERE);
    assert_null(rig_sent(rig, link, MESSAGE_EXAMINE));
    rig_free(rig);
}

static void no_answer_is_waited_for_five_seconds(void **state) {
    (void)state;
    struct rig *rig = RIG();
    uint32_t link = neighbour(rig, 1);
    assert_int_equal(ask(rig, 1), EXAMINE_ASKED);
    const struct examine examine = asked_there(rig, link);
    rig_tick(rig, LIMIT_EXAMINE_ANSWER_MS - 1);
    assert_int_equal(examined(rig, 1).state, EXAMINATION_WAITING);
    rig_tick(rig, 1);
    assert_int_equal(examined(rig, 1).state, EXAMINATION_SILENT);
    assert_non_null(rig_event(rig, EVENT_FAR_END));
    answer(rig, link, &examine); /* too late to be of use, and no fault */
    assert_int_equal(examined(rig, 1).state, EXAMINATION_SILENT);
    assert_int_equal(rig_link(rig, link).state, LINK_STATE_OPEN);
    rig_free(rig);
}

static void a_question_without_an_answer_keeps_its_nonce(void **state) {
    (void)state;
    struct rig *rig = RIG();
    uint32_t link = neighbour(rig, 1);
    assert_int_equal(ask(rig, 1), EXAMINE_ASKED);
    const struct examine first = asked_there(rig, link);
    assert_int_equal(ask(rig, 1), EXAMINE_TOO_SOON);
    rig_live(rig, LIMIT_EXAMINE_AGAIN_MS);
    assert_int_equal(ask(rig, 1), EXAMINE_ASKED);
    const struct examine second = asked_there(rig, link);
    assert_memory_equal(first.nonce, second.nonce, sizeof first.nonce);
    answer(rig, link, &first);
    answer(rig, link, &second); /* one for each question */
    assert_int_equal(rig_link(rig, link).state, LINK_STATE_OPEN);
    answer(rig, link, &second);
    assert_int_equal(rig_goodbye(rig, link), REASON_PROTOCOL);
    rig_free(rig);
}

static void an_answer_that_nobody_asked_for_ends_the_link(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const struct examine none = {.nonce = {0}};
    uint32_t unasked = neighbour(rig, 1), wrong = neighbour(rig, 2);
    answer(rig, unasked, &none);
    assert_int_equal(rig_goodbye(rig, unasked), REASON_PROTOCOL);
    assert_int_equal(ask(rig, 2), EXAMINE_ASKED);
    struct examine other = asked_there(rig, wrong);
    other.nonce[7] ^= 1;
    answer(rig, wrong, &other);
    assert_int_equal(rig_goodbye(rig, wrong), REASON_PROTOCOL);
    assert_int_equal(examined(rig, 2).state, EXAMINATION_CUT);
    rig_free(rig);
}

static void a_link_that_ends_ends_the_waiting(void **state) {
    (void)state;
    struct rig *rig = RIG();
    uint32_t link = neighbour(rig, 1);
    assert_int_equal(ask(rig, 1), EXAMINE_ASKED);
    rig_down(rig, link, REASON_RESET);
    assert_int_equal(examined(rig, 1).state, EXAMINATION_CUT);
    rig_free(rig);
}

static void four_are_waited_for_and_of_the_ended_the_oldest_goes(void **state) {
    (void)state;
    struct rig *rig = RIG();
    uint32_t links[LIMIT_EXAMINATIONS + 2];
    for (uint32_t i = 1; i <= LIMIT_EXAMINATIONS + 1; i++) links[i] = neighbour(rig, i);
    for (uint32_t i = 1; i <= LIMIT_EXAMINATIONS; i++) {
        assert_int_equal(ask(rig, i), EXAMINE_ASKED);
        const struct examine examine = asked_there(rig, links[i]);
        if (i <= 2) { /* the first two answer, the second one first */
            rig_tick(rig, 10);
            answer(rig, links[i], &examine);
        }
    }
    assert_int_equal(ask(rig, LIMIT_EXAMINATIONS + 1), EXAMINE_ASKED);
    assert_int_equal(examined(rig, 1).state, EXAMINATION_NONE); /* it had answered longest ago */
    assert_int_equal(examined(rig, 2).state, EXAMINATION_ANSWERED);
    rig_free(rig);
}

static void four_that_do_not_answer_leave_no_room(void **state) {
    (void)state;
    struct rig *rig = RIG();
    for (uint32_t i = 1; i <= LIMIT_EXAMINATIONS + 1; i++) (void)neighbour(rig, i);
    for (uint32_t i = 1; i <= LIMIT_EXAMINATIONS; i++) assert_int_equal(ask(rig, i), EXAMINE_ASKED);
    assert_int_equal(ask(rig, LIMIT_EXAMINATIONS + 1), EXAMINE_NO_ROOM);
    rig_tick(rig, LIMIT_EXAMINE_ANSWER_MS);
    assert_int_equal(ask(rig, LIMIT_EXAMINATIONS + 1), EXAMINE_ASKED);
    rig_free(rig);
}

/* ---- Answering ---- */

static void who_asks_is_told_of_its_own_link(void **state) {
    (void)state;
    struct rig *rig = RIG();
    struct rig_peer peer = rig_peer(1);
    uint32_t link = neighbour(rig, 1), guest = link_as(rig, 2, MESH_WISH_NONE, true);
    struct input measured = {.kind = INPUT_LINK_MEASURED};
    measured.as.link.id = link;
    measured.as.link.unsent_bytes = 4711;
    rig_tick(rig, 3000);
    rig_feed(rig, &measured);
    be_asked(rig, link);
    const struct findings f = told_there(rig, link);
    const uint8_t nonce[EXAMINE_NONCE_SIZE] = {1, 2, 3};
    assert_memory_equal(f.nonce, nonce, sizeof nonce);
    assert_true(f.is_inbound && !f.is_guest);
    assert_int_equal(f.open_ms, 3000);
    assert_true(f.rtt_ms < 0 && f.loss_in_ppm < 0 && f.loss_out_ppm < 0); /* not known is not made up */
    assert_int_equal(f.unsent_bytes, 4711);
    assert_int_equal(f.skew_ms, 0);
    assert_true(address_equal(&f.seen, &peer.address));
    assert_true(f.tested_ago_ms < 0);
    assert_int_equal(f.in_reason, REASON_NONE);
    assert_int_equal(f.out_reason, REASON_NONE);
    assert_int_equal(f.last_reason, REASON_NONE);
    assert_non_null(rig_event(rig, EVENT_EXAMINED));
    be_asked(rig, guest);
    assert_true(told_there(rig, guest).is_guest);
    assert_true(told_there(rig, guest).unsent_bytes < 0); /* not measured yet */
    rig_free(rig);
}

static void set_control(struct rig *rig, enum control control) {
    enum operation_answer came = OPERATION_ABSENT;
    const struct operation_request request = {.control = control, .author = "test", .reason = "", .key = ""};
    struct input input = {.kind = INPUT_OPERATION};
    input.as.operation.verb = OPERATION_ASK;
    input.as.operation.id = 7;
    input.as.operation.request = &request;
    input.as.operation.answer = &came;
    rig_feed(rig, &input);
    assert_int_equal(came, OPERATION_ASKED);
    input = (struct input){.kind = INPUT_JOURNALED};
    input.as.operation.id = 7;
    input.as.operation.is_kept = true;
    rig_feed(rig, &input);
}

static void a_control_is_told_as_what_a_call_would_meet(void **state) {
    (void)state;
    struct rig *rig = RIG();
    uint32_t link = neighbour(rig, 1);
    set_control(rig, CONTROL_PAUSE_INBOUND);
    be_asked(rig, link);
    assert_int_equal(told_there(rig, link).in_reason, REASON_PAUSED);
    assert_int_equal(told_there(rig, link).out_reason, REASON_NONE);
    rig_free(rig);
}

static void how_the_last_link_ended_is_remembered(void **state) {
    (void)state;
    struct rig *rig = RIG();
    uint32_t link = neighbour(rig, 1);
    rig_down(rig, link, REASON_RESET);
    rig_tick(rig, 1000);
    link = neighbour(rig, 1);
    be_asked(rig, link);
    assert_int_equal(told_there(rig, link).last_reason, REASON_RESET);
    rig_free(rig);
}

static void of_many_questions_one_in_ten_seconds_is_answered(void **state) {
    (void)state;
    struct rig *rig = RIG();
    uint32_t link = neighbour(rig, 1);
    be_asked(rig, link);
    (void)told_there(rig, link);
    for (int i = 0; i < 49; i++) {
        be_asked(rig, link);
        assert_null(rig_sent(rig, link, MESSAGE_FINDINGS));
    }
    assert_int_equal(ignored_count(rig), 49);
    rig_live(rig, LIMIT_EXAMINE_MS);
    be_asked(rig, link);
    (void)told_there(rig, link);
    assert_int_equal(ignored_count(rig), 49);
    assert_int_equal(rig_link(rig, link).state, LINK_STATE_OPEN);
    rig_free(rig);
}

static void who_does_not_take_part_is_not_answered(void **state) {
    (void)state;
    struct rig *rig = RIG();
    uint32_t deaf = link_as(rig, 1, MESH_WISH_LOW, false), link = neighbour(rig, 2);
    be_asked(rig, deaf);
    assert_null(rig_sent(rig, deaf, MESSAGE_FINDINGS));
    rig_feed(rig, &(struct input){.kind = INPUT_ANSWER_DOCTOR, .as.is_on = false});
    be_asked(rig, link); /* it cannot know yet that we changed our mind */
    assert_null(rig_sent(rig, link, MESSAGE_FINDINGS));
    assert_int_equal(ignored_count(rig), 2);
    assert_int_equal(rig_open_count(rig), 2);
    rig_free(rig);
}

/* Whether the hello that we say lists the feature. */
static bool is_offered(struct rig *rig, uint32_t number) {
    const void *checked = NULL;
    uint32_t link = neighbour(rig, number);
    assert_int_equal(message_bench_check(MESSAGE_HELLO, rig_sent(rig, link, MESSAGE_HELLO)->bytes, &checked),
                     REFUSAL_NONE);
    return hello_has_feature(checked, FEATURE_DOCTOR);
}

static void the_feature_stands_in_our_hello_while_we_answer(void **state) {
    (void)state;
    struct rig *rig = RIG();
    assert_true(is_offered(rig, 1));
    rig_feed(rig, &(struct input){.kind = INPUT_ANSWER_DOCTOR, .as.is_on = false});
    assert_false(is_offered(rig, 2));
    rig_feed(rig, &(struct input){.kind = INPUT_ANSWER_DOCTOR, .as.is_on = true});
    assert_true(is_offered(rig, 3));
    rig_free(rig);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_other_end_says_is_kept_with_when),
        cmocka_unit_test(who_does_not_take_part_is_not_asked),
        cmocka_unit_test(no_answer_is_waited_for_five_seconds),
        cmocka_unit_test(a_question_without_an_answer_keeps_its_nonce),
        cmocka_unit_test(an_answer_that_nobody_asked_for_ends_the_link),
        cmocka_unit_test(a_link_that_ends_ends_the_waiting),
        cmocka_unit_test(four_are_waited_for_and_of_the_ended_the_oldest_goes),
        cmocka_unit_test(four_that_do_not_answer_leave_no_room),
        cmocka_unit_test(who_asks_is_told_of_its_own_link),
        cmocka_unit_test(a_control_is_told_as_what_a_call_would_meet),
        cmocka_unit_test(how_the_last_link_ended_is_remembered),
        cmocka_unit_test(of_many_questions_one_in_ten_seconds_is_answered),
        cmocka_unit_test(who_does_not_take_part_is_not_answered),
        cmocka_unit_test(the_feature_stands_in_our_hello_while_we_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
