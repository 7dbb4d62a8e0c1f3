/* SPDX-License-Identifier: Apache-2.0 */
/* A neighbour that means ill, one wickedness after the other: what it costs us, and that the others' records come all
 * the same. What the gate of a link stops before (wire/intake) is let through here. */
#include "base/memory.h"
#include "lib/broadcast_rig.h"
#include "lib/engine_tables.h"
#include "swarm/mesh/broadcast.h"
#include "swarm/wire/gossip.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MANY = 1000 };

static void copies_of_a_record_are_answered_once_a_second(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const uint32_t honest = broadcast_rig_link(rig, 1), hostile = broadcast_rig_link(rig, 2);
    const struct checked_record record = broadcast_rig_record(rig, 7, 1);
    size_t prunes = 0;
    broadcast_rig_gossip(rig, honest, &record, 0);
    for (int i = 0; i < MANY; i++) {
        broadcast_rig_gossip(rig, hostile, &record, (uint8_t)(i % GOSSIP_HOPS_MAX));
        assert_int_equal(rig_count(rig, ACTION_RECORD), 0);
        assert_int_equal(broadcast_rig_sent(rig, honest, MESSAGE_GOSSIP), 0);
        prunes += broadcast_rig_sent(rig, hostile, MESSAGE_PRUNE);
        rig_tick(rig, 10);
    }
    assert_in_range(prunes, 9, 11);
    assert_int_equal(broadcast_rig_count(rig, RECORD_REPEATED), MANY);
    rig_free(rig);
}

/* Names of nothing, as many as fit, ten times a second for a minute. */
static void announcements_of_nothing_cost_ten_questions_a_second_and_crowd_nobody_out(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const uint32_t hostile = broadcast_rig_link(rig, 1), honest = broadcast_rig_link(rig, 2);
    size_t asked = 0;
    for (uint32_t i = 0; i < 600; i++) {
        broadcast_rig_ihave(rig, hostile, MANY + i * LIMIT_IHAVE_IDS, LIMIT_IHAVE_IDS);
        engine_tables_check(rig->engine);
        assert_int_equal(engine_tables_of(rig->engine).missing_of_one, LIMIT_MISSING_PER_LINK);
        rig_tick(rig, 100);
        asked += broadcast_rig_sent(rig, hostile, MESSAGE_GRAFT);
        if (i % 100 == 0) broadcast_rig_say(rig, honest, i); /* and nobody is timed out */
        if (i % 100 == 0) rig_live(rig, 1);
    }
    assert_in_range(asked, 100, LIMIT_GRAFT_BURST + 60000 / LIMIT_GRAFT_MS);
    broadcast_rig_ihave(rig, honest, 7, 1);
    rig_tick(rig, LIMIT_GRAFT_FIRST_MS);
    assert_true(broadcast_rig_asks(rig, honest, 7));
    rig_free(rig);
}

static void who_announces_and_never_sends_is_asked_last(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const uint32_t hostile = broadcast_rig_link(rig, 1), honest = broadcast_rig_link(rig, 2);
    broadcast_rig_ihave(rig, hostile, MANY, 1);
    rig_tick(rig, LIMIT_GRAFT_FIRST_MS + LIMIT_GRAFT_NEXT_MS);
    broadcast_rig_ihave(rig, hostile, 7, 1); /* first with each piece of news */
    broadcast_rig_ihave(rig, honest, 7, 1);
    rig_tick(rig, LIMIT_GRAFT_FIRST_MS);
    assert_true(broadcast_rig_asks(rig, honest, 7));
    assert_int_equal(broadcast_rig_sent(rig, hostile, MESSAGE_GRAFT), 0);
    broadcast_rig_say(rig, hostile, 50); /* who makes good for it is as good as before */
    broadcast_rig_ihave(rig, hostile, 8, 1);
    broadcast_rig_ihave(rig, honest, 8, 1);
    rig_tick(rig, LIMIT_GRAFT_FIRST_MS);
    assert_true(broadcast_rig_asks(rig, hostile, 8));
    rig_free(rig);
}

static void questions_for_what_is_not_here_are_not_answered(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const uint32_t hostile = broadcast_rig_link(rig, 1);
    for (uint32_t i = 0; i < MANY; i++) {
        broadcast_rig_graft(rig, hostile, i);
        assert_int_equal(rig_count(rig, ACTION_SEND), 0);
    }
    assert_int_equal(engine_view_counters(rig->engine)->grafts_unanswered, MANY);
    rig_free(rig);
}

