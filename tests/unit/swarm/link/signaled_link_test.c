/* SPDX-License-Identifier: Apache-2.0 */
/* Links whose connection proves no key: who is called through signaling, and who the other end turns out to be. */
#include "lib/control_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/* Lists a peer that lives nowhere we may dial, or at these addresses. */
static void list_peer(struct rig *rig, struct rig_peer *peer, const struct address *addrs, size_t count) {
    peer->ticket = rig_ticket(peer, RIG_WALL_MS, addrs, count, "rig", 1);
    rig_beacon_lists(rig, &peer->ticket, 1);
}

static const struct action *signaled_dial(const struct rig *rig) {
    for (size_t i = 0; i < rig_count(rig, ACTION_DIAL); i++)
        if (rig_action(rig, ACTION_DIAL, i)->by_signaling) return rig_action(rig, ACTION_DIAL, i);
    return NULL;
}

/* A rig that has just called this peer through signaling; gives the link. */
static uint32_t call(struct rig *rig, struct rig_peer *peer) {
    rig_signaling(rig, true);
    list_peer(rig, peer, NULL, 0);
    const struct action *dial = signaled_dial(rig);
    assert_non_null(dial);
    assert_true(dial->has_peer && node_id_equal(&dial->peer, &peer->id));
    assert_int_equal(dial->address.family, ADDRESS_NONE);
    return dial->link;
}

static struct hello hello_said(const struct rig *rig, uint32_t link) {
    static uint8_t memory[LIMIT_CHECK_ARENA];
    struct arena arena = arena_over(memory, sizeof memory);
    const struct verifier verifier = sign_verifier();
    const struct action *sent = rig_sent(rig, link, MESSAGE_HELLO);
    const void *checked = NULL;
    assert_non_null(sent);
    assert_int_equal(hello_check(sent->bytes, &verifier, &arena, &checked), REFUSAL_NONE);
    return *(const struct hello *)checked;
}

/* As the other end of the same connection sees it. */
static bool is_bound_to(const struct hello *hello, const struct rig_peer *reader) {
    struct link_binding theirs;
    const struct verifier verifier = sign_verifier();
    for (size_t i = 0; i < CERTIFICATE_HASH_SIZE; i++) {
        theirs.own[i] = rig_binding.peer[i];
        theirs.peer[i] = rig_binding.own[i];
    }
    return hello_is_bound(hello, &theirs, &reader->id, &verifier);
}

static void who_has_no_address_is_called_through_signaling(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    struct rig_peer peer = rig_peer(1);
    list_peer(rig, &peer, NULL, 0);
    assert_int_equal(rig_count(rig, ACTION_DIAL), 0); /* there is no server yet */
    assert_int_equal(rig_peer_view(rig, &peer).wait, DIAL_WAIT_NO_ADDRESS);
    rig_signaling(rig, true);
    const struct action *dial = signaled_dial(rig);
    assert_non_null(dial);
    assert_true(node_id_equal(&dial->peer, &peer.id));
    rig_free(rig);
}

static void who_lives_where_nobody_may_be_dialled_is_too(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    struct rig_peer peer = rig_peer(1);
    const struct address loopback = rig_address("127.0.0.1:8782");
    list_peer(rig, &peer, &loopback, 1);
    assert_int_equal(rig_count(rig, ACTION_DIAL), 0);
    rig_signaling(rig, true);
    assert_non_null(signaled_dial(rig));
    rig_free(rig);
}

static void without_signaling_nobody_is_called_through_it(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    struct rig_peer peer = rig_peer(1);
    rig_signaling(rig, true);
    const uint64_t id = control_rig_act(rig, CONTROL_SIGNALING_STOP, NULL, 0);
    list_peer(rig, &peer, NULL, 0);
    rig_tick(rig, 10000);
    assert_int_equal(rig->dial_count, 0);
    control_rig_take_back(rig, id);
    rig_tick(rig, 6000);
    assert_int_equal(rig->dial_count, 1);
    assert_true(rig->dials[0].by_signaling);
    rig_signaling(rig, false);
    rig_free(rig);
}

static void signaling_has_its_turn_after_the_addresses(void **state) {
    (void)state;
    for (int fails = 0; fails <= 1; fails++) {
        struct rig *rig = RIG(.source_count = 1);
        struct rig_peer peer = rig_peer(1);
        rig_signaling(rig, true);
        list_peer(rig, &peer, &peer.address, 1);
        assert_int_equal(rig_count(rig, ACTION_DIAL), 1);
        assert_null(signaled_dial(rig));
        if (fails) {
            rig_dial_failed(rig, rig->dials[0].link, REASON_UNREACHABLE);
        } else {
            rig_tick(rig, LIMIT_RACE_SIGNALING_MS - 1);
            assert_int_equal(rig->dial_count, 1);
            rig_tick(rig, 1);
        }
        assert_non_null(signaled_dial(rig));
        rig_tick(rig, 5000);
        assert_int_equal(rig->dial_count, 2); /* each way once */
        rig_free(rig);
    }
}

