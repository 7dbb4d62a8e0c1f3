/* SPDX-License-Identifier: Apache-2.0 */
/* Which part is asked of whom, and what is made of what comes. */
#include "lib/content_rig.h"
#include "swarm/content/content_peer.h"
#include "swarm/content/file_shape.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { FILE_A = 1, FILE_B = 2, CHUNK = 65536, FULL = 1 << 20 };

static bool is_asked(const struct want *want, uint32_t object) {
    const struct object_id id = content_rig_id(object);
    return want->req != 0 && object_id_equal(&want->id, &id);
}

/* A file is wanted, and of it these parts. */
static void want_parts(struct rig *rig, uint32_t file, size_t count, uint32_t size) {
    struct content_part parts[LIMIT_PARTS_QUEUED / 2];
    for (uint32_t i = 0; i < count; i++) parts[i] = content_rig_part(100 + i, size);
    content_rig_file(rig, file, FILE_WANTED);
    content_rig_missing(rig, file, parts, count, true);
}

static size_t asks_of(const struct rig *rig, uint32_t link) {
    size_t count = 0;
    while (content_rig_asked(rig, link, count).req != 0) count++;
    return count;
}

static void the_host_is_asked_what_is_missing(void **state) {
    (void)state;
    struct rig *rig = RIG();
    content_rig_file(rig, FILE_A, FILE_WANTED);
    const struct action *action = rig_action(rig, ACTION_LIST_MISSING, 0);
    const struct object_id id = content_rig_id(FILE_A);
    assert_non_null(action);
    assert_true(object_id_equal(&action->as.list.file, &id));
    content_rig_file(rig, FILE_A, FILE_WANTED); /* once */
    assert_null(rig_action(rig, ACTION_LIST_MISSING, 0));
    rig_free(rig);
}

static void a_part_goes_from_the_peer_to_the_host_and_on_to_the_next(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const uint32_t link = content_rig_link(rig, 1);
    const struct content_part manifest = {PART_MANIFEST, 0, 0, content_rig_id(FILE_A)};
    content_rig_file(rig, FILE_A, FILE_WANTED);
    content_rig_missing(rig, FILE_A, &manifest, 1, false);
    struct want want = content_rig_asked(rig, link, 0);
    assert_true(is_asked(&want, FILE_A));
    content_rig_slice(rig, link, want.req, 0, 700, 700);
    const struct action *collect = rig_action(rig, ACTION_COLLECT, 0);
    assert_non_null(collect);
    assert_int_equal(collect->as.collect.req, want.req);
    assert_int_equal(collect->as.collect.part.kind, PART_MANIFEST);
    assert_int_equal(collect->bytes.size, 700);
    assert_true(collect->as.collect.is_last);
    content_rig_checked(rig, want.req, PART_STORED);
    assert_non_null(rig_action(rig, ACTION_LIST_MISSING, 0));
    const struct content_part chunk = content_rig_part(7, 1000);
    content_rig_missing(rig, FILE_A, &chunk, 1, true);
    want = content_rig_asked(rig, link, 0);
    assert_true(is_asked(&want, 7));
    content_rig_slice(rig, link, want.req, 0, 1000, 1000);
    content_rig_checked(rig, want.req, PART_STORED);
    assert_null(rig_action(rig, ACTION_LIST_MISSING, 0)); /* that was the last */
    rig_free(rig);
}

static void slices_come_in_order_and_are_passed_on_as_they_are(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const uint32_t link = content_rig_link(rig, 1);
    want_parts(rig, FILE_A, 1, 3 * CHUNK);
    const struct want want = content_rig_asked(rig, link, 0);
    for (uint32_t i = 0; i < 3; i++) {
        content_rig_slice(rig, link, want.req, i * CHUNK, CHUNK, 3 * CHUNK);
        const struct action *collect = rig_action(rig, ACTION_COLLECT, 0);
        assert_int_equal(collect->as.collect.offset, i * CHUNK);
        assert_int_equal(collect->as.collect.total, 3 * CHUNK);
        assert_int_equal(collect->as.collect.is_last, i == 2);
    }
    rig_free(rig);
}

static void nobody_to_ask_is_waited_for(void **state) {
    (void)state;
    struct rig *rig = RIG();
    want_parts(rig, FILE_A, 1, CHUNK);
    const uint32_t link = content_rig_link(rig, 1);
    const struct want want = content_rig_asked(rig, link, 0);
    assert_true(is_asked(&want, 100));
    rig_free(rig);
}

