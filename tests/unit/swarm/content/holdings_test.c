/* SPDX-License-Identifier: Apache-2.0 */
/* Who is told what we hold, and when. */
#include "lib/content_rig.h"
#include "lib/message_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { MANY = LIMIT_HAVE_IDS_MAX + 10 };

/* What the last feed, or tick, told the link. */
static const struct have *told(const struct rig *rig, uint32_t link) {
    const struct action *action = rig_sent(rig, link, MESSAGE_HAVE);
    const void *checked;
    if (action == NULL) return NULL;
    assert_int_equal(message_bench_check(MESSAGE_HAVE, action->bytes, &checked), REFUSAL_NONE);
    return checked;
}

static void a_new_link_is_told_everything_page_by_page(void **state) {
    (void)state;
    struct rig *rig = RIG(.files = 2 * MANY);
    for (uint32_t file = 1; file <= MANY; file++) content_rig_file(rig, file, FILE_HELD);
    const uint32_t link = content_rig_link(rig, 1);
    assert_int_equal(told(rig, link)->add_count, LIMIT_HAVE_IDS_MAX);
    rig_tick(rig, LIMIT_HAVE_EVERY_MS - 1);
    assert_null(told(rig, link));
    rig_tick(rig, 1);
    assert_int_equal(told(rig, link)->add_count, MANY - LIMIT_HAVE_IDS_MAX);
    rig_tick(rig, 10 * LIMIT_HAVE_EVERY_MS);
    assert_null(told(rig, link)); /* once */
    rig_free(rig);
}

static void what_comes_and_goes_is_told(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const uint32_t link = content_rig_link(rig, 1);
    const struct object_id id = content_rig_id(7);
    content_rig_file(rig, 7, FILE_HELD);
    const struct have *have = told(rig, link);
    assert_int_equal(have->add_count, 1);
    assert_int_equal(have->drop_count, 0);
    assert_true(object_id_equal(&have->add[0], &id));
    content_rig_file(rig, 7, FILE_KNOWN);
    rig_tick(rig, LIMIT_HAVE_EVERY_MS);
    have = told(rig, link);
    assert_int_equal(have->add_count, 0);
    assert_int_equal(have->drop_count, 1);
    rig_free(rig);
}

static void what_came_and_went_in_between_is_told_as_it_is_now(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const uint32_t link = content_rig_link(rig, 1);
    content_rig_file(rig, 1, FILE_HELD);
    for (int i = 0; i < 3; i++) {
        content_rig_file(rig, 7, FILE_HELD);
        content_rig_file(rig, 7, FILE_KNOWN);
    }
    content_rig_file(rig, 7, FILE_HELD);
    rig_tick(rig, LIMIT_HAVE_EVERY_MS);
    const struct have *have = told(rig, link);
    assert_int_equal(have->add_count, 1);
    assert_int_equal(have->drop_count, 0);
    rig_free(rig);
}

static void a_log_that_ran_over_means_everything_anew(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const uint32_t link = content_rig_link(rig, 1);
    content_rig_file(rig, 1, FILE_HELD);
    rig_tick(rig, LIMIT_HAVE_EVERY_MS);
    content_rig_file(rig, 2, FILE_HELD);
    for (int i = 0; i < LIMIT_HAVE_LOG; i++) {
        content_rig_file(rig, 3, FILE_HELD);
        content_rig_file(rig, 3, FILE_KNOWN);
    }
    rig_tick(rig, 3 * LIMIT_HAVE_EVERY_MS);
    assert_int_equal(told(rig, link)->add_count, 2);
    rig_free(rig);
}

static void what_is_offered_and_concerns_nobody_here_is_not_remembered(void **state) {
    (void)state;
    struct rig *rig = RIG(.files = 4);
    const uint32_t link = content_rig_link(rig, 1);
    for (uint32_t file = 100; file < 200; file++) content_rig_have(rig, link, file);
    for (uint32_t file = 1; file <= 4; file++) {
        content_rig_file(rig, file, FILE_WANTED); /* they all find room */
        assert_non_null(rig_action(rig, ACTION_LIST_MISSING, 0));
    }
    rig_free(rig);
}

static void who_takes_no_part_is_told_nothing(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const struct rig_peer peer = rig_peer(1);
    struct hello hello = rig_hello(&peer);
    hello.feature_count = 0;
    content_rig_file(rig, 1, FILE_HELD);
    const uint32_t link = rig_up_inbound(rig, &peer);
    rig_say(rig, link, MESSAGE_HELLO, &hello);
    rig_tick(rig, LIMIT_HAVE_EVERY_MS);
    assert_null(told(rig, link));
    rig_free(rig);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_link_is_told_everything_page_by_page),
        cmocka_unit_test(what_comes_and_goes_is_told),
        cmocka_unit_test(what_came_and_went_in_between_is_told_as_it_is_now),
        cmocka_unit_test(a_log_that_ran_over_means_everything_anew),
        cmocka_unit_test(what_is_offered_and_concerns_nobody_here_is_not_remembered),
        cmocka_unit_test(who_takes_no_part_is_told_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
