/* SPDX-License-Identifier: Apache-2.0 */
/* What a node says of the files it holds, and when. */
#include "lib/replica_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { SOON_MS = LIMIT_ADVERT_SOON_MS * 3 / 2 };

static void hold(struct rig *rig, uint32_t file) {
    replica_rig_file(rig, file, FILE_HELD, HOLDING_PUBLISHED, 3);
}

static const struct checked_advert *advert(const struct rig *rig, size_t nth) {
    const struct publication *publication = replica_rig_record(rig, nth);
    if (publication == NULL) return NULL;
    assert_int_equal(publication->kind, PUBLICATION_ADVERT);
    return publication->as.advert;
}

static void what_is_held_is_said_in_a_moment_and_kept_by_the_host(void **state) {
    (void)state;
    struct rig *rig = replica_rig();
    const uint32_t link = replica_rig_link(rig, 1);
    hold(rig, 1);
    hold(rig, 2);
    assert_null(advert(rig, 0));
    rig_tick(rig, SOON_MS);
    const struct checked_advert *said = advert(rig, 0);
    const struct object_id id = content_rig_id(1);
    assert_non_null(said);
    assert_null(advert(rig, 1)); /* both in one */
    assert_int_equal(said->hold_count, 2);
    assert_true(object_id_equal(&said->holds[0], &id));
    assert_true(node_id_equal(&said->node, &rig->id));
    assert_int_equal(said->pages, 1);
    assert_non_null(rig_sent(rig, link, MESSAGE_GOSSIP));
    const struct action *record = rig_action(rig, ACTION_RECORD, 0);
    assert_true(record->as.record.is_own);
    assert_false(record->has_peer);
    rig_free(rig);
}

static void nothing_is_said_before_the_host_knows_its_disk(void **state) {
    (void)state;
    struct rig *rig = RIG();
    (void)replica_rig_link(rig, 1);
    hold(rig, 1);
    rig_live(rig, 120000);
    assert_null(advert(rig, 0));
    replica_rig_room(rig, 0);
    rig_tick(rig, SOON_MS);
    assert_int_equal(advert(rig, 0)->hold_count, 1);
    rig_free(rig);
}

static void who_holds_nothing_says_so(void **state) {
    (void)state;
    struct rig *rig = replica_rig();
    (void)replica_rig_link(rig, 1);
    rig_tick(rig, SOON_MS);
    assert_int_equal(advert(rig, 0)->hold_count, 0);
    rig_free(rig);
}

static void it_is_said_again_before_it_is_over_and_the_last_one_forgotten(void **state) {
    (void)state;
    struct rig *rig = replica_rig();
    (void)replica_rig_link(rig, 1);
    rig_tick(rig, SOON_MS);
    const struct checked_advert *first = advert(rig, 0);
    const struct object_id id = first->id;
    const int64_t at_ms = first->at_ms, until_ms = first->until_ms;
    assert_int_equal(until_ms - at_ms, 3 * LIMIT_ADVERT_REFRESH_MIN_MS);
    rig_live(rig, LIMIT_ADVERT_REFRESH_MIN_MS * 6 / 5 + 2000);
    const struct checked_advert *next = advert(rig, 0);
    assert_non_null(next);
    assert_true(next->at_ms > at_ms && next->at_ms < until_ms);
    const struct action *forget = rig_action(rig, ACTION_FORGET_RECORD, 0);
    assert_true(object_id_equal(&forget->as.forget.id, &id));
    rig_free(rig);
}

static void six_a_minute_are_enough(void **state) {
    (void)state;
    struct rig *rig = RIG(.files = 200);
    (void)replica_rig_link(rig, 1);
    replica_rig_room(rig, 0);
    size_t said = 0;
    for (uint32_t file = 1; file <= 120; file++) {
        hold(rig, file);
        rig_live(rig, 1000);
        said += rig_count(rig, ACTION_RECORD);
    }
    assert_in_range(said, 10, 12 + LIMIT_ADVERT_BURST);
    rig_live(rig, 12000);
    assert_int_equal(advert(rig, 0)->hold_count, 120); /* and nothing is left out */
    rig_free(rig);
}

