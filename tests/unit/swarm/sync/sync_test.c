/* SPDX-License-Identifier: Apache-2.0 */
/* What an engine does with neighbours who keep other records than it does: when it begins, what it asks for and gives
 * and in which order, what it takes, and when a record of its own does not wait any more. */
#include "lib/sync_rig.h"
#include "swarm/wire/record_frame.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MANY = 2048 };

static uint32_t numbers[MANY];

static bool begins_within(struct rig *rig, uint32_t link, int64_t ms) {
    rig_live(rig, ms);
    const struct sync_frame *frame = sync_rig_said(rig, link, 0);
    return frame != NULL && frame->role == SYNC_ASK;
}

/* It begins within so long, and the peer answers all that it asks. */
static void assert_compares_within(struct sync_rig_peer *peer, int64_t within_ms) {
    assert_true(begins_within(peer->rig, peer->link, within_ms));
    assert_true(sync_rig_peer_answers(peer) > 0);
}

static bool has_ended(const struct rig *rig, uint32_t link) {
    const struct sync_frame *frame = sync_rig_said(rig, link, 0);
    return frame != NULL && frame->role == SYNC_END;
}

static size_t waiting(const struct rig *rig) {
    struct outbox_view view;
    engine_view_outbox(rig->engine, &view, NULL, 0);
    return view.count;
}

static uint64_t fate(const struct rig *rig, enum late_fate which) {
    return engine_view_counters(rig->engine)->late[which];
}

static void assert_numbers(size_t count, uint32_t first, size_t wanted) {
    assert_int_equal(count, wanted);
    for (size_t i = 0; i < count; i++) assert_int_equal(numbers[i], first + i);
}

/* ---- When ---- */

static void the_smaller_id_begins_when_a_link_opens(void **state) {
    (void)state;
    struct rig *rig = RIG(.seed = 3);
    const struct rig_peer larger = rig_peer_beside(rig, false), smaller = rig_peer_beside(rig, true);
    const uint32_t first = sync_rig_link_to(rig, &larger, true);
    assert_false(begins_within(rig, first, LIMIT_SYNC_SOON_MS - 1));
    assert_true(begins_within(rig, first, 2 * LIMIT_SYNC_SOON_MS + 1));
    const uint32_t second = sync_rig_link_to(rig, &smaller, true);
    assert_false(begins_within(rig, second, LIMIT_SYNC_TURN_MS));
    assert_true(begins_within(rig, second, 4 * LIMIT_SYNC_SOON_MS));
    rig_free(rig);
}

static void the_larger_id_does_not_begin_when_the_other_has(void **state) {
    (void)state;
    struct rig *rig = RIG(.seed = 3);
    const struct rig_peer smaller = rig_peer_beside(rig, true);
    const uint32_t link = sync_rig_link_to(rig, &smaller, true);
    struct sync_rig_peer *peer = sync_rig_peer_new(rig, link);
    sync_rig_peer_asks(peer, 1, 0);
    sync_rig_say(rig, link, SYNC_END, 1, 0, SPAN_NONE);
    assert_false(begins_within(rig, link, 60000));
    assert_true(begins_within(rig, link, LIMIT_SYNC_EVERY_MS + LIMIT_SYNC_EVERY_MS / 5));
    sync_rig_peer_free(peer);
    rig_free(rig);
}

static void nobody_is_asked_who_takes_no_part(void **state) {
    (void)state;
    struct rig *rig = RIG(.seed = 3);
    const struct rig_peer peer = rig_peer_beside(rig, false);
    const uint32_t link = sync_rig_link_to(rig, &peer, false);
    assert_false(begins_within(rig, link, 2 * LIMIT_SYNC_EVERY_MS));
    const uint8_t message[] = {0x61};
    sync_rig_say(rig, link, SYNC_ASK, 1, 0, (struct span){message, 1});
    assert_null(sync_rig_said(rig, link, 0));
    sync_rig_lack(rig, link, (uint32_t[]){1}, 1);
    assert_int_equal(rig_count(rig, ACTION_SEND_RECORD), 0);
    sync_rig_give(rig, link, 1);
    assert_int_equal(rig_count(rig, ACTION_RECORD), 0);
    assert_int_equal(engine_view_counters(rig->engine)->syncs_ignored, 3);
    rig_free(rig);
}

