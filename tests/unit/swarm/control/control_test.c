/* SPDX-License-Identifier: Apache-2.0 */
/* The controls at the engine's gates: what each forbids is not done, what it allows is. */
#include "swarm/control/control.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/control_rig.h"
#include "swarm/wire/pex.h"
#include "swarm/wire/view.h"

static uint64_t act(struct rig *rig, enum control control) {
    return control_rig_act(rig, control, NULL, 0);
}

/* Whether what a neighbour says of its links is kept. */
static bool is_listened_to(struct rig *rig, uint32_t link) {
    struct neighbour_view heard[LIMIT_VIEW_MAX];
    const struct view view = {.link_count = 1, .links = {{.peer = rig->id, .path = LINK_PATH_LAN, .rtt_ms = 1}}};
    rig_say(rig, link, MESSAGE_VIEW, &view);
    return engine_view_neighbours(rig->engine, heard, LIMIT_VIEW_MAX) == 1;
}

static enum reason answer_to_caller(struct rig *rig, uint32_t number) {
    const struct rig_peer peer = rig_peer(number);
    const struct hello hello = rig_hello(&peer);
    const uint32_t link = rig_up_inbound(rig, &peer);
    const enum reason at_once = rig_goodbye(rig, link);
    if (at_once != REASON_NONE) return at_once;
    rig_say(rig, link, MESSAGE_HELLO, &hello);
    return rig_goodbye(rig, link);
}