static void who_says_it_holds_the_file_is_asked_before_the_others(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const uint32_t one = content_rig_link(rig, 1), other = content_rig_link(rig, 2);
    content_rig_file(rig, FILE_A, FILE_WANTED);
    content_rig_have(rig, other, FILE_A);
    struct content_part parts[4];
    for (uint32_t i = 0; i < 4; i++) parts[i] = content_rig_part(100 + i, CHUNK);
    content_rig_missing(rig, FILE_A, parts, 4, true);
    assert_int_equal(asks_of(rig, one), 0);
    assert_int_equal(asks_of(rig, other), 4);
    rig_free(rig);
}

static void several_are_asked_at_once(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const uint32_t one = content_rig_link(rig, 1), other = content_rig_link(rig, 2);
    want_parts(rig, FILE_A, 4, CHUNK);
    assert_int_equal(asks_of(rig, one), 2);
    assert_int_equal(asks_of(rig, other), 2);
    rig_free(rig);
}

static void what_is_wrong_ends_the_asking_of_that_peer_for_an_hour(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const uint32_t liar = content_rig_link(rig, 1);
    want_parts(rig, FILE_A, 2, CHUNK);
    const struct want want = content_rig_asked(rig, liar, 0);
    const uint32_t honest = content_rig_link(rig, 2);
    content_rig_slice(rig, liar, want.req, 0, CHUNK, CHUNK);
    content_rig_checked(rig, want.req, PART_WRONG);
    assert_non_null(rig_event(rig, EVENT_CONTENT_INVALID));
    assert_non_null(rig_sent(rig, liar, MESSAGE_CANCEL)); /* of the other part */
    assert_int_equal(asks_of(rig, liar), 0);
    assert_int_equal(asks_of(rig, honest), 2);
    rig_down(rig, liar, REASON_RESET); /* another link does not help it */
    rig_down(rig, honest, REASON_RESET);
    const uint32_t again = content_rig_link(rig, 1);
    assert_int_equal(asks_of(rig, again), 0);
    rig_live(rig, LIMIT_CONTENT_BAN_MS + LIMIT_ASK_AGAIN_MS);
    assert_true(asks_of(rig, again) > 0);
    rig_free(rig);
}

static void what_could_not_be_written_is_asked_for_again_later(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const uint32_t link = content_rig_link(rig, 1);
    want_parts(rig, FILE_A, 1, CHUNK);
    const struct want want = content_rig_asked(rig, link, 0);
    content_rig_slice(rig, link, want.req, 0, CHUNK, CHUNK);
    content_rig_checked(rig, want.req, PART_NOT_WRITTEN);
    assert_int_equal(asks_of(rig, link), 0);
    (void)content_rig_link(rig, 2); /* nor does somebody new help against a full disk */
    assert_int_equal(asks_of(rig, link), 0);
    rig_live(rig, LIMIT_ASK_AGAIN_MS);
    assert_true(rig_count(rig, ACTION_SEND) > 0);
    rig_free(rig);
}

static void what_nobody_asked_for_ends_the_link(void **state) {
    (void)state;
    static const struct {
        uint32_t add_req, offset, size, total;
    } faults[] = {
        {1, 0, CHUNK, 2 * CHUNK},     /* another question */
        {0, CHUNK, CHUNK, 2 * CHUNK}, /* out of order */
        {0, 0, CHUNK, 3 * CHUNK},     /* another size than the part has */
        {0, 0, CHUNK, CHUNK},
    };
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        struct rig *rig = RIG();
        const uint32_t link = content_rig_link(rig, 1);
        want_parts(rig, FILE_A, 1, 2 * CHUNK);
        const struct want want = content_rig_asked(rig, link, 0);
        content_rig_slice(rig, link, want.req + faults[i].add_req, faults[i].offset, faults[i].size, faults[i].total);
        assert_int_equal(rig_goodbye(rig, link), REASON_PROTOCOL);
        rig_free(rig);
    }
}

