/* SPDX-License-Identifier: Apache-2.0 */
/* What a neighbour can make us do who speaks the protocol and means no good: begin without end, name what does not
 * exist, ask for everything, answer nonsense. */
#include "lib/sync_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MANY = 2048 };

static uint32_t numbers[MANY];
static const uint8_t nothing[] = {0x61}; /* a message that says nothing */

static const struct counter_set *counters(const struct rig *rig) {
    return engine_view_counters(rig->engine);
}

/* Lets time pass until it asks; fails the test when it does not within so long. Gives how long it took. */
static int64_t until_it_asks(struct rig *rig, uint32_t link, int64_t at_most_ms) {
    enum { STEP_MS = 500 };
    for (int64_t past_ms = 0; past_ms <= at_most_ms; past_ms += STEP_MS) {
        rig_live(rig, STEP_MS);
        const struct sync_frame *frame = sync_rig_said(rig, link, 0);
        if (frame != NULL && frame->role == SYNC_ASK) return past_ms;
    }
    fail_msg("it does not ask within %d ms", (int)at_most_ms);
    return -1;
}

static void who_begins_without_end_is_told_that_it_is_over(void **state) {
    (void)state;
    struct rig *rig = RIG(.seed = 4);
    const uint32_t link = sync_rig_link(rig, 1);
    for (uint32_t i = 0; i < LIMIT_SYNC_BEGIN_BURST; i++) {
        sync_rig_say(rig, link, SYNC_ASK, i, 0, (struct span){nothing, 1});
        assert_int_equal(sync_rig_said(rig, link, 0)->role, SYNC_ANSWER);
    }
    sync_rig_say(rig, link, SYNC_ASK, 99, 0, (struct span){nothing, 1});
    assert_int_equal(sync_rig_said(rig, link, 0)->role, SYNC_END);
    assert_int_equal(sync_rig_said(rig, link, 0)->session, 99);
    assert_int_equal(counters(rig)->syncs_declined, 1);
    rig_live(rig, LIMIT_SYNC_BEGIN_MS);
    sync_rig_say(rig, link, SYNC_ASK, 100, 0, (struct span){nothing, 1});
    assert_int_equal(sync_rig_said(rig, link, 0)->role, SYNC_ANSWER);
    rig_free(rig);
}

static void who_asks_dear_questions_is_told_that_it_is_over(void **state) {
    (void)state;
    struct rig *rig = RIG(.seed = 4);
    const uint32_t link = sync_rig_link(rig, 1);
    sync_rig_keep(rig, 1, 5000, false);
    /* A list of nothing: say all that you have. */
    const uint8_t all[] = {0x61, 0, 0, 2, 0};
    size_t answers = 0;
    for (;; answers++) {
        sync_rig_say(rig, link, SYNC_ASK, 1, 0, (struct span){all, sizeof all});
        const struct sync_frame *frame = sync_rig_said(rig, link, 0);
        assert_true(frame->message.size <= LIMIT_SYNC_FRAME);
        if (frame->role == SYNC_END) break;
    }
    assert_in_range(answers, LIMIT_SYNC_MESSAGE_BURST / 5, LIMIT_SYNC_MESSAGE_BURST / 4);
    assert_int_equal(rig_link(rig, link).state, LINK_STATE_OPEN);
    rig_free(rig);
}

static void nonsense_ends_the_link_in_either_role(void **state) {
    (void)state;
    struct rig *rig = RIG(.seed = 4);
    const uint8_t broken[] = {0x61, 0, 0, 9};
    const uint32_t first = sync_rig_link(rig, 1);
    sync_rig_say(rig, first, SYNC_ASK, 1, 0, (struct span){broken, sizeof broken});
    assert_int_equal(rig_goodbye(rig, first), REASON_PROTOCOL);
    const uint32_t second = sync_rig_link_of_ours(rig);
    (void)until_it_asks(rig, second, 10000);
    const uint32_t session = sync_rig_said(rig, second, 0)->session;
    sync_rig_say(rig, second, SYNC_ANSWER, session, 0, (struct span){broken, sizeof broken});
    assert_int_equal(rig_goodbye(rig, second), REASON_PROTOCOL);
    rig_free(rig);
}

static void stray_words_change_nothing(void **state) {
    (void)state;
    struct rig *rig = RIG(.seed = 4);
    const uint32_t link = sync_rig_link_of_ours(rig);
    sync_rig_say(rig, link, SYNC_ANSWER, 7, 0, (struct span){nothing, 1});
    sync_rig_say(rig, link, SYNC_END, 7, 0, SPAN_NONE);
    (void)until_it_asks(rig, link, 10000);
    const uint32_t session = sync_rig_said(rig, link, 0)->session;
    sync_rig_say(rig, link, SYNC_ANSWER, session + 1, 0, (struct span){nothing, 1});
    assert_null(sync_rig_said(rig, link, 0));
    sync_rig_say(rig, link, SYNC_ANSWER, session, 0, (struct span){nothing, 1});
    assert_int_equal(sync_rig_said(rig, link, 0)->role, SYNC_END);
    assert_int_equal(counters(rig)->syncs_done, 1);
    rig_free(rig);
}

