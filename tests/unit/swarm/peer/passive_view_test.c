/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/peer/passive_view.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NOW 1763640000000LL
enum { CAPACITY = 8 };

/* A passive view never looks at signatures: what it is given was checked. */
static struct ticket ticket_of(uint32_t number, int64_t issued_at_ms) {
    struct ticket ticket = {.is_native = true, .issued_at_ms = issued_at_ms, .expires_at_ms = issued_at_ms + 180000};
    ticket.node_id.bytes[0] = (uint8_t)(number >> 8);
    ticket.node_id.bytes[1] = (uint8_t)number;
    ticket.addr_count = 1; /* each in a network of its own */
    ticket.addrs[0] = (struct address){
        .family = ADDRESS_IPV4, .port = 8782, .ip = {198, 18, (uint8_t)number, (uint8_t)(number >> 8)}};
    if (number > 255) ticket.addrs[0].ip[1] = 19, ticket.addrs[0].ip[2] = (uint8_t)(number + (number >> 8));
    return ticket;
}

static const struct learned_from NOBODY = {.kind = PROVENANCE_OPERATOR};

static enum passive_put put(struct passive_view *view, uint32_t number, int64_t issued_at_ms) {
    struct ticket ticket = ticket_of(number, issued_at_ms);
    return passive_view_put(view, &ticket, &NOBODY);
}

static bool holds(const struct passive_view *view, uint32_t number) {
    struct ticket ticket = ticket_of(number, 0);
    return passive_view_find(view, &ticket.node_id) != NULL;
}

static int make(void **state) {
    struct passive_view *view = calloc(1, sizeof *view);
    *state = view;
    return view != NULL && passive_view_init(view, CAPACITY) ? 0 : 1;
}

static int unmake(void **state) {
    passive_view_deinit(*state);
    free(*state);
    return 0;
}

static void a_node_has_one_ticket_its_newest(void **state) {
    struct passive_view *view = *state;
    assert_int_equal(put(view, 1, NOW), PASSIVE_NEW);
    assert_int_equal(put(view, 1, NOW), PASSIVE_SAME);
    assert_int_equal(put(view, 1, NOW - 1), PASSIVE_STALE);
    assert_int_equal(put(view, 1, NOW + 1), PASSIVE_NEWER);
    assert_int_equal(view->count, 1);
    assert_true(view->peers[0].ticket.issued_at_ms == NOW + 1);
}

static void when_full_the_oldest_goes(void **state) {
    struct passive_view *view = *state;
    for (uint32_t i = 0; i < CAPACITY; i++) assert_int_equal(put(view, i, NOW + i), PASSIVE_NEW);
    assert_int_equal(put(view, 100, NOW + 1000), PASSIVE_NEW);
    assert_false(holds(view, 0));
    assert_true(holds(view, 1) && holds(view, 100));
    assert_int_equal(put(view, 101, NOW), PASSIVE_FULL);
    assert_false(holds(view, 101));
    assert_int_equal(view->count, CAPACITY);
}

static void a_thousand_nodes_take_no_more_than_its_places(void **state) {
    struct passive_view *view = *state;
    for (uint32_t i = 0; i < 1000; i++) put(view, i, NOW + i);
    assert_int_equal(view->count, CAPACITY);
    for (uint32_t i = 1000 - CAPACITY; i < 1000; i++) assert_true(holds(view, i));
}

static void what_is_no_longer_known_is_forgotten(void **state) {
    struct passive_view *view = *state;
    put(view, 1, NOW - LIMIT_TICKET_KNOWN_MS - 60000);
    put(view, 2, NOW);
    put(view, 3, NOW - LIMIT_TICKET_KNOWN_MS - 60000);
    passive_view_forget_old(view, NOW);
    assert_int_equal(view->count, 1);
    assert_true(holds(view, 2));
}

static void a_sample_has_no_twins_and_not_the_receiver(void **state) {
    struct passive_view *view = *state;
    struct prng prng = prng_seeded(5);
    struct ticket except = ticket_of(3, 0);
    for (uint32_t i = 0; i < CAPACITY; i++) put(view, i, NOW);
    for (int round = 0; round < 200; round++) {
        const struct ticket *picked[CAPACITY];
        size_t count = passive_view_sample(view, &prng, &except.node_id, CAPACITY, picked);
        assert_int_equal(count, CAPACITY - 1);
        for (size_t a = 0; a < count; a++) {
            assert_false(node_id_equal(&picked[a]->node_id, &except.node_id));
            for (size_t b = 0; b < a; b++) assert_ptr_not_equal(picked[a], picked[b]);
        }
    }
}

