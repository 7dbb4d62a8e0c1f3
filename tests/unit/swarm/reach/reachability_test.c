/* SPDX-License-Identifier: Apache-2.0 */
/* Both halves of a probe: asking for tests of our own address, and testing that of a peer. */
#include "lib/engine_rig.h"
#include "swarm/wire/ping.h"
#include "swarm/wire/probed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct address address_of(const char *text) {
    struct address address;
    assert_true(address_read(span_of_text(text), &address));
    return address;
}

/* A peer calls that sees us at `seen` and answers probes. */
static uint32_t witness(struct rig *rig, uint32_t number, const char *seen) {
    struct rig_peer peer = rig_peer(number);
    struct hello hello = rig_hello(&peer);
    hello.seen = address_of(seen);
    hello.feature_count = 1;
    strcpy(hello.features[0], FEATURE_PROBE);
    uint32_t link = rig_up_inbound(rig, &peer);
    rig_say(rig, link, MESSAGE_HELLO, &hello);
    assert_int_equal(rig_link(rig, link).state, LINK_STATE_OPEN);
    return link;
}

/* We listen on port 8782 and say nothing of where we are. */
static struct rig *listening(bool may_grow) {
    struct rig *rig = RIG();
    struct input input = {.kind = INPUT_ADVERTISED};
    input.as.place.listen_port = 8782;
    input.as.place.may_grow = may_grow;
    rig_feed(rig, &input);
    return rig;
}

static struct reachability_family family_of(const struct rig *rig, size_t index) {
    struct reachability_view view;
    engine_view_reachability(rig->engine, &view);
    return view.families[index];
}

/* What was asked over this link in the last feed. False: nothing. */
static bool asked(const struct rig *rig, uint32_t link, struct probe *probe) {
    static uint8_t memory[LIMIT_CHECK_ARENA];
    struct arena arena = arena_over(memory, sizeof memory);
    struct verifier verifier = sign_verifier();
    const void *checked = NULL;
    const struct action *sent = rig_sent(rig, link, MESSAGE_PROBE);
    if (sent == NULL) return false;
    assert_int_equal(probe_check(sent->bytes, &verifier, &arena, &checked), REFUSAL_NONE);
    *probe = *(const struct probe *)checked;
    return true;
}

/* Waits until one of the witnesses 1..count is asked; gives its number. */
static uint32_t wait_asked(struct rig *rig, const uint32_t *links, uint32_t count, struct probe *probe) {
    struct ping ping = {.seq = 1};
    for (int seconds = 0; seconds < 1300; seconds++) {
        rig_tick(rig, 1000);
        for (uint32_t i = 0; i < count; i++) {
            if (asked(rig, links[i], probe)) return 1 + i;
        }
        for (uint32_t i = 0; i < count && seconds % 10 == 9; i++) {
            rig_say(rig, links[i], MESSAGE_PING, &ping);
            for (uint32_t k = 0; k < count; k++) {
                if (asked(rig, links[k], probe)) return 1 + k;
            }
        }
    }
    return 0;
}

/* The test comes in, from the witness itself. */
static void arrive(struct rig *rig, uint32_t number, const struct probe *probe) {
    struct rig_peer peer = rig_peer(number);
    struct hello hello = rig_hello(&peer);
    struct goodbye goodbye = {.reason = REASON_PROBE};
    hello.mesh = MESH_WISH_NONE;
    hello.has_probe = true;
    memcpy(hello.probe, probe->nonce, sizeof hello.probe);
    uint32_t link = rig_up_inbound(rig, &peer);
    rig_say(rig, link, MESSAGE_HELLO, &hello);
    assert_non_null(rig_sent(rig, link, MESSAGE_HELLO));
    rig_say(rig, link, MESSAGE_GOODBYE, &goodbye);
    rig_down(rig, link, REASON_NONE);
}

static void answer(struct rig *rig, uint32_t link, const struct probe *probe, bool is_ok, enum reason reason) {
    struct probed probed = {.is_ok = is_ok, .reason = reason};
    memcpy(probed.nonce, probe->nonce, sizeof probed.nonce);
    rig_say(rig, link, MESSAGE_PROBED, &probed);
}

/* Two of three witnesses in different networks get through. */
static void become_public(struct rig *rig, uint32_t links[3]) {
    struct probe probe;
    for (uint32_t i = 0; i < 3; i++) links[i] = witness(rig, 1 + i, "203.0.113.7:50000");
    for (int i = 0; i < 2; i++) {
        uint32_t number = wait_asked(rig, links, 3, &probe);
        arrive(rig, number, &probe);
        answer(rig, links[number - 1], &probe, true, REASON_NONE);
    }
}

