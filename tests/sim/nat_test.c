/* SPDX-License-Identifier: Apache-2.0 */
/* Nodes behind routers: who can be dialled, how they look from outside, and that they belong to the swarm all the
 * same. */
#include "lib/swarm.h"
#include "swarm/engine_view.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { NODES = 30, SETTLE_MS = 300000 };

static struct world *behind_routers(uint64_t seed) {
    struct world *world = world_new(
        &(struct world_options){.seed = seed, .node_count = NODES, .closed_percent = 40, .mapped_percent = 20});
    world_start_all(world);
    world_run_for(world, SETTLE_MS);
    return world;
}

/* Every inbound link shows a public address with a port of its own, whatever the caller's own address is. */
static void judge_links(const struct world *world, uint32_t node, size_t *from_closed) {
    struct link_outline links[LIMIT_LINKS_MAX];
    size_t count = engine_view_outlines(world_look(world, node)->engine, links, LIMIT_LINKS_MAX);
    assert_true(world_look(world, node)->options.nat.kind != NAT_CLOSED || count > 0);
    for (size_t i = 0; i < count; i++) {
        uint32_t peer;
        if (links[i].state != LINK_STATE_OPEN || !world_find(world, &links[i].node_id, &peer)) continue;
        const struct host *host = world_look(world, peer);
        struct address at = host_public_address(host);
        assert_true(address_same_ip(&links[i].address, &at));
        if (links[i].is_inbound) assert_true(links[i].address.port >= 49152);
        if (links[i].is_inbound) assert_int_not_equal(world_look(world, node)->options.nat.kind, NAT_CLOSED);
        if (!links[i].is_inbound) assert_true(address_equal(&links[i].address, &at));
        *from_closed += host->options.nat.kind == NAT_CLOSED;
    }
}

static void routers_hide_who_is_behind_them(void **state) {
    (void)state;
    struct world *world = behind_routers(1);
    size_t from_closed = 0;
    assert_true(swarm_is_one(world));
    for (uint32_t i = 0; i < NODES; i++) judge_links(world, i, &from_closed);
    assert_true(from_closed > 0);
    swarm_end(world);
}

/* By being dialled back (WIRE W9, probe). */
static void a_forwarded_port_is_found_and_a_closed_one_too(void **state) {
    (void)state;
    struct world *world = behind_routers(2);
    size_t counts[NAT_CLOSED + 1] = {0};
    size_t advertised[NAT_CLOSED + 1] = {0};
    for (uint32_t i = 0; i < NODES; i++) {
        struct node_view view;
        engine_view_node(world_look(world, i)->engine, &view);
        counts[world_look(world, i)->options.nat.kind]++;
        advertised[world_look(world, i)->options.nat.kind] += view.addr_count > 0;
    }
    print_message("advertised: %zu of %zu open, %zu of %zu mapped, %zu of %zu closed\n", advertised[NAT_OPEN],
                  counts[NAT_OPEN], advertised[NAT_MAPPED], counts[NAT_MAPPED], advertised[NAT_CLOSED],
                  counts[NAT_CLOSED]);
    assert_true(counts[NAT_MAPPED] > 0 && counts[NAT_CLOSED] > 0);
    assert_int_equal(advertised[NAT_OPEN], counts[NAT_OPEN]);
    assert_int_equal(advertised[NAT_MAPPED], counts[NAT_MAPPED]);
    assert_int_equal(advertised[NAT_CLOSED], 0);
    swarm_end(world);
}

/* Those whom nobody can dial link with each other through signaling, and so the few open ones need not carry all. */
static void through_signaling_the_hidden_link_with_each_other(void **state) {
    (void)state;
    size_t between[2] = {0};
    for (int has_signaling = 0; has_signaling <= 1; has_signaling++) {
        struct world *world = world_new(&(struct world_options){
            .seed = 3, .node_count = NODES, .closed_percent = 85, .has_signaling = has_signaling == 1});
        world_start_all(world);
        world_run_for(world, SETTLE_MS);
        if (has_signaling) assert_true(swarm_is_one(world));
        for (uint32_t i = 0; i < NODES; i++) {
            struct link_outline links[LIMIT_LINKS_MAX];
            const struct host *host = world_look(world, i);
            const size_t count = engine_view_outlines(host->engine, links, LIMIT_LINKS_MAX);
            for (size_t l = 0; host->options.nat.kind == NAT_CLOSED && l < count; l++) {
                uint32_t peer;
                const bool is_open = links[l].state == LINK_STATE_OPEN && world_find(world, &links[l].node_id, &peer);
                between[has_signaling] += is_open && world_look(world, peer)->options.nat.kind == NAT_CLOSED;
            }
        }
        swarm_end(world);
    }
    print_message("ends of links between the hidden: %zu without signaling, %zu with it\n", between[0], between[1]);
    assert_int_equal(between[0], 0);
    assert_true(between[1] > 2 * NODES);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(routers_hide_who_is_behind_them),
        cmocka_unit_test(a_forwarded_port_is_found_and_a_closed_one_too),
        cmocka_unit_test(through_signaling_the_hidden_link_with_each_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