static void a_manifest_over_its_limit_ends_the_link(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const uint32_t link = content_rig_link(rig, 1);
    const struct content_part manifest = {PART_MANIFEST, 0, 0, content_rig_id(FILE_A)};
    content_rig_file(rig, FILE_A, FILE_WANTED);
    content_rig_missing(rig, FILE_A, &manifest, 1, false);
    const struct want want = content_rig_asked(rig, link, 0);
    content_rig_slice(rig, link, want.req, 0, CHUNK, LIMIT_FILE_RECORD_MAX + 1);
    assert_int_equal(rig_goodbye(rig, link), REASON_PROTOCOL);
    rig_free(rig);
}

static void another_s_answer_is_not_taken(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const uint32_t link = content_rig_link(rig, 1);
    want_parts(rig, FILE_A, 1, CHUNK);
    const struct want want = content_rig_asked(rig, link, 0);
    const uint32_t other = content_rig_link(rig, 2);
    content_rig_slice(rig, other, want.req, 0, CHUNK, CHUNK);
    assert_int_equal(rig_goodbye(rig, other), REASON_PROTOCOL);
    content_rig_slice(rig, link, want.req, 0, CHUNK, CHUNK);
    assert_non_null(rig_action(rig, ACTION_COLLECT, 0));
    content_rig_slice(rig, link, want.req, 0, CHUNK, CHUNK); /* twice */
    assert_int_equal(rig_goodbye(rig, link), REASON_PROTOCOL);
    rig_free(rig);
}

static void who_does_not_have_it_is_not_asked_again_soon(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const uint32_t one = content_rig_link(rig, 1);
    want_parts(rig, FILE_A, 1, CHUNK);
    struct want want = content_rig_asked(rig, one, 0);
    const uint32_t other = content_rig_link(rig, 2);
    content_rig_miss(rig, one, want.req, MISS_NOT_HELD);
    assert_int_equal(asks_of(rig, one), 0);
    want = content_rig_asked(rig, other, 0);
    assert_true(is_asked(&want, 100));
    content_rig_miss(rig, other, want.req, MISS_NOT_HELD);
    assert_int_equal(asks_of(rig, one) + asks_of(rig, other), 0);
    rig_live(rig, LIMIT_ASK_AGAIN_MS); /* then everybody once more */
    assert_int_equal(asks_of(rig, one) + asks_of(rig, other), 1);
    rig_free(rig);
}

static void a_miss_that_nobody_asked_for_ends_the_link(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const uint32_t link = content_rig_link(rig, 1);
    content_rig_miss(rig, link, 1, MISS_NOT_HELD);
    assert_int_equal(rig_goodbye(rig, link), REASON_PROTOCOL);
    rig_free(rig);
}

static void who_is_silent_is_given_up_and_may_still_answer(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const uint32_t silent = content_rig_link(rig, 1);
    want_parts(rig, FILE_A, 1, 2 * CHUNK);
    const struct want want = content_rig_asked(rig, silent, 0);
    content_rig_slice(rig, silent, want.req, 0, CHUNK, 2 * CHUNK);
    const uint32_t other = content_rig_link(rig, 2);
    rig_live(rig, LIMIT_ASK_SILENT_MS + 1000);
    assert_non_null(rig_sent(rig, silent, MESSAGE_CANCEL));
    assert_non_null(rig_action(rig, ACTION_DISCARD, 0));
    assert_true(asks_of(rig, other) == 1);
    content_rig_slice(rig, silent, want.req, CHUNK, CHUNK, 2 * CHUNK); /* what was on its way */
    assert_int_equal(rig_goodbye(rig, silent), REASON_NONE);
    assert_null(rig_action(rig, ACTION_COLLECT, 0));
    content_rig_slice(rig, silent, want.req, 0, CHUNK, 2 * CHUNK); /* but no more than that */
    assert_int_equal(rig_goodbye(rig, silent), REASON_PROTOCOL);
    rig_free(rig);
}

/* Where nothing comes any more, sooner or later all places for questions would be taken by such. */
static void what_was_given_up_is_forgotten_and_may_come_late(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const uint32_t link = content_rig_link(rig, 1);
    want_parts(rig, FILE_A, 1, CHUNK);
    const struct want first = content_rig_asked(rig, link, 0);
    content_rig_file(rig, FILE_A, FILE_KNOWN);
    for (uint32_t i = 1; i < LIMIT_ASKS_MAX; i++) {
        want_parts(rig, FILE_A, 1, CHUNK);
        assert_int_equal(asks_of(rig, link), 1);
        content_rig_file(rig, FILE_A, FILE_KNOWN);
    }
    want_parts(rig, FILE_A, 1, CHUNK);
    assert_int_equal(asks_of(rig, link), 0); /* no place is left */
    rig_live(rig, LIMIT_ASK_FORGET_MS + 2000);
    assert_int_equal(asks_of(rig, link), 1);
    content_rig_slice(rig, link, first.req, 0, CHUNK, CHUNK); /* it was very slow */
    assert_int_equal(rig_goodbye(rig, link), REASON_NONE);
    assert_null(rig_action(rig, ACTION_COLLECT, 0));
    rig_free(rig);
}

