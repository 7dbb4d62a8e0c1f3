/* SPDX-License-Identifier: Apache-2.0 */
/* What is offered to us: what is taken, what is refused, and what comes of it. */
#include "lib/replica_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { FILE_A = 1, BYTES = REPLICA_RIG_BYTES };

static void know(struct rig *rig, uint32_t file, uint8_t target) {
    replica_rig_file(rig, file, FILE_KNOWN, HOLDING_REPLICA, target);
}

static void set_state(struct rig *rig, uint32_t file, enum file_state state) {
    replica_rig_file(rig, file, state, HOLDING_REPLICA, 0);
}

static void what_too_few_hold_is_taken_and_all_are_told(void **state) {
    (void)state;
    struct rig *rig = replica_rig();
    const uint32_t link = replica_rig_link(rig, 1), other = replica_rig_link(rig, 2);
    know(rig, FILE_A, 3);
    replica_rig_offers(rig, link, FILE_A, 1, BYTES);
    assert_true(replica_rig_takes(rig, link, FILE_A));
    assert_true(replica_rig_takes(rig, other, FILE_A)); /* told without having asked */
    assert_true(replica_rig_wants(rig, ACTION_HOLD, FILE_A));
    assert_int_equal(rig_action(rig, ACTION_HOLD, 0)->as.replica.bytes, BYTES);
    assert_int_equal(replica_rig_view(rig, FILE_A).coming, 1);
    set_state(rig, FILE_A, FILE_WANTED);
    const struct content_part part = content_rig_part(100, 1000);
    content_rig_missing(rig, FILE_A, &part, 1, true);
    assert_true(content_rig_asked(rig, link, 0).req != 0); /* of whom it was offered by */
    assert_int_equal(content_rig_asked(rig, other, 0).req, 0);
    set_state(rig, FILE_A, FILE_HELD);
    assert_int_equal(replica_rig_view(rig, FILE_A).coming, 0);
    rig_free(rig);
}

static void what_enough_hold_or_fetch_is_refused(void **state) {
    (void)state;
    struct rig *rig = replica_rig();
    const uint32_t link = replica_rig_link(rig, 1), other = replica_rig_link(rig, 2);
    know(rig, FILE_A, 3);
    replica_rig_holds(rig, link, 20, FILE_A);
    replica_rig_answers(rig, other, FILE_A, true);
    replica_rig_offers(rig, link, FILE_A, 1, BYTES); /* it, 20, and 2 that fetches it */
    assert_true(replica_rig_refuses(rig, link, FILE_A));
    assert_null(rig_action(rig, ACTION_HOLD, 0));
    replica_rig_answers(rig, other, FILE_A, false);
    replica_rig_offers(rig, link, FILE_A, 1, BYTES);
    assert_true(replica_rig_takes(rig, link, FILE_A));
    rig_free(rig);
}

static void decline(struct rig *rig, uint32_t file) {
    const struct object_id id = content_rig_id(file);
    struct input input = {.kind = INPUT_FILE};
    input.as.file.id = &id;
    input.as.file.is_declined = true;
    rig_feed(rig, &input);
}

static void what_was_removed_here_is_refused_until_it_is_wanted_again(void **state) {
    (void)state;
    struct rig *rig = replica_rig();
    const uint32_t link = replica_rig_link(rig, 1);
    replica_rig_file(rig, FILE_A, FILE_HELD, HOLDING_PUBLISHED, 3);
    decline(rig, FILE_A);
    decline(rig, 2); /* nothing else is known of it */
    know(rig, FILE_A, 3);
    replica_rig_offers(rig, link, FILE_A, 2, BYTES);
    assert_true(replica_rig_refuses(rig, link, FILE_A));
    assert_true(replica_rig_refuses(rig, link, 2));
    assert_null(rig_action(rig, ACTION_HOLD, 0));
    replica_rig_file(rig, FILE_A, FILE_WANTED, HOLDING_PINNED, 3);
    know(rig, FILE_A, 3); /* given up */
    replica_rig_offers(rig, link, FILE_A, 1, BYTES);
    assert_true(replica_rig_takes(rig, link, FILE_A));
    rig_free(rig);
}

