/* SPDX-License-Identifier: Apache-2.0 */
/* Who is gone, who says so, and when it is believed. */
#include "lib/replica_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { FILE_A = 1, ABSENT = 7, GRACE_MS = LIMIT_GONE_GRACE_MS };

static const struct checked_gone *gone(const struct rig *rig, size_t nth) {
    for (size_t i = 0; i < 8; i++) {
        const struct publication *publication = replica_rig_record(rig, i);
        if (publication == NULL) return NULL;
        if (publication->kind == PUBLICATION_GONE && nth-- == 0) return publication->as.gone;
    }
    return NULL;
}

/* Peer 1 is linked; peers 1 and ABSENT, and others, say that they hold the file that we know. */
static uint32_t begin(struct rig *rig, uint32_t others) {
    replica_rig_file(rig, FILE_A, FILE_HELD, HOLDING_PUBLISHED, 3);
    const uint32_t link = replica_rig_link(rig, 1);
    replica_rig_holds(rig, link, ABSENT, FILE_A);
    for (uint32_t i = 0; i < others; i++) replica_rig_holds(rig, link, 20 + i, FILE_A);
    rig_tick(rig, 1000);
    return link;
}

static bool is_counted(const struct rig *rig, size_t others) {
    return replica_rig_view(rig, FILE_A).others == others;
}

static void a_lost_link_is_told_of_in_a_moment(void **state) {
    (void)state;
    struct rig *rig = replica_rig();
    (void)begin(rig, 0);
    const uint32_t lost = replica_rig_link(rig, 2);
    replica_rig_holds(rig, lost, 2, FILE_A);
    const int64_t since_ms = rig_wall_ms(rig) + 5000;
    rig_tick(rig, 5000);
    rig_down(rig, lost, REASON_RESET);
    rig_tick(rig, LIMIT_GONE_JITTER_MS);
    const struct checked_gone *said = gone(rig, 0);
    const struct rig_peer peer = rig_peer(2);
    assert_non_null(said);
    assert_true(node_id_equal(&said->node, &peer.id));
    assert_int_equal(said->since_ms, since_ms);
    rig_free(rig);
}

static void an_end_in_order_or_of_our_own_is_not_told_of(void **state) {
    (void)state;
    static const enum reason reasons[] = {REASON_IDLE, REASON_REPLACED, REASON_PROTOCOL};
    struct rig *rig = replica_rig();
    (void)begin(rig, 0);
    for (uint32_t i = 0; i < 3; i++) {
        const uint32_t lost = replica_rig_link(rig, 2 + i);
        const struct goodbye goodbye = {.reason = reasons[i]};
        replica_rig_holds(rig, lost, 2 + i, FILE_A);
        rig_say(rig, lost, MESSAGE_GOODBYE, &goodbye);
        rig_tick(rig, LIMIT_GONE_JITTER_MS);
        assert_null(gone(rig, 0));
    }
    const uint32_t leaving = replica_rig_link(rig, 6);
    const struct goodbye goodbye = {.reason = REASON_LEAVING};
    replica_rig_holds(rig, leaving, 6, FILE_A);
    rig_say(rig, leaving, MESSAGE_GOODBYE, &goodbye);
    rig_tick(rig, LIMIT_GONE_JITTER_MS);
    assert_non_null(gone(rig, 0));
    rig_free(rig);
}

static void who_is_back_or_told_of_by_another_is_not_told_of(void **state) {
    (void)state;
    struct rig *rig = replica_rig();
    const uint32_t link = begin(rig, 0);
    uint32_t lost = replica_rig_link(rig, 2);
    replica_rig_holds(rig, lost, 2, FILE_A);
    rig_down(rig, lost, REASON_RESET);
    lost = replica_rig_link(rig, 2);
    rig_tick(rig, LIMIT_GONE_JITTER_MS);
    assert_null(gone(rig, 0));
    const struct rig_peer peer = rig_peer(2);
    rig_down(rig, lost, REASON_RESET);
    replica_rig_gone(rig, link, 1, &peer.id, rig_wall_ms(rig));
    replica_rig_holds(rig, link, 1, FILE_A); /* whoever says it is known */
    replica_rig_gone(rig, link, 1, &peer.id, rig_wall_ms(rig));
    rig_tick(rig, LIMIT_GONE_JITTER_MS);
    assert_null(gone(rig, 0));
    rig_free(rig);
}