/* But no more than was on its way. */
static void what_comes_late_is_bounded(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const uint32_t link = content_rig_link(rig, 1);
    want_parts(rig, FILE_A, 1, CHUNK);
    const struct want want = content_rig_asked(rig, link, 0);
    content_rig_file(rig, FILE_A, FILE_KNOWN);
    rig_live(rig, LIMIT_ASK_FORGET_MS + 2000);
    content_rig_slice(rig, link, want.req, 0, CHUNK, CHUNK);
    assert_int_equal(rig_goodbye(rig, link), REASON_NONE);
    content_rig_slice(rig, link, want.req, 0, 1, CHUNK);
    assert_int_equal(rig_goodbye(rig, link), REASON_PROTOCOL);
    rig_free(rig);
}

static void a_link_that_ends_leaves_its_questions_to_the_others(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const uint32_t one = content_rig_link(rig, 1);
    want_parts(rig, FILE_A, 3, CHUNK);
    const struct want want = content_rig_asked(rig, one, 0);
    const uint32_t other = content_rig_link(rig, 2);
    content_rig_slice(rig, one, want.req, 0, 1000, CHUNK);
    rig_down(rig, one, REASON_RESET);
    assert_non_null(rig_action(rig, ACTION_DISCARD, 0));
    assert_int_equal(asks_of(rig, other), 3);
    rig_free(rig);
}

static void what_does_not_fit_the_queue_again_is_named_anew(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const uint32_t link = content_rig_link(rig, 1);
    struct content_part parts[LIMIT_PARTS_QUEUED / 2];
    content_rig_file(rig, FILE_A, FILE_WANTED);
    for (uint32_t round = 0; round < 4; round++) { /* as many as may be asked, and a full queue */
        for (uint32_t i = 0; i < LIMIT_PARTS_QUEUED / 2; i++)
            parts[i] = content_rig_part(100 + round * LIMIT_PARTS_QUEUED / 2 + i, 1000);
        content_rig_missing(rig, FILE_A, parts, LIMIT_PARTS_QUEUED / 2, round == 3);
    }
    rig_down(rig, link, REASON_RESET);
    const uint32_t other = content_rig_link(rig, 2);
    assert_int_equal(asks_of(rig, other), LIMIT_ASKS_PER_LINK);
    const struct action *list = rig_action(rig, ACTION_LIST_MISSING, 0);
    assert_non_null(list);
    assert_true(list->as.list.is_anew);
    content_rig_missing(rig, FILE_A, parts, LIMIT_PARTS_QUEUED / 2, true); /* what was lost, and nothing twice */
    assert_int_equal(asks_of(rig, other), 0);
    rig_free(rig);
}

/* The host is asked for more while as much is on its way as the link's window takes; then the link ends. What the host
 * names has no room beside what is taken back, and stays missing. */
static void an_answer_of_the_host_that_has_no_room_is_asked_for_anew(void **state) {
    (void)state;
    enum { HALF = LIMIT_PARTS_QUEUED / 2, SIZE = CHUNK }; /* they fill the window */
    struct rig *rig = RIG();
    const uint32_t link = content_rig_link(rig, 1);
    struct content_part parts[3][HALF];
    for (uint32_t i = 0; i < 3 * HALF; i++) parts[i / HALF][i % HALF] = content_rig_part(100 + i, SIZE);
    content_rig_file(rig, FILE_A, FILE_WANTED);
    content_rig_missing(rig, FILE_A, parts[0], HALF, false);
    const uint32_t req = content_rig_asked(rig, link, 0).req;
    content_rig_missing(rig, FILE_A, parts[1], HALF, false);
    content_rig_slice(rig, link, req, 0, SIZE, SIZE);
    assert_non_null(rig_action(rig, ACTION_LIST_MISSING, 0));
    rig_down(rig, link, REASON_RESET);
    content_rig_missing(rig, FILE_A, parts[2], HALF, true);
    content_rig_checked(rig, req, PART_STORED);

    const uint32_t other = content_rig_link(rig, 2);
    uint32_t next = content_rig_asked(rig, other, 0).req;
    content_rig_slice(rig, other, next, 0, SIZE, SIZE);
    const struct action *list = rig_action(rig, ACTION_LIST_MISSING, 0);
    assert_non_null(list);
    assert_true(list->as.list.is_anew);
    rig_free(rig);
}

