/* SPDX-License-Identifier: Apache-2.0 */
/* One engine and what it answers to peers that do as they should, or not. */
#include "lib/engine_rig.h"

#include "swarm/wire/ping.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Opening. */

static void a_valid_hello_opens_the_link(void **state) {
    (void)state;
    struct rig *rig = RIG();
    struct rig_peer peer = rig_peer(1);
    struct hello hello = rig_hello(&peer);
    uint32_t link = rig_up_inbound(rig, &peer);
    assert_int_equal(rig_link(rig, link).state, LINK_STATE_HANDSHAKING);
    assert_null(rig_sent(rig, link, MESSAGE_HELLO)); /* the dialler speaks first */
    rig_say(rig, link, MESSAGE_HELLO, &hello);
    assert_int_equal(rig_link(rig, link).state, LINK_STATE_OPEN);
    assert_non_null(rig_sent(rig, link, MESSAGE_HELLO));
    assert_non_null(rig_event(rig, EVENT_LINK_OPEN));
    assert_non_null(rig_action(rig, ACTION_STORE_ROW, 0));
    rig_free(rig);
}

static void a_dialled_link_opens_with_the_answer(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    struct rig_peer peer = rig_peer(1);
    rig_beacon_lists(rig, &peer.ticket, 1);
    const struct action *dial = rig_action(rig, ACTION_DIAL, 0);
    assert_non_null(dial);
    assert_true(dial->has_peer && node_id_equal(&dial->peer, &peer.id));
    assert_true(address_equal(&dial->address, &peer.address));
    uint32_t link = dial->link;
    rig_up_outbound(rig, link, &peer);
    assert_non_null(rig_sent(rig, link, MESSAGE_HELLO));
    struct hello hello = rig_hello(&peer);
    hello.mesh = MESH_WISH_NONE;
    rig_say(rig, link, MESSAGE_HELLO, &hello);
    assert_int_equal(rig_link(rig, link).state, LINK_STATE_OPEN);
    assert_int_equal(rig_open_count(rig), 1);
    rig_free(rig);
}

/* Refusals of a hello: each changes one thing of a good one. */

static void refused(void (*spoil)(struct hello *hello, struct rig_peer *peer), enum reason reason) {
    struct rig *rig = RIG();
    struct rig_peer peer = rig_peer(1);
    struct hello hello = rig_hello(&peer);
    spoil(&hello, &peer);
    uint32_t link = rig_up_inbound(rig, &peer);
    rig_say(rig, link, MESSAGE_HELLO, &hello);
    assert_string_equal(reason_name(rig_goodbye(rig, link)), reason_name(reason));
    assert_null(rig_sent(rig, link, MESSAGE_HELLO));
    assert_int_equal(rig_link(rig, link).state, LINK_STATE_CLOSING);
    assert_int_equal(rig_event(rig, EVENT_LINK_REFUSED)->reason, reason);
    const struct action *close = rig_action(rig, ACTION_CLOSE, 0);
    assert_true(close != NULL && close->link == link && close->is_graceful);
    assert_int_equal(rig_open_count(rig), 0);
    rig_free(rig);
}

static void spoil_version(struct hello *hello, struct rig_peer *peer) {
    (void)peer;
    *hello = (struct hello){.version = 2};
}

static void version_two_is_refused(void **state) {
    (void)state;
    refused(spoil_version, REASON_VERSION);
}

static void spoil_community(struct hello *hello, struct rig_peer *peer) {
    struct ticket ticket = rig_ticket(peer, RIG_WALL_MS, &peer->address, 1, "elsewhere", 1);
    hello->ticket = ticket;
    memcpy(hello->community, "elsewhere", 10);
}

static void another_community_is_refused(void **state) {
    (void)state;
    refused(spoil_community, REASON_COMMUNITY);
}

static void spoil_ticket_community(struct hello *hello, struct rig_peer *peer) {
    hello->ticket = rig_ticket(peer, RIG_WALL_MS, &peer->address, 1, "elsewhere", 1);
}

static void a_ticket_of_another_community_is_refused(void **state) {
    (void)state;
    refused(spoil_ticket_community, REASON_TICKET);
}

static void spoil_key(struct hello *hello, struct rig_peer *peer) {
    struct rig_peer other = rig_peer(2);
    (void)peer;
    hello->ticket = other.ticket;
}

