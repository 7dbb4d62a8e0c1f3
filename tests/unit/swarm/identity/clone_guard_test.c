/* SPDX-License-Identifier: Apache-2.0 */
/* Two processes with one node's keys: which of them goes quiet, what it still does, and when it comes back. The other
 * one is a ticket of the rig's own key with another boot. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/engine_rig.h"
#include "swarm/link/twin.h"
#include "swarm/wire/hello.h"
#include "swarm/wire/pex.h"

enum { SECOND_MS = 1000, MINUTE_MS = 60000, LIFE_MS = LIMIT_TICKET_LIFETIME_MS };

static enum clone_stand stand_of(const struct rig *rig) {
    struct node_view view;
    engine_view_node(rig->engine, &view);
    return view.clone.stand;
}

/* Of the rig's own key, by a process that began when `began_ms` says; its certificate says the same. */
static struct ticket clone_ticket(const struct rig *rig, uint8_t boot, int64_t began_ms, int64_t issued_at_ms) {
    const struct public_key key = sign_public_key(&rig->key), user_key = sign_public_key(&rig->user_key);
    const struct user_id user = user_id_of_key(&user_key);
    const struct address at = rig_address("203.0.113.77:8782");
    char peer_id[NODE_ID_TEXT_SIZE + 1], user_id[NODE_ID_TEXT_SIZE + 1];
    struct user_cert cert;
    struct ticket ticket;
    user_cert_issue(&cert, &rig->user_key, &key, began_ms, began_ms + USER_CERT_LIFE_MS_DEFAULT);
    struct ticket_draft draft = {.peer_id = node_id_text(&rig->id, peer_id),
                                 .user_id = user_id_text(&user, user_id),
                                 .nonce = "AAAA",
                                 .issued_at_ms = issued_at_ms,
                                 .expires_at_ms = issued_at_ms + LIFE_MS,
                                 .addrs = &at,
                                 .addr_count = 1,
                                 .is_native = true,
                                 .boot = {boot},
                                 .community = "rig",
                                 .user_cert = &cert};
    assert_true(ticket_sign(&ticket, &draft, &rig->key));
    return ticket;
}

/* A source answers what it was asked for: an announce, or a fetch. */
static void answer(struct rig *rig, const struct ticket *tickets, size_t count) {
    const bool was_announce = rig_action(rig, ACTION_ANNOUNCE, 0) != NULL;
    const struct beacon_reply reply = {.is_ok = true, .ticket_count = count, .tickets = tickets};
    struct input input = {.kind = INPUT_BEACON_REPLY};
    input.as.beacon.outcome = BEACON_OUTCOME_ANSWERED;
    input.as.beacon.status = 200;
    input.as.beacon.was_announce = was_announce;
    input.as.beacon.reply = &reply;
    rig_feed(rig, &input);
}

static bool asks(const struct rig *rig) {
    return rig_action(rig, ACTION_FETCH, 0) != NULL || rig_action(rig, ACTION_ANNOUNCE, 0) != NULL;
}

/* Until the next question to a source, which must come within two minutes. */
static void tick_to_question(struct rig *rig) {
    for (int i = 0; i < 240; i++) {
        if (asks(rig)) return;
        rig_tick(rig, SECOND_MS / 2);
    }
    fail_msg("no source is asked");
}

/* A second passes, or a question that was asked is answered with nobody. */
static void pass(struct rig *rig) {
    if (asks(rig))
        answer(rig, NULL, 0);
    else
        rig_tick(rig, SECOND_MS);
}

/* ---- A marked one ---- */

static void a_marked_node_asks_before_it_says_anything(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1, .listens_first = true);
    assert_int_equal(stand_of(rig), CLONE_LISTENING);
    assert_non_null(rig_action(rig, ACTION_FETCH, 0));
    assert_null(rig_action(rig, ACTION_ANNOUNCE, 0));
    assert_non_null(rig_event(rig, EVENT_CLONE_LISTENING));
    const struct rig_peer peer = rig_peer(1);
    const uint32_t link = rig_link_inbound(rig, &peer);
    assert_int_equal(rig_goodbye(rig, link), REASON_CLONE);
    assert_int_equal(rig_open_count(rig), 0);
    rig_free(rig);
}

