/* SPDX-License-Identifier: Apache-2.0 */
/* A link by WebRTC, and an address of its peer that may answer one day. */
#include "lib/engine_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { JITTER_MS = LIMIT_BETTER_WAY_MS / 5 };

/* A peer with an address that did not answer, linked through signaling; gives that link. */
static uint32_t linked_by_webrtc(struct rig *rig, struct rig_peer *peer) {
    struct hello hello = rig_hello(peer);
    hello.mesh = MESH_WISH_NONE;
    rig_signaling(rig, true);
    rig_beacon_lists(rig, &peer->ticket, 1);
    rig_dial_failed(rig, rig->dials[0].link, REASON_UNREACHABLE);
    assert_int_equal(rig->dial_count, 2);
    assert_true(rig->dials[1].by_signaling);
    const uint32_t link = rig->dials[1].link;
    (void)rig_up_signaled(rig, link, peer);
    rig_say_hello(rig, link, &hello, true);
    assert_int_equal(rig_link(rig, link).state, LINK_STATE_OPEN);
    return link;
}

static void a_straight_way_is_tried_and_stays(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    struct rig_peer peer = rig_peer(1);
    const uint32_t old = linked_by_webrtc(rig, &peer);
    rig_live(rig, LIMIT_BETTER_WAY_MS - JITTER_MS - 1000);
    assert_int_equal(rig->dial_count, 2);
    rig_live(rig, 2 * JITTER_MS + 1000);
    assert_int_equal(rig->dial_count, 3);
    assert_true(address_equal(&rig->dials[2].address, &peer.address));
    rig_link_outbound(rig, rig->dials[2].link, &peer);
    assert_int_equal(rig_link(rig, rig->dials[2].link).state, LINK_STATE_OPEN);
    assert_int_equal(rig_goodbye(rig, old), REASON_DUPLICATE);
    assert_int_equal(rig_open_count(rig), 1);
    rig_live(rig, 20 * LIMIT_BETTER_WAY_MS);
    assert_int_equal(rig->dial_count, 3); /* there is nothing better */
    rig_free(rig);
}

static void a_try_in_vain_is_neither_charged_nor_told_and_comes_again_later(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    struct rig_peer peer = rig_peer(1);
    const uint32_t link = linked_by_webrtc(rig, &peer);
    int64_t last_ms = rig->now_ms, waited_ms = 0;
    for (size_t tries = 0; tries < 4; tries++) {
        const size_t before = rig->dial_count;
        while (rig->dial_count == before) rig_live(rig, 1000);
        assert_true(rig->now_ms - last_ms > waited_ms);
        waited_ms = (rig->now_ms - last_ms) * 5 / 4; /* twice as long, give or take a fifth each */
        last_ms = rig->now_ms;
        rig_dial_failed(rig, rig->dials[before].link, REASON_UNREACHABLE);
        assert_null(rig_event(rig, EVENT_CONNECT_FAILED));
    }
    assert_int_equal(rig_link(rig, link).state, LINK_STATE_OPEN);
    assert_int_equal(rig_peer_view(rig, &peer).failures, 0);
    rig_free(rig);
}

static void who_calls_through_signaling_beside_a_straight_link_is_a_duplicate(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    struct rig_peer peer = rig_peer(1);
    struct hello hello = rig_hello(&peer);
    const uint32_t straight = rig_link_inbound(rig, &peer);
    const uint32_t other = rig_up_signaled(rig, 0, &peer);
    rig_say_hello(rig, other, &hello, true);
    assert_int_equal(rig_goodbye(rig, other), REASON_DUPLICATE);
    assert_int_equal(rig_link(rig, straight).state, LINK_STATE_OPEN);
    rig_free(rig);
}

static void a_straight_call_takes_the_place_of_one_through_signaling(void **state) {
    (void)state;
    for (int is_smaller = 0; is_smaller <= 1; is_smaller++) { /* whoever dialled what */
        struct rig *rig = RIG(.source_count = 1);
        struct rig_peer peer = rig_peer_beside(rig, is_smaller == 1);
        const uint32_t old = linked_by_webrtc(rig, &peer);
        const uint32_t straight = rig_link_inbound(rig, &peer);
        assert_int_equal(rig_link(rig, straight).state, LINK_STATE_OPEN);
        assert_int_equal(rig_goodbye(rig, old), REASON_DUPLICATE);
        rig_free(rig);
    }
}

static void who_called_through_a_relay_looks_for_a_path_without_one(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    struct rig_peer peer = rig_peer(1), caller = rig_peer(2);
    struct hello hello = rig_hello(&caller);
    const uint32_t link = linked_by_webrtc(rig, &peer);
    const uint32_t inbound = rig_up_signaled(rig, 0, &caller);
    rig_say_hello(rig, inbound, &hello, true);
    rig_live(rig, 4 * LIMIT_BETTER_WAY_MS);
    assert_int_equal(rig->renewal_count, 0);
    rig_measured(rig, link, ICE_CANDIDATE_RELAY, "203.0.113.5:4000");
    rig_measured(rig, inbound, ICE_CANDIDATE_RELAY, "203.0.113.6:4000"); /* the other end asks */
    rig_live(rig, 10 * LIMIT_BETTER_WAY_MS);
    assert_true(rig->renewal_count >= 1);
    assert_int_equal(rig->renewed_link, link);
    const size_t count = rig->renewal_count;
    rig_measured(rig, link, ICE_CANDIDATE_SRFLX, "203.0.113.7:4000");
    rig_live(rig, 20 * LIMIT_BETTER_WAY_MS);
    assert_int_equal(rig->renewal_count, count);
    rig_free(rig);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_straight_way_is_tried_and_stays),
        cmocka_unit_test(a_try_in_vain_is_neither_charged_nor_told_and_comes_again_later),
        cmocka_unit_test(who_calls_through_signaling_beside_a_straight_link_is_a_duplicate),
        cmocka_unit_test(a_straight_call_takes_the_place_of_one_through_signaling),
        cmocka_unit_test(who_called_through_a_relay_looks_for_a_path_without_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