/* The same when already what is taken back has no room: the answer was given before, and is not the last word. */
static void an_answer_from_before_the_queue_was_full_is_not_the_last(void **state) {
    (void)state;
    enum { HALF = LIMIT_PARTS_QUEUED / 2, SIZE = 1000 };
    struct rig *rig = RIG();
    const uint32_t link = content_rig_link(rig, 1);
    struct content_part parts[3][HALF];
    for (uint32_t i = 0; i < 3 * HALF; i++) parts[i / HALF][i % HALF] = content_rig_part(100 + i, SIZE);
    content_rig_file(rig, FILE_A, FILE_WANTED);
    content_rig_missing(rig, FILE_A, parts[0], HALF, false);
    const uint32_t req = content_rig_asked(rig, link, 0).req;
    content_rig_missing(rig, FILE_A, parts[1], HALF, false);
    content_rig_missing(rig, FILE_A, parts[2], HALF, false);
    content_rig_slice(rig, link, req, 0, SIZE, SIZE);
    assert_non_null(rig_action(rig, ACTION_LIST_MISSING, 0));
    rig_down(rig, link, REASON_RESET);
    content_rig_missing(rig, FILE_A, NULL, 0, true);

    (void)content_rig_link(rig, 2);
    const struct action *list = rig_action(rig, ACTION_LIST_MISSING, 0);
    assert_non_null(list);
    assert_true(list->as.list.is_anew);
    rig_free(rig);
}

static void a_file_that_is_not_wanted_any_more_is_left_alone(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const uint32_t link = content_rig_link(rig, 1);
    want_parts(rig, FILE_A, 2, CHUNK);
    const struct want want = content_rig_asked(rig, link, 0);
    content_rig_file(rig, FILE_A, FILE_KNOWN);
    assert_non_null(rig_sent(rig, link, MESSAGE_CANCEL));
    content_rig_slice(rig, link, want.req, 0, CHUNK, CHUNK);
    assert_null(rig_action(rig, ACTION_COLLECT, 0));
    assert_int_equal(rig_goodbye(rig, link), REASON_NONE);
    content_rig_file(rig, FILE_A, FILE_WANTED); /* and may be wanted again */
    assert_non_null(rig_action(rig, ACTION_LIST_MISSING, 0));
    rig_free(rig);
}

static void no_link_is_asked_for_more_than_its_window(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const uint32_t link = content_rig_link(rig, 1);
    want_parts(rig, FILE_A, 16, FULL / 4);
    assert_int_equal(asks_of(rig, link), LIMIT_ASKED_BYTES_FIRST / (FULL / 4));
    rig_free(rig);
}

static void a_fast_link_gets_a_larger_window(void **state) {
    (void)state;
    struct content_peer peer = {.is_party = true};
    assert_int_equal(content_peer_window(&peer, 5), LIMIT_ASKED_BYTES_FIRST);
    content_peer_begin(&peer, 1000);
    content_peer_heard(&peer, 10 << 20, 1200); /* 50 MiB/s: a quarter of a second of it is more than may be asked */
    assert_int_equal(content_peer_window(&peer, 5), LIMIT_ASKED_BYTES_PER_LINK);
    for (int64_t at = 1400; at < 20000; at += 200) content_peer_heard(&peer, 3200000, at); /* 16 MB/s */
    assert_in_range(content_peer_window(&peer, 5), 4000000, 4400000);
    assert_in_range(content_peer_window(&peer, 250), 7900000, 8300000);
}

/* The time in which nothing is asked of it says nothing of how fast it is, and does not end the count either: else a
 * link that answers each question at once would never be known to be fast. */
