/* SPDX-License-Identifier: Apache-2.0 */
/* Who becomes an anchor, who stays one, and what it is good for. */
#include "lib/engine_rig.h"
#include "swarm/wire/forward_join.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { LAST_MS = LIMIT_BACKOFF_CLEAR_MS, REVIEW_MS = 60000, MINUTE_MS = 60000 };

/* The peers first .. first + count are listed, dialled and linked with. */
static void link_with(struct rig *rig, uint32_t first, uint32_t count) {
    for (uint32_t number = first; number < first + count; number++) {
        struct rig_peer peer = rig_peer(number);
        rig_beacon_lists_now(rig, &peer.ticket, 1);
        const struct action *dial = rig_action(rig, ACTION_DIAL, 0);
        assert_true(dial != NULL && node_id_equal(&dial->peer, &peer.id));
        rig_link_outbound(rig, dial->link, &peer);
    }
}

static size_t count_stored(const struct rig *rig, const struct rig_peer *peer, bool is_anchor) {
    size_t count = 0;
    const struct action *action;
    for (size_t i = 0; (action = rig_action(rig, ACTION_STORE_ROW, i)) != NULL; i++) {
        count += node_id_equal(&action->as.row.node_id, &peer->id) && action->as.row.is_anchor == is_anchor;
    }
    return count;
}

static size_t count_anchors(const struct rig *rig, uint32_t first, uint32_t count) {
    size_t anchors = 0;
    for (uint32_t number = first; number < first + count; number++) {
        struct rig_peer peer = rig_peer(number);
        anchors += rig_peer_view(rig, &peer).is_anchor;
    }
    return anchors;
}

static void a_link_of_ours_that_lasts_becomes_one_and_is_stored(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    struct rig_peer peer = rig_peer(1);
    link_with(rig, 1, 1);
    rig_live(rig, LAST_MS - 1);
    assert_int_equal(count_stored(rig, &peer, true), 0);
    rig_live(rig, REVIEW_MS + 1);
    assert_int_equal(count_stored(rig, &peer, true), 1); /* once: the reviews after it have nothing new to say */
    assert_true(rig_peer_view(rig, &peer).is_anchor);
    rig_free(rig);
}

static void a_link_that_ends_before_is_none(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    struct rig_peer peer = rig_peer(1);
    link_with(rig, 1, 1);
    rig_live(rig, LAST_MS - 1);
    rig_down(rig, rig->dials[0].link, REASON_RESET);
    rig_live(rig, 2 * REVIEW_MS);
    assert_int_equal(count_stored(rig, &peer, true), 0);
    rig_free(rig);
}

static void who_called_us_never_is(void **state) {
    (void)state;
    struct rig *rig = RIG();
    struct rig_peer peer = rig_peer(1);
    rig_link_inbound(rig, &peer);
    rig_live(rig, 10 * REVIEW_MS);
    assert_int_equal(count_stored(rig, &peer, true), 0);
    assert_false(rig_peer_view(rig, &peer).is_anchor);
    rig_free(rig);
}

static void there_are_no_more_than_four_the_oldest(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    for (uint32_t number = 1; number <= 6; number++) { /* half the view: as many as one beacon may name */
        link_with(rig, number, 1);
        rig_live(rig, 1000);
    }
    rig_live(rig, 20 * MINUTE_MS);
    assert_int_equal(count_anchors(rig, 1, 6), LIMIT_ANCHORS);
    assert_int_equal(count_anchors(rig, 1, LIMIT_ANCHORS), LIMIT_ANCHORS);
    rig_free(rig);
}

/* A rig whose disk knows four anchors that were linked so long before and answer no dial any more, linked with peer 1
 * for as long as it takes. */
static struct rig *rig_with_lost_anchors(int64_t lost_ms) {
    struct rig *rig = RIG(.source_count = 1, .is_not_started = true);
    for (uint32_t i = 0; i < LIMIT_ANCHORS; i++) {
        struct rig_peer peer = rig_peer(11 + i);
        struct book_row row = rig_row(&peer);
        row.is_anchor = true;
        row.linked_at_ms = RIG_WALL_MS - lost_ms;
        rig_load_row(rig, &row);
    }
    rig_feed(rig, &(struct input){.kind = INPUT_START});
    for (size_t i = 0; i < LIMIT_ANCHORS; i++) rig_dial_failed(rig, rig->dials[i].link, REASON_REFUSED);
    link_with(rig, 1, 1);
    return rig;
}

