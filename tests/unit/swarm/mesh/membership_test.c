/* SPDX-License-Identifier: Apache-2.0 */
/* The walk of a joiner's ticket through the mesh, one step at a time. */
#include "lib/engine_rig.h"
#include "swarm/wire/forward_join.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { NEIGHBOURS = 5 };

static uint32_t link_of(size_t neighbour) {
    return (uint32_t)(1 + 2 * neighbour); /* inbound links are odd, in the order they came */
}

/* What was passed on over this link; NULL: nothing. */
static const struct forward_join *passed(const struct rig *rig, uint32_t link) {
    static uint8_t memory[LIMIT_CHECK_ARENA];
    const struct action *sent = rig_sent(rig, link, MESSAGE_FORWARD_JOIN);
    struct arena arena = arena_over(memory, sizeof memory);
    struct verifier verifier = sign_verifier();
    const void *checked = NULL;
    if (sent == NULL) return NULL;
    assert_int_equal(forward_join_check(sent->bytes, &verifier, &arena, &checked), REFUSAL_NONE);
    return checked;
}

static size_t count_passed(const struct rig *rig) {
    size_t count = 0;
    for (size_t i = 0; i < rig->kept_count; i++) {
        const struct action *action = &rig->kept[i].action;
        count += action->kind == ACTION_SEND && action->type == MESSAGE_FORWARD_JOIN;
    }
    return count;
}

static void say_join(struct rig *rig, uint32_t link, int64_t hops, const struct ticket *ticket) {
    struct forward_join join = {.hops = hops, .ticket = *ticket};
    rig_say(rig, link, MESSAGE_FORWARD_JOIN, &join);
}

static bool knows(const struct rig *rig, const struct node_id *id) {
    struct peer_view views[64];
    size_t next;
    size_t count = engine_view_peers(rig->engine, 0, views, 64, &next, rig->now_ms);
    for (size_t i = 0; i < count; i++) {
        if (node_id_equal(&views[i].node_id, id)) return true;
    }
    return false;
}

static void a_join_is_told_to_every_other_neighbour(void **state) {
    (void)state;
    struct rig *rig = RIG();
    struct rig_peer joiner = rig_peer(1);
    struct hello hello = rig_hello(&joiner);
    rig_fill_view(rig, NEIGHBOURS, MESH_WISH_LOW);
    hello.mesh = MESH_WISH_JOIN;
    uint32_t link = rig_up_inbound(rig, &joiner);
    rig_say(rig, link, MESSAGE_HELLO, &hello);
    assert_int_equal(count_passed(rig), NEIGHBOURS);
    for (size_t i = 0; i < NEIGHBOURS; i++) {
        const struct forward_join *join = passed(rig, link_of(i));
        assert_true(join != NULL && join->hops == FORWARD_JOIN_HOPS);
        assert_true(node_id_equal(&join->ticket.node_id, &joiner.id));
    }
    rig_free(rig);
}

static void who_is_not_joining_is_not_told_of(void **state) {
    (void)state;
    struct rig *rig = RIG();
    struct rig_peer peer = rig_peer(1);
    rig_fill_view(rig, NEIGHBOURS, MESH_WISH_LOW);
    rig_link_inbound(rig, &peer);
    assert_int_equal(count_passed(rig), 0);
    rig_free(rig);
}

static void a_step_goes_to_one_other_with_a_hop_less(void **state) {
    (void)state;
    struct rig *rig = RIG();
    struct rig_peer joiner = rig_peer(1);
    rig_fill_view(rig, NEIGHBOURS, MESH_WISH_LOW);
    say_join(rig, link_of(0), 6, &joiner.ticket);
    assert_int_equal(count_passed(rig), 1);
    assert_null(passed(rig, link_of(0)));
    for (size_t i = 1; i < NEIGHBOURS; i++) {
        const struct forward_join *join = passed(rig, link_of(i));
        assert_true(join == NULL || join->hops == 5);
    }
    assert_false(knows(rig, &joiner.id));
    rig_free(rig);
}

