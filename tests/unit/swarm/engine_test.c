/* SPDX-License-Identifier: Apache-2.0 */
/* One engine and what it answers to peers that do as they should, or not. */
#include "lib/engine_rig.h"

#include "swarm/wire/pex.h"
#include "swarm/wire/ping.h"
#include "swarm/wire/pong.h"
#include "swarm/wire/ticket_frame.h"

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
    rig_say(rig, link, 0x80, NULL);
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

/* Two links to one peer. */

/* The rig has a link with `peer` that it dialled itself: the beacon named it. */
static uint32_t link_outbound(struct rig *rig, const struct rig_peer *peer) {
    struct hello hello = rig_hello(peer);
    hello.mesh = MESH_WISH_NONE;
    rig_beacon_lists(rig, &peer->ticket, 1);
    uint32_t link = rig_action(rig, ACTION_DIAL, 0)->link;
    rig_up_outbound(rig, link, peer);
    rig_say(rig, link, MESSAGE_HELLO, &hello);
    assert_int_equal(rig_link(rig, link).state, LINK_STATE_OPEN);
    return link;
}

/* A peer whose id is smaller (or larger) than the rig's. */
static struct rig_peer peer_beside(const struct rig *rig, bool is_smaller) {
    for (uint32_t number = 1;; number++) {
        struct rig_peer peer = rig_peer(number);
        if ((node_id_compare(&peer.id, &rig->id) < 0) == is_smaller) return peer;
    }
}

static void of_twins_the_one_dialled_by_the_smaller_id_stays(void **state) {
    (void)state;
    for (int is_smaller = 0; is_smaller <= 1; is_smaller++) {
        struct rig *rig = RIG(.source_count = 1);
        struct rig_peer peer = peer_beside(rig, is_smaller);
        struct hello hello = rig_hello(&peer);
        uint32_t ours = link_outbound(rig, &peer);
        uint32_t theirs = rig_up_inbound(rig, &peer);
        rig_say(rig, theirs, MESSAGE_HELLO, &hello);
        uint32_t loser = is_smaller ? ours : theirs;
        uint32_t winner = is_smaller ? theirs : ours;
        assert_int_equal(rig_goodbye(rig, loser), REASON_DUPLICATE);
        assert_int_equal(rig_link(rig, winner).state, LINK_STATE_OPEN);
        assert_int_equal(rig_open_count(rig), 1);
        rig_free(rig);
    }
}

static void of_twins_of_one_dialler_the_newer_stays(void **state) {
    (void)state;
    struct rig *rig = RIG();
    struct rig_peer peer = rig_peer(1);
    uint32_t old = rig_link_inbound(rig, &peer);
    uint32_t new = rig_link_inbound(rig, &peer);
    assert_int_equal(rig_goodbye(rig, old), REASON_DUPLICATE);
    assert_int_equal(rig_link(rig, new).state, LINK_STATE_OPEN);
    rig_free(rig);
}

static void a_later_process_replaces_the_earlier(void **state) {
    (void)state;
    struct rig *rig = RIG();
    struct rig_peer before = rig_peer(1), after = rig_peer(1);
    after.ticket = rig_ticket(&after, RIG_WALL_MS, &after.address, 1, "rig", 2);
    uint32_t old = rig_link_inbound(rig, &before);
    uint32_t new = rig_link_inbound(rig, &after);
    assert_int_equal(rig_goodbye(rig, old), REASON_REPLACED);
    assert_int_equal(rig_link(rig, new).state, LINK_STATE_OPEN);
    rig_free(rig);
}

static void an_earlier_process_does_not_replace_the_later(void **state) {
    (void)state;
    struct rig *rig = RIG();
    struct rig_peer before = rig_peer(1), after = rig_peer(1);
    after.ticket = rig_ticket(&after, RIG_WALL_MS, &after.address, 1, "rig", 2);
    uint32_t old = rig_link_inbound(rig, &after);
    uint32_t new = rig_link_inbound(rig, &before);
    assert_int_equal(rig_goodbye(rig, new), REASON_REPLACED);
    assert_int_equal(rig_link(rig, old).state, LINK_STATE_OPEN);
    rig_free(rig);
}

/* A full view. */

static void fill_view(struct rig *rig, size_t count, enum mesh_wish wish) {
    for (uint32_t i = 0; i < count; i++) {
        struct rig_peer peer = rig_peer(100 + i);
        struct hello hello = rig_hello(&peer);
        hello.mesh = wish;
        uint32_t link = rig_up_inbound(rig, &peer);
        rig_say(rig, link, MESSAGE_HELLO, &hello);
        assert_int_equal(rig_link(rig, link).state, LINK_STATE_OPEN);
    }
}

