/* SPDX-License-Identifier: Apache-2.0 */
/* Tickets are signed by whoever made them, but what they say of addresses is only a claim: a node must not become the
 * weapon of somebody who signs two hundred of them with a victim's address. */
#include "lib/swarm.h"
#include "swarm/engine_view.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { FORGED = 200, MINUTES = 5 };
#define MINUTE_MS 60000LL

static struct ticket forged_ticket(uint32_t number, const struct address *victim, int64_t wall_ms) {
    struct ticket ticket;
    struct signing_key key;
    uint8_t seed[32] = {'f', (uint8_t)(number >> 8), (uint8_t)number};
    sign_key_from_seed(&key, seed);
    struct public_key public_key = sign_public_key(&key);
    struct node_id id = node_id_of_key(&public_key);
    char peer_id[NODE_ID_TEXT_SIZE + 1];
    struct ticket_draft draft = {
        .peer_id = node_id_text(&id, peer_id),
        .user_id = peer_id,
        .nonce = "AAAAAAAAAAAAAAAA",
        .issued_at_ms = wall_ms,
        .expires_at_ms = wall_ms + LIMIT_TICKET_LIFETIME_MS,
        .addrs = victim,
        .addr_count = 1,
        .is_native = true,
        .community = "simulated",
    };
    assert_true(ticket_sign(&ticket, &draft, &key));
    return ticket;
}

/* As if the first beacon listed them. */
static void list(struct world *world, uint32_t node, const struct ticket *tickets, size_t count) {
    struct beacon_reply reply = {.is_ok = true, .ticket_count = count, .tickets = tickets};
    struct input input = {.kind = INPUT_BEACON_REPLY};
    input.as.beacon.status = 200;
    input.as.beacon.reply = &reply;
    host_feed(world_host(world, node), &(struct input){.kind = INPUT_REFRESH});
    host_feed(world_host(world, node), &input);
}

static uint64_t attempts_since(const struct world *world, const struct address *address, int64_t since_ms,
                               bool whole_ip) {
    const struct trace *trace = world_trace(world);
    uint64_t count = 0;
    for (size_t i = 0; i < trace_kept(trace); i++) {
        const struct trace_line *line = trace_line(trace, i);
        if (line->event.code != EVENT_CONNECT_ATTEMPT || line->at_ms < since_ms || line->host != 0) continue;
        count +=
            whole_ip ? address_same_ip(&line->event.address, address) : address_equal(&line->event.address, address);
    }
    return count;
}

/* 198.19.255.1: a victim outside the simulated network; every dial to it times out. */
static struct address victim_address(uint16_t port) {
    return (struct address){.family = ADDRESS_IPV4, .port = port, .ip = {198, 19, 255, 1}};
}

static void forged_tickets_do_not_make_a_flood(void **state) {
    (void)state;
    struct ticket tickets[FORGED];
    struct world *world = swarm_begun(1, 3);
    world_run_for(world, 20000);
    int64_t wall_ms = world_look(world, 0)->stage->wall_zero_ms + world_now_ms(world);
    for (uint32_t i = 0; i < FORGED; i++) {
        struct address victim = victim_address((uint16_t)(8000 + i / 2)); /* each port of it twice */
        tickets[i] = forged_ticket(i, &victim, wall_ms);
    }
    list(world, 0, tickets, FORGED);
    for (int minute = 0; minute < MINUTES; minute++) {
        int64_t began_ms = world_now_ms(world);
        world_run_for(world, MINUTE_MS - 1);
        struct address victim = victim_address(8000);
        uint64_t attempts = attempts_since(world, &victim, began_ms, true);
        print_message("200 forged tickets of one victim: %" PRIu64 " dials in minute %d\n", attempts, minute + 1);
        if (attempts > LIMIT_DIAL_PUBLIC_IP_PER_MINUTE) swarm_tell(world, 0);
        assert_true(attempts <= LIMIT_DIAL_PUBLIC_IP_PER_MINUTE);
    }
    assert_true(swarm_is_one(world));
    swarm_end(world);
}

static void an_honest_peer_is_found_among_forged_ones(void **state) {
    (void)state;
    struct ticket tickets[FORGED];
    struct world *world = swarm_begun(2, 2);
    world_beacons(world, BEACON_MOOD_UNREACHABLE);
    world_run_for(world, 20000);
    int64_t wall_ms = world_look(world, 0)->stage->wall_zero_ms + world_now_ms(world);
    for (uint32_t i = 0; i < FORGED; i++) {
        struct address victim = victim_address(8000);
        tickets[i] = forged_ticket(i, &victim, wall_ms);
    }
    list(world, 0, tickets, FORGED);
    list(world, 0, engine_view_ticket(world_look(world, 1)->engine), 1);
    world_run_for(world, 15000);
    assert_true(world_is_linked(world, 0, 1));
    swarm_end(world);
}

static void one_address_is_dialled_once_in_ten_seconds(void **state) {
    (void)state;
    struct ticket tickets[10];
    struct world *world = swarm_begun(3, 1);
    world_run_for(world, 20000);
    struct address victim = victim_address(9000);
    int64_t wall_ms = world_look(world, 0)->stage->wall_zero_ms + world_now_ms(world);
    for (uint32_t i = 0; i < 10; i++) tickets[i] = forged_ticket(i, &victim, wall_ms);
    list(world, 0, tickets, 10);
    for (int i = 0; i < 12; i++) {
        int64_t began_ms = world_now_ms(world);
        world_run_for(world, LIMIT_DIAL_SAME_ADDRESS_MS - 1);
        assert_true(attempts_since(world, &victim, began_ms, false) <= 1);
    }
    swarm_end(world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forged_tickets_do_not_make_a_flood),
        cmocka_unit_test(an_honest_peer_is_found_among_forged_ones),
        cmocka_unit_test(one_address_is_dialled_once_in_ten_seconds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