static void both_at_once_is_one_session(void **state) {
    (void)state;
    struct rig *rig = RIG(.seed = 3);
    const uint8_t nothing[] = {0x61};
    const struct rig_peer larger = rig_peer_beside(rig, false), smaller = rig_peer_beside(rig, true);
    const uint32_t first = sync_rig_link_to(rig, &larger, true);
    assert_true(begins_within(rig, first, 3 * LIMIT_SYNC_SOON_MS));
    sync_rig_say(rig, first, SYNC_ASK, 7, 0, (struct span){nothing, 1});
    assert_null(sync_rig_said(rig, first, 0)); /* ours goes on */
    const uint32_t second = sync_rig_link_to(rig, &smaller, true);
    assert_true(begins_within(rig, second, LIMIT_SYNC_TURN_MS + 3 * LIMIT_SYNC_SOON_MS));
    sync_rig_say(rig, second, SYNC_ASK, 7, 0, (struct span){nothing, 1});
    assert_int_equal(sync_rig_said(rig, second, 0)->role, SYNC_ANSWER);
    assert_int_equal(sync_rig_said(rig, second, 0)->session, 7);
    rig_free(rig);
}

/* ---- What differs ---- */

static void what_is_lacked_is_asked_for_in_order_and_given_to_the_host(void **state) {
    (void)state;
    struct rig *rig = RIG(.seed = 3);
    const uint32_t link = sync_rig_link_of_ours(rig);
    struct sync_rig_peer *peer = sync_rig_peer_new(rig, link);
    sync_rig_keep(rig, 1, 300, false);
    sync_rig_peer_add(peer, 1, 800);
    assert_compares_within(peer, 3 * LIMIT_SYNC_SOON_MS);
    uint32_t next = 301;
    while (next <= 800) {
        const size_t count = sync_rig_lacked(rig, link, numbers, MANY);
        assert_numbers(count, next, 800 - next < LIMIT_LACK_IDS - 1 ? 801 - next : LIMIT_LACK_IDS);
        for (size_t i = 0; i < count; i++, next++) {
            sync_rig_give(rig, link, next);
            const struct action *action = rig_action(rig, ACTION_RECORD, 0);
            assert_non_null(action);
            assert_int_equal(sync_rig_number(&action->as.record.id), next);
            assert_true(action->as.record.is_late && action->as.record.publication != NULL);
            assert_int_equal(action->as.record.hops, 0);
            assert_true(span_equal(action->bytes, action->as.record.publication->record.text));
        }
    }
    assert_true(has_ended(rig, link));
    assert_int_equal(fate(rig, LATE_TAKEN), 500);
    sync_rig_peer_free(peer);
    rig_free(rig);
}

static void what_the_other_lacks_is_given_in_order(void **state) {
    (void)state;
    struct rig *rig = RIG(.seed = 3);
    const uint32_t link = sync_rig_link_of_ours(rig);
    struct sync_rig_peer *peer = sync_rig_peer_new(rig, link);
    sync_rig_keep(rig, 1, 800, false);
    sync_rig_peer_add(peer, 1, 300);
    assert_compares_within(peer, 3 * LIMIT_SYNC_SOON_MS);
    assert_int_equal(sync_rig_sends(rig, link, numbers, MANY), LIMIT_SENDING_PER_LINK); /* until some are sent */
    assert_numbers(sync_rig_sends_all(rig, link, numbers, MANY), 301, 500);
    assert_true(has_ended(rig, link));
    sync_rig_peer_free(peer);
    rig_free(rig);
}