static void of_two_families_both_go_before_it(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    struct rig_peer peer = rig_peer(1);
    const struct address addrs[] = {peer.address, rig_address("[2001:db8:7::1]:8782")};
    rig_signaling(rig, true);
    list_peer(rig, &peer, addrs, 2);
    rig_tick(rig, LIMIT_RACE_MS + LIMIT_RACE_SIGNALING_MS);
    assert_int_equal(rig->dial_count, 3);
    assert_int_equal(rig->dials[0].address.family, ADDRESS_IPV6);
    assert_int_equal(rig->dials[1].address.family, ADDRESS_IPV4);
    assert_true(rig->dials[2].by_signaling);
    rig_free(rig);
}

static void an_address_that_answers_ends_the_call_through_signaling(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    struct rig_peer peer = rig_peer(1);
    rig_signaling(rig, true);
    list_peer(rig, &peer, &peer.address, 1);
    rig_tick(rig, LIMIT_RACE_SIGNALING_MS);
    rig_up_outbound(rig, rig->dials[0].link, &peer);
    const struct action *closed = rig_action(rig, ACTION_CLOSE, 0);
    assert_non_null(closed);
    assert_int_equal(closed->link, rig->dials[1].link);
    rig_free(rig);
}

static void a_call_that_never_answers_ends(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    struct rig_peer peer = rig_peer(1);
    const uint32_t link = call(rig, &peer);
    rig_tick(rig, LIMIT_CONNECT_MS + LIMIT_TLS_MS + LIMIT_CLOSE_MS + 1000);
    assert_int_equal(rig_link(rig, link).state, LINK_STATE_DIALING);
    rig_tick(rig, LIMIT_SIGNALED_MS);
    assert_int_equal(rig_link(rig, link).state, LINK_STATE_CLOSED);
    assert_int_equal(rig_link(rig, link).reason, REASON_TIMEOUT);
    rig_free(rig);
}

static void both_say_hellos_that_are_bound_to_the_connection(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    struct rig_peer called = rig_peer(1), caller = rig_peer(2);
    const uint32_t out = call(rig, &called);
    (void)rig_up_signaled(rig, out, &called);
    struct hello hello = hello_said(rig, out);
    assert_true(is_bound_to(&hello, &called));
    assert_false(is_bound_to(&hello, &caller));
    const uint32_t in = rig_up_signaled(rig, 0, &caller);
    assert_null(rig_sent(rig, in, MESSAGE_HELLO)); /* nobody knows yet whom it would be for */
    assert_false(rig_link(rig, in).has_peer);
    hello = rig_hello(&caller);
    rig_say_hello(rig, in, &hello, true);
    hello = hello_said(rig, in);
    assert_true(is_bound_to(&hello, &caller));
    rig_free(rig);
}

static void whose_hello_is_bound_is_linked(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    struct rig_peer called = rig_peer(1), caller = rig_peer(2);
    struct hello hello = rig_hello(&called);
    const uint32_t out = call(rig, &called);
    (void)rig_up_signaled(rig, out, &called);
    hello.mesh = MESH_WISH_NONE;
    rig_say_hello(rig, out, &hello, true);
    assert_int_equal(rig_link(rig, out).state, LINK_STATE_OPEN);
    assert_int_equal(rig_link(rig, out).transport, LINK_TRANSPORT_WEBRTC);
    hello = rig_hello(&caller);
    const uint32_t in = rig_up_signaled(rig, 0, &caller);
    rig_say_hello(rig, in, &hello, true);
    const struct link_view view = rig_link(rig, in);
    assert_int_equal(view.state, LINK_STATE_OPEN);
    assert_true(view.has_peer && node_id_equal(&view.node_id, &caller.id));
    rig_free(rig);
}