static void more_than_there_is_room_for_is_refused(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const uint32_t link = replica_rig_link(rig, 1);
    for (uint32_t file = 1; file <= 4; file++) know(rig, file, 3);
    replica_rig_offers(rig, link, 1, 1, BYTES); /* the host has not said what it has room for */
    assert_true(replica_rig_refuses(rig, link, 1));
    replica_rig_room(rig, 2 * BYTES + BYTES / 2);
    replica_rig_offers(rig, link, 1, 3, BYTES);
    assert_true(replica_rig_takes(rig, link, 1));
    assert_true(replica_rig_takes(rig, link, 2));
    assert_true(replica_rig_refuses(rig, link, 3));
    replica_rig_offers(rig, link, 4, 1, UINT64_C(1) << 52);
    assert_true(replica_rig_refuses(rig, link, 4));
    rig_free(rig);
}

static void what_is_here_is_said_to_be_here(void **state) {
    (void)state;
    struct rig *rig = replica_rig();
    const uint32_t link = replica_rig_link(rig, 1), other = replica_rig_link(rig, 2);
    replica_rig_file(rig, FILE_A, FILE_HELD, HOLDING_PUBLISHED, 3);
    rig_tick(rig, 1000);
    replica_rig_offers(rig, link, FILE_A, 1, BYTES);
    assert_true(replica_rig_takes(rig, link, FILE_A));
    assert_non_null(rig_sent(rig, link, MESSAGE_HAVE));
    assert_null(rig_sent(rig, other, MESSAGE_HAVE)); /* nobody makes us tell everybody */
    assert_null(rig_action(rig, ACTION_HOLD, 0));
    rig_free(rig);
}

/* Whoever offers the same again and again makes us answer him, and nobody else. */
static void others_are_told_once_what_is_taken(void **state) {
    (void)state;
    struct rig *rig = replica_rig();
    const uint32_t link = replica_rig_link(rig, 1), other = replica_rig_link(rig, 2);
    replica_rig_file(rig, FILE_A, FILE_HELD, HOLDING_PUBLISHED, 3);
    know(rig, 2, 3);
    rig_tick(rig, 1000);
    replica_rig_offers(rig, link, FILE_A, 1, BYTES);
    assert_true(replica_rig_takes(rig, link, FILE_A));
    assert_null(rig_sent(rig, other, MESSAGE_OFFERED));
    replica_rig_offers(rig, link, 2, 1, BYTES);
    assert_true(replica_rig_takes(rig, other, 2));
    replica_rig_offers(rig, link, 2, 1, BYTES);
    assert_true(replica_rig_takes(rig, link, 2));
    assert_null(rig_sent(rig, other, MESSAGE_OFFERED));
    rig_free(rig);
}

/* Fifty small files a second, each taken, fetched and held at once: a frame for each would cost us the other links. */
static void others_are_told_of_many_in_few_frames(void **state) {
    (void)state;
    enum { SECONDS = 20, EACH_MS = 20, FILES = SECONDS * 1000 / EACH_MS };
    struct rig *rig = RIG(.files = 2048);
    replica_rig_room(rig, 1 << 30);
    const uint32_t link = replica_rig_link(rig, 1), other = replica_rig_link(rig, 2);
    size_t frames = 0;
    for (uint32_t file = 1; file <= FILES; file++) {
        know(rig, file, 3);
        rig_tick(rig, EACH_MS);
        frames += rig_sent(rig, other, MESSAGE_OFFERED) != NULL;
        replica_rig_offers(rig, link, file, 1, BYTES);
        assert_true(replica_rig_takes(rig, link, file));
        frames += rig_sent(rig, other, MESSAGE_OFFERED) != NULL;
        set_state(rig, file, FILE_WANTED);
        set_state(rig, file, FILE_HELD);
    }
    assert_in_range(frames, 1, LIMIT_TAKES_TOLD_BURST + SECONDS * 1000 / LIMIT_TAKES_TOLD_MS + 1);
    rig_free(rig);
}