static void one_not_linked_for_ten_minutes_gives_way(void **state) {
    (void)state;
    struct rig *rig = rig_with_lost_anchors(10 * MINUTE_MS);
    struct rig_peer peer = rig_peer(1);
    size_t dropped = 0;
    rig_live(rig, 9 * MINUTE_MS); /* after a start they have their chance */
    assert_int_equal(count_anchors(rig, 11, LIMIT_ANCHORS), LIMIT_ANCHORS);
    rig_live(rig, 3 * MINUTE_MS);
    assert_int_equal(count_stored(rig, &peer, true), 1);
    for (uint32_t i = 0; i < LIMIT_ANCHORS; i++) {
        struct rig_peer lost = rig_peer(11 + i);
        dropped += count_stored(rig, &lost, false);
    }
    assert_int_equal(dropped, 1);
    assert_int_equal(count_anchors(rig, 11, LIMIT_ANCHORS), LIMIT_ANCHORS - 1);
    rig_free(rig);
}

static void one_linked_lately_keeps_its_place(void **state) {
    (void)state;
    struct rig *rig = rig_with_lost_anchors(5 * MINUTE_MS);
    struct rig_peer peer = rig_peer(1);
    rig_live(rig, 4 * MINUTE_MS);
    assert_false(rig_peer_view(rig, &peer).is_anchor);
    assert_int_equal(count_anchors(rig, 11, LIMIT_ANCHORS), LIMIT_ANCHORS);
    rig_live(rig, 8 * MINUTE_MS);
    assert_true(rig_peer_view(rig, &peer).is_anchor);
    rig_free(rig);
}

static void after_a_restart_they_are_dialled_first(void **state) {
    (void)state;
    struct rig *rig = RIG(.is_not_started = true);
    for (uint32_t number = 1; number <= 24; number++) {
        struct rig_peer peer = rig_peer(number);
        struct book_row row = rig_row(&peer);
        row.is_anchor = number > 20; /* and has failed ever since, while the others are the best there are */
        row.failures = row.is_anchor ? 200 : 0;
        row.successes = row.is_anchor ? 0 : 200;
        row.linked_at_ms = row.is_anchor ? 1 : RIG_WALL_MS;
        rig_load_row(rig, &row);
    }
    rig_feed(rig, &(struct input){.kind = INPUT_START});
    assert_int_equal(rig->dial_count, LIMIT_ANCHORS);
    for (uint32_t i = 0; i < LIMIT_ANCHORS; i++) {
        struct rig_peer peer = rig_peer(21 + i);
        size_t calls = 0;
        for (size_t k = 0; k < LIMIT_ANCHORS; k++) calls += node_id_equal(&rig->dials[k].peer, &peer.id);
        assert_int_equal(calls, 1);
    }
    rig_free(rig);
}

/* Our own disk is an outsider too. */
static void a_disk_that_names_more_than_four_is_not_believed(void **state) {
    (void)state;
    struct rig *rig = RIG(.is_not_started = true);
    for (uint32_t number = 1; number <= 8; number++) {
        struct rig_peer peer = rig_peer(number);
        struct book_row row = rig_row(&peer);
        row.is_anchor = true;
        rig_load_row(rig, &row);
    }
    rig_feed(rig, &(struct input){.kind = INPUT_START});
    rig_live(rig, 2 * REVIEW_MS);
    assert_int_equal(count_anchors(rig, 1, 8), LIMIT_ANCHORS);
    rig_free(rig);
}

/* Who is named in a forward-join is not of our own choice: a neighbour could choose all our anchors. */
static void whom_a_neighbour_made_us_call_never_is(void **state) {
    (void)state;
    enum { FIRST = 50 };
    struct rig *rig = RIG();
    rig_fill_view(rig, LIMIT_VIEW_MIN + 1, MESH_WISH_LOW);
    for (uint32_t i = 0; i < LIMIT_ANCHORS; i++) {
        struct rig_peer accomplice = rig_peer(FIRST + i);
        struct forward_join join = {.hops = 0, .ticket = accomplice.ticket};
        rig_say(rig, 1, MESSAGE_FORWARD_JOIN, &join);
        const struct action *dial = rig_action(rig, ACTION_DIAL, 0);
        assert_non_null(dial);
        rig_link_outbound(rig, dial->link, &accomplice);
    }
    rig_live(rig, LAST_MS + REVIEW_MS + 1);
    assert_int_equal(count_anchors(rig, FIRST, LIMIT_ANCHORS), 0);
    rig_free(rig);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_link_of_ours_that_lasts_becomes_one_and_is_stored),
        cmocka_unit_test(a_link_that_ends_before_is_none),
        cmocka_unit_test(who_called_us_never_is),
        cmocka_unit_test(there_are_no_more_than_four_the_oldest),
        cmocka_unit_test(one_not_linked_for_ten_minutes_gives_way),
        cmocka_unit_test(one_linked_lately_keeps_its_place),
        cmocka_unit_test(after_a_restart_they_are_dialled_first),
        cmocka_unit_test(a_disk_that_names_more_than_four_is_not_believed),
        cmocka_unit_test(whom_a_neighbour_made_us_call_never_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