static void half_way_it_is_kept_but_not_dialled(void **state) {
    (void)state;
    struct rig *rig = RIG();
    struct rig_peer joiner = rig_peer(1);
    rig_fill_view(rig, LIMIT_VIEW_TARGET, MESH_WISH_LOW);
    say_join(rig, link_of(0), 3, &joiner.ticket);
    assert_true(knows(rig, &joiner.id));
    assert_int_equal(rig_count(rig, ACTION_DIAL), 0);
    assert_int_equal(count_passed(rig), 1);
    rig_free(rig);
}

static void at_the_end_it_is_dialled(void **state) {
    (void)state;
    struct rig *rig = RIG();
    struct rig_peer joiner = rig_peer(1);
    rig_fill_view(rig, LIMIT_VIEW_TARGET, MESH_WISH_LOW);
    say_join(rig, link_of(0), 0, &joiner.ticket);
    assert_int_equal(count_passed(rig), 0);
    assert_int_equal(rig_count(rig, ACTION_DIAL), 1);
    assert_true(node_id_equal(&rig_action(rig, ACTION_DIAL, 0)->peer, &joiner.id));
    rig_free(rig);
}

static void a_full_view_does_not_dial_it(void **state) {
    (void)state;
    struct rig *rig = RIG();
    struct rig_peer joiner = rig_peer(1);
    rig_fill_view(rig, LIMIT_VIEW_MAX, MESH_WISH_JOIN);
    say_join(rig, link_of(0), 0, &joiner.ticket);
    assert_int_equal(rig_count(rig, ACTION_DIAL), 0);
    assert_true(knows(rig, &joiner.id));
    rig_free(rig);
}

static void with_few_links_the_walk_ends_here(void **state) {
    (void)state;
    struct rig *rig = RIG();
    struct rig_peer joiner = rig_peer(1);
    rig_fill_view(rig, LIMIT_VIEW_MIN - 1, MESH_WISH_LOW);
    say_join(rig, link_of(0), 6, &joiner.ticket);
    assert_int_equal(count_passed(rig), 0);
    assert_int_equal(rig_count(rig, ACTION_DIAL), 1);
    rig_free(rig);
}

static void it_is_never_passed_to_the_joiner_itself(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct rig *rig = RIG(.seed = seed);
        struct rig_peer joiner = rig_peer(1);
        rig_fill_view(rig, 3, MESH_WISH_LOW);
        uint32_t own = rig_link_inbound(rig, &joiner);
        say_join(rig, link_of(0), 6, &joiner.ticket);
        assert_int_equal(count_passed(rig), 1);
        assert_null(passed(rig, own));
        rig_free(rig);
    }
}

static void what_does_not_hold_or_is_old_goes_no_further(void **state) {
    (void)state;
    struct rig *rig = RIG();
    struct rig_peer joiner = rig_peer(1);
    struct forward_join bad = {.hops = 6, .ticket_refusal = REFUSAL_TICKET_SIGNATURE_INVALID};
    struct ticket old = rig_ticket(&joiner, RIG_WALL_MS - LIMIT_TICKET_KNOWN_MS - 60000, &joiner.address, 1, "rig", 1);
    struct ticket foreign = rig_ticket(&joiner, RIG_WALL_MS, &joiner.address, 1, "elsewhere", 1);
    rig_fill_view(rig, NEIGHBOURS, MESH_WISH_LOW);
    rig_say(rig, link_of(0), MESSAGE_FORWARD_JOIN, &bad);
    assert_int_equal(count_passed(rig), 0);
    assert_non_null(rig_event(rig, EVENT_PEX_TICKETS_REFUSED));
    say_join(rig, link_of(0), 6, &old);
    assert_int_equal(count_passed(rig), 0);
    say_join(rig, link_of(0), 0, &foreign);
    assert_int_equal(rig_count(rig, ACTION_DIAL), 0);
    assert_int_equal(rig_link(rig, link_of(0)).state, LINK_STATE_OPEN);
    rig_free(rig);
}

static void a_guest_has_no_say(void **state) {
    (void)state;
    struct rig *rig = RIG();
    struct rig_peer guest = rig_peer(2), joiner = rig_peer(1);
    struct hello hello = rig_hello(&guest);
    hello.mesh = MESH_WISH_NONE;
    rig_fill_view(rig, NEIGHBOURS, MESH_WISH_LOW);
    uint32_t link = rig_up_inbound(rig, &guest);
    rig_say(rig, link, MESSAGE_HELLO, &hello);
    say_join(rig, link, 6, &joiner.ticket);
    assert_int_equal(count_passed(rig), 0);
    rig_free(rig);
}