static void one_that_is_not_as_large_as_it_was_said_to_be_is_let_go_of(void **state) {
    (void)state;
    struct rig *rig = replica_rig();
    const uint32_t link = replica_rig_link(rig, 1);
    know(rig, FILE_A, 3);
    replica_rig_offers(rig, link, FILE_A, 1, BYTES - 1); /* the manifest says otherwise */
    assert_true(replica_rig_refuses(rig, link, FILE_A));
    replica_rig_offers(rig, link, 2, 1, BYTES - 1); /* it will */
    assert_true(replica_rig_takes(rig, link, 2));
    replica_rig_file(rig, 2, FILE_WANTED, HOLDING_REPLICA, 3);
    assert_true(replica_rig_wants(rig, ACTION_RELEASE, 2));
    assert_true(replica_rig_refuses(rig, link, 2)); /* all are told that it does not come */
    rig_free(rig);
}

static void one_that_does_not_come_is_given_up(void **state) {
    (void)state;
    struct rig *rig = replica_rig();
    const uint32_t link = replica_rig_link(rig, 1);
    know(rig, FILE_A, 3);
    know(rig, 2, 3);
    replica_rig_offers(rig, link, FILE_A, 2, BYTES);
    set_state(rig, FILE_A, FILE_WANTED);
    set_state(rig, FILE_A, FILE_KNOWN); /* the host does not want it after all */
    assert_true(replica_rig_refuses(rig, link, FILE_A));
    set_state(rig, 2, FILE_WANTED);
    rig_live(rig, LIMIT_COMING_MS);
    assert_true(replica_rig_wants(rig, ACTION_RELEASE, 2));
    assert_true(replica_rig_refuses(rig, link, 2));
    rig_free(rig);
}

/* What the caretaker wants as well is not the engine's to let go of. */
static void one_that_is_pinned_meanwhile_stays(void **state) {
    (void)state;
    struct rig *rig = replica_rig();
    const uint32_t link = replica_rig_link(rig, 1);
    know(rig, FILE_A, 3);
    replica_rig_offers(rig, link, FILE_A, 1, BYTES);
    replica_rig_file(rig, FILE_A, FILE_WANTED, HOLDING_PINNED, 3);
    rig_live(rig, LIMIT_COMING_MS + 10000);
    assert_false(replica_rig_wants(rig, ACTION_RELEASE, FILE_A));
    rig_free(rig);
}

static void one_link_has_its_share(void **state) {
    (void)state;
    struct rig *rig = RIG(.files = 512);
    replica_rig_room(rig, 1 << 30);
    uint32_t file = 1;
    for (uint32_t peer = 1; peer <= 6; peer++) {
        const uint32_t link = replica_rig_link(rig, peer);
        for (uint32_t i = 0; i < LIMIT_OFFER_FILES; i++) know(rig, file + i, 3);
        replica_rig_offers(rig, link, file, LIMIT_OFFER_FILES, BYTES);
        const size_t share = LIMIT_TAKES_PER_LINK, left = LIMIT_TAKES_MAX - (peer - 1) * share;
        assert_int_equal(rig_count(rig, ACTION_HOLD), peer <= 4 ? share : left > LIMIT_TAKES_MAX ? 0 : left);
        file += LIMIT_OFFER_FILES;
    }
    rig_free(rig);
}

static void of_files_that_nobody_has_shown_us_few_are_taken(void **state) {
    (void)state;
    struct rig *rig = replica_rig();
    const uint32_t link = replica_rig_link(rig, 1), other = replica_rig_link(rig, 2);
    replica_rig_offers(rig, link, 1, 20, BYTES);
    assert_int_equal(rig_count(rig, ACTION_HOLD), LIMIT_TAKES_UNKNOWN_PER_LINK);
    know(rig, 30, 3);
    replica_rig_offers(rig, link, 30, 1, BYTES); /* they do not stand in its way */
    assert_true(replica_rig_takes(rig, link, 30));
    replica_rig_offers(rig, other, 40, 1, BYTES);
    assert_true(replica_rig_takes(rig, other, 40));
    rig_free(rig);
}

static void who_offers_what_nobody_has_is_not_heard_any_more(void **state) {
    (void)state;
    struct rig *rig = replica_rig();
    const uint32_t link = replica_rig_link(rig, 1);
    replica_rig_offers(rig, link, 1, LIMIT_TAKES_UNSERVED, BYTES);
    for (uint32_t file = 1; file <= LIMIT_TAKES_UNSERVED; file++) set_state(rig, file, FILE_WANTED);
    rig_live(rig, LIMIT_COMING_MS);
    know(rig, 9, 3);
    replica_rig_offers(rig, link, 9, 1, BYTES);
    assert_true(replica_rig_refuses(rig, link, 9));
    rig_free(rig);
}

