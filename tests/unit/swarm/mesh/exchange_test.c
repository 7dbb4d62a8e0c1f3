/* SPDX-License-Identifier: Apache-2.0 */
/* How tickets come in over links, and which of them go on. */
#include "lib/engine_rig.h"
#include "lib/engine_tables.h"
#include "lib/message_bench.h"

#include "swarm/wire/pex.h"
#include "swarm/wire/ping.h"
#include "swarm/wire/ticket_frame.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

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

/* Whether a peer of this wish, who is talkative and alone with us, is asked for tickets within the first minute. */
static bool is_asked(enum mesh_wish wish) {
    struct rig *rig = RIG();
    struct rig_peer peer = rig_peer(1);
    struct hello hello = rig_hello(&peer);
    struct ping ping = {0};
    int64_t end_ms = rig->now_ms + 60000;
    bool is_asked = false;
    hello.mesh = wish;
    uint32_t link = rig_up_inbound(rig, &peer);
    rig_say(rig, link, MESSAGE_HELLO, &hello);
    while (rig->now_ms < end_ms && !is_asked) {
        rig_tick(rig, engine_deadline_ms(rig->engine) - rig->now_ms);
        is_asked = rig_sent(rig, link, MESSAGE_PEX) != NULL;
        rig_say(rig, link, MESSAGE_PING, &ping);
    }
    assert_int_equal(rig_link(rig, link).state, LINK_STATE_OPEN);
    rig_free(rig);
    return is_asked;
}

static void only_links_of_the_mesh_are_asked_for_tickets(void **state) {
    (void)state;
    assert_true(is_asked(MESH_WISH_LOW));
    assert_false(is_asked(MESH_WISH_NONE));
}

/* Whether the ticket of this neighbour, who changed it to that, is passed on to another. */
static bool is_passed_on(int64_t issued_at_ms, const char *community) {
    struct rig *rig = RIG();
    struct rig_peer neighbour = rig_peer(1), asking = rig_peer(2);
    uint32_t link = rig_link_inbound(rig, &neighbour);
    struct ticket_frame frame = {rig_ticket(&neighbour, issued_at_ms, &neighbour.address, 1, community, 1)};
    rig_say(rig, link, MESSAGE_TICKET_FRAME, &frame);
    uint32_t other = rig_link_inbound(rig, &asking);
    rig_say(rig, other, MESSAGE_PEX, &(struct pex){.want = LIMIT_PEX_TICKETS_MAX});
    const void *checked;
    const struct action *sent = rig_sent(rig, other, MESSAGE_PEX);
    assert_int_equal(message_bench_check(MESSAGE_PEX, sent->bytes, &checked), REFUSAL_NONE);
    const struct pex *pex = checked;
    bool is_passed_on = false;
    for (size_t i = 0; i < pex->ticket_count; i++) {
        is_passed_on = is_passed_on || node_id_equal(&pex->tickets[i].node_id, &neighbour.id);
    }
    rig_free(rig);
    return is_passed_on;
}

static void a_neighbours_ticket_travels_while_it_is_known(void **state) {
    (void)state;
    assert_true(is_passed_on(RIG_WALL_MS, "rig"));
    assert_false(is_passed_on(RIG_WALL_MS + 86400000, "rig"));
    assert_false(is_passed_on(RIG_WALL_MS, "elsewhere"));
}

static void a_neighbours_ticket_of_long_ago_does_not_travel(void **state) {
    (void)state;
    struct rig *rig = RIG();
    struct rig_peer neighbour = rig_peer(1), asking = rig_peer(2);
    int64_t issued_at_ms = RIG_WALL_MS - LIMIT_TICKET_KNOWN_MS - 1000;
    neighbour.ticket = rig_ticket(&neighbour, issued_at_ms, &neighbour.address, 1, "rig", 1);
    rig_link_inbound(rig, &neighbour);
    uint32_t other = rig_link_inbound(rig, &asking);
    rig_say(rig, other, MESSAGE_PEX, &(struct pex){.want = LIMIT_PEX_TICKETS_MAX});
    const void *checked;
    const struct action *sent = rig_sent(rig, other, MESSAGE_PEX);
    assert_int_equal(message_bench_check(MESSAGE_PEX, sent->bytes, &checked), REFUSAL_NONE);
    assert_int_equal(((const struct pex *)checked)->ticket_count, 1); /* ours alone */
    rig_free(rig);
}

/* W2: the older ticket changes nothing, and does not travel either. */
static void an_older_ticket_than_the_book_knows_is_no_candidate(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    struct rig_peer peer = rig_peer(1);
    struct ticket older = rig_ticket(&peer, RIG_WALL_MS - 600000, &peer.address, 1, "rig", 1);
    rig_beacon_lists(rig, &peer.ticket, 1);
    assert_int_equal(rig->dial_count, 1);
    rig_dial_failed(rig, rig->dials[0].link, REASON_TIMEOUT);
    assert_false(engine_tables_passive_holds(rig->engine, &peer.id));
    rig_beacon_lists_now(rig, &older, 1);
    assert_false(engine_tables_passive_holds(rig->engine, &peer.id));
    rig_free(rig);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ticket_of_somebody_else_is_refused),
        cmocka_unit_test(an_older_ticket_changes_nothing),
        cmocka_unit_test(a_newer_ticket_is_kept),
        cmocka_unit_test(a_pex_is_answered_once_in_ten_seconds),
        cmocka_unit_test(tickets_that_travel_are_those_that_are_known),
        cmocka_unit_test(only_links_of_the_mesh_are_asked_for_tickets),
        cmocka_unit_test(a_neighbours_ticket_travels_while_it_is_known),
        cmocka_unit_test(a_neighbours_ticket_of_long_ago_does_not_travel),
        cmocka_unit_test(an_older_ticket_than_the_book_knows_is_no_candidate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