static void alone_it_goes_on_and_is_unmarked_after_a_tickets_life(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1, .listens_first = true);
    answer(rig, NULL, 0);
    assert_int_equal(stand_of(rig), CLONE_PROBATION);
    assert_non_null(rig_event(rig, EVENT_CLONE_GOES_ON));
    const struct rig_peer peer = rig_peer(1);
    (void)rig_link_inbound(rig, &peer);
    assert_int_equal(rig_open_count(rig), 1);
    rig_live(rig, LIFE_MS);
    assert_int_equal(stand_of(rig), CLONE_PROBATION);
    rig_live(rig, LIMIT_CLOCK_SKEW_MS + SECOND_MS);
    assert_int_equal(stand_of(rig), CLONE_NORMAL);
    rig_free(rig);
}

static void the_mark_is_told_to_the_host(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1, .listens_first = true);
    answer(rig, NULL, 0);
    for (int i = 0; i < 400 && stand_of(rig) == CLONE_PROBATION; i++) pass(rig);
    assert_int_equal(stand_of(rig), CLONE_NORMAL);
    const struct action *mark = rig_action(rig, ACTION_MARK, 0);
    assert_true(mark != NULL && mark->is_gone);
    rig_free(rig);
}

static void a_marked_node_stays_off_while_the_other_lives(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1, .listens_first = true);
    const int64_t began_ms = rig_wall_ms(rig) - 86400000;
    struct ticket other = clone_ticket(rig, 9, began_ms, rig_wall_ms(rig) - 50 * SECOND_MS);
    answer(rig, &other, 1);
    assert_int_equal(stand_of(rig), CLONE_QUIET);
    assert_non_null(rig_event(rig, EVENT_CLONE_QUIET));
    for (int minute = 0; minute < 10; minute++) {
        tick_to_question(rig);
        assert_null(rig_action(rig, ACTION_ANNOUNCE, 0));
        other = clone_ticket(rig, 9, began_ms, rig_wall_ms(rig) - 10 * SECOND_MS);
        answer(rig, &other, 1);
        assert_int_equal(stand_of(rig), CLONE_QUIET);
    }
    struct node_view view;
    engine_view_node(rig->engine, &view);
    assert_int_equal(view.clone.since_ms, began_ms);
    assert_true(view.clone.has_address && view.clone.address.port == 8782);
    assert_string_equal(view.clone.source, "beacon-1");
    rig_free(rig);
}

static void it_goes_on_when_the_others_ticket_has_run_out(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1, .listens_first = true);
    const struct ticket other = clone_ticket(rig, 9, rig_wall_ms(rig) - 86400000, rig_wall_ms(rig));
    answer(rig, &other, 1);
    const int64_t out_ms = other.expires_at_ms + LIMIT_CLOCK_SKEW_MS;
    while (stand_of(rig) == CLONE_QUIET && rig_wall_ms(rig) < out_ms + 2 * MINUTE_MS) {
        assert_null(rig_action(rig, ACTION_ANNOUNCE, 0));
        assert_null(rig_action(rig, ACTION_DIAL, 0));
        pass(rig);
    }
    assert_int_equal(stand_of(rig), CLONE_PROBATION);
    assert_true(rig_wall_ms(rig) > out_ms);
    rig_free(rig);
}

static void without_an_answer_it_listens_for_a_tickets_life(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1, .listens_first = true);
    rig_tick(rig, LIFE_MS);
    assert_int_equal(stand_of(rig), CLONE_LISTENING);
    rig_tick(rig, LIMIT_CLOCK_SKEW_MS + SECOND_MS);
    assert_int_equal(stand_of(rig), CLONE_PROBATION);
    rig_free(rig);
}

static void without_anybody_to_ask_it_goes_on_at_once(void **state) {
    (void)state;
    struct rig *rig = RIG(.listens_first = true);
    assert_int_equal(stand_of(rig), CLONE_PROBATION);
    rig_free(rig);
}