static void without_a_link_it_is_us(void **state) {
    (void)state;
    struct rig *rig = replica_rig();
    replica_rig_file(rig, FILE_A, FILE_HELD, HOLDING_PUBLISHED, 3);
    const uint32_t link = replica_rig_link(rig, 1);
    replica_rig_holds(rig, link, 1, FILE_A);
    rig_down(rig, link, REASON_TIMEOUT);
    rig_tick(rig, LIMIT_GONE_JITTER_MS);
    assert_null(gone(rig, 0));
    rig_free(rig);
}

static void who_is_gone_is_not_counted_after_a_grace(void **state) {
    (void)state;
    struct rig *rig = replica_rig();
    const uint32_t link = begin(rig, 1);
    const struct rig_peer absent = rig_peer(ABSENT);
    assert_true(is_counted(rig, 2));
    replica_rig_gone(rig, link, 20, &absent.id, rig_wall_ms(rig));
    assert_non_null(rig_event(rig, EVENT_PROVIDER_GONE));
    rig_tick(rig, GRACE_MS - 1);
    assert_true(is_counted(rig, 2));
    rig_tick(rig, 1);
    assert_true(is_counted(rig, 1));
    replica_rig_holds(rig, link, ABSENT, FILE_A); /* it lives */
    assert_true(is_counted(rig, 2));
    rig_free(rig);
}

static void a_link_or_a_later_ticket_shows_that_it_lives(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    replica_rig_room(rig, 0);
    const uint32_t link = begin(rig, 1);
    struct rig_peer absent = rig_peer(ABSENT);
    replica_rig_gone(rig, link, 20, &absent.id, rig_wall_ms(rig) - 10);
    rig_tick(rig, GRACE_MS);
    assert_true(is_counted(rig, 1));
    absent.ticket = rig_ticket(&absent, rig_wall_ms(rig), &absent.address, 1, "rig", 1);
    rig_beacon_lists_now(rig, &absent.ticket, 1);
    assert_true(is_counted(rig, 2));
    replica_rig_gone(rig, link, 20, &absent.id, rig_wall_ms(rig) + 1);
    rig_tick(rig, GRACE_MS);
    (void)replica_rig_link(rig, ABSENT);
    assert_true(is_counted(rig, 2));
    replica_rig_gone(rig, link, 20, &absent.id, rig_wall_ms(rig)); /* we see it ourselves */
    rig_tick(rig, GRACE_MS);
    assert_true(is_counted(rig, 2));
    rig_free(rig);
}

static void strangers_and_old_news_are_not_believed(void **state) {
    (void)state;
    struct rig *rig = replica_rig();
    const uint32_t link = begin(rig, 1);
    const struct rig_peer absent = rig_peer(ABSENT);
    replica_rig_gone(rig, link, 99, &absent.id, rig_wall_ms(rig)); /* who is that? */
    rig_tick(rig, GRACE_MS);
    assert_true(is_counted(rig, 2));
    replica_rig_gone(rig, link, 20, &absent.id, rig_wall_ms(rig) - 60000); /* it has said something since */
    rig_tick(rig, GRACE_MS);
    assert_true(is_counted(rig, 2));
    rig_free(rig);
}