static void a_link_that_answers_each_question_at_once_gets_a_larger_window(void **state) {
    (void)state;
    struct content_peer peer = {.is_party = true};
    for (int64_t at = 1000; at < 9000; at += 80) {
        content_peer_begin(&peer, at);
        content_peer_heard(&peer, 1 << 20, at + 5); /* 200 MiB/s */
    }
    assert_in_range(peer.rate, 190 << 20, 210 << 20);
    assert_int_equal(content_peer_window(&peer, 5), LIMIT_ASKED_BYTES_PER_LINK);
}

static void a_link_is_asked_for_the_next_chunk_before_it_has_sent_one(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const uint32_t link = content_rig_link(rig, 1);
    want_parts(rig, FILE_A, 8, (1 << 20) + FILE_SEAL_SIZE);
    assert_int_equal(asks_of(rig, link), 2);
    rig_free(rig);
}

static void all_links_together_are_asked_for_no_more_than_fits_in_memory(void **state) {
    (void)state;
    struct rig *rig = RIG();
    uint32_t links[8];
    for (uint32_t i = 0; i < 8; i++) links[i] = content_rig_link(rig, 1 + i);
    want_parts(rig, FILE_A, 32, 4 << 20);
    size_t asked = 0;
    for (size_t i = 0; i < 8; i++) asked += asks_of(rig, links[i]);
    assert_int_equal(asked, LIMIT_ASKED_BYTES / (4 << 20));
    rig_free(rig);
}

static void a_peer_without_the_feature_is_asked_nothing(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const struct rig_peer peer = rig_peer(1);
    struct hello hello = rig_hello(&peer);
    hello.feature_count = 1;
    const uint32_t link = rig_up_inbound(rig, &peer);
    rig_say(rig, link, MESSAGE_HELLO, &hello);
    want_parts(rig, FILE_A, 2, CHUNK);
    assert_int_equal(asks_of(rig, link), 0);
    rig_free(rig);
}

static void many_files_are_fetched_side_by_side_and_the_rest_waits(void **state) {
    (void)state;
    struct rig *rig = RIG(.files = 2 * LIMIT_DOWNLOADS_MAX);
    for (uint32_t file = 1; file <= LIMIT_DOWNLOADS_MAX; file++) {
        content_rig_file(rig, file, FILE_WANTED);
        assert_int_equal(rig_count(rig, ACTION_LIST_MISSING), 1);
    }
    content_rig_file(rig, LIMIT_DOWNLOADS_MAX + 1, FILE_WANTED);
    assert_int_equal(rig_count(rig, ACTION_LIST_MISSING), 0);
    content_rig_missing(rig, 5, NULL, 0, true); /* nothing is missing: it makes room */
    assert_int_equal(rig_count(rig, ACTION_LIST_MISSING), 1);
    rig_free(rig);
}

/* ---- No faster than the caretaker allows ---- */

/* What is asked of the link in so long, when it answers at once. */
static size_t asks_within(struct rig *rig, uint32_t link, int64_t for_ms, uint32_t size) {
    const int64_t end_ms = rig->now_ms + for_ms;
    struct want want = content_rig_asked(rig, link, 0);
    size_t count = 0;
    while (rig->now_ms < end_ms) {
        if (want.req == 0) {
            rig_tick(rig, 1);
        } else {
            count++;
            for (uint32_t at = 0; at < size; at += CHUNK)
                content_rig_slice(rig, link, want.req, at, size - at < CHUNK ? size - at : CHUNK, size);
        }
        want = content_rig_asked(rig, link, 0);
    }
    return count;
}

static void no_more_is_asked_for_than_the_rate_allows(void **state) {
    (void)state;
    struct rig *rig = RIG(.download_bytes_per_second = 4 * CHUNK);
    const uint32_t link = content_rig_link(rig, 1);
    want_parts(rig, FILE_A, LIMIT_PARTS_QUEUED / 2, CHUNK);
    assert_int_equal(asks_of(rig, link), 1); /* and the next when that is paid for */
    assert_in_range(asks_within(rig, link, 4000, CHUNK), 15, 17);
    rig_feed(rig, &(struct input){.kind = INPUT_DOWNLOAD_RATE, .as.bytes_per_second = 0});
    assert_true(asks_of(rig, link) > 10); /* all that was left */
    rig_free(rig);
}