/* Records that lie in between others, sparse here and dense there, so that lists of them come in several rounds. */
static void order_is_kept_when_lists_come_in_another(void **state) {
    (void)state;
    struct rig *rig = RIG(.seed = 3);
    const uint32_t link = sync_rig_link_of_ours(rig);
    struct sync_rig_peer *peer = sync_rig_peer_new(rig, link);
    for (uint32_t i = 0; i < 2000; i += 2) sync_rig_keep(rig, 10000 + i, 1, false);
    for (uint32_t i = 0; i < 2000; i += 2) sync_rig_peer_add(peer, 10000 + i, 1);
    for (uint32_t i = 1; i < 600; i += 2) sync_rig_peer_add(peer, 10000 + i, 1); /* dense */
    for (uint32_t i = 901; i < 2000; i += 100) sync_rig_peer_add(peer, 10000 + i, 1);
    for (uint32_t i = 701; i < 800; i += 2) sync_rig_keep(rig, 10000 + i, 1, false);
    sync_rig_keep(rig, 1, 20, false); /* long before */
    assert_true(begins_within(rig, link, 3 * LIMIT_SYNC_SOON_MS));
    assert_true(sync_rig_peer_answers(peer) > 1);
    uint32_t last_sent = 0, last_asked = 0;
    size_t asked = 0;
    const size_t first = sync_rig_sends(rig, link, numbers, MANY);
    uint32_t lacked[MANY];
    size_t count = sync_rig_lacked(rig, link, lacked, MANY);
    for (size_t i = 0; i < first; i++) {
        assert_true(numbers[i] > last_sent);
        last_sent = numbers[i];
    }
    assert_int_equal(numbers[0], 1);
    while (count > 0) {
        for (size_t i = 0; i < count; i++) {
            assert_true(lacked[i] > last_asked);
            last_asked = lacked[i];
            sync_rig_give(rig, link, lacked[i]);
            asked++;
        }
        count = sync_rig_lacked(rig, link, lacked, MANY);
    }
    assert_int_equal(asked, 311);
    sync_rig_peer_free(peer);
    rig_free(rig);
}

static void more_than_one_session_takes_goes_on_in_the_next(void **state) {
    (void)state;
    enum { ALL = LIMIT_SYNC_MOVED + 500 };
    static uint32_t all[ALL];
    struct rig *rig = RIG(.seed = 3);
    const uint32_t link = sync_rig_link_of_ours(rig);
    struct sync_rig_peer *peer = sync_rig_peer_new(rig, link);
    sync_rig_keep(rig, 1, ALL, false);
    assert_compares_within(peer, 3 * LIMIT_SYNC_SOON_MS);
    size_t given = sync_rig_sends_all(rig, link, all, ALL);
    assert_int_equal(given, LIMIT_RECORD_BURST); /* the rate of the link is used up */
    while (given < LIMIT_SYNC_MOVED) {
        rig_live(rig, LIMIT_SENDING_AGAIN_MS);
        given += sync_rig_sends_all(rig, link, all + given, ALL - given);
    }
    assert_int_equal(given, LIMIT_SYNC_MOVED);
    assert_true(begins_within(rig, link, 3 * LIMIT_SYNC_GAP_MS));
    /* The others have not arrived there, and are not given again. */
    assert_true(sync_rig_peer_answers(peer) > 0);
    while (given < ALL) {
        given += sync_rig_sends_all(rig, link, all + given, ALL - given);
        rig_live(rig, LIMIT_SENDING_AGAIN_MS);
    }
    for (size_t i = 0; i < ALL; i++) assert_int_equal(all[i], i + 1);
    sync_rig_peer_free(peer);
    rig_free(rig);
}