static void a_change_concerns_one_page_of_many(void **state) {
    (void)state;
    enum { FILES = LIMIT_ADVERT_PAGE_FILES + 20 };
    struct rig *rig = RIG(.files = FILES + 2);
    (void)replica_rig_link(rig, 1);
    for (uint32_t i = 0; i < FILES; i++) { /* spread over all there are, as hashes are */
        struct object_id id = content_rig_id(i);
        struct input input = {.kind = INPUT_FILE};
        id.bytes[0] = (uint8_t)(i * 97);
        input.as.file.id = &id;
        input.as.file.state = FILE_HELD;
        rig_feed(rig, &input);
    }
    replica_rig_room(rig, 0);
    rig_tick(rig, SOON_MS + 3000);
    const struct checked_advert *first = advert(rig, 0), *second = advert(rig, 1);
    assert_non_null(first);
    assert_non_null(second);
    rig_live(rig, 30000);
    hold(rig, 5);
    rig_live(rig, 15000);
    const struct checked_advert *changed = advert(rig, 0);
    assert_non_null(changed);
    assert_int_equal(changed->pages, 2);
    assert_int_equal(changed->page, 0);
    assert_null(advert(rig, 1));
    rig_free(rig);
}

static void who_is_said_to_be_gone_says_that_he_is_not(void **state) {
    (void)state;
    struct rig *rig = replica_rig();
    const uint32_t link = replica_rig_link(rig, 1);
    rig_tick(rig, SOON_MS);
    const int64_t since_ms = rig_wall_ms(rig);
    replica_rig_gone(rig, link, 2, &rig->id, since_ms);
    const struct checked_advert *said = advert(rig, 0);
    assert_non_null(said);
    assert_true(said->at_ms > since_ms);
    replica_rig_gone(rig, link, 3, &rig->id, since_ms); /* it has said it */
    assert_null(advert(rig, 0));
    size_t answers = 0;
    for (uint32_t i = 0; i < 20; i++) {
        replica_rig_gone(rig, link, 4 + i, &rig->id, rig_wall_ms(rig) + 1 + i);
        answers += advert(rig, 0) != NULL;
    }
    assert_in_range(answers, 1, 3); /* nobody makes it shout */
    rig_free(rig);
}

/* One of ours, made so much later than now, comes from the disk; then it has a link, and the disk is known. */
static struct object_id come_from_the_disk(struct rig *rig, int64_t later_ms, uint32_t *link) {
    const struct object_id id = content_rig_id(99);
    const int64_t at_ms = rig_wall_ms(rig) + later_ms; /* the clock was set back since */
    const struct checked_advert old = {.id = id, .node = rig->id, .at_ms = at_ms, .until_ms = at_ms + 1000, .pages = 1};
    const struct publication publication = {.kind = PUBLICATION_ADVERT, .as.advert = &old};
    struct input kept = {.kind = INPUT_RECORD_KEPT};
    kept.as.kept.id = &id;
    kept.as.kept.at_ms = at_ms;
    kept.as.kept.is_own = true;
    kept.as.kept.publication = &publication;
    rig_feed(rig, &kept);
    *link = replica_rig_link(rig, 1);
    replica_rig_room(rig, 0);
    rig_tick(rig, SOON_MS);
    return id;
}

static void one_of_ours_from_the_disk_is_followed_by_a_later_one(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const int64_t began_ms = rig_wall_ms(rig);
    uint32_t link;
    const struct object_id id = come_from_the_disk(rig, 30000, &link);
    assert_int_equal(advert(rig, 0)->at_ms, began_ms + 30001);
    assert_true(object_id_equal(&rig_action(rig, ACTION_FORGET_RECORD, 0)->as.forget.id, &id));
    rig_free(rig);
}

/* By a clock that was wrong by days: nobody took it, and nobody would take a later one. */
static void one_of_ours_from_the_future_is_followed_by_one_of_now(void **state) {
    (void)state;
    struct rig *rig = RIG();
    uint32_t link;
    const struct object_id id = come_from_the_disk(rig, INT64_C(3) * 86400000, &link);
    assert_in_range(advert(rig, 0)->at_ms, rig_wall_ms(rig) - SOON_MS, rig_wall_ms(rig));
    assert_true(object_id_equal(&rig_action(rig, ACTION_FORGET_RECORD, 0)->as.forget.id, &id));
    const int64_t since_ms = rig_wall_ms(rig) + 1000;
    replica_rig_gone(rig, link, 2, &rig->id, since_ms);
    assert_true(advert(rig, 0)->at_ms > since_ms);
    rig_free(rig);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_held_is_said_in_a_moment_and_kept_by_the_host),
        cmocka_unit_test(nothing_is_said_before_the_host_knows_its_disk),
        cmocka_unit_test(who_holds_nothing_says_so),
        cmocka_unit_test(it_is_said_again_before_it_is_over_and_the_last_one_forgotten),
        cmocka_unit_test(six_a_minute_are_enough),
        cmocka_unit_test(a_change_concerns_one_page_of_many),
        cmocka_unit_test(who_is_said_to_be_gone_says_that_he_is_not),
        cmocka_unit_test(one_of_ours_from_the_disk_is_followed_by_a_later_one),
        cmocka_unit_test(one_of_ours_from_the_future_is_followed_by_one_of_now),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