static void who_offers_less_than_it_is_is_not_heard_any_more(void **state) {
    (void)state;
    struct rig *rig = replica_rig();
    const uint32_t link = replica_rig_link(rig, 1);
    for (uint32_t file = 1; file <= LIMIT_TAKES_UNSERVED; file++) {
        replica_rig_offers(rig, link, file, 1, BYTES - 1);
        assert_true(replica_rig_takes(rig, link, file));
        replica_rig_file(rig, file, FILE_WANTED, HOLDING_REPLICA, 3);
        assert_true(replica_rig_wants(rig, ACTION_RELEASE, file));
    }
    know(rig, 9, 3);
    replica_rig_offers(rig, link, 9, 1, BYTES);
    assert_true(replica_rig_refuses(rig, link, 9));
    rig_free(rig);
}

static void who_offers_what_is_no_file_is_not_heard_any_more(void **state) {
    (void)state;
    struct rig *rig = replica_rig();
    const uint32_t link = replica_rig_link(rig, 1);
    for (uint32_t file = 1; file <= LIMIT_TAKES_UNSERVED; file++) {
        replica_rig_offers(rig, link, file, 1, BYTES);
        set_state(rig, file, FILE_WANTED);
        set_state(rig, file, FILE_KNOWN); /* its manifest contradicts itself, say */
    }
    know(rig, 9, 3);
    replica_rig_offers(rig, link, 9, 1, BYTES);
    assert_true(replica_rig_refuses(rig, link, 9));
    rig_free(rig);
}

static void in_a_catalog_full_of_ours_nothing_is_taken(void **state) {
    (void)state;
    struct rig *rig = RIG(.files = 4);
    replica_rig_room(rig, 1 << 30);
    const uint32_t link = replica_rig_link(rig, 1);
    for (uint32_t file = 1; file <= 4; file++) replica_rig_file(rig, file, FILE_HELD, HOLDING_PUBLISHED, 1);
    replica_rig_offers(rig, link, 9, 1, BYTES);
    assert_true(replica_rig_refuses(rig, link, 9));
    rig_free(rig);
}

static void whoever_takes_no_part_is_not_answered(void **state) {
    (void)state;
    struct rig *rig = replica_rig();
    const uint32_t link = content_rig_link(rig, 1);
    replica_rig_offers(rig, link, 1, 1, BYTES);
    assert_null(rig_sent(rig, link, MESSAGE_OFFERED));
    assert_int_equal(rig_link(rig, link).state, LINK_STATE_OPEN);
    rig_free(rig);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_too_few_hold_is_taken_and_all_are_told),
        cmocka_unit_test(what_enough_hold_or_fetch_is_refused),
        cmocka_unit_test(what_was_removed_here_is_refused_until_it_is_wanted_again),
        cmocka_unit_test(more_than_there_is_room_for_is_refused),
        cmocka_unit_test(what_is_here_is_said_to_be_here),
        cmocka_unit_test(others_are_told_once_what_is_taken),
        cmocka_unit_test(others_are_told_of_many_in_few_frames),
        cmocka_unit_test(one_that_is_not_as_large_as_it_was_said_to_be_is_let_go_of),
        cmocka_unit_test(one_that_does_not_come_is_given_up),
        cmocka_unit_test(one_that_is_pinned_meanwhile_stays),
        cmocka_unit_test(one_link_has_its_share),
        cmocka_unit_test(of_files_that_nobody_has_shown_us_few_are_taken),
        cmocka_unit_test(who_offers_what_nobody_has_is_not_heard_any_more),
        cmocka_unit_test(who_offers_less_than_it_is_is_not_heard_any_more),
        cmocka_unit_test(who_offers_what_is_no_file_is_not_heard_any_more),
        cmocka_unit_test(in_a_catalog_full_of_ours_nothing_is_taken),
        cmocka_unit_test(whoever_takes_no_part_is_not_answered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