/* What is large weighs more, which shows only when it is on its way. */
static void records_go_at_the_rate_of_the_link(void **state) {
    (void)state;
    enum { ALL = 1000, SIZE = 60000, WEIGHT = 1 + SIZE / 4096, SECONDS = 100 };
    static uint32_t sent[ALL];
    struct rig *rig = RIG(.seed = 3);
    const uint32_t link = sync_rig_link_of_ours(rig);
    struct sync_rig_peer *peer = sync_rig_peer_new(rig, link);
    sync_rig_keep(rig, 1, ALL, false);
    assert_compares_within(peer, 3 * LIMIT_SYNC_SOON_MS);
    size_t count = sync_rig_sends(rig, link, sent, ALL), done = 0;
    for (int tenth = 0; tenth < 10 * SECONDS; tenth++) {
        while (done < count) {
            sync_rig_sent(rig, link, sent[done++], SIZE);
            count += sync_rig_sends(rig, link, sent + count, ALL - count);
        }
        rig_live(rig, 100);
        count += sync_rig_sends(rig, link, sent + count, ALL - count);
    }
    assert_in_range(count * WEIGHT, SECONDS * 1000 / LIMIT_RECORD_MS,
                    SECONDS * 1000 / LIMIT_RECORD_MS + LIMIT_RECORD_BURST + 2 * LIMIT_SENDING_PER_LINK * WEIGHT);
    sync_rig_peer_free(peer);
    rig_free(rig);
}

static void a_set_that_begins_later_is_compared_from_there(void **state) {
    (void)state;
    struct rig *rig = RIG(.seed = 3);
    const uint32_t link = sync_rig_link_of_ours(rig);
    sync_rig_keep(rig, 1, 100, false);
    assert_true(begins_within(rig, link, 3 * LIMIT_SYNC_SOON_MS));
    const struct sync_frame *ask = sync_rig_said(rig, link, 0);
    const uint32_t session = ask->session;
    const uint64_t since = sync_rig_item(rig, 51).timestamp;
    assert_int_equal(ask->since, 0);
    sync_rig_say(rig, link, SYNC_ANSWER, session, since, SPAN_NONE);
    assert_int_equal(sync_rig_said(rig, link, 0)->since, since);
    struct sync_rig_peer *peer = sync_rig_peer_new(rig, link);
    assert_true(sync_rig_peer_answers(peer) > 0);
    assert_numbers(sync_rig_sends_all(rig, link, numbers, MANY), 51, 50);
    sync_rig_peer_free(peer);
    rig_free(rig);
}

/* ---- The other begins ---- */

static void who_asks_is_told_and_gets_what_it_lacks(void **state) {
    (void)state;
    struct rig *rig = RIG(.seed = 3);
    const struct rig_peer smaller = rig_peer_beside(rig, true);
    const uint32_t link = sync_rig_link_to(rig, &smaller, true);
    struct sync_rig_peer *peer = sync_rig_peer_new(rig, link);
    sync_rig_keep(rig, 1, 1000, false);
    sync_rig_peer_add(peer, 1, 990);
    sync_rig_peer_add(peer, 2000, 3);
    sync_rig_peer_asks(peer, 9, 0);
    assert_int_equal(peer->need_count, 10);
    assert_int_equal(peer->have_count, 3);
    sync_rig_lack(rig, link, peer->needs, peer->need_count);
    assert_numbers(sync_rig_sends_all(rig, link, numbers, MANY), 991, 10);
    for (uint32_t i = 0; i < 3; i++) sync_rig_give(rig, link, peer->haves[i]);
    sync_rig_say(rig, link, SYNC_END, 9, 0, SPAN_NONE);
    sync_rig_give(rig, link, 2003); /* overtaken by the end: bulk goes behind control */
    assert_int_equal(fate(rig, LATE_TAKEN), 4);
    assert_int_equal(fate(rig, LATE_UNASKED), 0);
    sync_rig_peer_free(peer);
    rig_free(rig);
}