/* A server that swaps fingerprints, or replays what somebody said elsewhere. */
static void whose_hello_is_not_bound_is_nobody(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    struct rig_peer called = rig_peer(1), caller = rig_peer(2);
    struct hello hello = rig_hello(&called);
    const uint32_t out = call(rig, &called);
    (void)rig_up_signaled(rig, out, &called);
    rig_say_hello(rig, out, &hello, false);
    assert_int_equal(rig_goodbye(rig, out), REASON_IDENTITY);
    hello = rig_hello(&caller);
    const uint32_t in = rig_up_signaled(rig, 0, &caller);
    rig_say_hello(rig, in, &hello, false);
    assert_int_equal(rig_goodbye(rig, in), REASON_IDENTITY);
    assert_false(rig_link(rig, in).has_peer);
    rig_free(rig);
}

static void somebody_else_than_was_called_is_refused(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    struct rig_peer called = rig_peer(1), other = rig_peer(2);
    struct hello hello = rig_hello(&other);
    const uint32_t out = call(rig, &called);
    (void)rig_up_signaled(rig, out, &called);
    rig_say_hello(rig, out, &hello, true);
    assert_int_equal(rig_goodbye(rig, out), REASON_IDENTITY);
    rig_free(rig);
}

static void who_is_blocked_is_refused_once_it_is_known_who_it_is(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    struct rig_peer caller = rig_peer(2);
    const struct control_target target = {.kind = TARGET_NODE, .node_id = caller.id};
    (void)control_rig_act(rig, CONTROL_BLOCK_ADD, &target, BLOCK_ALL);
    struct hello hello = rig_hello(&caller);
    const uint32_t in = rig_up_signaled(rig, 0, &caller);
    assert_int_equal(rig_link(rig, in).state, LINK_STATE_HANDSHAKING);
    rig_say_hello(rig, in, &hello, true);
    assert_int_equal(rig_goodbye(rig, in), REASON_BLOCKED);
    rig_free(rig);
}

static void who_calls_while_signaling_is_stopped_is_refused(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    struct rig_peer caller = rig_peer(2);
    (void)control_rig_act(rig, CONTROL_SIGNALING_STOP, NULL, 0);
    struct hello hello = rig_hello(&caller);
    const uint32_t in = rig_up_signaled(rig, 0, &caller);
    rig_say_hello(rig, in, &hello, true);
    assert_int_equal(rig_goodbye(rig, in), REASON_PAUSED);
    rig_free(rig);
}

static void what_way_it_goes_is_shown_and_told_when_it_changes(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    struct rig_peer peer = rig_peer(1);
    struct hello hello = rig_hello(&peer);
    const uint32_t link = call(rig, &peer);
    (void)rig_up_signaled(rig, link, &peer);
    rig_say_hello(rig, link, &hello, true);
    assert_false(rig_link(rig, link).route.is_known);
    rig_measured(rig, link, ICE_CANDIDATE_RELAY, "203.0.113.5:4000");
    assert_null(rig_event(rig, EVENT_LINK_MOVED)); /* it is the first */
    assert_int_equal(rig_link(rig, link).path, LINK_PATH_RELAYED);
    rig_measured(rig, link, ICE_CANDIDATE_RELAY, "203.0.113.5:4000");
    assert_null(rig_event(rig, EVENT_LINK_MOVED));
    rig_measured(rig, link, ICE_CANDIDATE_SRFLX, "198.51.100.7:4001");
    const struct event *event = rig_event(rig, EVENT_LINK_MOVED);
    assert_non_null(event);
    assert_string_equal(event->text, "host to srflx");
    assert_true(node_id_equal(&event->peer, &peer.id));
    const struct link_view view = rig_link(rig, link);
    assert_int_equal(view.path, LINK_PATH_DIRECT);
    assert_true(address_equal(&view.address, &event->address) &&
                address_equal(&view.address, &view.route.peer.address));
    rig_free(rig);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_way_it_goes_is_shown_and_told_when_it_changes),
        cmocka_unit_test(who_has_no_address_is_called_through_signaling),
        cmocka_unit_test(who_lives_where_nobody_may_be_dialled_is_too),
        cmocka_unit_test(without_signaling_nobody_is_called_through_it),
        cmocka_unit_test(signaling_has_its_turn_after_the_addresses),
        cmocka_unit_test(of_two_families_both_go_before_it),
        cmocka_unit_test(an_address_that_answers_ends_the_call_through_signaling),
        cmocka_unit_test(a_call_that_never_answers_ends),
        cmocka_unit_test(both_say_hellos_that_are_bound_to_the_connection),
        cmocka_unit_test(whose_hello_is_bound_is_linked),
        cmocka_unit_test(whose_hello_is_not_bound_is_nobody),
        cmocka_unit_test(somebody_else_than_was_called_is_refused),
        cmocka_unit_test(who_is_blocked_is_refused_once_it_is_known_who_it_is),
        cmocka_unit_test(who_calls_while_signaling_is_stopped_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