static void what_never_came_is_not_paid_for(void **state) {
    (void)state;
    struct rig *rig = RIG(.download_bytes_per_second = LIMIT_FILE_RECORD_MAX);
    const uint32_t link = content_rig_link(rig, 1), other = content_rig_link(rig, 2);
    const struct content_part manifest = {PART_MANIFEST, 0, 0, content_rig_id(FILE_A)};
    content_rig_file(rig, FILE_A, FILE_WANTED);
    content_rig_missing(rig, FILE_A, &manifest, 1, false); /* counts as large as it may be */
    struct want want = content_rig_asked(rig, link, 0);
    const uint32_t asked = want.req != 0 ? link : other, left = asked == link ? other : link;
    if (want.req == 0) want = content_rig_asked(rig, other, 0);
    content_rig_miss(rig, asked, want.req, MISS_NOT_HELD);
    want = content_rig_asked(rig, left, 0);
    assert_int_not_equal(want.req, 0);
    content_rig_slice(rig, left, want.req, 0, 700, 700); /* and was small */
    content_rig_checked(rig, want.req, PART_STORED);
    const struct content_part chunk = content_rig_part(100, CHUNK);
    content_rig_missing(rig, FILE_A, &chunk, 1, true);
    assert_int_equal(asks_of(rig, left) + asks_of(rig, asked), 0);
    rig_tick(rig, 20);
    assert_int_equal(asks_of(rig, left) + asks_of(rig, asked), 1);
    rig_free(rig);
}

/* One that gives a little at a time, in order, is slow and not silent: what waits behind it is not given up. */
static void what_waits_behind_a_slow_answer_is_not_silent(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const uint32_t link = content_rig_link(rig, 1);
    want_parts(rig, FILE_A, 2, 4 * CHUNK);
    const struct want first = content_rig_asked(rig, link, 0);
    assert_int_equal(asks_of(rig, link), 2);
    for (uint32_t at = 0; at < 4; at++) {
        rig_live(rig, LIMIT_ASK_SILENT_MS - 2000);
        assert_null(rig_sent(rig, link, MESSAGE_CANCEL));
        content_rig_slice(rig, link, first.req, at * CHUNK, CHUNK, 4 * CHUNK);
    }
    rig_live(rig, LIMIT_ASK_SILENT_MS + 1000);
    assert_non_null(rig_sent(rig, link, MESSAGE_CANCEL)); /* nothing more came of the other */
    rig_free(rig);
}

struct questions {
    struct want all[LIMIT_PARTS_QUEUED];
    size_t count;
};

static void note_questions(struct questions *questions, const struct rig *rig, uint32_t link) {
    for (size_t i = 0; i < asks_of(rig, link); i++)
        questions->all[questions->count++] = content_rig_asked(rig, link, i);
}

/* One that answers everything else, for ever, keeps nobody waiting for ever. */
static void what_is_passed_over_again_and_again_is_given_up(void **state) {
    enum { HALF = FULL / 2 }; /* two at a time: the one that is passed over, and another */
    (void)state;
    struct rig *rig = RIG();
    struct questions questions = {.count = 0};
    struct content_part parts[LIMIT_PARTS_QUEUED];
    const uint32_t link = content_rig_link(rig, 1);
    for (uint32_t i = 0; i < LIMIT_PARTS_QUEUED; i++) parts[i] = content_rig_part(100 + i, HALF);
    content_rig_file(rig, FILE_A, FILE_WANTED);
    content_rig_missing(rig, FILE_A, parts, LIMIT_PARTS_QUEUED, true);
    note_questions(&questions, rig, link);
    size_t answered = 0;
    while (rig_sent(rig, link, MESSAGE_CANCEL) == NULL) {
        if (++answered == questions.count) fail_msg("nothing was given up after %zu answers", answered);
        const uint32_t req = questions.all[answered].req;
        for (uint32_t at = 0; at < HALF; at += CHUNK) {
            content_rig_slice(rig, link, req, at, CHUNK, HALF);
            note_questions(&questions, rig, link);
        }
        content_rig_checked(rig, req, PART_STORED);
        note_questions(&questions, rig, link);
        rig_tick(rig, 1000);
        note_questions(&questions, rig, link);
    }
    assert_int_equal(answered, 2 * LIMIT_ASKED_BYTES_PER_LINK / HALF + 1);
    assert_int_equal(bytes_read_u32(rig_sent(rig, link, MESSAGE_CANCEL)->bytes.at), questions.all[0].req);
    rig_free(rig);
}