/* One control each: what a link there is, a caller, a dial, an announce and an exchange come to. */
static void each_control_is_asked_at_every_gate(void **state) {
    static const struct {
        enum control control;
        enum reason link;   /* what the link there is ends with */
        enum reason caller; /* what somebody who calls is told */
        bool dials, asks_sources, exchanges;
    } table[] = {
        {CONTROL_AUTOCONNECT_OFF, REASON_NONE, REASON_NONE, false, true, true},
        {CONTROL_ISOLATE_ON, REASON_ISOLATED, REASON_ISOLATED, false, false, false},
        {CONTROL_PAUSE_INBOUND, REASON_NONE, REASON_PAUSED, true, true, true},
        {CONTROL_PAUSE_OUTBOUND, REASON_NONE, REASON_NONE, false, true, true},
        {CONTROL_PAUSE_ALL, REASON_NONE, REASON_PAUSED, false, false, true},
        {CONTROL_SIGNALING_STOP, REASON_NONE, REASON_NONE, true, false, true},
        {CONTROL_MESH_DISABLE, REASON_NONE, REASON_NONE, false, false, false},
        {CONTROL_NETWORK_DISABLE, REASON_NETWORK_OFF, REASON_NETWORK_OFF, false, false, false},
        {CONTROL_APPROVAL_ON, REASON_NONE, REASON_APPROVAL_PENDING, false, true, true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct rig *rig = RIG(.source_count = 1, .is_not_started = true);
        const struct rig_peer there = rig_peer(1), known = rig_peer(2);
        const struct book_row row = rig_row(&known);
        rig_load_row(rig, &row);
        rig_feed(rig, &(struct input){.kind = INPUT_START});
        assert_int_equal(rig->dial_count, 1);
        rig_dial_failed(rig, rig->dials[0].link, REASON_UNREACHABLE); /* it will be tried again, if it may */
        const uint32_t link = rig_link_inbound(rig, &there);
        const uint64_t id = act(rig, table[i].control);
        assert_int_equal(rig_goodbye(rig, link), table[i].link);
        const size_t dials_before = rig->dial_count;
        size_t asked = 0, exchanged = 0, told = 0;
        for (int second = 0; second < 150; second++) {
            rig_live(rig, 1000);
            asked += rig_count(rig, ACTION_ANNOUNCE) + rig_count(rig, ACTION_FETCH);
            exchanged += rig_sent(rig, link, MESSAGE_PEX) != NULL;
            told += rig_sent(rig, link, MESSAGE_VIEW) != NULL;
        }
        if ((rig->dial_count > dials_before) != table[i].dials) fail_msg("%s: dials", control_name(table[i].control));
        if (!table[i].asks_sources && asked > 0) fail_msg("%s: asks its sources", control_name(table[i].control));
        if (!table[i].exchanges && exchanged > 0) fail_msg("%s: exchanges", control_name(table[i].control));
        if (!table[i].exchanges && told > 0) fail_msg("%s: tells of its links", control_name(table[i].control));
        assert_int_equal(is_listened_to(rig, link), table[i].exchanges);
        assert_int_equal(answer_to_caller(rig, 3), table[i].caller);
        control_rig_take_back(rig, id);
        assert_int_equal(answer_to_caller(rig, 4), REASON_NONE);
        rig_free(rig);
    }
}

static void whom_the_caretaker_named_stays_when_isolated(void **state) {
    (void)state;
    const struct rig_peer friend = rig_peer(1), stranger = rig_peer(2);
    struct engine_operator_peer named = {.name = "a friend", .has_id = true, .id = friend.id};
    struct rig *rig = RIG(.operator_peers = &named, .operator_peer_count = 1);
    const uint32_t first = rig_link_inbound(rig, &friend), second = rig_link_inbound(rig, &stranger);
    (void)act(rig, CONTROL_ISOLATE_ON);
    assert_int_equal(rig_goodbye(rig, first), REASON_NONE);
    assert_int_equal(rig_goodbye(rig, second), REASON_ISOLATED);
    assert_int_equal(answer_to_caller(rig, 3), REASON_ISOLATED);
    rig_free(rig);
}

/* Nothing is done before it is written down, and nothing at all when it cannot be. */
static void what_cannot_be_written_down_is_not_done(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const struct rig_peer there = rig_peer(1);
    const uint32_t link = rig_link_inbound(rig, &there);
    const struct operation_request request = {
        .control = CONTROL_NETWORK_DISABLE, .author = "", .reason = "", .key = ""};
    assert_int_equal(control_rig_operate(rig, OPERATION_ASK, 99, &request), OPERATION_ASKED);
    assert_int_equal(rig_goodbye(rig, link), REASON_NONE);
    struct input input = {.kind = INPUT_JOURNALED};
    input.as.operation.id = 99;
    rig_feed(rig, &input);
    assert_int_equal(rig_goodbye(rig, link), REASON_NONE);
    assert_non_null(rig_event(rig, EVENT_CONTROL_FAILED));
    assert_int_equal(rig_action(rig, ACTION_JOURNAL, 0)->as.operation.state, OPERATION_FAILED);
    rig_free(rig);
}

static void a_block_ends_links_of_its_direction_and_no_other(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const struct rig_peer one = rig_peer(1), two = rig_peer(2);
    const struct control_target target = {.kind = TARGET_NODE, .node_id = one.id};
    const uint32_t blocked = rig_link_inbound(rig, &one), other = rig_link_inbound(rig, &two);
    uint64_t id = control_rig_act(rig, CONTROL_BLOCK_ADD, &target, BLOCK_OUTBOUND);
    assert_int_equal(rig_goodbye(rig, blocked), REASON_NONE); /* it called us */
    control_rig_take_back(rig, id);
    id = control_rig_act(rig, CONTROL_BLOCK_ADD, &target, BLOCK_INBOUND);
    assert_int_equal(rig_goodbye(rig, blocked), REASON_BLOCKED);
    assert_int_equal(rig_goodbye(rig, other), REASON_NONE);
    rig_down(rig, blocked, REASON_NONE);
    const uint32_t again = rig_up_inbound(rig, &one); /* it is known by its key, before it says a word */
    assert_int_equal(rig_goodbye(rig, again), REASON_BLOCKED);
    rig_down(rig, again, REASON_NONE);
    assert_int_equal(engine_view_blocks(rig->engine)->rows[0].hits, 1);
    control_rig_take_back(rig, id);
    assert_int_equal(answer_to_caller(rig, 1), REASON_NONE);
    rig_free(rig);
}

/* It has half a second to hear why. What it still says then reaches nobody. */
static void a_blocked_peer_that_does_not_let_go_is_cut(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const struct rig_peer one = rig_peer(1), two = rig_peer(2);
    const struct control_target target = {.kind = TARGET_NODE, .node_id = one.id};
    const uint32_t deaf = rig_link_inbound(rig, &one);
    (void)control_rig_act(rig, CONTROL_BLOCK_ADD, &target, BLOCK_ALL);
    assert_true(rig_action(rig, ACTION_CLOSE, 0)->is_graceful);
    rig_tick(rig, LIMIT_CLOSE_BLOCKED_MS - 1);
    assert_int_equal(rig_link(rig, deaf).state, LINK_STATE_CLOSING);
    rig_tick(rig, 1);
    assert_int_equal(rig_link(rig, deaf).state, LINK_STATE_CLOSED);
    assert_false(rig_action(rig, ACTION_CLOSE, 0)->is_graceful);
    const struct control_target other = {.kind = TARGET_NODE, .node_id = two.id};
    const uint32_t closing = rig_link_inbound(rig, &two);
    (void)control_rig_act(rig, CONTROL_LINK_DISCONNECT, &other, 0);
    assert_int_equal(rig_goodbye(rig, closing), REASON_OPERATOR);
    (void)control_rig_act(rig, CONTROL_BLOCK_ADD, &other, BLOCK_ALL);
    assert_int_equal(rig_link(rig, closing).state, LINK_STATE_CLOSED);
    rig_free(rig);
}

static void whom_an_outbound_block_is_about_is_not_dialled(void **state) {
    (void)state;
    struct rig *rig = RIG(.is_not_started = true);
    const struct rig_peer one = rig_peer(1), two = rig_peer(2);
    const struct book_row rows[] = {rig_row(&one), rig_row(&two)};
    for (size_t i = 0; i < 2; i++) rig_load_row(rig, &rows[i]);
    rig_feed(rig, &(struct input){.kind = INPUT_START});
    const struct control_target target = {.kind = TARGET_NODE, .node_id = one.id};
    (void)control_rig_act(rig, CONTROL_BLOCK_ADD, &target, BLOCK_OUTBOUND);
    const size_t before = rig->dial_count;
    rig_tick(rig, 120000);
    for (size_t i = before; i < rig->dial_count; i++) assert_false(node_id_equal(&rig->dials[i].peer, &one.id));
    assert_int_equal(rig_peer_view(rig, &one).wait, DIAL_WAIT_BLOCKED);
    rig_free(rig);
}

/* The caretaker named an address, and whom he blocked lives there. */
static void whoever_answers_is_not_greeted_when_blocked(void **state) {
    (void)state;
    struct engine_operator_peer named = {.name = "198.18.0.1:8782"};
    struct rig *rig = RIG(.operator_peers = &named, .operator_peer_count = 1);
    const struct rig_peer one = rig_peer(1);
    const struct control_target target = {.kind = TARGET_NODE, .node_id = one.id};
    struct input resolved = {.kind = INPUT_OPERATOR_PEER};
    resolved.as.place.addresses = &one.address;
    resolved.as.place.count = 1;
    (void)control_rig_act(rig, CONTROL_BLOCK_ADD, &target, BLOCK_OUTBOUND);
    rig_feed(rig, &resolved);
    const uint32_t link = rig_action(rig, ACTION_DIAL, 0)->link;
    rig_up_outbound(rig, link, &one);
    assert_int_equal(rig_goodbye(rig, link), REASON_BLOCKED);
    assert_null(rig_sent(rig, link, MESSAGE_HELLO));
    rig_free(rig);
}

static void a_disconnect_ends_one_link_once(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const struct rig_peer one = rig_peer(1), two = rig_peer(2);
    const struct control_target target = {.kind = TARGET_NODE, .node_id = one.id};
    const uint32_t gone = rig_link_inbound(rig, &one), other = rig_link_inbound(rig, &two);
    (void)control_rig_act(rig, CONTROL_LINK_DISCONNECT, &target, 0);
    assert_int_equal(rig_goodbye(rig, gone), REASON_OPERATOR);
    assert_int_equal(rig_goodbye(rig, other), REASON_NONE);
    rig_down(rig, gone, REASON_NONE);
    const size_t before = rig->dial_count;
    rig_live(rig, 55000);
    for (size_t i = before; i < rig->dial_count; i++) assert_false(node_id_equal(&rig->dials[i].peer, &one.id));
    assert_int_equal(answer_to_caller(rig, 1), REASON_NONE); /* it may come back */
    const struct control_target nobody = {.kind = TARGET_NODE, .node_id = rig_peer(9).id};
    const struct operation_request request = {
        .control = CONTROL_LINK_DISCONNECT, .target = &nobody, .author = "", .reason = "", .key = ""};
    assert_int_equal(control_rig_operate(rig, OPERATION_ASK, 9999, &request), OPERATION_NOT_LINKED);
    rig_free(rig);
}

/* ---- Approval ---- */

static struct operation_view operation_of(const struct rig *rig, uint64_t id) {
    struct operation_view view;
    assert_true(engine_view_operation(rig->engine, id, &view));
    return view;
}

static size_t waiting(const struct rig *rig) {
    struct pending_view views[LIMIT_APPROVALS_MAX];
    return engine_view_pending(rig->engine, views, LIMIT_APPROVALS_MAX);
}

static size_t dials_to(const struct rig *rig, const struct rig_peer *peer, size_t from) {
    size_t count = 0;
    for (size_t i = from; i < rig->dial_count; i++) count += node_id_equal(&rig->dials[i].peer, &peer->id);
    return count;
}

static void who_needs_approval_waits_is_approved_and_called(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const struct rig_peer one = rig_peer(1), two = rig_peer(2);
    const struct control_target first = {.kind = TARGET_NODE, .node_id = one.id};
    (void)act(rig, CONTROL_APPROVAL_ON);
    assert_int_equal(answer_to_caller(rig, 1), REASON_APPROVAL_PENDING);
    assert_non_null(rig_event(rig, EVENT_APPROVAL_WAITING));
    assert_int_equal(answer_to_caller(rig, 2), REASON_APPROVAL_PENDING);
    assert_int_equal(waiting(rig), 2);
    const size_t before = rig->dial_count;
    (void)control_rig_act(rig, CONTROL_PENDING_APPROVE, &first, 0);
    assert_int_equal(waiting(rig), 1);
    assert_int_equal(dials_to(rig, &one, before), 1); /* whatever approval says of dialling by itself */
    rig_link_outbound(rig, rig->dials[rig->dial_count - 1].link, &one);
    assert_int_equal(rig_open_count(rig), 1);
    assert_int_equal(answer_to_caller(rig, 2), REASON_APPROVAL_PENDING);
    assert_int_equal(dials_to(rig, &two, 0), 0);
    rig_free(rig);
}

static void who_is_rejected_is_told_so_and_waits_no_more(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const struct control_target one = {.kind = TARGET_NODE, .node_id = rig_peer(1).id};
    const uint64_t approval = act(rig, CONTROL_APPROVAL_ON);
    assert_int_equal(answer_to_caller(rig, 1), REASON_APPROVAL_PENDING);
    const uint64_t rejection = control_rig_act(rig, CONTROL_PENDING_REJECT, &one, 0);
    assert_int_equal(waiting(rig), 0);
    assert_int_equal(answer_to_caller(rig, 1), REASON_REJECTED);
    assert_int_equal(waiting(rig), 0);
    control_rig_take_back(rig, rejection);
    assert_int_equal(answer_to_caller(rig, 1), REASON_APPROVAL_PENDING);
    (void)control_rig_act(rig, CONTROL_PENDING_REJECT, &one, 0);
    control_rig_take_back(rig, approval); /* without approval nobody needs one */
    assert_int_equal(answer_to_caller(rig, 1), REASON_NONE);
    rig_free(rig);
}

static void who_is_blocked_waits_no_more_until_the_block_ends(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const struct control_target one = {.kind = TARGET_NODE, .node_id = rig_peer(1).id};
    (void)act(rig, CONTROL_APPROVAL_ON);
    assert_int_equal(answer_to_caller(rig, 1), REASON_APPROVAL_PENDING);
    assert_int_equal(answer_to_caller(rig, 2), REASON_APPROVAL_PENDING);
    control_rig_take_back(rig, control_rig_act(rig, CONTROL_BLOCK_ADD, &one, BLOCK_OUTBOUND));
    assert_int_equal(waiting(rig), 2); /* it may call us all the same */
    const uint64_t block = control_rig_act(rig, CONTROL_BLOCK_ADD, &one, BLOCK_INBOUND);
    assert_int_equal(waiting(rig), 1);
    assert_int_equal(answer_to_caller(rig, 1), REASON_BLOCKED);
    control_rig_take_back(rig, block);
    assert_int_equal(answer_to_caller(rig, 1), REASON_APPROVAL_PENDING);
    assert_int_equal(waiting(rig), 2);
    rig_free(rig);
}

static void nobody_waits_for_an_approval_that_is_not_asked_for(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const uint64_t approval = act(rig, CONTROL_APPROVAL_ON);
    assert_int_equal(answer_to_caller(rig, 1), REASON_APPROVAL_PENDING);
    control_rig_take_back(rig, act(rig, CONTROL_PAUSE_ALL));
    assert_int_equal(waiting(rig), 1);
    control_rig_take_back(rig, approval);
    assert_int_equal(waiting(rig), 0);
    rig_free(rig);
}

static void an_approved_one_stays_when_isolated_and_leaves_when_that_is_over(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const struct rig_peer one = rig_peer(1);
    const struct control_target target = {.kind = TARGET_NODE, .node_id = one.id};
    const uint32_t link = rig_link_inbound(rig, &one);
    const uint64_t approved = control_rig_act(rig, CONTROL_PENDING_APPROVE, &target, 0);
    (void)act(rig, CONTROL_ISOLATE_ON);
    assert_int_equal(rig_goodbye(rig, link), REASON_NONE);
    assert_int_equal(answer_to_caller(rig, 2), REASON_ISOLATED);
    control_rig_take_back(rig, approved);
    assert_int_equal(rig_goodbye(rig, link), REASON_ISOLATED);
    rig_free(rig);
}

/* The call that an approval brings is not what lets its link stay. */
static void a_link_of_an_approval_that_was_taken_back_is_nobodys_friend(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const struct rig_peer one = rig_peer(1);
    const struct control_target target = {.kind = TARGET_NODE, .node_id = one.id};
    (void)act(rig, CONTROL_APPROVAL_ON);
    rig_down(rig, rig_link_inbound(rig, &one), REASON_NONE); /* it waits */
    const uint64_t approved = control_rig_act(rig, CONTROL_PENDING_APPROVE, &target, 0);
    const uint32_t link = rig->dials[rig->dial_count - 1].link;
    rig_link_outbound(rig, link, &one);
    control_rig_take_back(rig, approved);
    (void)act(rig, CONTROL_ISOLATE_ON);
    assert_int_equal(rig_goodbye(rig, link), REASON_ISOLATED);
    rig_free(rig);
}

static void who_does_not_call_again_is_forgotten(void **state) {
    (void)state;
    struct rig *rig = RIG();
    (void)act(rig, CONTROL_APPROVAL_ON);
    assert_int_equal(answer_to_caller(rig, 1), REASON_APPROVAL_PENDING);
    rig_tick(rig, APPROVAL_LAPSE_MS / 2);
    assert_int_equal(answer_to_caller(rig, 1), REASON_APPROVAL_PENDING);
    struct pending_view view;
    assert_int_equal(engine_view_pending(rig->engine, &view, 1), 1);
    assert_int_equal(view.calls, 2);
    rig_tick(rig, APPROVAL_LAPSE_MS - 1000);
    assert_int_equal(waiting(rig), 1);
    rig_tick(rig, 2000);
    assert_int_equal(waiting(rig), 0);
    rig_free(rig);
}

/* ---- Users ---- */

static struct rig_peer peer_of_user(uint32_t number, const char *user_id, bool is_proven) {
    struct rig_peer peer = rig_peer(number);
    (void)snprintf(peer.ticket.user_id, sizeof peer.ticket.user_id, "%s", user_id);
    peer.ticket.is_cert_verified = is_proven;
    return peer;
}

static enum reason answer_to(struct rig *rig, const struct rig_peer *peer) {
    return rig_goodbye(rig, rig_link_inbound(rig, peer));
}

/* A key that was proven to be his stays his, also when it shows no certificate any more; and nobody gets another
 * blocked by using his name. */
static void a_blocked_users_node_does_not_escape_by_showing_no_certificate(void **state) {
    static const char user_id[] = "aaaabbbbccccddddeeeeffffgggghhhh", other[] = "bbbbbbbbccccddddeeeeffffgggghhhh";
    (void)state;
    struct rig *rig = RIG();
    struct control_target user = {.kind = TARGET_USER};
    (void)snprintf(user.user_id, sizeof user.user_id, "%s", user_id);
    const struct rig_peer his = peer_of_user(1, user_id, true), bare = peer_of_user(1, other, false);
    const struct rig_peer another = peer_of_user(2, user_id, false); /* says to be him */
    (void)control_rig_act(rig, CONTROL_BLOCK_ADD, &user, BLOCK_ALL);
    assert_int_equal(answer_to(rig, &bare), REASON_NONE); /* nobody knows yet */
    rig_down(rig, rig->next_inbound - 1, REASON_NONE);
    assert_int_equal(answer_to(rig, &his), REASON_BLOCKED);
    assert_int_equal(rig_goodbye(rig, rig_up_inbound(rig, &bare)), REASON_BLOCKED); /* before it says a word */
    assert_int_equal(answer_to(rig, &another), REASON_NONE);
    rig_free(rig);
}

/* One that says nowhere to call it is forgotten when its link ends, but for this; and another user's certificate is no
 * way round it. */
static void a_blocked_users_node_is_known_again_without_an_address(void **state) {
    static const char user_id[] = "baaabbbbccccddddeeeeffffgggghhhh", other[] = "bbbbbbbbccccddddeeeeffffgggghhhh";
    (void)state;
    struct rig *rig = RIG();
    struct control_target user = {.kind = TARGET_USER};
    (void)snprintf(user.user_id, sizeof user.user_id, "%s", user_id);
    struct rig_peer his = peer_of_user(1, user_id, true), anothers = peer_of_user(1, other, true);
    his.ticket.addr_count = anothers.ticket.addr_count = 0;
    const uint64_t block = control_rig_act(rig, CONTROL_BLOCK_ADD, &user, BLOCK_ALL);
    const uint32_t link = rig_link_inbound(rig, &his);
    assert_int_equal(rig_goodbye(rig, link), REASON_BLOCKED);
    rig_down(rig, link, REASON_NONE);
    rig_tick(rig, 60000);
    assert_int_equal(rig_goodbye(rig, rig_up_inbound(rig, &anothers)), REASON_BLOCKED);
    control_rig_take_back(rig, block);
    rig_tick(rig, 60000);
    const uint32_t free_link = rig_link_inbound(rig, &his);
    assert_int_equal(rig_goodbye(rig, free_link), REASON_NONE);
    rig_down(rig, free_link, REASON_NONE);
    const struct node_id kept = rig_peer_view(rig, &his).node_id;
    assert_true(node_id_is_none(&kept)); /* nothing is kept of whom no block is about */
    assert_non_null(rig_action(rig, ACTION_REMOVE_ROW, 0));
    rig_free(rig);
}

/* ---- Asking for peers ---- */

static void the_sources_are_asked_when_the_caretaker_says_so(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    rig_beacon_lists(rig, NULL, 0);
    rig_tick(rig, 20000);
    rig_beacon_lists(rig, NULL, 0);
    assert_null(rig_event(rig, EVENT_HARVEST_START));
    const uint64_t id = act(rig, CONTROL_MESH_REFRESH);
    assert_non_null(rig_event(rig, EVENT_HARVEST_START));
    assert_int_equal(rig_count(rig, ACTION_FETCH) + rig_count(rig, ACTION_ANNOUNCE), 1);
    assert_int_equal(control_rig_operate(rig, OPERATION_REVERT, id, NULL),
                     OPERATION_TOO_LATE); /* there is nothing to take back */
    rig_free(rig);
}

static enum operation_answer ask_refresh(struct rig *rig) {
    const struct operation_request request = {.control = CONTROL_MESH_REFRESH, .author = "", .reason = "", .key = ""};
    return control_rig_operate(rig, OPERATION_ASK, control_rig_new_id(), &request);
}

static void nobody_is_asked_where_there_is_no_source_or_a_control_forbids_it(void **state) {
    (void)state;
    struct rig *alone = RIG();
    assert_int_equal(ask_refresh(alone), OPERATION_NOBODY_TO_ASK);
    rig_free(alone);
    struct rig *rig = RIG(.source_count = 1);
    const enum control forbidding[] = {CONTROL_SIGNALING_STOP, CONTROL_MESH_DISABLE, CONTROL_ISOLATE_ON,
                                       CONTROL_PAUSE_ALL, CONTROL_NETWORK_DISABLE};
    for (size_t i = 0; i < sizeof forbidding / sizeof forbidding[0]; i++) {
        const uint64_t id = act(rig, forbidding[i]);
        assert_int_equal(ask_refresh(rig), OPERATION_NOBODY_TO_ASK);
        control_rig_take_back(rig, id);
    }
    assert_int_equal(ask_refresh(rig), OPERATION_ASKED);
    rig_free(rig);
}

/* ---- By hand ---- */

static enum operation_answer ask_call(struct rig *rig, const struct control_target *target) {
    const struct operation_request request = {
        .control = CONTROL_LINK_CONNECT, .target = target, .author = "", .reason = "", .key = ""};
    return control_rig_operate(rig, OPERATION_ASK, control_rig_new_id(), &request);
}

static void a_call_by_hand_goes_where_nobody_would_be_dialled(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const struct rig_peer one = rig_peer(1);
    const struct control_target by_address = {.kind = TARGET_ADDRESS, .node_id = one.id, .address = one.address};
    const struct control_target by_id = {.kind = TARGET_NODE, .node_id = one.id};
    (void)act(rig, CONTROL_AUTOCONNECT_OFF);
    (void)act(rig, CONTROL_ISOLATE_ON);
    assert_int_equal(ask_call(rig, &by_id), OPERATION_NO_ADDRESS);
    const uint64_t id = control_rig_act(rig, CONTROL_LINK_CONNECT, &by_address, 0);
    assert_int_equal(dials_to(rig, &one, 0), 1);
    const uint32_t link = rig->dials[rig->dial_count - 1].link;
    rig_link_outbound(rig, link, &one);
    rig_live(rig, 5000);
    assert_int_equal(rig_link(rig, link).state, LINK_STATE_OPEN); /* it is isolated, and named it just now */
    assert_int_equal(ask_call(rig, &by_id), OPERATION_LINKED);
    control_rig_take_back(rig, id);
    assert_int_equal(rig_goodbye(rig, link), REASON_OPERATOR);
    rig_free(rig);
}

static void a_call_by_hand_is_refused_where_it_could_not_be_made(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const struct rig_peer one = rig_peer(1);
    const struct control_target there = {.kind = TARGET_ADDRESS, .node_id = one.id, .address = one.address};
    const struct control_target nowhere = {.kind = TARGET_ADDRESS, .address = rig_address("224.0.0.1:8782")};
    const struct control_target node = {.kind = TARGET_NODE, .node_id = one.id};
    assert_int_equal(ask_call(rig, &nowhere), OPERATION_NO_ADDRESS);
    const uint64_t out = control_rig_act(rig, CONTROL_BLOCK_ADD, &node, BLOCK_OUTBOUND);
    assert_int_equal(ask_call(rig, &there), OPERATION_BLOCKED);
    control_rig_take_back(rig, out);
    (void)control_rig_act(rig, CONTROL_BLOCK_ADD, &node, BLOCK_INBOUND); /* we may call it all the same */
    const enum control forbidding[] = {CONTROL_PAUSE_OUTBOUND, CONTROL_PAUSE_ALL, CONTROL_NETWORK_DISABLE};
    for (size_t i = 0; i < 3; i++) {
        const uint64_t id = act(rig, forbidding[i]);
        assert_int_equal(ask_call(rig, &there), OPERATION_FORBIDDEN);
        control_rig_take_back(rig, id);
    }
    (void)control_rig_act(rig, CONTROL_LINK_CONNECT, &there, 0);
    assert_int_equal(dials_to(rig, &one, 0), 1);
    rig_free(rig);
}

static void a_call_by_hand_that_comes_to_nothing_is_told(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const struct rig_peer one = rig_peer(1);
    const struct control_target there = {.kind = TARGET_ADDRESS, .address = one.address};
    (void)control_rig_act(rig, CONTROL_LINK_CONNECT, &there, 0);
    assert_int_equal(rig->dial_count, 1);
    rig_dial_failed(rig, rig->dials[0].link, REASON_UNREACHABLE);
    assert_non_null(rig_event(rig, EVENT_HAND_CALL_FAILED));
    rig_tick(rig, 120000);
    assert_int_equal(rig->dial_count, 1); /* once, not for ever */
    rig_free(rig);
}

static void calls_by_hand_have_a_number(void **state) {
    (void)state;
    struct rig *rig = RIG();
    for (uint32_t i = 0; i < LIMIT_HAND_CALLS; i++) {
        const struct control_target there = {.kind = TARGET_ADDRESS, .address = rig_peer(i + 1).address};
        (void)control_rig_act(rig, CONTROL_LINK_CONNECT, &there, 0);
    }
    const struct control_target more = {.kind = TARGET_ADDRESS, .address = rig_peer(50).address};
    assert_int_equal(ask_call(rig, &more), OPERATION_BUSY);
    rig_dial_failed(rig, rig->dials[0].link, REASON_UNREACHABLE);
    assert_int_equal(ask_call(rig, &more), OPERATION_ASKED);
    rig_free(rig);
}

/* A disconnect and a call take each other back. */
static void what_was_disconnected_is_called_again_when_that_is_taken_back(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const struct rig_peer one = rig_peer(1);
    const struct control_target target = {.kind = TARGET_NODE, .node_id = one.id};
    const uint32_t link = rig_link_inbound(rig, &one);
    const uint64_t id = control_rig_act(rig, CONTROL_LINK_DISCONNECT, &target, 0);
    rig_down(rig, link, REASON_NONE);
    assert_true(operation_of(rig, id).can_revert);
    const size_t before = dials_to(rig, &one, 0);
    control_rig_take_back(rig, id);
    assert_int_equal(dials_to(rig, &one, 0), before + 1);
    rig_free(rig);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_control_is_asked_at_every_gate),
        cmocka_unit_test(whom_the_caretaker_named_stays_when_isolated),
        cmocka_unit_test(what_cannot_be_written_down_is_not_done),
        cmocka_unit_test(a_block_ends_links_of_its_direction_and_no_other),
        cmocka_unit_test(a_blocked_peer_that_does_not_let_go_is_cut),
        cmocka_unit_test(whoever_answers_is_not_greeted_when_blocked),
        cmocka_unit_test(a_disconnect_ends_one_link_once),
        cmocka_unit_test(whom_an_outbound_block_is_about_is_not_dialled),
        cmocka_unit_test(who_needs_approval_waits_is_approved_and_called),
        cmocka_unit_test(who_is_blocked_waits_no_more_until_the_block_ends),
        cmocka_unit_test(nobody_waits_for_an_approval_that_is_not_asked_for),
        cmocka_unit_test(who_is_rejected_is_told_so_and_waits_no_more),
        cmocka_unit_test(an_approved_one_stays_when_isolated_and_leaves_when_that_is_over),
        cmocka_unit_test(a_link_of_an_approval_that_was_taken_back_is_nobodys_friend),
        cmocka_unit_test(who_does_not_call_again_is_forgotten),
        cmocka_unit_test(a_blocked_users_node_does_not_escape_by_showing_no_certificate),
        cmocka_unit_test(the_sources_are_asked_when_the_caretaker_says_so),
        cmocka_unit_test(nobody_is_asked_where_there_is_no_source_or_a_control_forbids_it),
        cmocka_unit_test(a_blocked_users_node_is_known_again_without_an_address),
        cmocka_unit_test(a_call_by_hand_goes_where_nobody_would_be_dialled),
        cmocka_unit_test(a_call_by_hand_is_refused_where_it_could_not_be_made),
        cmocka_unit_test(a_call_by_hand_that_comes_to_nothing_is_told),
        cmocka_unit_test(calls_by_hand_have_a_number),
        cmocka_unit_test(what_was_disconnected_is_called_again_when_that_is_taken_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