/* Three witnesses say this, and nothing has come in. */
static void three_answer(struct rig *rig, bool is_ok, enum reason reason) {
    uint32_t links[3];
    struct probe probe;
    for (uint32_t i = 0; i < 3; i++) links[i] = witness(rig, 1 + i, "203.0.113.7:50000");
    for (int i = 0; i < 3; i++) {
        uint32_t number = wait_asked(rig, links, 3, &probe);
        answer(rig, links[number - 1], &probe, is_ok, reason);
    }
}

static void two_networks_that_get_through_make_us_public(void **state) {
    (void)state;
    struct rig *rig = listening(true);
    uint32_t links[3];
    struct probe probe;
    for (uint32_t i = 0; i < 3; i++) links[i] = witness(rig, 1 + i, "203.0.113.7:50000");
    for (int i = 0; i < 2; i++) {
        uint32_t number = wait_asked(rig, links, 3, &probe);
        struct address own = address_of("203.0.113.7:8782");
        assert_true(number != 0 && address_equal(&probe.address, &own));
        assert_int_equal(family_of(rig, 0).state, REACHABILITY_UNKNOWN);
        size_t open = rig_open_count(rig);
        arrive(rig, number, &probe);
        assert_int_equal(rig_open_count(rig), open); /* it is no link, and ends none */
        answer(rig, links[number - 1], &probe, true, REASON_NONE);
    }
    assert_int_equal(family_of(rig, 0).state, REACHABILITY_PUBLIC);
    assert_int_equal(family_of(rig, 0).witness_count, 2);
    assert_non_null(rig_event(rig, EVENT_REACHABILITY_CHANGED));
    struct node_view node;
    engine_view_node(rig->engine, &node);
    assert_int_equal(node.addr_count, 1); /* our tickets follow */
    struct address own = address_of("203.0.113.7:8782");
    assert_true(address_equal(&node.addrs[0], &own));
    rig_free(rig);
}

static void three_that_fail_make_us_private(void **state) {
    (void)state;
    struct rig *rig = RIG();
    struct input input = {.kind = INPUT_ADVERTISED};
    struct address own = address_of("203.0.113.7:8782");
    struct node_view node;
    uint32_t links[4];
    struct probe probe;
    input.as.place.addresses = &own;
    input.as.place.count = 1;
    input.as.place.listen_port = 8782;
    input.as.place.may_grow = true;
    rig_feed(rig, &input);
    for (uint32_t i = 0; i < 4; i++) links[i] = witness(rig, 1 + i, "203.0.113.7:50000");
    for (int i = 0; i < 3; i++) {
        assert_int_equal(family_of(rig, 0).state, REACHABILITY_UNKNOWN);
        uint32_t number = wait_asked(rig, links, 4, &probe);
        assert_true(number != 0);
        answer(rig, links[number - 1], &probe, false, REASON_TIMEOUT);
    }
    assert_int_equal(family_of(rig, 0).state, REACHABILITY_PRIVATE);
    engine_view_node(rig->engine, &node);
    assert_int_equal(node.addr_count, 0); /* nobody shall try in vain */
    rig_free(rig);
}

static void a_yes_that_we_did_not_see_arrive_counts_nothing(void **state) {
    (void)state;
    struct rig *rig = listening(true);
    three_answer(rig, true, REASON_NONE);
    assert_int_equal(family_of(rig, 0).state, REACHABILITY_UNKNOWN);
    assert_int_equal(family_of(rig, 0).witness_count, 0);
    rig_free(rig);
}

static void who_had_no_room_has_seen_nothing(void **state) {
    (void)state;
    struct rig *rig = listening(true);
    three_answer(rig, false, REASON_RESOURCES);
    assert_int_equal(family_of(rig, 0).state, REACHABILITY_UNKNOWN);
    rig_free(rig);
}

static void one_link_is_asked_once_in_a_minute(void **state) {
    (void)state;
    struct rig *rig = listening(true);
    uint32_t link = witness(rig, 1, "203.0.113.7:50000");
    struct probe probe;
    int64_t last_ms = 0;
    for (int i = 0; i < 5; i++) {
        assert_int_equal(wait_asked(rig, &link, 1, &probe), 1);
        assert_true(last_ms == 0 || rig->now_ms - last_ms >= LIMIT_PROBE_MS);
        last_ms = rig->now_ms;
        answer(rig, link, &probe, false, REASON_RESOURCES);
    }
    rig_free(rig);
}

