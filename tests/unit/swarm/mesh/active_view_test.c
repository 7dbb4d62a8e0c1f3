/* SPDX-License-Identifier: Apache-2.0 */
/* Whose links make up the view: places for those we choose ourselves, and no more than a share for one network or one
 * introducer. */
#include "lib/engine_rig.h"
#include "swarm/wire/pex.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/* So many strangers call, each from a network of its own; gives how many got a place. */
static size_t call_us(struct rig *rig, uint32_t first, size_t count, enum mesh_wish wish) {
    size_t open = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct rig_peer peer = rig_peer(first + i);
        struct hello hello = rig_hello(&peer);
        hello.mesh = wish;
        uint32_t link = rig_up_inbound(rig, &peer);
        rig_say(rig, link, MESSAGE_HELLO, &hello);
        open += rig_link(rig, link).state == LINK_STATE_OPEN;
    }
    return open;
}

static void three_places_are_for_our_own_calls(void **state) {
    (void)state;
    struct rig *rig = RIG();
    assert_int_equal(call_us(rig, 500, 20, MESH_WISH_LOW), LIMIT_VIEW_TARGET - 3);
    call_us(rig, 700, 40, MESH_WISH_JOIN);
    assert_int_equal(rig_open_count(rig), LIMIT_VIEW_MAX - 3);
    rig_free(rig);
}

static void answer(struct rig *rig, const struct link_view *dial, const struct rig_peer *peers, size_t count) {
    for (size_t k = 0; k < count; k++) {
        if (!node_id_equal(&peers[k].id, &dial->node_id)) continue;
        struct hello hello = rig_hello(&peers[k]);
        hello.mesh = MESH_WISH_NONE;
        rig_up_outbound(rig, dial->id, &peers[k]);
        rig_say(rig, dial->id, MESSAGE_HELLO, &hello);
    }
}

/* Answers every dial that is under way; gives how many there were. */
static size_t answer_dials(struct rig *rig, const struct rig_peer *peers, size_t count) {
    struct link_view views[32];
    size_t dials = 0;
    size_t links = engine_view_links(rig->engine, views, 32, rig->now_ms);
    for (size_t i = 0; i < links; i++) {
        if (views[i].state != LINK_STATE_DIALING) continue;
        answer(rig, &views[i], peers, count);
        dials++;
    }
    return dials;
}

enum { TOLD = 16 };

/* A lone introducer, however honest it may be, is half of what we know at most. */
static void one_introducer_gets_half_of_the_view(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    struct rig_peer peers[TOLD];
    struct ticket tickets[TOLD];
    for (uint32_t i = 0; i < TOLD; i++) {
        peers[i] = rig_peer(1 + i);
        tickets[i] = peers[i].ticket;
    }
    rig_beacon_lists(rig, tickets, TOLD);
    while (answer_dials(rig, peers, TOLD) > 0) continue;
    rig_tick(rig, 3000);
    assert_int_equal(rig_count(rig, ACTION_DIAL), 0);
    assert_int_equal(rig_open_count(rig), LIMIT_VIEW_MAX / 2);

    struct rig_peer other = rig_peer(99); /* another introducer fills the rest */
    struct rig_peer neighbour = rig_peer(600);
    uint32_t link = rig_link_inbound(rig, &neighbour);
    struct pex pex = {.ticket_count = 1, .tickets = &other.ticket};
    rig_say(rig, link, MESSAGE_PEX, &pex);
    assert_int_equal(rig_count(rig, ACTION_DIAL), 1);
    assert_true(node_id_equal(&rig_action(rig, ACTION_DIAL, 0)->peer, &other.id));
    rig_free(rig);
}

/* Ten thousand tickets of one network: three links of the view, and the rest of it is for others. */
static void one_network_gets_three_dials(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    static struct rig_peer peers[64];
    struct ticket tickets[64];
    for (uint32_t i = 0; i < 64; i++) {
        peers[i] = rig_peer(1 + i);
        peers[i].address = (struct address){.family = ADDRESS_IPV4, .port = 8782, .ip = {203, 0, 113, (uint8_t)i}};
        peers[i].ticket = rig_ticket(&peers[i], RIG_WALL_MS, &peers[i].address, 1, "rig", 1);
        tickets[i] = peers[i].ticket;
    }
    rig_beacon_lists(rig, tickets, 64);
    while (answer_dials(rig, peers, 64) > 0) continue;
    rig_tick(rig, 3000);
    assert_int_equal(rig_open_count(rig), LIMIT_VIEW_MIN);
    rig_free(rig);
}

/* Who has a place keeps it when he comes again, but not in a network that has its share. */
static void who_moves_finds_no_more_room_than_a_newcomer(void **state) {
    (void)state;
    struct rig *rig = RIG();
    struct rig_peer peers[4];
    rig_fill_view(rig, 1, MESH_WISH_LOW);
    for (uint32_t i = 0; i < 4; i++) {
        peers[i] = rig_peer(1 + i);
        assert_int_equal(rig_link(rig, rig_link_inbound(rig, &peers[i])).state, LINK_STATE_OPEN);
    }
    size_t of_network = 0;
    for (uint32_t i = 0; i < 4; i++) {
        peers[i].address = rig_address("192.0.2.1:8782");
        uint32_t link = rig_link_inbound(rig, &peers[i]);
        of_network += rig_link(rig, link).state == LINK_STATE_OPEN;
    }
    assert_true(of_network <= LIMIT_VIEW_PER_PREFIX);
    rig_free(rig);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_places_are_for_our_own_calls),
        cmocka_unit_test(one_introducer_gets_half_of_the_view),
        cmocka_unit_test(one_network_gets_three_dials),
        cmocka_unit_test(who_moves_finds_no_more_room_than_a_newcomer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