static void a_ticket_of_another_key_is_refused(void **state) {
    (void)state;
    refused(spoil_key, REASON_IDENTITY);
}

static void spoil_peer_id(struct hello *hello, struct rig_peer *peer) {
    (void)peer;
    hello->ticket_refusal = REFUSAL_TICKET_PEER_ID_MISMATCH;
}

static void a_ticket_whose_id_is_not_its_keys_is_refused(void **state) {
    (void)state;
    refused(spoil_peer_id, REASON_IDENTITY);
}

static void spoil_signature(struct hello *hello, struct rig_peer *peer) {
    (void)peer;
    hello->ticket_refusal = REFUSAL_TICKET_SIGNATURE_INVALID;
}

static void a_ticket_that_does_not_verify_is_refused(void **state) {
    (void)state;
    refused(spoil_signature, REASON_TICKET);
}

static void our_own_key_is_refused(void **state) {
    (void)state;
    struct rig *rig = RIG();
    struct rig_peer twin = {.key = rig->key, .public_key = sign_public_key(&rig->key), .id = rig->id};
    twin.address = rig_peer(1).address;
    twin.ticket = rig_ticket(&twin, RIG_WALL_MS, &twin.address, 1, "rig", 9);
    struct hello hello = rig_hello(&twin);
    struct node_view view;
    engine_view_node(rig->engine, &view);
    memcpy(hello.boot, view.boot, sizeof hello.boot);
    uint32_t link = rig_up_inbound(rig, &twin);
    rig_say(rig, link, MESSAGE_HELLO, &hello);
    assert_int_equal(rig_goodbye(rig, link), REASON_SELF);
    rig_free(rig);
}

static void an_expired_ticket_in_hello_is_enough(void **state) {
    (void)state;
    struct rig *rig = RIG();
    struct rig_peer peer = rig_peer(1);
    peer.ticket = rig_ticket(&peer, RIG_WALL_MS - 86400000, &peer.address, 1, "rig", 1);
    uint32_t link = rig_link_inbound(rig, &peer);
    assert_int_equal(rig_link(rig, link).state, LINK_STATE_OPEN); /* the link itself proves the key (W9) */
    rig_free(rig);
}

/* Order and form on a link. */

static void a_second_hello_is_refused(void **state) {
    (void)state;
    struct rig *rig = RIG();
    struct rig_peer peer = rig_peer(1);
    struct hello hello = rig_hello(&peer);
    uint32_t link = rig_link_inbound(rig, &peer);
    rig_say(rig, link, MESSAGE_HELLO, &hello);
    assert_int_equal(rig_goodbye(rig, link), REASON_PROTOCOL);
    rig_free(rig);
}

static void a_frame_before_hello_is_refused(void **state) {
    (void)state;
    struct rig *rig = RIG();
    struct rig_peer peer = rig_peer(1);
    struct ping ping = {.seq = 1};
    uint32_t link = rig_up_inbound(rig, &peer);
    rig_say(rig, link, MESSAGE_PING, &ping);
    assert_int_equal(rig_goodbye(rig, link), REASON_PROTOCOL);
    assert_int_equal(rig_event(rig, EVENT_LINK_REFUSED)->figures[0], MESSAGE_PING);
    rig_free(rig);
}

static void a_type_of_a_later_version_is_ignored(void **state) {
    (void)state;
    struct rig *rig = RIG();
    struct rig_peer peer = rig_peer(1);
    uint32_t link = rig_link_inbound(rig, &peer);
    rig_say(rig, link, 0xc0, NULL);
    assert_int_equal(rig->kept_count, 0);
    assert_int_equal(rig_link(rig, link).state, LINK_STATE_OPEN);
    rig_free(rig);
}

static void a_refused_frame_ends_the_link_with_its_reason(void **state) {
    (void)state;
    const enum refusal refusals[] = {REFUSAL_TYPE_UNKNOWN, REFUSAL_FRAME_TOO_LARGE, REFUSAL_FRAME_RATE,
                                     REFUSAL_JSON_SYNTAX, REFUSAL_TICKET_SIGNATURE_INVALID};
    const enum reason reasons[] = {REASON_PROTOCOL, REASON_TOO_LARGE, REASON_RATE, REASON_PROTOCOL, REASON_TICKET};
    for (size_t i = 0; i < 5; i++) {
        struct rig *rig = RIG();
        struct rig_peer peer = rig_peer(1);
        uint32_t link = rig_link_inbound(rig, &peer);
        struct input input = {.kind = INPUT_FRAME_REFUSED};
        input.as.frame.link = link;
        input.as.frame.type = 0x30;
        input.as.frame.refusal = refusals[i];
        rig_feed(rig, &input);
        assert_string_equal(reason_name(rig_goodbye(rig, link)), reason_name(reasons[i]));
        assert_string_equal(rig_event(rig, EVENT_LINK_REFUSED)->text, refusal_name(refusals[i]));
        rig_free(rig);
    }
}