/* One peer that says we are somewhere else moves nothing. */
static void most_links_say_where_we_are(void **state) {
    (void)state;
    struct rig *rig = listening(true);
    struct probe probe;
    uint32_t links[3] = {
        witness(rig, 1, "198.51.100.66:1"), /* a victim */
        witness(rig, 2, "203.0.113.7:50000"),
        witness(rig, 3, "203.0.113.7:50001"),
    };
    assert_true(wait_asked(rig, links, 3, &probe) >= 2);
    struct address own = address_of("203.0.113.7:8782");
    assert_true(address_equal(&probe.address, &own));
    rig_free(rig);
}

static void nobody_is_asked_who_does_not_answer_probes_or_is_near(void **state) {
    (void)state;
    struct rig *rig = listening(true);
    struct rig_peer plain = rig_peer(1);
    struct probe probe;
    uint32_t links[2] = {rig_link_inbound(rig, &plain), witness(rig, 2, "192.168.1.7:50000")};
    assert_int_equal(wait_asked(rig, links, 2, &probe), 0);
    rig_free(rig);
}

static void what_the_caretaker_fixed_stays(void **state) {
    (void)state;
    struct rig *rig = listening(false);
    uint32_t links[3];
    struct node_view node;
    become_public(rig, links);
    assert_int_equal(family_of(rig, 0).state, REACHABILITY_PUBLIC);
    engine_view_node(rig->engine, &node);
    assert_int_equal(node.addr_count, 0);
    rig_free(rig);
}

static void another_network_is_another_question(void **state) {
    (void)state;
    struct rig *rig = listening(true);
    uint32_t links[3];
    become_public(rig, links);
    struct address moved = address_of("198.51.100.20:0");
    struct input input = {.kind = INPUT_INTERFACES};
    input.as.place.addresses = &moved;
    input.as.place.count = 1;
    rig_feed(rig, &input);
    assert_int_equal(family_of(rig, 0).state, REACHABILITY_UNKNOWN);
    assert_int_equal(family_of(rig, 0).witness_count, 0);
    assert_non_null(rig_event(rig, EVENT_NETWORK_CHANGED));
    rig_free(rig);
}

static void a_probe_that_nobody_asked_for_is_refused(void **state) {
    (void)state;
    struct rig *rig = listening(true);
    struct rig_peer peer = rig_peer(1);
    struct hello hello = rig_hello(&peer);
    hello.has_probe = true;
    uint32_t link = rig_up_inbound(rig, &peer);
    rig_say(rig, link, MESSAGE_HELLO, &hello);
    assert_int_equal(rig_goodbye(rig, link), REASON_PROBE);
    rig_free(rig);
}

/* Testing for others. */

static struct probe probe_at(const struct rig_peer *peer, uint16_t port, uint8_t number) {
    struct probe probe = {.nonce = {number}, .address = peer->address};
    probe.address.port = port;
    return probe;
}

/* How the test was told to have ended over this link. NULL: it was not. */
static const struct probed *told(const struct rig *rig, uint32_t link) {
    static uint8_t memory[LIMIT_CHECK_ARENA];
    struct arena arena = arena_over(memory, sizeof memory);
    struct verifier verifier = sign_verifier();
    const void *checked = NULL;
    const struct action *sent = rig_sent(rig, link, MESSAGE_PROBED);
    if (sent == NULL) return NULL;
    assert_int_equal(probed_check(sent->bytes, &verifier, &arena, &checked), REFUSAL_NONE);
    return checked;
}

static void a_peer_is_dialled_at_its_own_address_and_told(void **state) {
    (void)state;
    struct rig *rig = RIG();
    struct rig_peer peer = rig_peer(1);
    struct probe probe = probe_at(&peer, 8782, 9);
    struct hello hello = rig_hello(&peer);
    uint32_t link = rig_link_inbound(rig, &peer);
    rig_say(rig, link, MESSAGE_PROBE, &probe);
    const struct action *dial = rig_action(rig, ACTION_DIAL, 0);
    assert_true(dial != NULL && address_equal(&dial->address, &probe.address));
    assert_true(dial->has_peer && node_id_equal(&dial->peer, &peer.id));
    uint32_t test = dial->link;
    rig_up_outbound(rig, test, &peer);
    assert_non_null(rig_sent(rig, test, MESSAGE_HELLO));
    hello.mesh = MESH_WISH_NONE;
    rig_say(rig, test, MESSAGE_HELLO, &hello);
    assert_true(told(rig, link) != NULL && told(rig, link)->is_ok);
    assert_int_equal(rig_goodbye(rig, test), REASON_PROBE);
    assert_int_equal(rig_link(rig, link).state, LINK_STATE_OPEN);
    rig_down(rig, test, REASON_NONE);
    assert_null(told(rig, link)); /* once */
    rig_free(rig);
}