/* A text of the largest size, borrowed by the record. */
static struct checked_record large_record(const struct rig *rig, uint32_t number, uint32_t author) {
    static uint8_t text[RECORD_SIZE_MAX];
    struct checked_record record = broadcast_rig_record(rig, number, author);
    record.text = (struct span){text, sizeof text};
    return record;
}

static void questions_for_one_record_are_answered_within_the_pace_of_the_link(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const uint32_t hostile = broadcast_rig_link(rig, 1);
    const struct checked_record small = broadcast_rig_record(rig, 1, 1), large = large_record(rig, 2, 1);
    size_t sent = 0;
    broadcast_rig_publish(rig, &small);
    for (int i = 0; i < MANY; i++) {
        broadcast_rig_graft(rig, hostile, 1);
        sent += broadcast_rig_sent(rig, hostile, MESSAGE_GOSSIP);
    }
    assert_int_equal(sent, LIMIT_GOSSIP_BURST - 1); /* one went out when it was published */
    rig_live(rig, 20000);
    broadcast_rig_publish(rig, &large);
    for (sent = 1; broadcast_rig_sent(rig, hostile, MESSAGE_GOSSIP) > 0; sent++) broadcast_rig_graft(rig, hostile, 2);
    assert_int_equal(sent - 1, LIMIT_GOSSIP_BURST / GOSSIP_WEIGHT_MAX);
    rig_free(rig);
}

static void who_prunes_again_and_again_is_told_of_records_and_no_more(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const uint32_t hostile = broadcast_rig_link(rig, 1), honest = broadcast_rig_link(rig, 2),
                   other = broadcast_rig_link(rig, 3);
    for (int i = 0; i < MANY; i++) {
        broadcast_rig_prune(rig, hostile);
        assert_int_equal(rig_count(rig, ACTION_SEND), 0);
    }
    broadcast_rig_say(rig, honest, 7);
    assert_true(broadcast_rig_sends(rig, other, 7));
    assert_int_equal(broadcast_rig_sent(rig, hostile, MESSAGE_GOSSIP), 0);
    rig_tick(rig, LIMIT_IHAVE_MS);
    assert_true(broadcast_rig_announces(rig, hostile, 7));
    rig_free(rig);
}

/* As fast as the gate lets them in, five a second, each by an author that was heard before. */
static void the_largest_records_at_rate_are_passed_on_within_the_pace_of_each_link(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const uint32_t hostile = broadcast_rig_link(rig, 1), other = broadcast_rig_link(rig, 2);
    uint64_t bytes = 0;
    size_t announced = 0;
    for (uint32_t i = 0; i < 300; i++) {
        const struct checked_record record = large_record(rig, i, i % 30);
        broadcast_rig_gossip(rig, hostile, &record, 0);
        if (broadcast_rig_sent(rig, other, MESSAGE_GOSSIP) > 0) bytes += RECORD_SIZE_MAX;
        engine_tables_check(rig->engine);
        rig_tick(rig, 200);
        announced += broadcast_rig_sent(rig, other, MESSAGE_IHAVE);
        if (i % 50 == 0) rig_live(rig, 1);
    }
    const uint64_t weights = LIMIT_GOSSIP_BURST + 60000 / LIMIT_GOSSIP_MS;
    assert_in_range(bytes, 1, (weights / GOSSIP_WEIGHT_MAX + 1) * RECORD_SIZE_MAX);
    assert_true(announced > 0); /* the others it may ask for */
    assert_int_equal(rig_link(rig, other).state, LINK_STATE_OPEN);
    rig_free(rig);
}

static void a_flood_of_what_is_refused_forgets_nothing_that_was_taken(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const uint32_t hostile = broadcast_rig_link(rig, 1), honest = broadcast_rig_link(rig, 2);
    broadcast_rig_say(rig, honest, 1);
    for (uint32_t i = 0; i < 2 * LIMIT_REFUSED_RECORDS; i++) {
        struct checked_record record = broadcast_rig_record(rig, MANY + i, i);
        record.at_ms = 0;
        broadcast_rig_gossip(rig, hostile, &record, 0);
        assert_int_equal(rig_count(rig, ACTION_RECORD), 0);
    }
    const struct engine_tables tables = engine_tables_of(rig->engine);
    assert_int_equal(tables.refused, LIMIT_REFUSED_RECORDS);
    assert_int_equal(tables.seen, 1);
    assert_int_equal(tables.authors, 1); /* nor is an author remembered for them */
    broadcast_rig_say(rig, hostile, 1);
    assert_int_equal(rig_count(rig, ACTION_RECORD), 0);
    rig_free(rig);
}