/* However many joins come in, each neighbour gets no more than it would accept. */
static void a_flood_is_not_passed_on(void **state) {
    (void)state;
    struct rig *rig = RIG();
    size_t total = 0;
    rig_fill_view(rig, 2 + LIMIT_VIEW_MIN, MESH_WISH_LOW);
    for (uint32_t i = 0; i < 1000; i++) {
        struct rig_peer joiner = rig_peer(1000 + i);
        say_join(rig, link_of(0), 6, &joiner.ticket);
        total += count_passed(rig);
    }
    assert_int_equal(total, (1 + LIMIT_VIEW_MIN) * LIMIT_FORWARD_JOIN_BURST);
    rig_free(rig);
}

/* What joins make us dial counts like what we look for ourselves: else the ledger is full, and nobody is dialled. */
static void what_joins_make_us_dial_keeps_the_pace_of_dials(void **state) {
    (void)state;
    enum { TELLERS = 8, MINUTE_S = 60, DIALS_MAX = 60000 / LIMIT_DIAL_EVERY_MS + LIMIT_DIAL_BURST };
    struct rig *rig = RIG(.book_rows = 2048, .passive_tickets = 64);
    rig_fill_view(rig, TELLERS, MESH_WISH_LOW);
    for (uint32_t second = 0; second < MINUTE_S; second++) {
        for (uint32_t i = 0; i < 2 * TELLERS; i++) {
            struct rig_peer named = rig_peer(1000 + second * 2 * TELLERS + i);
            say_join(rig, link_of(i / 2), 0, &named.ticket);
            if (rig_count(rig, ACTION_DIAL) > 0)
                rig_dial_failed(rig, rig_action(rig, ACTION_DIAL, 0)->link, REASON_REFUSED);
        }
        rig_live(rig, 1000);
    }
    print_message("%zu dials in a minute\n", rig->dial_count);
    assert_true(rig->dial_count <= DIALS_MAX);
    rig_free(rig);
}

/* One neighbour always has a join at hand whose joiner does not answer: a full view still trades a link. */
static void joins_do_not_end_exploring(void **state) {
    (void)state;
    enum { STEP_MS = 5000, PERIODS = 5 };
    struct rig *rig = RIG(.source_count = 1);
    struct rig_peer stranger = rig_peer(1);
    bool is_explored = false;
    rig_fill_view(rig, LIMIT_VIEW_TARGET, MESH_WISH_LOW);
    rig_beacon_lists(rig, &stranger.ticket, 1);
    for (uint32_t i = 0; i < PERIODS * LIMIT_EXPLORE_MS / STEP_MS; i++) {
        struct rig_peer joiner = rig_peer(1000 + i);
        say_join(rig, link_of(0), 0, &joiner.ticket);
        rig_live(rig, STEP_MS);
    }
    for (size_t i = 0; i < rig->dial_count; i++) is_explored |= node_id_equal(&rig->dials[i].peer, &stranger.id);
    print_message("%zu dials\n", rig->dial_count);
    assert_true(is_explored);
    rig_free(rig);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_join_is_told_to_every_other_neighbour),
        cmocka_unit_test(who_is_not_joining_is_not_told_of),
        cmocka_unit_test(a_step_goes_to_one_other_with_a_hop_less),
        cmocka_unit_test(half_way_it_is_kept_but_not_dialled),
        cmocka_unit_test(at_the_end_it_is_dialled),
        cmocka_unit_test(a_full_view_does_not_dial_it),
        cmocka_unit_test(with_few_links_the_walk_ends_here),
        cmocka_unit_test(it_is_never_passed_to_the_joiner_itself),
        cmocka_unit_test(what_does_not_hold_or_is_old_goes_no_further),
        cmocka_unit_test(a_guest_has_no_say),
        cmocka_unit_test(a_flood_is_not_passed_on),
        cmocka_unit_test(what_joins_make_us_dial_keeps_the_pace_of_dials),
        cmocka_unit_test(joins_do_not_end_exploring),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