static void a_failed_test_is_told_with_its_reason_and_charged_to_nobody(void **state) {
    (void)state;
    struct rig *rig = RIG();
    struct rig_peer peer = rig_peer(1);
    struct probe probe = probe_at(&peer, 8782, 9);
    struct peer_view view;
    size_t next;
    uint32_t link = rig_link_inbound(rig, &peer);
    rig_say(rig, link, MESSAGE_PROBE, &probe);
    rig_dial_failed(rig, rig_action(rig, ACTION_DIAL, 0)->link, REASON_REFUSED);
    assert_true(told(rig, link) != NULL && !told(rig, link)->is_ok);
    assert_int_equal(told(rig, link)->reason, REASON_REFUSED);
    assert_null(rig_event(rig, EVENT_CONNECT_FAILED));
    assert_int_equal(engine_view_peers(rig->engine, 0, &view, 1, &next, rig->now_ms), 1);
    assert_int_equal(view.failures, 0);
    rig_free(rig);
}

static void nobody_else_s_address_is_dialled(void **state) {
    (void)state;
    struct rig *rig = RIG();
    struct rig_peer peer = rig_peer(1), victim = rig_peer(2);
    struct probe probe = probe_at(&victim, 80, 9);
    uint32_t link = rig_link_inbound(rig, &peer);
    rig_say(rig, link, MESSAGE_PROBE, &probe);
    assert_int_equal(rig_count(rig, ACTION_DIAL), 0);
    assert_int_equal(told(rig, link)->reason, REASON_PROTOCOL);
    rig_free(rig);
}

static void one_test_for_a_link_in_a_minute(void **state) {
    (void)state;
    struct rig *rig = RIG();
    struct rig_peer peer = rig_peer(1);
    struct probe first = probe_at(&peer, 8782, 1), second = probe_at(&peer, 8783, 2);
    struct ping ping = {.seq = 1};
    uint32_t link = rig_link_inbound(rig, &peer);
    rig_say(rig, link, MESSAGE_PROBE, &first);
    rig_dial_failed(rig, rig_action(rig, ACTION_DIAL, 0)->link, REASON_REFUSED);
    rig_say(rig, link, MESSAGE_PROBE, &second);
    assert_int_equal(rig_count(rig, ACTION_DIAL), 0);
    assert_int_equal(told(rig, link)->reason, REASON_RATE);
    for (int i = 0; i < 7; i++) {
        rig_tick(rig, 9000);
        rig_say(rig, link, MESSAGE_PING, &ping);
    }
    rig_say(rig, link, MESSAGE_PROBE, &second);
    assert_int_equal(rig_count(rig, ACTION_DIAL), 1);
    rig_free(rig);
}

static void two_tests_at_once(void **state) {
    (void)state;
    struct rig *rig = RIG();
    size_t dials = 0;
    for (uint32_t i = 0; i < 5; i++) {
        struct rig_peer peer = rig_peer(1 + i);
        struct probe probe = probe_at(&peer, 8782, (uint8_t)i);
        uint32_t link = rig_link_inbound(rig, &peer);
        rig_say(rig, link, MESSAGE_PROBE, &probe);
        dials += rig_count(rig, ACTION_DIAL);
        if (i >= 2) assert_int_equal(told(rig, link)->reason, REASON_RESOURCES);
    }
    assert_int_equal(dials, 2);
    rig_free(rig);
}

/* A row that is held is neither dialled nor ever given up, so it has to be let go by whichever link ends last. */
static void a_peer_whose_link_ends_during_its_test_is_dialled_again(void **state) {
    (void)state;
    struct rig *rig = RIG();
    struct rig_peer peer = rig_peer(1);
    uint32_t link = rig_link_inbound(rig, &peer);
    struct probe probe = {.nonce = {1}, .address = peer.address};
    rig_say(rig, link, MESSAGE_PROBE, &probe);
    const struct action *dial = rig_action(rig, ACTION_DIAL, 0);
    assert_non_null(dial);
    uint32_t test = dial->link;
    rig_down(rig, link, REASON_RESET);
    rig_dial_failed(rig, test, REASON_TIMEOUT);
    size_t dials = rig->dial_count;
    rig_tick(rig, 2 * LIMIT_BACKOFF_MS_MAX);
    assert_true(rig->dial_count > dials);
    rig_free(rig);
}