static enum reason knock(struct rig *rig, enum mesh_wish wish, uint32_t *link) {
    struct rig_peer peer = rig_peer(1);
    struct hello hello = rig_hello(&peer);
    hello.mesh = wish;
    *link = rig_up_inbound(rig, &peer);
    rig_say(rig, *link, MESSAGE_HELLO, &hello);
    return rig_goodbye(rig, *link);
}

static void low_is_turned_away_at_the_target(void **state) {
    (void)state;
    struct rig *rig = RIG();
    uint32_t link;
    fill_view(rig, LIMIT_VIEW_TARGET, MESH_WISH_LOW);
    assert_int_equal(knock(rig, MESH_WISH_LOW, &link), REASON_VIEW_FULL);
    rig_free(rig);
}

static void the_last_places_are_for_those_in_need(void **state) {
    (void)state;
    struct rig *rig = RIG();
    uint32_t link;
    fill_view(rig, LIMIT_VIEW_TARGET, MESH_WISH_LOW);
    assert_int_equal(knock(rig, MESH_WISH_HIGH, &link), REASON_NONE);
    assert_int_equal(rig_open_count(rig), LIMIT_VIEW_TARGET + 1);
    rig_free(rig);
}

static void in_need_the_weakest_gives_way(void **state) {
    (void)state;
    const enum mesh_wish wishes[] = {MESH_WISH_HIGH, MESH_WISH_JOIN};
    for (size_t i = 0; i < 2; i++) {
        struct rig *rig = RIG();
        uint32_t link;
        fill_view(rig, LIMIT_VIEW_MAX, MESH_WISH_JOIN);
        assert_int_equal(knock(rig, wishes[i], &link), REASON_NONE);
        assert_int_equal(rig_link(rig, link).state, LINK_STATE_OPEN);
        assert_int_equal(rig_open_count(rig), LIMIT_VIEW_MAX);
        const struct event *closing = rig_event(rig, EVENT_LINK_CLOSING);
        assert_int_equal(closing->reason, REASON_REPLACED);
        const struct action *close = rig_action(rig, ACTION_CLOSE, 0);
        assert_non_null(rig_sent(rig, close->link, MESSAGE_PEX)); /* where else it may go */
        assert_int_equal(rig_goodbye(rig, close->link), REASON_REPLACED);
        rig_free(rig);
    }
}

static void a_link_outside_the_mesh_needs_no_place(void **state) {
    (void)state;
    struct rig *rig = RIG();
    uint32_t link;
    fill_view(rig, LIMIT_VIEW_MAX, MESH_WISH_JOIN);
    assert_int_equal(knock(rig, MESH_WISH_NONE, &link), REASON_NONE);
    assert_int_equal(rig_open_count(rig), LIMIT_VIEW_MAX);
    rig_free(rig);
}

/* The twin that goes leaves its place: else both would be lost. */
static void a_twin_takes_the_place_of_the_one_it_ends(void **state) {
    (void)state;
    struct rig *rig = RIG();
    struct rig_peer peer = rig_peer(1), again = rig_peer(1);
    again.ticket = rig_ticket(&again, RIG_WALL_MS, &again.address, 1, "rig", 2);
    rig_link_inbound(rig, &peer);
    fill_view(rig, LIMIT_VIEW_MAX - 1, MESH_WISH_JOIN);
    uint32_t link = rig_link_inbound(rig, &again); /* with the wish low, which a view this full turns away */
    assert_int_equal(rig_link(rig, link).state, LINK_STATE_OPEN);
    assert_int_equal(rig_open_count(rig), LIMIT_VIEW_MAX);
    rig_free(rig);
}

/* Strangers may not fill the table: as many rows as the view wants stay free for our own dials. */
static void strangers_leave_room_for_our_own_links(void **state) {
    (void)state;
    struct rig *rig = RIG(.links = LIMIT_VIEW_TARGET + 4);
    for (uint32_t i = 0; i < 4; i++) {
        struct rig_peer peer = rig_peer(10 + i);
        uint32_t link = rig_link_inbound(rig, &peer);
        assert_int_equal(rig_link(rig, link).state, LINK_STATE_OPEN);
    }
    struct rig_peer peer = rig_peer(1);
    uint32_t link = rig_up_inbound(rig, &peer);
    const struct action *close = rig_action(rig, ACTION_CLOSE, 0);
    assert_true(close != NULL && close->link == link && !close->is_graceful);
    assert_int_equal(rig_event(rig, EVENT_LINK_REFUSED)->reason, REASON_RESOURCES);
    rig_down(rig, link, REASON_NONE);
    assert_int_equal(rig->kept_count, 0);
    rig_free(rig);
}

