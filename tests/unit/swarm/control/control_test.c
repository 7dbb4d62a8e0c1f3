/* SPDX-License-Identifier: Apache-2.0 */
/* The controls at the engine's gates: what each forbids is not done, what it allows is. */
#include "swarm/control/control.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/engine_rig.h"
#include "swarm/wire/pex.h"

static uint64_t next_id = 1;

static enum operation_answer operate(struct rig *rig, enum operation_verb verb, uint64_t id,
                                     const struct operation_request *request) {
    enum operation_answer answer = OPERATION_ABSENT;
    struct input input = {.kind = INPUT_OPERATION};
    input.as.operation.verb = verb;
    input.as.operation.id = id;
    input.as.operation.request = request;
    input.as.operation.answer = &answer;
    rig_feed(rig, &input);
    return answer;
}

/* Asks, and is the disk. What came of its taking effect is the last feed. */
static uint64_t act_on(struct rig *rig, enum control control, const struct block_target *target, uint8_t direction) {
    const struct operation_request request = {
        .control = control, .target = target, .direction = direction, .author = "", .reason = "", .key = ""};
    const uint64_t id = next_id++;
    assert_int_equal(operate(rig, OPERATION_ASK, id, &request), OPERATION_ASKED);
    assert_true(rig_action(rig, ACTION_JOURNAL, 0)->waits);
    struct input input = {.kind = INPUT_JOURNALED};
    input.as.operation.id = id;
    input.as.operation.is_kept = true;
    rig_feed(rig, &input);
    return id;
}

static uint64_t act(struct rig *rig, enum control control) {
    return act_on(rig, control, NULL, 0);
}

static void take_back(struct rig *rig, uint64_t id) {
    assert_int_equal(operate(rig, OPERATION_REVERT, id, NULL), OPERATION_DONE);
}

static enum reason answer_to_caller(struct rig *rig, uint32_t number) {
    const struct rig_peer peer = rig_peer(number);
    const uint32_t link = rig_link_inbound(rig, &peer);
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
        size_t asked = 0, exchanged = 0;
        for (int second = 0; second < 150; second++) {
            rig_live(rig, 1000);
            asked += rig_count(rig, ACTION_ANNOUNCE) + rig_count(rig, ACTION_FETCH);
            exchanged += rig_sent(rig, link, MESSAGE_PEX) != NULL;
        }
        if ((rig->dial_count > dials_before) != table[i].dials) fail_msg("%s: dials", control_name(table[i].control));
        if (!table[i].asks_sources && asked > 0) fail_msg("%s: asks its sources", control_name(table[i].control));
        if (!table[i].exchanges && exchanged > 0) fail_msg("%s: exchanges", control_name(table[i].control));
        assert_int_equal(answer_to_caller(rig, 3), table[i].caller);
        take_back(rig, id);
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
    assert_int_equal(operate(rig, OPERATION_ASK, 99, &request), OPERATION_ASKED);
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
    const struct block_target target = {.kind = BLOCK_NODE, .node_id = one.id};
    const uint32_t blocked = rig_link_inbound(rig, &one), other = rig_link_inbound(rig, &two);
    uint64_t id = act_on(rig, CONTROL_BLOCK_ADD, &target, BLOCK_OUTBOUND);
    assert_int_equal(rig_goodbye(rig, blocked), REASON_NONE); /* it called us */
    take_back(rig, id);
    id = act_on(rig, CONTROL_BLOCK_ADD, &target, BLOCK_INBOUND);
    assert_int_equal(rig_goodbye(rig, blocked), REASON_BLOCKED);
    assert_int_equal(rig_goodbye(rig, other), REASON_NONE);
    rig_down(rig, blocked, REASON_NONE);
    assert_int_equal(answer_to_caller(rig, 1), REASON_BLOCKED);
    assert_int_equal(engine_view_blocks(rig->engine)->rows[0].hits, 1);
    take_back(rig, id);
    assert_int_equal(answer_to_caller(rig, 1), REASON_NONE);
    rig_free(rig);
}

static void whom_an_outbound_block_is_about_is_not_dialled(void **state) {
    (void)state;
    struct rig *rig = RIG(.is_not_started = true);
    const struct rig_peer one = rig_peer(1), two = rig_peer(2);
    const struct book_row rows[] = {rig_row(&one), rig_row(&two)};
    for (size_t i = 0; i < 2; i++) rig_load_row(rig, &rows[i]);
    rig_feed(rig, &(struct input){.kind = INPUT_START});
    const struct block_target target = {.kind = BLOCK_NODE, .node_id = one.id};
    (void)act_on(rig, CONTROL_BLOCK_ADD, &target, BLOCK_OUTBOUND);
    const size_t before = rig->dial_count;
    rig_tick(rig, 120000);
    for (size_t i = before; i < rig->dial_count; i++) assert_false(node_id_equal(&rig->dials[i].peer, &one.id));
    assert_int_equal(rig_peer_view(rig, &one).wait, DIAL_WAIT_BLOCKED);
    rig_free(rig);
}

static void a_disconnect_ends_one_link_once(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const struct rig_peer one = rig_peer(1), two = rig_peer(2);
    const struct block_target target = {.kind = BLOCK_NODE, .node_id = one.id};
    const uint32_t gone = rig_link_inbound(rig, &one), other = rig_link_inbound(rig, &two);
    const uint64_t id = act_on(rig, CONTROL_LINK_DISCONNECT, &target, 0);
    assert_int_equal(rig_goodbye(rig, gone), REASON_OPERATOR);
    assert_int_equal(rig_goodbye(rig, other), REASON_NONE);
    rig_down(rig, gone, REASON_NONE);
    const size_t before = rig->dial_count;
    rig_live(rig, 55000);
    for (size_t i = before; i < rig->dial_count; i++) assert_false(node_id_equal(&rig->dials[i].peer, &one.id));
    assert_int_equal(operate(rig, OPERATION_REVERT, id, NULL), OPERATION_TOO_LATE);
    assert_int_equal(answer_to_caller(rig, 1), REASON_NONE); /* it may come back */
    rig_free(rig);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_control_is_asked_at_every_gate),
        cmocka_unit_test(whom_the_caretaker_named_stays_when_isolated),
        cmocka_unit_test(what_cannot_be_written_down_is_not_done),
        cmocka_unit_test(a_block_ends_links_of_its_direction_and_no_other),
        cmocka_unit_test(a_disconnect_ends_one_link_once),
        cmocka_unit_test(whom_an_outbound_block_is_about_is_not_dialled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