static void what_is_not_here_ends_the_session_of_who_asked(void **state) {
    (void)state;
    struct rig *rig = RIG(.seed = 3);
    const uint32_t link = sync_rig_link(rig, 1);
    struct sync_rig_peer *peer = sync_rig_peer_new(rig, link);
    sync_rig_keep(rig, 1, 2, false);
    sync_rig_peer_asks(peer, 9, 0);
    sync_rig_lack(rig, link, (uint32_t[]){77, 1}, 2);
    sync_rig_sent(rig, link, 77, 0);
    assert_null(sync_rig_said(rig, link, 0)); /* the other one is on its way */
    sync_rig_sent(rig, link, 1, 300);
    assert_true(has_ended(rig, link));
    sync_rig_peer_free(peer);
    rig_free(rig);
}

static void nothing_is_awaited_of_who_says_that_it_is_over(void **state) {
    (void)state;
    struct rig *rig = RIG(.seed = 3);
    const uint32_t link = sync_rig_link_of_ours(rig);
    struct sync_rig_peer *peer = sync_rig_peer_new(rig, link);
    sync_rig_peer_add(peer, 1, 3);
    assert_compares_within(peer, 3 * LIMIT_SYNC_SOON_MS);
    assert_numbers(sync_rig_lacked(rig, link, numbers, MANY), 1, 3);
    sync_rig_say(rig, link, SYNC_END, peer->session, 0, SPAN_NONE);
    sync_rig_give(rig, link, 1);
    assert_int_equal(fate(rig, LATE_TAKEN), 1);
    rig_live(rig, LIMIT_SYNC_GAP_MS);
    assert_true(has_ended(rig, link));
    assert_int_equal(engine_view_counters(rig->engine)->syncs_failed, 0);
    assert_true(begins_within(rig, link, 3 * LIMIT_SYNC_GAP_MS));
    sync_rig_peer_free(peer);
    rig_free(rig);
}

/* ---- What is taken ---- */

static void what_came_once_is_not_taken_or_asked_for_again(void **state) {
    (void)state;
    struct rig *rig = RIG(.seed = 3);
    const uint32_t link = sync_rig_link_of_ours(rig);
    struct sync_rig_peer *peer = sync_rig_peer_new(rig, link);
    sync_rig_peer_add(peer, 1, 5);
    assert_compares_within(peer, 3 * LIMIT_SYNC_SOON_MS);
    for (uint32_t i = 1; i <= 5; i++) sync_rig_give(rig, link, i);
    sync_rig_keep(rig, 1, 2, false);
    sync_rig_gone(rig, 2); /* it was replaced; of 3 the host says nothing, 4 it does not want */
    sync_rig_gone(rig, 4);
    assert_compares_within(peer, 3 * LIMIT_SYNC_GAP_MS);
    assert_int_equal(sync_rig_lacked(rig, link, numbers, MANY), 0);
    sync_rig_peer_asks(peer, 3, 0);
    sync_rig_give(rig, link, 4);
    assert_int_equal(rig_count(rig, ACTION_RECORD), 0);
    assert_int_equal(fate(rig, LATE_REPEATED), 1);
    sync_rig_peer_free(peer);
    rig_free(rig);
}

static void a_record_that_was_broadcast_is_not_asked_for(void **state) {
    (void)state;
    struct rig *rig = RIG(.seed = 3);
    const uint32_t other = broadcast_rig_link(rig, 60), link = sync_rig_link_of_ours(rig);
    struct sync_rig_peer *peer = sync_rig_peer_new(rig, link);
    broadcast_rig_say(rig, other, 5); /* on its way to the disk */
    sync_rig_peer_add(peer, 5, 1);
    assert_compares_within(peer, 3 * LIMIT_SYNC_SOON_MS);
    assert_int_equal(sync_rig_lacked(rig, link, numbers, MANY), 0);
    sync_rig_peer_free(peer);
    rig_free(rig);
}