static void a_fault_of_the_transport_ends_the_link(void **state) {
    (void)state;
    struct rig *rig = RIG();
    struct rig_peer peer = rig_peer(1);
    uint32_t link = rig_link_inbound(rig, &peer);
    struct input input = {.kind = INPUT_LINK_FAULTED};
    input.as.link.id = link;
    input.as.link.reason = REASON_SLOW;
    rig_feed(rig, &input);
    assert_int_equal(rig_goodbye(rig, link), REASON_SLOW);
    rig_free(rig);
}

/* Time. */

static void a_silent_handshake_ends_after_five_seconds(void **state) {
    (void)state;
    struct rig *rig = RIG();
    struct rig_peer peer = rig_peer(1);
    uint32_t link = rig_up_inbound(rig, &peer);
    rig_tick(rig, LIMIT_HELLO_MS - 1);
    assert_int_equal(rig_link(rig, link).state, LINK_STATE_HANDSHAKING);
    rig_tick(rig, 1);
    assert_int_equal(rig_goodbye(rig, link), REASON_TIMEOUT);
    rig_free(rig);
}

static void a_silent_link_is_asked_then_ended(void **state) {
    (void)state;
    struct rig *rig = RIG();
    struct rig_peer peer = rig_peer(1);
    uint32_t link = rig_link_inbound(rig, &peer);
    rig_tick(rig, LIMIT_SILENCE_PING_MS - 1);
    assert_null(rig_event(rig, EVENT_LINK_SILENT));
    rig_tick(rig, 1);
    assert_non_null(rig_event(rig, EVENT_LINK_SILENT));
    assert_non_null(rig_sent(rig, link, MESSAGE_PING));
    rig_tick(rig, LIMIT_SILENCE_MS - LIMIT_SILENCE_PING_MS - 1);
    assert_int_equal(rig_link(rig, link).state, LINK_STATE_OPEN);
    rig_tick(rig, 1);
    assert_int_equal(rig_goodbye(rig, link), REASON_TIMEOUT);
    assert_int_equal(rig_event(rig, EVENT_LINK_CLOSING)->reason, REASON_TIMEOUT);
    assert_null(rig_event(rig, EVENT_LINK_REFUSED)); /* it broke; nobody turned it away */
    rig_free(rig);
}

static void any_frame_ends_the_silence(void **state) {
    (void)state;
    struct rig *rig = RIG();
    struct rig_peer peer = rig_peer(1);
    struct ping ping = {.seq = 1};
    uint32_t link = rig_link_inbound(rig, &peer);
    for (uint32_t i = 0; i < 6; i++) {
        rig_tick(rig, LIMIT_SILENCE_MS - 1);
        rig_say(rig, link, MESSAGE_PING, &ping);
        assert_non_null(rig_sent(rig, link, MESSAGE_PONG));
        assert_int_equal(rig_link(rig, link).state, LINK_STATE_OPEN);
    }
    rig_free(rig);
}

static void a_close_that_nobody_answers_is_cut(void **state) {
    (void)state;
    struct rig *rig = RIG();
    struct rig_peer peer = rig_peer(1);
    struct goodbye goodbye = {.reason = REASON_LEAVING};
    uint32_t link = rig_link_inbound(rig, &peer);
    rig_say(rig, link, MESSAGE_GOODBYE, &goodbye);
    assert_int_equal(rig_link(rig, link).state, LINK_STATE_CLOSING);
    rig_tick(rig, 2 * LIMIT_CLOSE_MS);
    const struct action *close = rig_action(rig, ACTION_CLOSE, 0);
    assert_true(close != NULL && !close->is_graceful);
    assert_int_equal(rig_link(rig, link).state, LINK_STATE_CLOSED);
    assert_int_equal(rig_event(rig, EVENT_LINK_CLOSED)->reason, REASON_LEAVING);
    assert_string_equal(rig_event(rig, EVENT_LINK_CLOSED)->text, "peer");
    rig_free(rig);
}