static void every_ticket_is_as_likely(void **state) {
    struct passive_view *view = *state;
    struct prng prng = prng_seeded(6);
    int seen[CAPACITY] = {0};
    for (uint32_t i = 0; i < CAPACITY; i++) put(view, i, NOW);
    for (int round = 0; round < 8000; round++) {
        const struct ticket *picked[2];
        size_t count = passive_view_sample(view, &prng, &NODE_ID_NONE, 2, picked);
        for (size_t i = 0; i < count; i++) seen[picked[i]->node_id.bytes[1]]++;
    }
    /* The id of number 0 is "none", which is left out here. */
    for (uint32_t i = 1; i < CAPACITY; i++) assert_in_range(seen[i], 2000, 2600);
}

static size_t count_where(const struct passive_view *view, bool (*is_so)(const struct passive_peer *peer)) {
    size_t count = 0;
    for (size_t i = 0; i < view->count; i++) count += is_so(&view->peers[i]);
    return count;
}

static bool is_in_200(const struct passive_peer *peer) {
    return peer->ticket.addrs[0].ip[0] == 203;
}

static void one_network_has_its_share(void **state) {
    struct passive_view *view = *state;
    for (uint32_t i = 0; i < 4; i++) put(view, i, NOW);
    for (uint32_t i = 0; i < 10000; i++) {
        struct ticket ticket = ticket_of(1000 + i, NOW + i);
        ticket.addrs[0] = (struct address){.family = ADDRESS_IPV4, .port = 1, .ip = {203, 0, 113, (uint8_t)i}};
        passive_view_put(view, &ticket, &NOBODY);
    }
    assert_int_equal(count_where(view, is_in_200), 3);
    for (uint32_t i = 0; i < 4; i++) assert_true(holds(view, i));
}

static bool is_of_liar(const struct passive_peer *peer) {
    return peer->from.node.bytes[0] == 9;
}

static void one_introducer_has_half(void **state) {
    struct passive_view *view = *state;
    struct learned_from liar = {.kind = PROVENANCE_PEX, .node = {{9}}};
    for (uint32_t i = 0; i < 4; i++) put(view, i, NOW);
    for (uint32_t i = 0; i < 200; i++) {
        struct ticket ticket = ticket_of(20 + i, NOW + 1 + i);
        passive_view_put(view, &ticket, &liar);
    }
    assert_int_equal(count_where(view, is_of_liar), CAPACITY / 2);
    for (uint32_t i = 0; i < 4; i++) assert_true(holds(view, i));
}

/* Each signs a first ticket in a network of its own, and a second one in another. */
static void moving_does_not_get_round_the_share(void **state) {
    struct passive_view *view = *state;
    for (uint32_t i = 0; i < CAPACITY; i++) put(view, i, NOW);
    for (uint32_t i = 0; i < CAPACITY; i++) {
        struct ticket ticket = ticket_of(i, NOW + 1 + i);
        ticket.addrs[0] = (struct address){.family = ADDRESS_IPV4, .port = 1, .ip = {203, 0, 113, (uint8_t)i}};
        passive_view_put(view, &ticket, &NOBODY);
    }
    assert_int_equal(count_where(view, is_in_200), 3);
}

static void what_is_removed_is_gone(void **state) {
    struct passive_view *view = *state;
    struct ticket ticket = ticket_of(2, NOW);
    for (uint32_t i = 1; i < 4; i++) put(view, i, NOW);
    assert_true(passive_view_remove(view, &ticket.node_id));
    assert_false(passive_view_remove(view, &ticket.node_id));
    assert_true(holds(view, 1) && !holds(view, 2) && holds(view, 3));
}

static void an_empty_view_gives_nothing(void **state) {
    struct passive_view *view = *state;
    struct prng prng = prng_seeded(7);
    const struct ticket *picked[4];
    assert_int_equal(passive_view_sample(view, &prng, &NODE_ID_NONE, 4, picked), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_node_has_one_ticket_its_newest, make, unmake),
        cmocka_unit_test_setup_teardown(when_full_the_oldest_goes, make, unmake),
        cmocka_unit_test_setup_teardown(a_thousand_nodes_take_no_more_than_its_places, make, unmake),
        cmocka_unit_test_setup_teardown(what_is_no_longer_known_is_forgotten, make, unmake),
        cmocka_unit_test_setup_teardown(a_sample_has_no_twins_and_not_the_receiver, make, unmake),
        cmocka_unit_test_setup_teardown(every_ticket_is_as_likely, make, unmake),
        cmocka_unit_test_setup_teardown(one_network_has_its_share, make, unmake),
        cmocka_unit_test_setup_teardown(one_introducer_has_half, make, unmake),
        cmocka_unit_test_setup_teardown(moving_does_not_get_round_the_share, make, unmake),
        cmocka_unit_test_setup_teardown(what_is_removed_is_gone, make, unmake),
        cmocka_unit_test_setup_teardown(an_empty_view_gives_nothing, make, unmake),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