static void what_came_in_this_way_is_not_broadcast(void **state) {
    (void)state;
    struct rig *rig = RIG(.seed = 3);
    const uint32_t other = broadcast_rig_link(rig, 60), link = sync_rig_link(rig, 1);
    struct sync_rig_peer *peer = sync_rig_peer_new(rig, link);
    sync_rig_peer_asks(peer, 1, 0);
    const struct record_frame frame = {.publication = {.record = broadcast_rig_record(rig, 5, 5)}}; /* of now */
    rig_say(rig, link, MESSAGE_RECORD_FRAME, &frame);
    assert_true(broadcast_rig_delivered(rig, 5));
    assert_false(broadcast_rig_sends(rig, other, 5));
    broadcast_rig_say(rig, other, 5);
    assert_false(broadcast_rig_delivered(rig, 5));
    sync_rig_peer_free(peer);
    rig_free(rig);
}

static void what_came_ripples_to_all_neighbours_once_it_is_kept(void **state) {
    (void)state;
    struct rig *rig = RIG(.seed = 3);
    const uint32_t link = sync_rig_link(rig, 1), other = sync_rig_link(rig, 2);
    struct sync_rig_peer *peer = sync_rig_peer_new(rig, link);
    const uint8_t nothing[] = {0x61};
    sync_rig_say(rig, other, SYNC_ASK, 3, 0, (struct span){nothing, 1});
    sync_rig_say(rig, other, SYNC_END, 3, 0, SPAN_NONE);
    sync_rig_peer_asks(peer, 1, 0);
    sync_rig_give(rig, link, 5);
    sync_rig_say(rig, link, SYNC_END, 1, 0, SPAN_NONE);
    assert_false(begins_within(rig, other, 30000));
    sync_rig_keep(rig, 5, 1, false);
    assert_false(begins_within(rig, other, LIMIT_SYNC_SOON_MS - 1));
    assert_true(begins_within(rig, other, LIMIT_SYNC_SOON_MS + 1));
    sync_rig_peer_free(peer);
    rig_free(rig);
}

static void records_ahead_of_our_clock_are_not_taken(void **state) {
    (void)state;
    struct rig *rig = RIG(.seed = 3);
    const uint32_t link = sync_rig_link(rig, 1);
    struct sync_rig_peer *peer = sync_rig_peer_new(rig, link);
    sync_rig_peer_asks(peer, 1, 0);
    sync_rig_give(rig, link, SYNC_RIG_AGE_MS + LIMIT_RECORD_AHEAD_MS + 1);
    sync_rig_give(rig, link, SYNC_RIG_AGE_MS + LIMIT_RECORD_AHEAD_MS);
    assert_int_equal(fate(rig, LATE_UNTIMELY), 1);
    assert_int_equal(fate(rig, LATE_TAKEN), 1);
    sync_rig_peer_free(peer);
    rig_free(rig);
}

static void what_nobody_asked_for_is_dropped_and_too_much_of_it_ends_the_link(void **state) {
    (void)state;
    struct rig *rig = RIG(.seed = 3);
    const uint32_t link = sync_rig_link(rig, 1);
    for (uint32_t i = 1; i <= LIMIT_UNASKED_BURST; i++) {
        sync_rig_give(rig, link, i);
        assert_int_equal(rig_count(rig, ACTION_RECORD), 0);
    }
    assert_int_equal(fate(rig, LATE_UNASKED), LIMIT_UNASKED_BURST);
    assert_int_equal(rig_link(rig, link).state, LINK_STATE_OPEN);
    sync_rig_give(rig, link, 5000);
    assert_int_equal(rig_goodbye(rig, link), REASON_RATE);
    rig_free(rig);
}