/* Each of its answers says that it has records of which nobody ever sees one. */
static void ids_of_nothing_are_asked_for_ever_more_rarely(void **state) {
    (void)state;
    struct rig *rig = RIG(.seed = 4);
    const uint32_t link = sync_rig_link_of_ours(rig);
    struct sync_rig_peer *peer = sync_rig_peer_new(rig, link);
    int64_t last_ms = 0;
    sync_rig_peer_add(peer, 1, 1000);
    (void)until_it_asks(rig, link, 10000);
    for (int i = 0; i < 4; i++) {
        assert_true(sync_rig_peer_answers(peer) > 0);
        assert_int_equal(sync_rig_lacked(rig, link, numbers, MANY), LIMIT_LACK_IDS); /* and no more */
        rig_live(rig, LIMIT_SYNC_SILENT_MS);
        assert_int_equal(counters(rig)->syncs_failed, i + 1);
        const int64_t took_ms = until_it_asks(rig, link, 600000);
        assert_true(took_ms > last_ms * 5 / 4);
        last_ms = took_ms;
    }
    assert_true(last_ms > 180000);
    sync_rig_peer_free(peer);
    rig_free(rig);
}

/* It lists a record that its disk lost, say, and ends each session without it: no session brings anything. */
static void what_is_listed_and_never_there_is_asked_for_ever_more_rarely(void **state) {
    (void)state;
    struct rig *rig = RIG(.seed = 4);
    const uint32_t link = sync_rig_link_of_ours(rig);
    struct sync_rig_peer *peer = sync_rig_peer_new(rig, link);
    int64_t last_ms = 0;
    sync_rig_peer_add(peer, 1, 1);
    (void)until_it_asks(rig, link, 10000);
    for (int i = 0; i < 4; i++) {
        assert_true(sync_rig_peer_answers(peer) > 0);
        assert_int_equal(sync_rig_lacked(rig, link, numbers, MANY), 1);
        sync_rig_say(rig, link, SYNC_END, peer->session, 0, SPAN_NONE);
        rig_live(rig, LIMIT_SYNC_GAP_MS);
        const int64_t took_ms = until_it_asks(rig, link, 600000);
        assert_true(took_ms > last_ms * 5 / 4);
        last_ms = took_ms;
    }
    assert_true(last_ms > 180000);
    sync_rig_peer_free(peer);
    rig_free(rig);
}

static void who_never_answers_is_given_up(void **state) {
    (void)state;
    struct rig *rig = RIG(.seed = 4);
    const uint32_t link = sync_rig_link_of_ours(rig);
    (void)until_it_asks(rig, link, 10000);
    rig_live(rig, LIMIT_SYNC_SILENT_MS);
    assert_int_equal(counters(rig)->syncs_failed, 1);
    assert_int_equal(sync_rig_said(rig, link, 0)->role, SYNC_END);
    rig_free(rig);
}

/* It says that it lacks all we have, again and again: it gets everything once. */
static void who_lacks_everything_gets_it_once_over_one_link(void **state) {
    (void)state;
    enum { ALL = 200 };
    static uint32_t given[ALL];
    struct rig *rig = RIG(.seed = 4);
    const uint32_t link = sync_rig_link_of_ours(rig);
    struct sync_rig_peer *peer = sync_rig_peer_new(rig, link);
    size_t count = 0;
    sync_rig_keep(rig, 1, ALL, false);
    for (int session = 0; session < 3; session++) {
        (void)until_it_asks(rig, link, 600000);
        assert_true(sync_rig_peer_answers(peer) > 0);
        count += sync_rig_sends_all(rig, link, given, ALL);
    }
    assert_int_equal(count, ALL);
    sync_rig_peer_free(peer);
    rig_free(rig);
}

static void more_asked_for_than_may_be_is_not_sent(void **state) {
    (void)state;
    struct rig *rig = RIG(.seed = 4);
    const uint32_t link = sync_rig_link(rig, 1);
    for (uint32_t i = 0; i < LIMIT_LACK_IDS; i++) numbers[i] = i + 1;
    sync_rig_lack(rig, link, numbers, LIMIT_LACK_IDS);
    sync_rig_lack(rig, link, numbers, LIMIT_LACK_IDS);
    assert_int_equal(counters(rig)->syncs_ignored, LIMIT_LACK_IDS - LIMIT_SENDING_PER_LINK);
    rig_free(rig);
}