static void one_address_has_few_unfinished_links(void **state) {
    (void)state;
    struct rig *rig = RIG();
    struct rig_peer peer = rig_peer(1);
    for (uint32_t i = 0; i < LIMIT_HANDSHAKES_PER_ADDRESS_MAX; i++) {
        struct rig_peer other = rig_peer(10 + i);
        other.address = peer.address;
        assert_int_equal(rig_link(rig, rig_up_inbound(rig, &other)).state, LINK_STATE_HANDSHAKING);
    }
    rig_up_inbound(rig, &peer);
    assert_int_equal(rig_event(rig, EVENT_LINK_REFUSED)->reason, REASON_RESOURCES);
    rig_free(rig);
}

/* Dialling. */

static void an_operators_peer_is_pinned_and_named_again(void **state) {
    (void)state;
    struct engine_operator_peer named = {.name = "198.18.0.1:8782"};
    struct rig *rig = RIG(.operator_peers = &named, .operator_peer_count = 1);
    struct rig_peer peer = rig_peer(1);
    struct input resolved = {.kind = INPUT_OPERATOR_PEER};
    resolved.as.place.addresses = &peer.address;
    resolved.as.place.count = 1;
    rig_feed(rig, &resolved);
    const struct action *dial = rig_action(rig, ACTION_DIAL, 0);
    assert_true(dial != NULL && !dial->has_peer);
    uint32_t link = dial->link;
    struct hello hello = rig_hello(&peer);
    rig_up_outbound(rig, link, &peer);
    rig_say(rig, link, MESSAGE_HELLO, &hello);
    const struct action *pin = rig_action(rig, ACTION_PIN, 0);
    assert_true(pin != NULL && pin->source == 0 && node_id_equal(&pin->peer, &peer.id));
    assert_non_null(rig_event(rig, EVENT_PEER_PINNED));
    rig_down(rig, link, REASON_RESET);
    rig_tick(rig, 15000);
    dial = rig_action(rig, ACTION_DIAL, 0);
    assert_true(dial != NULL && dial->has_peer && node_id_equal(&dial->peer, &peer.id));
    rig_free(rig);
}

/* The peer called first, so our own call to the operator's address ends as a duplicate: that names it all the same. */
static void an_operators_peer_that_is_linked_already_is_not_called_again(void **state) {
    (void)state;
    struct engine_operator_peer named = {.name = "198.18.0.1:8782"};
    struct rig *rig = RIG(.operator_peers = &named, .operator_peer_count = 1);
    struct rig_peer peer = peer_beside(rig, true);
    struct hello hello = rig_hello(&peer);
    struct input resolved = {.kind = INPUT_OPERATOR_PEER};
    resolved.as.place.addresses = &peer.address;
    resolved.as.place.count = 1;
    uint32_t theirs = rig_link_inbound(rig, &peer);
    rig_feed(rig, &resolved);
    uint32_t ours = rig_action(rig, ACTION_DIAL, 0)->link;
    rig_up_outbound(rig, ours, &peer);
    rig_say(rig, ours, MESSAGE_HELLO, &hello);
    assert_int_equal(rig_goodbye(rig, ours), REASON_DUPLICATE);
    rig_down(rig, ours, REASON_NONE);
    assert_non_null(rig_action(rig, ACTION_PIN, 0));
    for (int i = 0; i < 10; i++) {
        struct ping ping = {.seq = 1};
        rig_tick(rig, 10000);
        assert_int_equal(rig_count(rig, ACTION_DIAL), 0);
        rig_say(rig, theirs, MESSAGE_PING, &ping);
    }
    rig_free(rig);
}