static void seen_records_fill_their_table_and_the_oldest_goes(void **state) {
    (void)state;
    struct rig *rig = RIG();
    for (uint32_t i = 0; i < LIMIT_SEEN_RECORDS + 10; i++) {
        const struct checked_record record = broadcast_rig_record(rig, i, 1);
        broadcast_rig_publish(rig, &record);
    }
    engine_tables_check(rig->engine);
    const struct engine_tables tables = engine_tables_of(rig->engine);
    assert_int_equal(tables.seen, LIMIT_SEEN_RECORDS);
    assert_int_equal(tables.texts, LIMIT_RECORDS_CACHED);
    const uint32_t link = broadcast_rig_link(rig, 1);
    broadcast_rig_say(rig, link, 10);
    assert_int_equal(rig_count(rig, ACTION_RECORD), 0);
    broadcast_rig_say(rig, link, 9);
    assert_int_equal(rig_count(rig, ACTION_RECORD), 1);
    rig_free(rig);
}

/* New keys as fast as a whole view may bring them, for longer than a budget takes to fill: who is over his rate stays
 * so all the while. */
static void new_keys_from_everywhere_give_no_author_his_budget_back(void **state) {
    (void)state;
    struct rig *rig = RIG();
    uint32_t links[LIMIT_VIEW_MAX], next = MANY;
    for (uint32_t i = 0; i < LIMIT_VIEW_MAX; i++) links[i] = broadcast_rig_link(rig, 1 + i);
    for (uint32_t i = 0; i < LIMIT_AUTHOR_BURST + 1; i++) {
        const struct checked_record record = broadcast_rig_record(rig, i, 1);
        broadcast_rig_gossip(rig, links[0], &record, 0);
    }
    assert_int_equal(broadcast_rig_count(rig, RECORD_OVER_RATE), 1);
    for (uint32_t second = 0; second < 100; second++) {
        for (uint32_t i = 0; i < LIMIT_VIEW_MAX; i++) {
            for (uint32_t k = 0; k < 4; k++, next++) broadcast_rig_say(rig, links[i], next);
        }
        rig_live(rig, 1000);
    }
    engine_tables_check(rig->engine);
    assert_true(broadcast_rig_count(rig, RECORD_NEWCOMER) > MANY);
    uint32_t taken = 0;
    for (uint32_t i = 100; i < 200; i++) {
        const struct checked_record record = broadcast_rig_record(rig, i, 1);
        broadcast_rig_gossip(rig, links[1], &record, 0);
        taken += broadcast_rig_delivered(rig, i);
    }
    assert_in_range(taken, 15, 17); /* a hundred seconds' worth, not thirty */
    rig_free(rig);
}

static void links_that_come_and_go_leave_nothing_behind(void **state) {
    (void)state;
    struct rig *rig = RIG();
    for (uint32_t i = 0; i < 200; i++) {
        const uint32_t link = broadcast_rig_link(rig, 1 + i % 50);
        broadcast_rig_ihave(rig, link, i * LIMIT_IHAVE_IDS, LIMIT_IHAVE_IDS);
        broadcast_rig_say(rig, link, 100000 + i);
        rig_down(rig, link, REASON_RESET);
        assert_int_equal(engine_tables_of(rig->engine).missing, 0);
        rig_tick(rig, 100);
    }
    rig_free(rig);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(copies_of_a_record_are_answered_once_a_second),
        cmocka_unit_test(announcements_of_nothing_cost_ten_questions_a_second_and_crowd_nobody_out),
        cmocka_unit_test(who_announces_and_never_sends_is_asked_last),
        cmocka_unit_test(questions_for_what_is_not_here_are_not_answered),
        cmocka_unit_test(questions_for_one_record_are_answered_within_the_pace_of_the_link),
        cmocka_unit_test(who_prunes_again_and_again_is_told_of_records_and_no_more),
        cmocka_unit_test(the_largest_records_at_rate_are_passed_on_within_the_pace_of_each_link),
        cmocka_unit_test(a_flood_of_what_is_refused_forgets_nothing_that_was_taken),
        cmocka_unit_test(seen_records_fill_their_table_and_the_oldest_goes),
        cmocka_unit_test(new_keys_from_everywhere_give_no_author_his_budget_back),
        cmocka_unit_test(links_that_come_and_go_leave_nothing_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