static void who_was_wrong_again_and_again_is_not_heard_any_more(void **state) {
    (void)state;
    struct rig *rig = replica_rig();
    const uint32_t link = begin(rig, 1);
    const struct rig_peer absent = rig_peer(ABSENT);
    for (uint32_t i = 0; i < LIMIT_ACCUSER_WRONG; i++) {
        replica_rig_gone(rig, link, 20, &absent.id, rig_wall_ms(rig));
        rig_tick(rig, 1000);
        replica_rig_holds(rig, link, ABSENT, FILE_A);
        rig_tick(rig, 1000);
    }
    replica_rig_gone(rig, link, 20, &absent.id, rig_wall_ms(rig));
    rig_tick(rig, GRACE_MS);
    assert_true(is_counted(rig, 2));
    replica_rig_holds(rig, link, 1, FILE_A);
    replica_rig_gone(rig, link, 1, &absent.id, rig_wall_ms(rig)); /* others are */
    rig_live(rig, LIMIT_REFUTED_GRACE_MS);
    assert_true(is_counted(rig, 2)); /* 20 and 1 */
    rig_live(rig, LIMIT_ACCUSER_MS);
    replica_rig_holds(rig, link, 20, FILE_A);
    replica_rig_holds(rig, link, ABSENT, FILE_A);
    assert_true(is_counted(rig, 2));
    replica_rig_gone(rig, link, 20, &absent.id, rig_wall_ms(rig)); /* and he again, after a while */
    rig_live(rig, LIMIT_REFUTED_GRACE_MS);
    assert_true(is_counted(rig, 1));
    rig_free(rig);
}

/* Whoever makes keys says every second that it is gone, each time by another one; it may say only so often that it is
 * not. */
static void many_accusers_do_not_make_it_gone(void **state) {
    (void)state;
    enum { SECONDS = 120, ACCUSERS = 40, ANSWER_S = LIMIT_ADVERT_EVERY_MS / 1000 };
    struct rig *rig = replica_rig();
    const uint32_t link = begin(rig, 0);
    const struct rig_peer absent = rig_peer(ABSENT);
    for (uint32_t second = 0; second < SECONDS; second++) {
        if (second % ACCUSERS == 0)
            for (uint32_t i = 0; i < ACCUSERS; i++) replica_rig_holds(rig, link, 100 + i, 50);
        replica_rig_gone(rig, link, 100 + second % ACCUSERS, &absent.id, rig_wall_ms(rig));
        assert_true(is_counted(rig, 1));
        rig_live(rig, 500);
        assert_true(is_counted(rig, 1));
        if (second % ANSWER_S == 0) replica_rig_holds(rig, link, ABSENT, FILE_A);
        rig_live(rig, 500);
        assert_true(is_counted(rig, 1));
    }
    replica_rig_gone(rig, link, 100, &absent.id, rig_wall_ms(rig));
    rig_live(rig, LIMIT_REFUTED_GRACE_MS);
    assert_true(is_counted(rig, 0)); /* it does not answer any more */
    rig_free(rig);
}

static void all_rows_of_accusers_full_the_oldest_goes(void **state) {
    (void)state;
    struct rig *rig = replica_rig();
    const uint32_t link = begin(rig, 0);
    const struct rig_peer absent = rig_peer(ABSENT);
    for (uint32_t i = 0; i <= LIMIT_ACCUSERS; i++) {
        for (uint32_t wrong = 0; wrong < LIMIT_ACCUSER_WRONG; wrong++) {
            replica_rig_holds(rig, link, 100 + i, 50);
            rig_live(rig, 10000);
            replica_rig_gone(rig, link, 100 + i, &absent.id, rig_wall_ms(rig));
            rig_tick(rig, 10);
            replica_rig_holds(rig, link, ABSENT, FILE_A);
        }
    }
    replica_rig_gone(rig, link, 100 + LIMIT_ACCUSERS, &absent.id, rig_wall_ms(rig) + 1);
    rig_tick(rig, GRACE_MS);
    assert_true(is_counted(rig, 1)); /* the last one is noted */
    rig_free(rig);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lost_link_is_told_of_in_a_moment),
        cmocka_unit_test(an_end_in_order_or_of_our_own_is_not_told_of),
        cmocka_unit_test(who_is_back_or_told_of_by_another_is_not_told_of),
        cmocka_unit_test(without_a_link_it_is_us),
        cmocka_unit_test(who_is_gone_is_not_counted_after_a_grace),
        cmocka_unit_test(a_link_or_a_later_ticket_shows_that_it_lives),
        cmocka_unit_test(strangers_and_old_news_are_not_believed),
        cmocka_unit_test(who_was_wrong_again_and_again_is_not_heard_any_more),
        cmocka_unit_test(many_accusers_do_not_make_it_gone),
        cmocka_unit_test(all_rows_of_accusers_full_the_oldest_goes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
