/* SPDX-License-Identifier: Apache-2.0 */
/* Is it them or is it us? What a node makes of dials that come to nothing. */
#include "lib/engine_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { PEERS = 5 };

static bool is_out(const struct rig *rig) {
    struct outage_view view;
    engine_view_outage(rig->engine, &view);
    return view.is_out;
}

/* Fails every dial that is under way; gives how many there were. */
static size_t fail_dials(struct rig *rig, enum reason reason) {
    struct link_view views[32];
    size_t count = 0;
    size_t links = engine_view_links(rig->engine, views, 32, rig->now_ms);
    for (size_t i = 0; i < links; i++) {
        if (views[i].state != LINK_STATE_DIALING) continue;
        rig_dial_failed(rig, views[i].id, reason);
        count++;
    }
    return count;
}

static void source_answers(struct rig *rig, enum beacon_outcome outcome) {
    struct input input = {.kind = INPUT_BEACON_REPLY};
    struct beacon_reply reply = {.is_ok = true};
    input.as.beacon.outcome = outcome;
    input.as.beacon.status = 200;
    input.as.beacon.reply = outcome == BEACON_OUTCOME_ANSWERED ? &reply : NULL;
    rig_feed(rig, &(struct input){.kind = INPUT_REFRESH});
    rig_feed(rig, &input);
}

/* Knows some peers by a source that does not answer any more; none of them is linked. */
static struct rig *lonely(void) {
    struct rig *rig = RIG(.source_count = 1);
    struct ticket tickets[PEERS];
    for (uint32_t i = 0; i < PEERS; i++) tickets[i] = rig_peer(1 + i).ticket;
    rig_beacon_lists(rig, tickets, PEERS);
    source_answers(rig, BEACON_OUTCOME_TIMEOUT);
    return rig;
}

static struct rig *cut_off(void) {
    struct rig *rig = lonely();
    for (int i = 0; i < 60 && !is_out(rig); i++) {
        fail_dials(rig, REASON_TIMEOUT);
        rig_tick(rig, 1000);
    }
    assert_true(is_out(rig));
    return rig;
}

static void three_failures_without_a_link_or_a_source_are_an_outage(void **state) {
    (void)state;
    struct rig *rig = lonely();
    fail_dials(rig, REASON_TIMEOUT); /* four at once */
    assert_true(is_out(rig));
    rig_free(rig);
}

static void a_source_that_answers_says_it_is_them(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    struct ticket tickets[PEERS];
    for (uint32_t i = 0; i < PEERS; i++) tickets[i] = rig_peer(1 + i).ticket;
    rig_beacon_lists(rig, tickets, PEERS);
    for (int i = 0; i < 30; i++) {
        fail_dials(rig, REASON_UNREACHABLE);
        assert_false(is_out(rig));
        rig_tick(rig, 1000);
    }
    rig_free(rig);
}

static void a_signaling_server_in_use_says_so_too(void **state) {
    (void)state;
    struct rig *rig = lonely();
    rig_signaling(rig, true);
    for (int i = 0; i < 30; i++) {
        fail_dials(rig, REASON_UNREACHABLE);
        assert_false(is_out(rig));
        rig_tick(rig, 1000);
    }
    rig_signaling(rig, false);
    for (int i = 0; i < 120 && !is_out(rig); i++) {
        fail_dials(rig, REASON_UNREACHABLE);
        rig_tick(rig, 1000);
    }
    assert_true(is_out(rig));
    rig_signaling(rig, true);
    assert_false(is_out(rig));
    rig_free(rig);
}

static void who_refuses_is_there(void **state) {
    (void)state;
    struct rig *rig = lonely();
    for (int i = 0; i < 30; i++) {
        fail_dials(rig, REASON_REFUSED);
        assert_false(is_out(rig));
        rig_tick(rig, 1000);
    }
    rig_free(rig);
}

static void a_link_says_that_the_network_works(void **state) {
    (void)state;
    struct rig *rig = lonely();
    struct rig_peer guest = rig_peer(50);
    rig_link_inbound(rig, &guest);
    for (int i = 0; i < 5; i++) {
        fail_dials(rig, REASON_TIMEOUT);
        assert_false(is_out(rig));
        rig_tick(rig, 1000);
    }
    rig_free(rig);
}