/* The host holds no more than it has room for, and each link has its turn. */
static void links_share_what_the_host_holds(void **state) {
    (void)state;
    enum { LINKS = 6 };
    uint32_t links[LINKS];
    struct rig *rig = RIG(.seed = 4);
    size_t sending = 0;
    for (uint32_t i = 0; i < LIMIT_LACK_IDS; i++) numbers[i] = i + 1;
    for (uint32_t i = 0; i < LINKS; i++) {
        links[i] = sync_rig_link(rig, i + 1);
        sync_rig_lack(rig, links[i], numbers, LIMIT_LACK_IDS);
        sending += rig_count(rig, ACTION_SEND_RECORD);
    }
    assert_int_equal(sending, LIMIT_SENDING_RECORDS);
    bool has_sent[LINKS] = {false};
    for (uint32_t i = 0; i < LIMIT_SENDING_PER_LINK; i++) {
        sync_rig_sent(rig, links[0], i + 1, 300);
        for (uint32_t l = 0; l < LINKS; l++) has_sent[l] |= sync_rig_sends(rig, links[l], numbers, MANY) > 0;
    }
    assert_true(has_sent[4] && has_sent[5]);
    rig_down(rig, links[0], REASON_RESET); /* its share is free */
    rig_free(rig);
}

static void a_set_that_is_said_to_begin_later_and_later_is_given_up(void **state) {
    (void)state;
    struct rig *rig = RIG(.seed = 4);
    const uint32_t link = sync_rig_link_of_ours(rig);
    (void)until_it_asks(rig, link, 10000);
    const uint32_t session = sync_rig_said(rig, link, 0)->session;
    sync_rig_say(rig, link, SYNC_ANSWER, session, 10, SPAN_NONE);
    assert_int_equal(sync_rig_said(rig, link, 0)->role, SYNC_ASK);
    sync_rig_say(rig, link, SYNC_ANSWER, session, 20, SPAN_NONE);
    assert_int_equal(sync_rig_said(rig, link, 0)->role, SYNC_END);
    assert_int_equal(counters(rig)->syncs_failed, 1);
    rig_free(rig);
}

/* One of the few sessions that we have at once is not held by who has something sent to itself all the time. */
static void who_lacks_something_without_end_holds_no_session(void **state) {
    (void)state;
    enum { STEP_MS = 1000, RECORDS = LIMIT_LACK_IDS };
    static uint32_t sent[MANY];
    struct rig *rig = RIG(.seed = 4);
    const uint32_t link = sync_rig_link_of_ours(rig);
    struct sync_rig_peer *peer = sync_rig_peer_new(rig, link);
    sync_rig_keep(rig, 1, RECORDS, false);
    for (uint32_t i = 0; i < RECORDS; i++) numbers[i] = i + 1;
    sync_rig_peer_add(peer, 1, RECORDS - 1);
    (void)until_it_asks(rig, link, 10000);
    assert_true(sync_rig_peer_answers(peer) > 0); /* one is given, and on its way: */
    size_t on_the_way = sync_rig_sends(rig, link, sent, MANY);
    for (int64_t past_ms = 0; past_ms < LIMIT_SYNC_MOVED_MS + 2 * STEP_MS; past_ms += STEP_MS) {
        sync_rig_lack(rig, link, numbers, RECORDS);
        on_the_way += sync_rig_sends(rig, link, sent + on_the_way, MANY - on_the_way);
        sync_rig_sent(rig, link, sent[--on_the_way], 300);
        on_the_way += sync_rig_sends(rig, link, sent + on_the_way, MANY - on_the_way);
        rig_live(rig, STEP_MS);
    }
    assert_int_equal(counters(rig)->syncs_done, 1);
    sync_rig_peer_free(peer);
    rig_free(rig);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_begins_without_end_is_told_that_it_is_over),
        cmocka_unit_test(who_asks_dear_questions_is_told_that_it_is_over),
        cmocka_unit_test(nonsense_ends_the_link_in_either_role),
        cmocka_unit_test(stray_words_change_nothing),
        cmocka_unit_test(ids_of_nothing_are_asked_for_ever_more_rarely),
        cmocka_unit_test(what_is_listed_and_never_there_is_asked_for_ever_more_rarely),
        cmocka_unit_test(who_never_answers_is_given_up),
        cmocka_unit_test(who_lacks_everything_gets_it_once_over_one_link),
        cmocka_unit_test(more_asked_for_than_may_be_is_not_sent),
        cmocka_unit_test(links_share_what_the_host_holds),
        cmocka_unit_test(a_set_that_is_said_to_begin_later_and_later_is_given_up),
        cmocka_unit_test(who_lacks_something_without_end_holds_no_session),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