/* Announcing. */

/* The answer that comes is about the ticket that was sent, not about the one that was signed meanwhile. */
static void a_ticket_signed_while_the_beacon_answers_is_announced_too(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    struct address moved = rig_peer(7).address;
    struct input advertised = {.kind = INPUT_ADVERTISED};
    advertised.as.place.addresses = &moved;
    advertised.as.place.count = 1;
    assert_non_null(rig_action(rig, ACTION_ANNOUNCE, 0));
    rig_feed(rig, &advertised);
    rig_tick(rig, LIMIT_ANNOUNCE_SOON_MS + 100);
    assert_int_equal(rig_count(rig, ACTION_ANNOUNCE), 0); /* one question at a time */
    rig_beacon_lists(rig, NULL, 0);
    assert_int_equal(rig_count(rig, ACTION_ANNOUNCE), 1);
    rig_free(rig);
}

/* Ending. */

static void a_stop_says_goodbye_on_every_link(void **state) {
    (void)state;
    struct rig *rig = RIG();
    struct rig_peer peer = rig_peer(1), late = rig_peer(2);
    uint32_t link = rig_link_inbound(rig, &peer);
    rig_feed(rig, &(struct input){.kind = INPUT_STOP});
    assert_int_equal(rig_goodbye(rig, link), REASON_LEAVING);
    assert_int_equal(rig_event(rig, EVENT_NODE_STOPPING)->figures[0], 1);
    assert_false(engine_is_stopped(rig->engine));
    uint32_t too_late = rig_up_inbound(rig, &late);
    assert_int_equal(rig_goodbye(rig, too_late), REASON_LEAVING);
    rig_down(rig, too_late, REASON_NONE);
    assert_false(engine_is_stopped(rig->engine));
    rig_down(rig, link, REASON_NONE);
    assert_true(engine_is_stopped(rig->engine));
    rig_feed(rig, &(struct input){.kind = INPUT_STOP});
    assert_null(rig_event(rig, EVENT_NODE_STOPPING));
    rig_free(rig);
}

static void a_stop_without_links_is_done_at_once(void **state) {
    (void)state;
    struct rig *rig = RIG();
    rig_feed(rig, &(struct input){.kind = INPUT_STOP});
    assert_true(engine_is_stopped(rig->engine));
    rig_free(rig);
}

static void an_engine_that_never_started_stops_too(void **state) {
    (void)state;
    struct rig *rig = RIG(.is_not_started = true);
    assert_true(engine_deadline_ms(rig->engine) == INT64_MAX);
    rig_feed(rig, &(struct input){.kind = INPUT_STOP});
    assert_true(engine_is_stopped(rig->engine));
    rig_free(rig);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_valid_hello_opens_the_link),
        cmocka_unit_test(a_dialled_link_opens_with_the_answer),
        cmocka_unit_test(version_two_is_refused),
        cmocka_unit_test(another_community_is_refused),
        cmocka_unit_test(a_ticket_of_another_community_is_refused),
        cmocka_unit_test(a_ticket_of_another_key_is_refused),
        cmocka_unit_test(a_ticket_whose_id_is_not_its_keys_is_refused),
        cmocka_unit_test(a_ticket_that_does_not_verify_is_refused),
        cmocka_unit_test(our_own_key_is_refused),
        cmocka_unit_test(an_expired_ticket_in_hello_is_enough),
        cmocka_unit_test(a_second_hello_is_refused),
        cmocka_unit_test(a_frame_before_hello_is_refused),
        cmocka_unit_test(a_type_of_a_later_version_is_ignored),
        cmocka_unit_test(a_refused_frame_ends_the_link_with_its_reason),
        cmocka_unit_test(a_fault_of_the_transport_ends_the_link),
        cmocka_unit_test(a_silent_handshake_ends_after_five_seconds),
        cmocka_unit_test(a_silent_link_is_asked_then_ended),
        cmocka_unit_test(any_frame_ends_the_silence),
        cmocka_unit_test(a_close_that_nobody_answers_is_cut),
        cmocka_unit_test(a_ticket_signed_while_the_beacon_answers_is_announced_too),
        cmocka_unit_test(a_stop_says_goodbye_on_every_link),
        cmocka_unit_test(a_stop_without_links_is_done_at_once),
        cmocka_unit_test(an_engine_that_never_started_stops_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
