/* SPDX-License-Identifier: Apache-2.0 */
/* One beacon tells of as many peers as it can, each in a network of its own: it has its share of what a node knows and
 * of whom it is linked with, no more; and the node can say how much that is. */
#include "lib/engine_rig.h"
#include "lib/engine_tables.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { LISTED = 2000, FIRST = 100000, BOOK = 256, PASSIVE = 32, OTHERS = 40, OTHER_LINKS = 1 };

static struct node_id ids[LISTED];

/* In a network that is nobody else's. */
static struct rig_peer listed_peer(const struct rig *rig, uint32_t i) {
    struct rig_peer peer = rig_peer(FIRST + i);
    peer.address = (struct address){.family = ADDRESS_IPV4, .port = 8782, .ip = {20, (uint8_t)(i >> 8), (uint8_t)i, 1}};
    peer.ticket = rig_ticket(&peer, rig_wall_ms(rig), &peer.address, 1, "rig", 1);
    return peer;
}

static void list(struct rig *rig, uint8_t source, const struct ticket *tickets, size_t count) {
    struct beacon_reply reply = {.is_ok = true, .ticket_count = count, .tickets = tickets};
    struct input input = {.kind = INPUT_BEACON_REPLY};
    input.as.beacon.source = source;
    input.as.beacon.was_announce = true;
    input.as.beacon.status = 200;
    input.as.beacon.reply = &reply;
    rig_feed(rig, &(struct input){.kind = INPUT_REFRESH});
    rig_tick(rig, 0);
    rig_feed(rig, &input);
}

static void answer_dials(struct rig *rig, size_t *answered, uint32_t known) {
    for (; *answered < rig->dial_count; (*answered)++) {
        struct rig_dial dial = rig->dials[*answered];
        for (uint32_t i = 0; i < known; i++) {
            if (!node_id_equal(&ids[i], &dial.peer)) continue;
            struct rig_peer peer = listed_peer(rig, i);
            rig_link_outbound(rig, dial.link, &peer);
        }
    }
}

static size_t count_passive(const struct rig *rig) {
    size_t count = 0;
    for (size_t i = 0; i < LISTED; i++) count += engine_tables_passive_holds(rig->engine, &ids[i]);
    return count;
}

static void assert_share(const struct rig *rig) {
    struct rendezvous_view view;
    engine_view_rendezvous(rig->engine, &view);
    assert_int_equal(view.known_max, BOOK / 2);
    assert_in_range(view.known_of[0], 0, BOOK / 2);
    assert_in_range(view.links_of[0], 0, LIMIT_VIEW_MAX / 2);
    assert_in_range(count_passive(rig), 0, PASSIVE / 2);
}

static void flood(struct rig *rig) {
    static struct ticket tickets[LIMIT_ANSWER_TICKETS_MAX];
    size_t answered = 0;
    for (uint32_t done = 0; done < LISTED;) {
        for (uint32_t i = 0; i < LIMIT_ANSWER_TICKETS_MAX; i++) {
            struct rig_peer peer = listed_peer(rig, done + i);
            ids[done + i] = peer.id;
            tickets[i] = peer.ticket;
        }
        list(rig, 0, tickets, LIMIT_ANSWER_TICKETS_MAX);
        done += LIMIT_ANSWER_TICKETS_MAX;
        for (int rounds = 0; rounds < 10; rounds++) {
            answer_dials(rig, &answered, done);
            assert_share(rig);
            rig_live(rig, 1000);
        }
    }
}

static void a_beacon_has_its_share_however_many_it_lists(void **state) {
    (void)state;
    struct rendezvous_view view;
    struct rig *rig = RIG(.source_count = 2, .book_rows = BOOK, .passive_tickets = PASSIVE, .links = 64);
    rig_fill_view(rig, OTHER_LINKS, MESH_WISH_LOW);
    flood(rig);
    engine_view_rendezvous(rig->engine, &view);
    print_message("of %d listed: %u rows of %d, %zu of %d in the passive view, %u of %zu links\n", LISTED,
                  view.known_of[0], BOOK, count_passive(rig), PASSIVE, view.links_of[0], view.open_links);
    assert_int_equal(view.known_of[0], BOOK / 2); /* it did try */
    assert_int_equal(view.links_of[0], LIMIT_VIEW_MAX / 2);
    assert_in_range(view.open_links, 0, LIMIT_VIEW_TARGET - 1); /* a place stayed free for somebody else's */
    assert_int_equal(view.known_of[1], 0);
    rig_free(rig);
}

static void and_leaves_room_for_what_another_lists(void **state) {
    (void)state;
    static struct ticket tickets[OTHERS];
    struct rendezvous_view view;
    struct rig *rig = RIG(.source_count = 2, .book_rows = BOOK, .passive_tickets = PASSIVE, .links = 64);
    rig_fill_view(rig, OTHER_LINKS, MESH_WISH_LOW);
    flood(rig);
    for (uint32_t i = 0; i < OTHERS; i++) tickets[i] = listed_peer(rig, 40000 + i).ticket;
    list(rig, 1, tickets, OTHERS);
    engine_view_rendezvous(rig->engine, &view);
    assert_int_equal(view.known_of[1], OTHERS);
    assert_int_equal(view.known_of[0], BOOK / 2);
    rig_free(rig);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_beacon_has_its_share_however_many_it_lists),
        cmocka_unit_test(and_leaves_room_for_what_another_lists),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