/* Somebody with many keys in few networks, outside the mesh. */
static uint32_t liar(struct rig *rig, uint32_t number, uint8_t network, const char *seen) {
    struct rig_peer peer = rig_peer(number);
    peer.address = address_of("192.0.2.1:8782");
    peer.address.ip[2] = network;
    struct hello hello = rig_hello(&peer);
    hello.mesh = MESH_WISH_NONE;
    hello.seen = address_of(seen);
    hello.feature_count = 1;
    strcpy(hello.features[0], FEATURE_PROBE);
    uint32_t link = rig_up_inbound(rig, &peer);
    rig_say(rig, link, MESSAGE_HELLO, &hello);
    assert_int_equal(rig_link(rig, link).state, LINK_STATE_OPEN);
    return link;
}

/* They know the nonce and where we really are, so all that they say does arrive. */
static void guests_of_two_networks_do_not_outvote_the_view(void **state) {
    (void)state;
    enum { VIEW = 5, GUESTS = 8 };
    struct rig *rig = listening(true);
    uint32_t links[VIEW + GUESTS];
    struct probe probe;
    struct node_view node;
    struct address victim = address_of("203.0.113.99:8782");
    for (uint32_t i = 0; i < VIEW; i++) links[i] = witness(rig, 1 + i, "203.0.113.7:50000");
    for (uint32_t i = 0; i < GUESTS; i++) links[VIEW + i] = liar(rig, 1 + VIEW + i, i % 2, "203.0.113.99:50000");
    for (int i = 0; i < 4 && family_of(rig, 0).state != REACHABILITY_PUBLIC; i++) {
        uint32_t number = wait_asked(rig, links, VIEW + GUESTS, &probe);
        assert_true(number != 0);
        arrive(rig, number, &probe);
        answer(rig, links[number - 1], &probe, true, REASON_NONE);
    }
    engine_view_node(rig->engine, &node);
    for (size_t i = 0; i < node.addr_count; i++) assert_false(address_equal(&node.addrs[i], &victim));
    rig_free(rig);
}

/* Three voices for one that we chose to call, also when somebody of its network called us before. */
static void a_caller_does_not_lower_the_voice_of_its_network(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    struct rig_peer own = rig_peer(257);
    struct hello hello = rig_hello(&own);
    struct input input = {.kind = INPUT_ADVERTISED};
    struct address seen = address_of("203.0.113.99:8782");
    uint32_t links[4];
    struct probe probe;
    input.as.place.listen_port = 8782;
    rig_feed(rig, &input);
    links[0] = witness(rig, 1, "203.0.113.99:50000");
    rig_beacon_lists(rig, &own.ticket, 1);
    links[1] = rig_action(rig, ACTION_DIAL, 0)->link;
    hello.mesh = MESH_WISH_NONE;
    hello.seen = address_of("203.0.113.99:50000");
    hello.feature_count = 1;
    strcpy(hello.features[0], FEATURE_PROBE);
    rig_up_outbound(rig, links[1], &own);
    rig_say(rig, links[1], MESSAGE_HELLO, &hello);
    assert_int_equal(rig_link(rig, links[1]).state, LINK_STATE_OPEN);
    for (uint32_t i = 2; i < 4; i++) links[i] = witness(rig, i, "203.0.113.7:50000");
    assert_true(wait_asked(rig, links, 4, &probe) != 0);
    assert_true(address_equal(&probe.address, &seen));
    rig_free(rig);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_networks_that_get_through_make_us_public),
        cmocka_unit_test(three_that_fail_make_us_private),
        cmocka_unit_test(a_yes_that_we_did_not_see_arrive_counts_nothing),
        cmocka_unit_test(who_had_no_room_has_seen_nothing),
        cmocka_unit_test(one_link_is_asked_once_in_a_minute),
        cmocka_unit_test(most_links_say_where_we_are),
        cmocka_unit_test(nobody_is_asked_who_does_not_answer_probes_or_is_near),
        cmocka_unit_test(what_the_caretaker_fixed_stays),
        cmocka_unit_test(another_network_is_another_question),
        cmocka_unit_test(a_probe_that_nobody_asked_for_is_refused),
        cmocka_unit_test(a_peer_is_dialled_at_its_own_address_and_told),
        cmocka_unit_test(a_failed_test_is_told_with_its_reason_and_charged_to_nobody),
        cmocka_unit_test(nobody_else_s_address_is_dialled),
        cmocka_unit_test(one_test_for_a_link_in_a_minute),
        cmocka_unit_test(two_tests_at_once),
        cmocka_unit_test(a_peer_whose_link_ends_during_its_test_is_dialled_again),
        cmocka_unit_test(guests_of_two_networks_do_not_outvote_the_view),
        cmocka_unit_test(a_caller_does_not_lower_the_voice_of_its_network),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