static void goodbye_for_a_while_is_heeded(void **state) {
    (void)state;
    struct engine_operator_peer named = {.name = "198.18.0.1:8782"};
    struct rig *rig = RIG(.operator_peers = &named, .operator_peer_count = 1);
    struct rig_peer peer = rig_peer(1);
    struct input resolved = {.kind = INPUT_OPERATOR_PEER};
    resolved.as.place.addresses = &peer.address;
    resolved.as.place.count = 1;
    rig_feed(rig, &resolved);
    uint32_t link = rig_action(rig, ACTION_DIAL, 0)->link;
    struct hello hello = rig_hello(&peer);
    struct goodbye goodbye = {.reason = REASON_PAUSED, .for_ms = 120000};
    rig_up_outbound(rig, link, &peer);
    rig_say(rig, link, MESSAGE_HELLO, &hello);
    rig_say(rig, link, MESSAGE_GOODBYE, &goodbye);
    rig_down(rig, link, REASON_NONE);
    rig_tick(rig, 119000);
    assert_int_equal(rig_count(rig, ACTION_DIAL), 0);
    rig_tick(rig, 2000);
    assert_int_equal(rig_count(rig, ACTION_DIAL), 1);
    rig_free(rig);
}

static void what_cannot_change_by_waiting_is_not_dialled_again(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    struct rig_peer peer = rig_peer(1);
    rig_beacon_lists(rig, &peer.ticket, 1);
    rig_dial_failed(rig, rig_action(rig, ACTION_DIAL, 0)->link, REASON_VERSION);
    rig_tick(rig, 1200000);
    assert_int_equal(rig_count(rig, ACTION_DIAL), 0);
    peer.ticket = rig_ticket(&peer, RIG_WALL_MS + 1200000, &peer.address, 1, "rig", 2);
    rig_feed(rig, &(struct input){.kind = INPUT_REFRESH});
    rig_beacon_lists(rig, &peer.ticket, 1);
    assert_int_equal(rig_count(rig, ACTION_DIAL), 1);
    rig_free(rig);
}

/* W6: the address that answered with another key is at fault, not the node that is said to live there. */
static void a_wrong_key_is_held_against_the_address(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    struct rig_peer peer = rig_peer(1);
    struct address addrs[2] = {rig_peer(2).address, peer.address};
    peer.ticket = rig_ticket(&peer, RIG_WALL_MS, addrs, 2, "rig", 1);
    rig_beacon_lists(rig, &peer.ticket, 1);
    const struct action *dial = rig_action(rig, ACTION_DIAL, 0);
    assert_true(address_equal(&dial->address, &addrs[0]));
    rig_dial_failed(rig, dial->link, REASON_IDENTITY);
    dial = rig_action(rig, ACTION_DIAL, 0); /* the other address at once */
    assert_true(dial != NULL && address_equal(&dial->address, &addrs[1]));
    rig_free(rig);
}

/* A node whose only addresses we may not dial is no reason to wake up four times a second. */
static void what_may_not_be_dialled_costs_no_waking(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    struct rig_peer peers[3] = {rig_peer(1), rig_peer(2), rig_peer(3)};
    struct ticket tickets[3];
    for (int i = 0; i < 3; i++) {
        struct address private = {.family = ADDRESS_IPV4, .port = 8782, .ip = {10, 0, 0, (uint8_t)(1 + i)}};
        tickets[i] = rig_ticket(&peers[i], RIG_WALL_MS, &private, 1, "rig", 1);
    }
    rig_beacon_lists(rig, tickets, 3);
    assert_int_equal(rig_count(rig, ACTION_DIAL), 0);
    size_t wakes = 0;
    int64_t until_ms = rig->now_ms + 60000;
    while (engine_deadline_ms(rig->engine) <= until_ms) {
        int64_t deadline_ms = engine_deadline_ms(rig->engine);
        rig->now_ms = deadline_ms > rig->now_ms ? deadline_ms : rig->now_ms;
        rig_feed(rig, &(struct input){.kind = INPUT_TICK});
        wakes++;
    }
    assert_true(wakes < 40);
    rig_free(rig);
}

static void a_new_address_is_tried_at_once(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    struct rig_peer peer = rig_peer(1);
    struct address private = {.family = ADDRESS_IPV4, .port = 8782, .ip = {10, 0, 0, 1}};
    struct ticket hidden = rig_ticket(&peer, RIG_WALL_MS, &private, 1, "rig", 1);
    struct ticket public = rig_ticket(&peer, RIG_WALL_MS + 1, &peer.address, 1, "rig", 1);
    rig_beacon_lists(rig, &hidden, 1);
    rig_tick(rig, 3000);
    rig_feed(rig, &(struct input){.kind = INPUT_REFRESH});
    rig_beacon_lists(rig, &public, 1);
    assert_int_equal(rig_count(rig, ACTION_DIAL), 1);
    rig_free(rig);
}