/* What is given up is not paid for, unless it comes all the same. */
static void what_was_given_up_is_paid_for_as_it_comes(void **state) {
    (void)state;
    struct rig *rig = RIG(.download_bytes_per_second = FULL / 100);
    const uint32_t link = content_rig_link(rig, 1);
    want_parts(rig, FILE_A, 1, FULL); /* 100 s */
    const struct want want = content_rig_asked(rig, link, 0);
    rig_live(rig, LIMIT_ASK_SILENT_MS + 2000);
    assert_non_null(rig_sent(rig, link, MESSAGE_CANCEL));
    assert_int_equal(asks_of(rig, link), 1); /* again at once: nobody else is there */
    content_rig_slice(rig, link, want.req, 0, CHUNK, FULL);
    rig_live(rig, LIMIT_ASK_SILENT_MS + 2000);
    assert_non_null(rig_sent(rig, link, MESSAGE_CANCEL));
    assert_int_equal(asks_of(rig, link), 1); /* what came took 6 s, and they are over */
    rig_free(rig);
}

static void a_pause_of_the_node_is_survived_by_what_is_under_way(void **state) {
    (void)state;
    struct rig *rig = RIG();
    want_parts(rig, FILE_A, 1, CHUNK);
    want_parts(rig, FILE_B, 1, CHUNK);
    rig_feed(rig, &(struct input){.kind = INPUT_STOP});
    assert_true(engine_is_stopped(rig->engine));
    rig_free(rig);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_host_is_asked_what_is_missing),
        cmocka_unit_test(a_part_goes_from_the_peer_to_the_host_and_on_to_the_next),
        cmocka_unit_test(slices_come_in_order_and_are_passed_on_as_they_are),
        cmocka_unit_test(nobody_to_ask_is_waited_for),
        cmocka_unit_test(who_says_it_holds_the_file_is_asked_before_the_others),
        cmocka_unit_test(several_are_asked_at_once),
        cmocka_unit_test(what_is_wrong_ends_the_asking_of_that_peer_for_an_hour),
        cmocka_unit_test(what_could_not_be_written_is_asked_for_again_later),
        cmocka_unit_test(what_nobody_asked_for_ends_the_link),
        cmocka_unit_test(a_manifest_over_its_limit_ends_the_link),
        cmocka_unit_test(another_s_answer_is_not_taken),
        cmocka_unit_test(who_does_not_have_it_is_not_asked_again_soon),
        cmocka_unit_test(a_miss_that_nobody_asked_for_ends_the_link),
        cmocka_unit_test(who_is_silent_is_given_up_and_may_still_answer),
        cmocka_unit_test(what_was_given_up_is_forgotten_and_may_come_late),
        cmocka_unit_test(what_comes_late_is_bounded),
        cmocka_unit_test(a_link_that_ends_leaves_its_questions_to_the_others),
        cmocka_unit_test(what_does_not_fit_the_queue_again_is_named_anew),
        cmocka_unit_test(an_answer_of_the_host_that_has_no_room_is_asked_for_anew),
        cmocka_unit_test(an_answer_from_before_the_queue_was_full_is_not_the_last),
        cmocka_unit_test(a_file_that_is_not_wanted_any_more_is_left_alone),
        cmocka_unit_test(no_link_is_asked_for_more_than_its_window),
        cmocka_unit_test(a_fast_link_gets_a_larger_window),
        cmocka_unit_test(a_link_that_answers_each_question_at_once_gets_a_larger_window),
        cmocka_unit_test(a_link_is_asked_for_the_next_chunk_before_it_has_sent_one),
        cmocka_unit_test(all_links_together_are_asked_for_no_more_than_fits_in_memory),
        cmocka_unit_test(a_peer_without_the_feature_is_asked_nothing),
        cmocka_unit_test(many_files_are_fetched_side_by_side_and_the_rest_waits),
        cmocka_unit_test(no_more_is_asked_for_than_the_rate_allows),
        cmocka_unit_test(what_never_came_is_not_paid_for),
        cmocka_unit_test(what_waits_behind_a_slow_answer_is_not_silent),
        cmocka_unit_test(what_is_passed_over_again_and_again_is_given_up),
        cmocka_unit_test(what_was_given_up_is_paid_for_as_it_comes),
        cmocka_unit_test(a_pause_of_the_node_is_survived_by_what_is_under_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