/* A dial a second at most, each address once in ten seconds, and nobody waits longer for having failed. */
static void in_an_outage_dials_go_on_steadily(void **state) {
    (void)state;
    struct rig *rig = cut_off();
    size_t dials = 0;
    for (int i = 0; i < 600; i++) {
        rig_tick(rig, 1000);
        dials += fail_dials(rig, REASON_UNREACHABLE);
    }
    assert_in_range(dials, PEERS * 45, PEERS * 61);
    struct peer_view views[PEERS];
    size_t next;
    assert_int_equal(engine_view_peers(rig->engine, 0, views, PEERS, &next, rig->now_ms), PEERS);
    for (size_t i = 0; i < PEERS; i++) assert_true(views[i].failures <= 1); /* those before it was known */
    rig_free(rig);
}

static void the_first_answer_ends_it(void **state) {
    (void)state;
    struct rig *rig = cut_off();
    struct link_view views[32];
    for (int i = 0; i < 10 && rig_count(rig, ACTION_DIAL) == 0; i++) {
        rig_tick(rig, 1000);
        if (rig_count(rig, ACTION_DIAL) == 0) fail_dials(rig, REASON_TIMEOUT);
    }
    size_t links = engine_view_links(rig->engine, views, 32, rig->now_ms);
    for (size_t i = 0; i < links; i++) {
        if (views[i].state != LINK_STATE_DIALING) continue;
        for (uint32_t k = 1; k <= PEERS; k++) {
            struct rig_peer peer = rig_peer(k);
            if (node_id_equal(&peer.id, &views[i].node_id)) rig_up_outbound(rig, views[i].id, &peer);
        }
        break;
    }
    assert_false(is_out(rig));
    assert_non_null(rig_event(rig, EVENT_OUTAGE_ENDED));
    rig_free(rig);
}

static void a_source_that_comes_back_ends_it(void **state) {
    (void)state;
    struct rig *rig = cut_off();
    source_answers(rig, BEACON_OUTCOME_ANSWERED);
    assert_false(is_out(rig));
    rig_free(rig);
}

/* As fail_dials, and the source answers whenever it is asked; gives how often it was. */
static size_t fail_dials_counting_asked(struct rig *rig, enum reason reason) {
    struct link_view views[32];
    size_t asked = 0;
    size_t links = engine_view_links(rig->engine, views, 32, rig->now_ms);
    for (size_t i = 0; i < links; i++) {
        if (views[i].state != LINK_STATE_DIALING) continue;
        rig_dial_failed(rig, views[i].id, reason);
        asked += rig_count(rig, ACTION_FETCH) + rig_count(rig, ACTION_ANNOUNCE);
        rig_beacon_lists(rig, NULL, 0);
    }
    return asked;
}

/* Each third failure asks the sources whether they still answer; who has links knows that the network works. */
static void who_has_links_does_not_ask_the_sources_at_each_failure(void **state) {
    (void)state;
    enum { DEAD = 200, ROUNDS_MAX = 3 };
    static struct ticket tickets[DEAD];
    struct rig *rig = RIG(.source_count = 1, .book_rows = 512, .passive_tickets = 64);
    size_t asked = 0;
    for (uint32_t i = 0; i < DEAD; i++) tickets[i] = rig_peer(1 + i).ticket;
    rig_fill_view(rig, LIMIT_VIEW_MIN, MESH_WISH_LOW);
    rig_beacon_lists(rig, tickets, DEAD);
    rig_live(rig, 20000); /* the early rounds are over */
    rig_beacon_lists(rig, NULL, 0);
    for (uint32_t second = 0; second < 60; second++) {
        struct rig_peer stranger = rig_peer(5000 + second);
        uint32_t link = rig_up_inbound(rig, &stranger);
        rig_down(rig, link, REASON_RESET);
        asked += fail_dials_counting_asked(rig, REASON_UNREACHABLE);
        rig_live(rig, 1000);
        asked += rig_count(rig, ACTION_FETCH) + rig_count(rig, ACTION_ANNOUNCE);
        rig_beacon_lists(rig, NULL, 0);
    }
    print_message("the source was asked %zu times in a minute\n", asked);
    assert_true(asked <= ROUNDS_MAX);
    rig_free(rig);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_failures_without_a_link_or_a_source_are_an_outage),
        cmocka_unit_test(a_source_that_answers_says_it_is_them),
        cmocka_unit_test(a_signaling_server_in_use_says_so_too),
        cmocka_unit_test(who_refuses_is_there),
        cmocka_unit_test(a_link_says_that_the_network_works),
        cmocka_unit_test(in_an_outage_dials_go_on_steadily),
        cmocka_unit_test(the_first_answer_ends_it),
        cmocka_unit_test(a_source_that_comes_back_ends_it),
        cmocka_unit_test(who_has_links_does_not_ask_the_sources_at_each_failure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