static void one_link_brings_no_more_than_its_rate(void **state) {
    (void)state;
    struct rig *rig = RIG(.seed = 3);
    const uint32_t link = sync_rig_link(rig, 1);
    struct sync_rig_peer *peer = sync_rig_peer_new(rig, link);
    sync_rig_peer_asks(peer, 1, 0);
    for (uint32_t i = 1; i <= 3 * LIMIT_RECORD_BURST; i++) sync_rig_give(rig, link, i);
    assert_int_equal(fate(rig, LATE_TAKEN), 2 * LIMIT_RECORD_BURST);
    assert_int_equal(fate(rig, LATE_OVER_RATE), LIMIT_RECORD_BURST);
    rig_live(rig, 1000);
    sync_rig_give(rig, link, 3 * LIMIT_RECORD_BURST); /* it is not forgotten for good */
    assert_int_equal(rig_count(rig, ACTION_RECORD), 1);
    sync_rig_peer_free(peer);
    rig_free(rig);
}

static void all_links_together_bring_no_more_than_the_rate_of_all(void **state) {
    (void)state;
    enum { LINKS = 4 };
    struct rig *rig = RIG(.seed = 3);
    uint32_t number = 0;
    for (uint32_t l = 1; l <= LINKS; l++) {
        const uint32_t link = sync_rig_link(rig, l);
        struct sync_rig_peer *peer = sync_rig_peer_new(rig, link);
        sync_rig_peer_asks(peer, 1, 0);
        for (uint32_t i = 0; i < 2 * LIMIT_RECORD_BURST; i++) sync_rig_give(rig, link, ++number);
        sync_rig_peer_free(peer);
    }
    assert_int_equal(fate(rig, LATE_TAKEN), LIMIT_BROUGHT_BURST);
    assert_int_equal(fate(rig, LATE_OVER_RATE), LINKS * 2 * LIMIT_RECORD_BURST - LIMIT_BROUGHT_BURST);
    rig_free(rig);
}

/* ---- Ours ---- */

static void ours_waits_until_a_neighbour_is_known_to_have_it(void **state) {
    (void)state;
    struct rig *rig = RIG(.seed = 3);
    sync_rig_keep(rig, 1, 3, true);
    sync_rig_keep(rig, 10, 3, false);
    struct outbox_view view;
    struct object_id ids[2];
    engine_view_outbox(rig->engine, &view, ids, 2);
    assert_int_equal(view.count, 3);
    assert_int_equal(view.oldest_at_ms, sync_rig_item(rig, 1).timestamp);
    assert_int_equal(sync_rig_number(&ids[0]), 1);
    assert_int_equal(sync_rig_number(&ids[1]), 2);
    const uint32_t link = sync_rig_link_of_ours(rig);
    struct sync_rig_peer *peer = sync_rig_peer_new(rig, link);
    sync_rig_peer_add(peer, 2, 1);
    assert_compares_within(peer, 3 * LIMIT_SYNC_SOON_MS);
    assert_int_equal(waiting(rig), 2); /* 2 is there, as it was not told */
    assert_int_equal(sync_rig_sends_all(rig, link, numbers, MANY), 5);
    assert_int_equal(waiting(rig), 2); /* what was sent may be lost */
    sync_rig_peer_add(peer, 1, 1);
    sync_rig_peer_add(peer, 3, 1);
    assert_compares_within(peer, 2 * LIMIT_SYNC_GAP_MS + 1);
    assert_int_equal(waiting(rig), 0);
    sync_rig_peer_free(peer);
    rig_free(rig);
}

static void somebody_is_asked_soon_after_ours_was_kept(void **state) {
    (void)state;
    struct rig *rig = RIG(.seed = 3);
    const uint32_t link = sync_rig_link(rig, 1);
    struct sync_rig_peer *peer = sync_rig_peer_new(rig, link);
    sync_rig_peer_asks(peer, 1, 0);
    sync_rig_say(rig, link, SYNC_END, 1, 0, SPAN_NONE);
    rig_live(rig, 20000);
    sync_rig_keep(rig, 1, 1, true);
    assert_false(begins_within(rig, link, LIMIT_SYNC_OWN_MS - 1));
    assert_true(begins_within(rig, link, LIMIT_SYNC_OWN_MS + 1));
    sync_rig_peer_free(peer);
    rig_free(rig);
}

