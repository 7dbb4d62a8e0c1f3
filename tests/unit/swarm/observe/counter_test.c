/* SPDX-License-Identifier: Apache-2.0 */
/* What the engine counts, where it happens. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/engine_rig.h"
#include "swarm/wire/forward_join.h"
#include "swarm/wire/hello.h"
#include "swarm/wire/pex.h"

static const struct counter_set *counters_of(const struct rig *rig) {
    return engine_view_counters(rig->engine);
}

static void messages_are_counted_both_ways_with_their_headers(void **state) {
    (void)state;
    struct rig *rig = RIG(0);
    struct rig_peer peer = rig_peer(1);
    uint32_t link = rig_link_inbound(rig, &peer);
    const struct action *hello = rig_sent(rig, link, MESSAGE_HELLO);
    const struct counter_set *counters = counters_of(rig);
    assert_int_equal(counters->in[MESSAGE_PLACE_HELLO].frames, 1);
    assert_int_equal(counters->out[MESSAGE_PLACE_HELLO].frames, 1);
    assert_int_equal(counters->out[MESSAGE_PLACE_HELLO].bytes, LIMIT_FRAME_HEADER_SIZE + hello->bytes.size);
    struct input foreign = {.kind = INPUT_FRAME};
    struct checked_message message = {.type = 0xc0, .frame_size = 105};
    foreign.as.frame.link = link;
    foreign.as.frame.type = message.type;
    foreign.as.frame.message = &message;
    rig_feed(rig, &foreign);
    assert_int_equal(counters->in[MESSAGE_PLACE_FOREIGN].frames, 1);
    assert_int_equal(counters->in[MESSAGE_PLACE_FOREIGN].bytes, 105);
    rig_free(rig);
}

static void a_ticket_told_to_every_link_counts_for_each(void **state) {
    (void)state;
    struct rig *rig = RIG(0);
    rig_fill_view(rig, 3, MESH_WISH_LOW);
    rig_live(rig, LIMIT_ANNOUNCE_MS * 11 / 10 + 1000);
    uint64_t told = counters_of(rig)->out[MESSAGE_PLACE_TICKET_FRAME].frames;
    assert_true(told > 0 && told % 3 == 0);
    rig_free(rig);
}

static void ends_are_counted_by_direction_and_reason(void **state) {
    (void)state;
    struct rig *rig = RIG(0);
    struct rig_peer one = rig_peer(1), two = rig_peer(2), known = rig_peer(3);
    const struct counter_set *counters = counters_of(rig);
    uint32_t open = rig_link_inbound(rig, &one);
    assert_int_equal(counters->inbound_opened, 1);
    rig_down(rig, open, REASON_RESET);
    assert_int_equal(counters->closed.of[REASON_RESET], 1);
    uint32_t unfinished = rig_up_inbound(rig, &two);
    rig_down(rig, unfinished, REASON_TLS_FAILED);
    assert_int_equal(counters->inbound_failed.of[REASON_TLS_FAILED], 1);
    rig_beacon_lists(rig, &known.ticket, 1);
    rig_tick(rig, 1000);
    assert_int_equal(counters->dials, rig->dial_count);
    assert_true(rig->dial_count > 0);
    rig_dial_failed(rig, rig->dials[0].link, REASON_REFUSED);
    assert_int_equal(counters->outbound_failed.of[REASON_REFUSED], 1);
    assert_int_equal(counters->outbound_opened, 0);
    rig_free(rig);
}

static void callers_that_are_turned_away_are_counted(void **state) {
    (void)state;
    struct rig *rig = RIG(0);
    struct input input = {.kind = INPUT_TURNED_AWAY};
    input.as.link.remote = rig_address("203.0.113.9:4000");
    input.as.link.reason = REASON_VERSION;
    for (int i = 0; i < 5; i++) rig_feed(rig, &input);
    assert_int_equal(counters_of(rig)->inbound_failed.of[REASON_VERSION], 5);
    rig_free(rig);
}

static void feed_refused(struct rig *rig, uint32_t link, enum refusal refusal) {
    struct input input = {.kind = INPUT_FRAME_REFUSED};
    input.as.frame.link = link;
    input.as.frame.type = MESSAGE_PING;
    input.as.frame.refusal = refusal;
    rig_feed(rig, &input);
}

static void every_refusal_of_a_frame_has_its_counter(void **state) {
    (void)state;
    struct rig *rig = RIG(0);
    struct rig_peer peer = rig_peer(1);
    for (enum refusal r = REFUSAL_NONE + 1; r < REFUSAL_COUNT; r++) {
        feed_refused(rig, rig_up_inbound(rig, &peer), r);
        assert_int_equal(counters_of(rig)->refused[r], 1);
        rig_tick(rig, 5000);
    }
    rig_free(rig);
}

static void tickets_that_do_not_hold_are_counted_whatever_they_came_in(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    struct rig_peer member = rig_peer(1), liar = rig_peer(2);
    const uint64_t *refused = counters_of(rig)->refused;
    struct hello hello = rig_hello(&liar);
    hello.ticket_refusal = REFUSAL_TICKET_SIGNATURE_INVALID;
    rig_say(rig, rig_up_inbound(rig, &liar), MESSAGE_HELLO, &hello);
    assert_int_equal(refused[REFUSAL_TICKET_SIGNATURE_INVALID], 1);
    uint32_t link = rig_link_inbound(rig, &member);
    rig_say(rig, link, MESSAGE_FORWARD_JOIN, &(struct forward_join){.ticket_refusal = REFUSAL_TICKET_MALFORMED});
    assert_int_equal(refused[REFUSAL_TICKET_MALFORMED], 1);
    struct pex pex = {.refused_count = 3};
    pex.refused[REFUSAL_TICKET_PEER_ID_MISMATCH] = 2;
    pex.refused[REFUSAL_TICKET_MALFORMED] = 1;
    rig_say(rig, link, MESSAGE_PEX, &pex);
    assert_int_equal(refused[REFUSAL_TICKET_PEER_ID_MISMATCH], 2);
    assert_int_equal(refused[REFUSAL_TICKET_MALFORMED], 2);
    rig_free(rig);
}

static void reply(struct rig *rig, enum beacon_outcome outcome, enum refusal refusal) {
    struct input input = {.kind = INPUT_BEACON_REPLY};
    input.as.beacon.was_announce = true;
    input.as.beacon.outcome = outcome;
    input.as.beacon.refusal = refusal;
    input.as.beacon.status = outcome == BEACON_OUTCOME_ANSWERED ? 503 : 0;
    rig_feed(rig, &input);
}

static void a_source_counts_its_failures_by_kind(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    struct rendezvous_view view;
    for (size_t kind = 0; kind < SOURCE_OUTCOMES; kind++) {
        for (size_t times = 0; times <= kind; times++) {
            do {
                rig_tick(rig, 1000);
                engine_view_rendezvous(rig->engine, &view);
            } while (!view.sources[0].is_asked);
            reply(rig, (enum beacon_outcome)kind,
                  kind == BEACON_OUTCOME_INVALID ? REFUSAL_ANSWER_TOO_LARGE : REFUSAL_NONE);
        }
    }
    engine_view_rendezvous(rig->engine, &view);
    for (size_t kind = 0; kind < SOURCE_OUTCOMES; kind++) assert_int_equal(view.sources[0].failures[kind], kind + 1);
    assert_int_equal(counters_of(rig)->refused[REFUSAL_ANSWER_TOO_LARGE], BEACON_OUTCOME_INVALID + 1);
    rig_free(rig);
}

static void a_source_counts_what_became_of_announces(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    struct rendezvous_view view;
    struct beacon_reply refused = {.reason = "EXPIRED"};
    struct input input = {.kind = INPUT_BEACON_REPLY};
    input.as.beacon.was_announce = true;
    input.as.beacon.outcome = BEACON_OUTCOME_ANSWERED;
    input.as.beacon.status = 200;
    input.as.beacon.reply = &refused;
    rig_feed(rig, &input);
    engine_view_rendezvous(rig->engine, &view);
    assert_int_equal(view.sources[0].announces_refused, 1);
    assert_int_equal(view.sources[0].announces_taken, 0);
    rig_free(rig);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_are_counted_both_ways_with_their_headers),
        cmocka_unit_test(a_ticket_told_to_every_link_counts_for_each),
        cmocka_unit_test(ends_are_counted_by_direction_and_reason),
        cmocka_unit_test(callers_that_are_turned_away_are_counted),
        cmocka_unit_test(every_refusal_of_a_frame_has_its_counter),
        cmocka_unit_test(tickets_that_do_not_hold_are_counted_whatever_they_came_in),
        cmocka_unit_test(a_source_counts_its_failures_by_kind),
        cmocka_unit_test(a_source_counts_what_became_of_announces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