/* ---- One that runs ---- */

static void its_own_ticket_of_before_a_restart_means_nothing(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    const struct ticket before = clone_ticket(rig, 9, rig_wall_ms(rig) - 86400000, rig_wall_ms(rig) - SECOND_MS);
    answer(rig, &before, 1);
    for (int i = 0; i < 4; i++) {
        tick_to_question(rig);
        answer(rig, &before, 1);
        assert_int_equal(stand_of(rig), CLONE_NORMAL);
        assert_null(rig_event(rig, EVENT_CLONE_SEEN));
    }
    rig_free(rig);
}

static void the_one_that_started_later_goes_quiet(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    const struct rig_peer peer = rig_peer(1);
    const int64_t began_ms = rig_wall_ms(rig) - 86400000;
    answer(rig, NULL, 0);
    const uint32_t link = rig_link_inbound(rig, &peer);
    tick_to_question(rig);
    rig_tick(rig, 5 * SECOND_MS);
    const struct ticket other = clone_ticket(rig, 9, began_ms, rig_wall_ms(rig) - SECOND_MS);
    answer(rig, &other, 1);
    assert_int_equal(stand_of(rig), CLONE_QUIET);
    assert_non_null(rig_event(rig, EVENT_CLONE_SEEN));
    assert_int_equal(rig_goodbye(rig, link), REASON_CLONE);
    const struct action *mark = rig_action(rig, ACTION_MARK, 0);
    assert_true(mark != NULL && !mark->is_gone);
    rig_free(rig);
}

static void the_one_that_started_first_only_says_so(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    answer(rig, NULL, 0);
    tick_to_question(rig);
    rig_tick(rig, 5 * SECOND_MS);
    const int64_t wall_ms = rig_wall_ms(rig);
    const struct ticket other = clone_ticket(rig, 9, wall_ms - 2 * SECOND_MS, wall_ms - SECOND_MS);
    answer(rig, &other, 1);
    assert_int_equal(stand_of(rig), CLONE_NORMAL);
    assert_non_null(rig_event(rig, EVENT_CLONE_SEEN));
    assert_null(rig_action(rig, ACTION_MARK, 0));
    struct node_view view;
    engine_view_node(rig->engine, &view);
    assert_true(view.clone.has_other);
    rig_free(rig);
}

/* Each judges the same two certificates, from its own side. */
static void of_two_exactly_one_goes_quiet(void **state) {
    (void)state;
    for (uint8_t boot = 0; boot < 255; boot += 17) {
        struct rig *rig = RIG(.source_count = 1);
        answer(rig, NULL, 0);
        tick_to_question(rig);
        rig_tick(rig, 5 * SECOND_MS);
        struct node_view view;
        engine_view_node(rig->engine, &view);
        const bool is_ours_smaller = view.boot[0] < boot + 1;
        const struct ticket other = clone_ticket(rig, (uint8_t)(boot + 1), RIG_WALL_MS, rig_wall_ms(rig) - 1);
        answer(rig, &other, 1);
        if (view.boot[0] != boot + 1) assert_int_equal(stand_of(rig), is_ours_smaller ? CLONE_QUIET : CLONE_NORMAL);
        rig_free(rig);
    }
}

static void a_ticket_of_another_key_or_without_a_boot_means_nothing(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1, .listens_first = true);
    const struct rig_peer peer = rig_peer(1);
    const struct ticket tickets[] = {peer.ticket, clone_ticket(rig, 0, rig_wall_ms(rig), rig_wall_ms(rig) - 1)};
    answer(rig, tickets, 2);
    assert_int_equal(stand_of(rig), CLONE_PROBATION);
    rig_free(rig);
}

static void a_ticket_that_has_run_out_means_nothing(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1, .listens_first = true);
    const int64_t wall_ms = rig_wall_ms(rig);
    const struct ticket old = clone_ticket(rig, 9, wall_ms - 86400000, wall_ms - LIFE_MS - LIMIT_CLOCK_SKEW_MS - 1);
    answer(rig, &old, 1);
    assert_int_equal(stand_of(rig), CLONE_PROBATION);
    rig_free(rig);
}