static void list_strangers(struct rig *rig, uint32_t first, size_t count) {
    struct ticket tickets[64];
    for (uint32_t i = 0; i < count; i++) tickets[i] = rig_peer(first + i).ticket;
    rig_feed(rig, &(struct input){.kind = INPUT_REFRESH});
    rig_beacon_lists(rig, tickets, count);
}

/* All dials of the last feed end with this goodbye, and those that follow from it; gives how many there were. */
static size_t turn_away_all(struct rig *rig, uint32_t first) {
    size_t dials = 0;
    for (const struct action *dial; (dial = rig_action(rig, ACTION_DIAL, 0)) != NULL && dials < 100; dials++) {
        struct goodbye goodbye = {.reason = REASON_VIEW_FULL};
        struct rig_peer peer = rig_peer(first);
        for (uint32_t number = first; !node_id_equal(&dial->peer, &peer.id); number++) peer = rig_peer(number);
        uint32_t link = dial->link;
        rig_up_outbound(rig, link, &peer);
        rig_say(rig, link, MESSAGE_GOODBYE, &goodbye);
        rig_down(rig, link, REASON_NONE);
    }
    return dials;
}

/* With the minimum of links, a view that is turned away here and there does not try all doors of the swarm. */
static void full_views_are_not_all_knocked_at(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    fill_view(rig, LIMIT_VIEW_MIN, MESH_WISH_LOW);
    list_strangers(rig, 1, 40);
    assert_true(rig_count(rig, ACTION_DIAL) <= LIMIT_DIALS_AT_ONCE);
    assert_true(turn_away_all(rig, 1) <= LIMIT_DIALS_AT_ONCE);
    rig_free(rig);
}

/* At its target a node dials nobody, but for one stranger within five minutes; the weakest link goes for that one. */
static void a_full_view_trades_a_link_now_and_then(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    struct ping ping = {.seq = 1};
    fill_view(rig, LIMIT_VIEW_TARGET, MESH_WISH_LOW);
    list_strangers(rig, 1, 1);
    size_t dials = 0;
    int64_t began_ms = rig->now_ms;
    while (dials == 0 && rig->now_ms - began_ms <= LIMIT_EXPLORE_MS) {
        rig_tick(rig, 10000);
        dials += rig_count(rig, ACTION_DIAL);
        if (dials > 0) break;
        for (uint32_t link = 1; link < rig->next_inbound; link += 2) rig_say(rig, link, MESSAGE_PING, &ping);
    }
    assert_int_equal(dials, 1);
    struct rig_peer stranger = rig_peer(1);
    struct hello hello = rig_hello(&stranger);
    uint32_t link = rig_action(rig, ACTION_DIAL, 0)->link;
    rig_up_outbound(rig, link, &stranger);
    rig_say(rig, link, MESSAGE_HELLO, &hello);
    assert_int_equal(rig_link(rig, link).state, LINK_STATE_OPEN);
    assert_int_equal(rig_open_count(rig), LIMIT_VIEW_TARGET);
    assert_int_equal(rig_event(rig, EVENT_LINK_CLOSING)->reason, REASON_REPLACED);
    rig_free(rig);
}

/* Tickets. */

static void a_ticket_of_somebody_else_is_refused(void **state) {
    (void)state;
    struct rig *rig = RIG();
    struct rig_peer peer = rig_peer(1), other = rig_peer(2);
    struct ticket_frame frame = {other.ticket};
    uint32_t link = rig_link_inbound(rig, &peer);
    rig_say(rig, link, MESSAGE_TICKET_FRAME, &frame);
    assert_int_equal(rig_goodbye(rig, link), REASON_IDENTITY);
    rig_free(rig);
}

static void an_older_ticket_changes_nothing(void **state) {
    (void)state;
    struct rig *rig = RIG();
    struct rig_peer peer = rig_peer(1);
    struct ticket_frame frame = {rig_ticket(&peer, peer.ticket.issued_at_ms - 5000, &peer.address, 1, "rig", 1)};
    uint32_t link = rig_link_inbound(rig, &peer);
    rig_say(rig, link, MESSAGE_TICKET_FRAME, &frame);
    assert_non_null(rig_event(rig, EVENT_TICKET_STALE));
    assert_int_equal(rig_count(rig, ACTION_STORE_ROW), 0);
    assert_int_equal(rig_link(rig, link).state, LINK_STATE_OPEN);
    rig_free(rig);
}