static void ours_of_long_ago_or_gone_does_not_wait(void **state) {
    (void)state;
    struct rig *rig = RIG(.seed = 3);
    sync_rig_keep(rig, 1, 2, true);
    sync_rig_gone(rig, 2);
    assert_int_equal(waiting(rig), 1);
    const struct object_id id = sync_rig_item(rig, 7).id;
    struct input input = {.kind = INPUT_RECORD_KEPT};
    input.as.kept.id = &id;
    input.as.kept.is_own = true;
    input.as.kept.at_ms = rig_wall_ms(rig) - LIMIT_OUTBOX_AGE_MS - 1;
    rig_feed(rig, &input);
    assert_int_equal(waiting(rig), 1);
    rig_free(rig);
}

/* What is kept while a session compares is not in what it compared. */
static void a_session_says_nothing_of_what_came_after_it_began(void **state) {
    (void)state;
    struct rig *rig = RIG(.seed = 3);
    const uint32_t link = sync_rig_link_of_ours(rig);
    struct sync_rig_peer *peer = sync_rig_peer_new(rig, link);
    assert_true(begins_within(rig, link, 3 * LIMIT_SYNC_SOON_MS));
    const struct sync_frame ask = *sync_rig_said(rig, link, 0);
    const uint8_t equal[] = {0x61};
    sync_rig_keep(rig, 1, 1, true);
    sync_rig_say(rig, link, SYNC_ANSWER, ask.session, ask.since, (struct span){equal, 1});
    assert_true(has_ended(rig, link));
    assert_int_equal(waiting(rig), 1);
    sync_rig_peer_free(peer);
    rig_free(rig);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_smaller_id_begins_when_a_link_opens),
        cmocka_unit_test(the_larger_id_does_not_begin_when_the_other_has),
        cmocka_unit_test(nobody_is_asked_who_takes_no_part),
        cmocka_unit_test(both_at_once_is_one_session),
        cmocka_unit_test(what_is_lacked_is_asked_for_in_order_and_given_to_the_host),
        cmocka_unit_test(what_the_other_lacks_is_given_in_order),
        cmocka_unit_test(order_is_kept_when_lists_come_in_another),
        cmocka_unit_test(more_than_one_session_takes_goes_on_in_the_next),
        cmocka_unit_test(records_go_at_the_rate_of_the_link),
        cmocka_unit_test(a_set_that_begins_later_is_compared_from_there),
        cmocka_unit_test(who_asks_is_told_and_gets_what_it_lacks),
        cmocka_unit_test(what_is_not_here_ends_the_session_of_who_asked),
        cmocka_unit_test(nothing_is_awaited_of_who_says_that_it_is_over),
        cmocka_unit_test(what_came_once_is_not_taken_or_asked_for_again),
        cmocka_unit_test(a_record_that_was_broadcast_is_not_asked_for),
        cmocka_unit_test(what_came_in_this_way_is_not_broadcast),
        cmocka_unit_test(what_came_ripples_to_all_neighbours_once_it_is_kept),
        cmocka_unit_test(records_ahead_of_our_clock_are_not_taken),
        cmocka_unit_test(what_nobody_asked_for_is_dropped_and_too_much_of_it_ends_the_link),
        cmocka_unit_test(one_link_brings_no_more_than_its_rate),
        cmocka_unit_test(all_links_together_bring_no_more_than_the_rate_of_all),
        cmocka_unit_test(ours_waits_until_a_neighbour_is_known_to_have_it),
        cmocka_unit_test(somebody_is_asked_soon_after_ours_was_kept),
        cmocka_unit_test(ours_of_long_ago_or_gone_does_not_wait),
        cmocka_unit_test(a_session_says_nothing_of_what_came_after_it_began),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