/* ---- By peers ---- */

static void it_is_heard_of_by_peer_exchange(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const struct rig_peer peer = rig_peer(1);
    const uint32_t link = rig_link_inbound(rig, &peer);
    rig_tick(rig, 5 * SECOND_MS);
    const struct ticket other = clone_ticket(rig, 9, RIG_WALL_MS - 86400000, rig_wall_ms(rig) - SECOND_MS);
    rig_say(rig, link, MESSAGE_PEX, &(struct pex){.ticket_count = 1, .tickets = &other});
    assert_int_equal(stand_of(rig), CLONE_QUIET);
    rig_free(rig);
}

static void it_is_met_when_it_calls(void **state) {
    (void)state;
    struct rig *rig = RIG();
    rig_tick(rig, 5 * SECOND_MS);
    struct rig_peer self = rig_peer(1);
    self.key = rig->key;
    self.public_key = sign_public_key(&rig->key);
    self.id = rig->id;
    self.ticket = clone_ticket(rig, 9, RIG_WALL_MS - 86400000, rig_wall_ms(rig) - 1);
    const uint32_t link = rig_up_inbound(rig, &self);
    struct hello hello = rig_hello(&self);
    memset(hello.boot, 0, sizeof hello.boot);
    hello.boot[0] = 9;
    rig_say(rig, link, MESSAGE_HELLO, &hello);
    assert_int_equal(rig_goodbye(rig, link), REASON_CLONE);
    assert_int_equal(stand_of(rig), CLONE_QUIET);
    rig_free(rig);
}

/* A third node, whose links both want. */
static void two_processes_of_a_peer_are_shown_to_each_other(void **state) {
    (void)state;
    struct rig *rig = RIG();
    struct rig_peer peer = rig_peer(1), again = rig_peer(1);
    const struct address at = peer.address;
    const uint32_t first = rig_link_inbound(rig, &peer);
    rig_tick(rig, 5 * SECOND_MS);
    again.ticket = rig_ticket(&again, rig_wall_ms(rig), &at, 1, "rig", 77);
    const uint32_t second = rig_up_inbound(rig, &again);
    struct hello hello = rig_hello(&again);
    memcpy(hello.boot, again.ticket.boot, sizeof hello.boot);
    rig_say(rig, second, MESSAGE_HELLO, &hello);
    assert_int_equal(rig_goodbye(rig, first), REASON_REPLACED);
    assert_non_null(rig_sent(rig, first, MESSAGE_PEX));
    assert_non_null(rig_sent(rig, second, MESSAGE_PEX));
    rig_free(rig);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_marked_node_asks_before_it_says_anything),
        cmocka_unit_test(alone_it_goes_on_and_is_unmarked_after_a_tickets_life),
        cmocka_unit_test(the_mark_is_told_to_the_host),
        cmocka_unit_test(a_marked_node_stays_off_while_the_other_lives),
        cmocka_unit_test(it_goes_on_when_the_others_ticket_has_run_out),
        cmocka_unit_test(without_an_answer_it_listens_for_a_tickets_life),
        cmocka_unit_test(without_anybody_to_ask_it_goes_on_at_once),
        cmocka_unit_test(its_own_ticket_of_before_a_restart_means_nothing),
        cmocka_unit_test(the_one_that_started_later_goes_quiet),
        cmocka_unit_test(the_one_that_started_first_only_says_so),
        cmocka_unit_test(of_two_exactly_one_goes_quiet),
        cmocka_unit_test(a_ticket_of_another_key_or_without_a_boot_means_nothing),
        cmocka_unit_test(a_ticket_that_has_run_out_means_nothing),
        cmocka_unit_test(it_is_heard_of_by_peer_exchange),
        cmocka_unit_test(it_is_met_when_it_calls),
        cmocka_unit_test(two_processes_of_a_peer_are_shown_to_each_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
