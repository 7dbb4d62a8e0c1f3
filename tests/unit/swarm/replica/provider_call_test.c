/* SPDX-License-Identifier: Apache-2.0 */
/* A wanted file that no link holds: who is known to hold it is called. */
#include "lib/replica_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { FILE_A = 1 };

/* The view has its target, so that nobody is dialled but for a reason. */
static struct rig *begin(uint32_t *link) {
    struct rig *rig = RIG(.source_count = 1);
    replica_rig_room(rig, 0);
    for (uint32_t peer = 1; peer <= LIMIT_VIEW_TARGET; peer++) *link = replica_rig_link(rig, peer);
    return rig;
}

static void say_holds(struct rig *rig, uint32_t link, uint32_t number) {
    const struct rig_peer peer = rig_peer(number);
    const struct ticket ticket = rig_ticket(&peer, rig_wall_ms(rig), &peer.address, 1, "rig", 1);
    rig_beacon_lists_now(rig, &ticket, 1);
    replica_rig_holds(rig, link, number, FILE_A);
}

static void want(struct rig *rig) {
    const struct content_part part = content_rig_part(100, 1000);
    replica_rig_file(rig, FILE_A, FILE_WANTED, HOLDING_PINNED, 3);
    content_rig_missing(rig, FILE_A, &part, 1, true);
}

static void a_known_holder_is_called_as_a_guest_and_let_go_when_idle(void **state) {
    (void)state;
    uint32_t link;
    struct rig *rig = begin(&link);
    const struct rig_peer holder = rig_peer(60);
    say_holds(rig, link, 60);
    const size_t before = rig->dial_count;
    rig_live(rig, 5000);
    assert_int_equal(rig->dial_count, before);
    want(rig);
    rig_live(rig, 2000);
    assert_int_equal(rig->dial_count, before + 1);
    const struct rig_dial dial = rig->dials[before];
    assert_true(node_id_equal(&dial.peer, &holder.id));
    rig_link_outbound(rig, dial.link, &holder);
    assert_int_equal(rig_link(rig, dial.link).wish, MESH_WISH_NONE);
    replica_rig_file(rig, FILE_A, FILE_KNOWN, HOLDING_PINNED, 3);
    rig_live(rig, LIMIT_PROVIDER_IDLE_MS - 20000);
    assert_int_equal(rig_link(rig, dial.link).state, LINK_STATE_OPEN);
    rig_live(rig, 40000);
    assert_int_equal(rig_link(rig, dial.link).state, LINK_STATE_CLOSED);
    rig_free(rig);
}

static void a_few_are_called_at_once(void **state) {
    (void)state;
    uint32_t link;
    struct rig *rig = begin(&link);
    for (uint32_t peer = 60; peer < 70; peer++) say_holds(rig, link, peer);
    const size_t before = rig->dial_count;
    want(rig);
    rig_live(rig, 3000);
    assert_int_equal(rig->dial_count, before + LIMIT_PROVIDER_CALLS);
    rig_free(rig);
}

static void when_a_link_holds_it_nobody_is_called(void **state) {
    (void)state;
    uint32_t link;
    struct rig *rig = begin(&link);
    say_holds(rig, link, 60);
    replica_rig_holds(rig, link, LIMIT_VIEW_TARGET, FILE_A); /* who is linked, by its advert */
    const size_t before = rig->dial_count;
    want(rig);
    rig_live(rig, 5000);
    assert_int_equal(rig->dial_count, before);
    rig_free(rig);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_known_holder_is_called_as_a_guest_and_let_go_when_idle),
        cmocka_unit_test(a_few_are_called_at_once),
        cmocka_unit_test(when_a_link_holds_it_nobody_is_called),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
