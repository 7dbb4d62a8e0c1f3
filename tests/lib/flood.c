/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/flood.h"

#include "swarm/wire/forward_join.h"
#include "swarm/wire/pex.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

const char *flood_way_name(enum flood_way way) {
    static const char *const names[] = {"beacon", "pex", "forward-join"};
    return names[way];
}

uint32_t flood_guest(struct rig *rig, const struct rig_peer *peer) {
    struct hello hello = rig_hello(peer);
    hello.mesh = MESH_WISH_NONE;
    uint32_t link = rig_up_inbound(rig, peer);
    rig_say(rig, link, MESSAGE_HELLO, &hello);
    return rig_link(rig, link).state == LINK_STATE_OPEN ? link : 0;
}

size_t flood_portion(enum flood_way way) {
    static const size_t portions[] = {LIMIT_ANSWER_TICKETS_MAX, LIMIT_PEX_TICKETS_MAX, LIMIT_FORWARD_JOIN_BURST};
    return portions[way];
}

int64_t flood_pause_ms(enum flood_way way) {
    static const int64_t pauses_ms[] = {1000, LIMIT_PEX_SAME_PEER_MS, LIMIT_FORWARD_JOIN_BURST * LIMIT_FORWARD_JOIN_MS};
    return pauses_ms[way];
}

/* Each join comes with some way to go, and once more at its end. */
static void say_joins(struct rig *rig, uint32_t link, const struct ticket *tickets, size_t count) {
    for (size_t i = 0; i < count; i++) {
        struct forward_join join = {.hops = (int64_t)(i % (FORWARD_JOIN_HOPS + 1)), .ticket = tickets[i]};
        rig_say(rig, link, MESSAGE_FORWARD_JOIN, &join);
        join.hops = 0;
        rig_say(rig, link, MESSAGE_FORWARD_JOIN, &join);
    }
}

void flood_tell(struct rig *rig, enum flood_way way, uint32_t link, const struct ticket *tickets, size_t count) {
    struct pex pex = {.want = LIMIT_PEX_TICKETS_MAX, .ticket_count = count, .tickets = tickets};
    assert_in_range(count, 1, flood_portion(way));
    switch (way) {
    case FLOOD_BEACON: rig_beacon_lists_now(rig, tickets, count); return;
    case FLOOD_PEX: rig_say(rig, link, MESSAGE_PEX, &pex); return;
    case FLOOD_FORWARD_JOIN: say_joins(rig, link, tickets, count); return;
    case FLOOD_WAY_COUNT: fail();
    }
}

static uint32_t some_dial(const struct rig *rig) {
    struct link_view views[LIMIT_LINKS_MAX];
    size_t count = engine_view_links(rig->engine, views, LIMIT_LINKS_MAX, rig->now_ms);
    for (size_t i = 0; i < count; i++) {
        if (views[i].state == LINK_STATE_DIALING) return views[i].id;
    }
    return 0;
}

size_t flood_fail_dials(struct rig *rig, enum reason reason) {
    size_t failed = 0;
    for (uint32_t link; (link = some_dial(rig)) != 0; failed++) rig_dial_failed(rig, link, reason);
    return failed;
}

size_t flood_most_dials(const struct rig *rig, const struct address *ip, int64_t window_ms) {
    size_t most = 0;
    for (size_t i = 0; i < rig->dial_count; i++) {
        size_t count = 0;
        if (!address_same_ip(&rig->dials[i].address, ip)) continue;
        for (size_t k = i; k < rig->dial_count && rig->dials[k].at_ms < rig->dials[i].at_ms + window_ms; k++) {
            count += address_same_ip(&rig->dials[k].address, ip);
        }
        if (count > most) most = count;
    }
    return most;
}