static void a_newer_ticket_is_kept(void **state) {
    (void)state;
    struct rig *rig = RIG();
    struct rig_peer peer = rig_peer(1);
    struct ticket_frame frame = {rig_ticket(&peer, RIG_WALL_MS, &peer.address, 1, "rig", 1)};
    uint32_t link = rig_link_inbound(rig, &peer);
    rig_say(rig, link, MESSAGE_TICKET_FRAME, &frame);
    const struct action *store = rig_action(rig, ACTION_STORE_ROW, 0);
    assert_true(store != NULL && store->as.row.issued_at_ms == RIG_WALL_MS);
    rig_free(rig);
}

static void a_pex_is_answered_once_in_ten_seconds(void **state) {
    (void)state;
    struct rig *rig = RIG();
    struct rig_peer peer = rig_peer(1), other = rig_peer(2);
    struct pex pex = {.want = 8, .ticket_count = 1, .tickets = &other.ticket};
    uint32_t link = rig_link_inbound(rig, &peer);
    rig_say(rig, link, MESSAGE_PEX, &pex);
    assert_non_null(rig_sent(rig, link, MESSAGE_PEX));
    rig_say(rig, link, MESSAGE_PEX, &pex);
    assert_null(rig_sent(rig, link, MESSAGE_PEX));
    rig_tick(rig, LIMIT_PEX_SAME_PEER_MS);
    rig_say(rig, link, MESSAGE_PEX, &pex);
    assert_non_null(rig_sent(rig, link, MESSAGE_PEX));
    rig_free(rig);
}

static void tickets_that_travel_are_those_that_are_known(void **state) {
    (void)state;
    struct rig *rig = RIG();
    struct rig_peer peer = rig_peer(1), old = rig_peer(2), young = rig_peer(3), foreign = rig_peer(4);
    struct ticket tickets[3] = {
        rig_ticket(&old, RIG_WALL_MS - LIMIT_TICKET_KNOWN_MS - 1000, &old.address, 1, "rig", 1),
        young.ticket,
        rig_ticket(&foreign, RIG_WALL_MS, &foreign.address, 1, "elsewhere", 1),
    };
    struct pex answer = {.want = 0, .ticket_count = 3, .tickets = tickets};
    struct mesh_view view;
    uint32_t link = rig_link_inbound(rig, &peer);
    rig_say(rig, link, MESSAGE_PEX, &answer);
    engine_view_mesh(rig->engine, &view);
    assert_int_equal(view.known, 2); /* the neighbour and the young one */
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
        cmocka_unit_test(of_twins_the_one_dialled_by_the_smaller_id_stays),
        cmocka_unit_test(of_twins_of_one_dialler_the_newer_stays),
        cmocka_unit_test(a_later_process_replaces_the_earlier),
        cmocka_unit_test(an_earlier_process_does_not_replace_the_later),
        cmocka_unit_test(low_is_turned_away_at_the_target),
        cmocka_unit_test(the_last_places_are_for_those_in_need),
        cmocka_unit_test(in_need_the_weakest_gives_way),
        cmocka_unit_test(a_link_outside_the_mesh_needs_no_place),
        cmocka_unit_test(a_twin_takes_the_place_of_the_one_it_ends),
        cmocka_unit_test(strangers_leave_room_for_our_own_links),
        cmocka_unit_test(one_address_has_few_unfinished_links),
        cmocka_unit_test(an_operators_peer_is_pinned_and_named_again),
        cmocka_unit_test(an_operators_peer_that_is_linked_already_is_not_called_again),
        cmocka_unit_test(goodbye_for_a_while_is_heeded),
        cmocka_unit_test(what_cannot_change_by_waiting_is_not_dialled_again),
        cmocka_unit_test(a_wrong_key_is_held_against_the_address),
        cmocka_unit_test(what_may_not_be_dialled_costs_no_waking),
        cmocka_unit_test(a_new_address_is_tried_at_once),
        cmocka_unit_test(full_views_are_not_all_knocked_at),
        cmocka_unit_test(a_full_view_trades_a_link_now_and_then),
        cmocka_unit_test(a_ticket_of_somebody_else_is_refused),
        cmocka_unit_test(an_older_ticket_changes_nothing),
        cmocka_unit_test(a_newer_ticket_is_kept),
        cmocka_unit_test(a_pex_is_answered_once_in_ten_seconds),
        cmocka_unit_test(tickets_that_travel_are_those_that_are_known),
        cmocka_unit_test(a_ticket_signed_while_the_beacon_answers_is_announced_too),
        cmocka_unit_test(a_stop_says_goodbye_on_every_link),
        cmocka_unit_test(a_stop_without_links_is_done_at_once),
        cmocka_unit_test(an_engine_that_never_started_stops_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
