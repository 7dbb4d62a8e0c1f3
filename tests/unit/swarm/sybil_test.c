/* SPDX-License-Identifier: Apache-2.0 */
/* Many keys, one hand: what somebody who signs as many tickets as he likes gets out of an engine, by each way there is
 * to tell it of them. */
#include "lib/engine_tables.h"
#include "lib/flood.h"

#include "swarm/peer/diversity.h"
#include "swarm/wire/probe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { MINUTE_MS = 60000, SECOND_MS = 1000, FIRST_SYBIL = 1000 };

/* One victim. */

enum { VICTIM_SYBILS = 200, VICTIM_MINUTES = 10, VICTIM_GUESTS = 8, FIRST_PROBED_PORT = 10000 };
#define VICTIM_IPV4 "203.0.113.5:8782"
#define VICTIM_IPV6 "[2001:db8::5]:8782"

static struct address with_port(const char *text, uint32_t port) {
    struct address address = rig_address(text);
    address.port = (uint16_t)port;
    return address;
}

/* The victim by both families, each time at other ports, and somebody else first, so that there are rivals to start. */
static struct ticket ticket_at_victim(const struct rig *rig, uint32_t i) {
    struct rig_peer sybil = rig_peer(FIRST_SYBIL + i);
    struct address addrs[LIMIT_TICKET_ADDRS_MAX] = {
        with_port(VICTIM_IPV4, 1 + 3 * i), with_port(VICTIM_IPV6, 1 + 3 * i), with_port(VICTIM_IPV4, 2 + 3 * i),
        with_port(VICTIM_IPV6, 2 + 3 * i)};
    if (i % 3 == 1) addrs[0] = sybil.address;
    if (i % 3 == 2)
        addrs[1] = (struct address){.family = ADDRESS_IPV6, .port = 1, .ip = {0x20, 1, 0xd, 0xb9, 0, (uint8_t)i}};
    return rig_ticket(&sybil, rig_wall_ms(rig), addrs, LIMIT_TICKET_ADDRS_MAX, "rig", 1);
}

/* Guests who live where the victim does; each asks to be tested at another port of it. */
static void link_guests(struct rig *rig, uint32_t links[VICTIM_GUESTS]) {
    for (uint32_t i = 0; i < VICTIM_GUESTS; i++) {
        struct rig_peer guest = rig_peer_at(500 + i, VICTIM_IPV4);
        links[i] = flood_guest(rig, &guest);
        assert_true(links[i] != 0);
    }
}

static void ask_for_probes(struct rig *rig, const uint32_t links[VICTIM_GUESTS], uint32_t round) {
    for (uint32_t i = 0; i < VICTIM_GUESTS; i++) {
        struct probe probe = {.address = with_port(VICTIM_IPV4, FIRST_PROBED_PORT + VICTIM_GUESTS * round + i)};
        rig_say(rig, links[i], MESSAGE_PROBE, &probe);
    }
}

/* Second by second every dial fails, when its rival has had the time to start. */
static void live_failing(struct rig *rig, int64_t for_ms, enum reason reason) {
    for (int64_t at_ms = 0; at_ms < for_ms; at_ms += SECOND_MS) {
        rig_live(rig, SECOND_MS);
        flood_fail_dials(rig, reason);
    }
}

static void tell_of_victim(struct rig *rig, enum flood_way way, uint32_t link, enum reason reason) {
    static struct ticket tickets[VICTIM_SYBILS];
    for (uint32_t i = 0; i < VICTIM_SYBILS; i++) tickets[i] = ticket_at_victim(rig, i);
    for (size_t done = 0; done < VICTIM_SYBILS;) {
        size_t portion = VICTIM_SYBILS - done < flood_portion(way) ? VICTIM_SYBILS - done : flood_portion(way);
        flood_tell(rig, way, link, tickets + done, portion);
        live_failing(rig, flood_pause_ms(way), reason);
        done += portion;
    }
}

static bool is_test_of_address(const struct rig_dial *dial) {
    return dial->address.port >= FIRST_PROBED_PORT && dial->address.ip[0] == 203;
}

/* A dial by the other family while the first one was under way, or as it failed. */
static bool is_rival(const struct rig *rig, size_t at) {
    const struct rig_dial *dial = &rig->dials[at];
    for (size_t i = at; i-- > 0 && rig->dials[i].at_ms >= dial->at_ms - SECOND_MS;) {
        const struct rig_dial *first = &rig->dials[i];
        if (node_id_equal(&first->peer, &dial->peer) && first->address.family != dial->address.family) return true;
    }
    return false;
}

static void assert_all_took_part(const struct rig *rig) {
    size_t tests = 0, rivals = 0;
    for (size_t i = 0; i < rig->dial_count; i++) {
        tests += is_test_of_address(&rig->dials[i]);
        rivals += is_rival(rig, i);
    }
    assert_true(tests > 0);
    assert_true(rivals > 0);
}

static void aim_at_victim(enum flood_way way, enum reason reason) {
    struct rig *rig = RIG(.source_count = 1, .book_rows = 512, .passive_tickets = LIMIT_PASSIVE_MAX, .links = 64);
    struct address ipv4 = rig_address(VICTIM_IPV4), ipv6 = rig_address(VICTIM_IPV6);
    struct rig_peer neighbour = rig_peer(1);
    uint32_t guests[VICTIM_GUESTS];
    uint32_t link = rig_link_inbound(rig, &neighbour);
    int64_t until_ms = rig->now_ms + VICTIM_MINUTES * MINUTE_MS;
    link_guests(rig, guests);
    for (uint32_t round = 0; rig->now_ms < until_ms; round++) {
        ask_for_probes(rig, guests, round);
        tell_of_victim(rig, way, link, reason);
        live_failing(rig, 20 * SECOND_MS, reason);
    }
    size_t most_ipv4 = flood_most_dials(rig, &ipv4, MINUTE_MS), most_ipv6 = flood_most_dials(rig, &ipv6, MINUTE_MS);
    print_message("by %s, %s: %zu dials, at most %zu and %zu a minute to the victim\n", flood_way_name(way),
                  reason_name(reason), rig->dial_count, most_ipv4, most_ipv6);
    assert_all_took_part(rig);
    assert_int_equal(most_ipv4, LIMIT_DIAL_PUBLIC_IP_PER_MINUTE);
    assert_in_range(most_ipv6, 1, LIMIT_DIAL_PUBLIC_IP_PER_MINUTE);
    rig_free(rig);
}

static void a_victim_named_by_200_has_six_dials_a_minute(void **state) {
    (void)state;
    static const enum reason reasons[] = {REASON_REFUSED, REASON_TIMEOUT, REASON_IDENTITY};
    for (int way = 0; way < FLOOD_WAY_COUNT; way++) aim_at_victim((enum flood_way)way, reasons[way]);
}

static void however_the_victim_answers(void **state) {
    (void)state;
    static const enum reason reasons[] = {REASON_TIMEOUT, REASON_IDENTITY};
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) aim_at_victim(FLOOD_BEACON, reasons[i]);
}

/* A node that nobody answers dials steadily; and it forgives whenever it wakes. */
static void nor_in_an_outage_or_after_a_sleep(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1, .book_rows = 512);
    struct address ipv4 = rig_address(VICTIM_IPV4), ipv6 = rig_address(VICTIM_IPV6);
    struct input silence = {.kind = INPUT_BEACON_REPLY, .as.beacon.outcome = BEACON_OUTCOME_TIMEOUT};
    struct outage_view outage;
    tell_of_victim(rig, FLOOD_BEACON, 0, REASON_TIMEOUT);
    for (int minute = 0; minute < VICTIM_MINUTES; minute++) {
        rig_feed(rig, &(struct input){.kind = INPUT_REFRESH});
        rig_feed(rig, &silence);
        live_failing(rig, MINUTE_MS, REASON_TIMEOUT);
        rig_feed(rig, &(struct input){.kind = INPUT_WOKE, .as.stood_ms = 1000});
    }
    engine_view_outage(rig->engine, &outage);
    assert_true(outage.is_out);
    assert_int_equal(flood_most_dials(rig, &ipv4, MINUTE_MS), LIMIT_DIAL_PUBLIC_IP_PER_MINUTE);
    assert_in_range(flood_most_dials(rig, &ipv6, MINUTE_MS), 1, LIMIT_DIAL_PUBLIC_IP_PER_MINUTE);
    rig_free(rig);
}

/* One network. */

enum { NETWORK_BOOK = 1024, NETWORK_HONEST = 5 };
#define NETWORK "203.0.113.0:1"

static struct node_id sybil_ids[10000]; /* of FIRST_SYBIL + index */

static struct address address_in_network(uint32_t i) {
    struct address address = with_port(NETWORK, 1 + i);
    address.ip[3] = (uint8_t)(1 + i % 254);
    return address;
}

static struct rig_peer sybil_in_network(const struct rig *rig, uint32_t i) {
    struct rig_peer peer = rig_peer(FIRST_SYBIL + i);
    peer.address = address_in_network(i);
    peer.ticket = rig_ticket(&peer, rig_wall_ms(rig), &peer.address, 1, "rig", 1);
    sybil_ids[i] = peer.id;
    return peer;
}

/* Whom we dial answers as an honest node would. */
static void answer_dials(struct rig *rig, size_t *answered, uint32_t known) {
    for (; *answered < rig->dial_count; (*answered)++) {
        struct rig_dial dial = rig->dials[*answered];
        for (uint32_t i = 0; i < known; i++) {
            if (!node_id_equal(&sybil_ids[i], &dial.peer)) continue;
            struct rig_peer peer = sybil_in_network(rig, i);
            rig_link_outbound(rig, dial.link, &peer);
        }
    }
}

static size_t count_active_in(const struct rig *rig, const struct address *network) {
    struct link_view views[LIMIT_LINKS_MAX];
    size_t active = 0, count = engine_view_links(rig->engine, views, LIMIT_LINKS_MAX, rig->now_ms);
    for (size_t i = 0; i < count; i++) {
        active += views[i].state == LINK_STATE_OPEN && views[i].wish != MESH_WISH_NONE &&
                  diversity_same_prefix(&views[i].address, network);
    }
    return active;
}

static void assert_shares(const struct rig *rig, const struct address *network) {
    struct engine_tables tables = engine_tables_of(rig->engine);
    assert_in_range(count_active_in(rig, network), 0, LIMIT_VIEW_PER_PREFIX);
    assert_in_range(engine_tables_passive_in(rig->engine, network), 0, tables.passive_max / 8);
    assert_in_range(engine_tables_book_in(rig->engine, network), 0, tables.book_max / 16);
}

/* Those whose turn it is call us too, and want a place as badly as one can. */
static void knock(struct rig *rig, uint32_t i) {
    struct rig_peer peer = sybil_in_network(rig, i);
    struct hello hello = rig_hello(&peer);
    hello.mesh = MESH_WISH_JOIN;
    uint32_t link = rig_up_inbound(rig, &peer);
    rig_say(rig, link, MESSAGE_HELLO, &hello);
}

static void flood_from_network(enum flood_way way, uint32_t total) {
    static struct ticket tickets[LIMIT_ANSWER_TICKETS_MAX];
    struct rig *rig =
        RIG(.source_count = 1, .book_rows = NETWORK_BOOK, .passive_tickets = LIMIT_PASSIVE_MAX, .links = 64);
    struct address network = rig_address(NETWORK);
    size_t answered = 0;
    rig_fill_view(rig, NETWORK_HONEST, MESH_WISH_LOW);
    for (uint32_t done = 0; done < total;) {
        uint32_t portion = total - done < flood_portion(way) ? total - done : (uint32_t)flood_portion(way);
        for (uint32_t i = 0; i < portion; i++) tickets[i] = sybil_in_network(rig, done + i).ticket;
        flood_tell(rig, way, 1, tickets, portion); /* link 1 is the first of the honest ones, honest no more */
        done += portion;
        answer_dials(rig, &answered, done);
        knock(rig, done - 1);
        assert_shares(rig, &network);
        rig_live(rig, flood_pause_ms(way));
    }
    assert_shares(rig, &network);
    print_message("by %s: %zu active, %zu of the passive view, %zu rows of the book\n", flood_way_name(way),
                  count_active_in(rig, &network), engine_tables_passive_in(rig->engine, &network),
                  engine_tables_book_in(rig->engine, &network));
    assert_int_equal(count_active_in(rig, &network), LIMIT_VIEW_PER_PREFIX); /* they did try */
    assert_int_equal(engine_tables_book_in(rig->engine, &network), NETWORK_BOOK / 16);
    rig_free(rig);
}

static void ten_thousand_of_one_network_listed_by_a_beacon_have_their_share(void **state) {
    (void)state;
    flood_from_network(FLOOD_BEACON, 10000);
}

static void ten_thousand_of_one_network_told_of_by_a_peer_have_their_share(void **state) {
    (void)state;
    flood_from_network(FLOOD_PEX, 10000);
}

static void joins_from_one_network_have_their_share(void **state) {
    (void)state;
    flood_from_network(FLOOD_FORWARD_JOIN, 1000);
}

/* Each has an older ticket too, which says that it lives in a network of its own, and shows it after the newer one. */
static void older_tickets_shown_again_do_not_get_round_the_share(void **state) {
    (void)state;
    enum { TOTAL = 400, PORTION = 100 };
    struct rig *rig = RIG(.source_count = 1, .book_rows = NETWORK_BOOK, .is_not_started = true);
    struct address network = rig_address(NETWORK);
    struct rig_peer neighbour = rig_peer(1);
    uint32_t link = rig_link_inbound(rig, &neighbour);
    for (uint32_t i = 0; i < TOTAL; i++) {
        struct rig_peer sybil = rig_peer(FIRST_SYBIL + i);
        struct address own = sybil.address;
        own.ip[0] = 45;
        own.ip[1] = (uint8_t)(i >> 8);
        own.ip[2] = (uint8_t)i;
        struct ticket older = rig_ticket(&sybil, rig_wall_ms(rig) - 60000, &own, 1, "rig", 1);
        struct ticket newer = sybil_in_network(rig, i).ticket;
        flood_tell(rig, FLOOD_FORWARD_JOIN, link, &newer, 1);
        flood_tell(rig, FLOOD_FORWARD_JOIN, link, &older, 1);
    }
    assert_in_range(engine_tables_book_in(rig->engine, &network), 1, NETWORK_BOOK / 16);
    rig_free(rig);
}

/* Callers. */

/* Keys without number call from one address, each with a ticket that says it lives somewhere else; each leaves as it
 * came. */
static struct rig *rig_after_callers(uint32_t count) {
    struct rig *rig = RIG(0);
    for (uint32_t number = 1; number <= 64; number++) {
        struct rig_peer honest = rig_peer(number);
        struct book_row row = rig_row(&honest);
        row.last_seen_at_ms = RIG_WALL_MS - 1000;
        rig_load_row(rig, &row);
    }
    for (uint32_t i = 0; i < count; i++) {
        struct rig_peer caller = rig_peer(FIRST_SYBIL + i);
        struct goodbye goodbye = {.reason = REASON_IDLE};
        caller.address = rig_address("203.0.113.5:40000");
        uint32_t link = flood_guest(rig, &caller);
        rig_say(rig, link, MESSAGE_GOODBYE, &goodbye);
        rig_down(rig, link, REASON_NONE);
    }
    return rig;
}

static void callers_from_one_address_do_not_push_all_others_from_the_book(void **state) {
    (void)state;
    struct rig *rig = rig_after_callers(200);
    size_t left = 0;
    for (uint32_t number = 1; number <= 64; number++) {
        struct rig_peer honest = rig_peer(number);
        struct peer_view view = rig_peer_view(rig, &honest);
        left += node_id_equal(&view.node_id, &honest.id);
    }
    assert_in_range(left, 32, 64);
    rig_free(rig);
}

static void callers_from_one_address_do_not_fill_the_passive_view(void **state) {
    (void)state;
    struct rig *rig = rig_after_callers(200);
    struct engine_tables tables = engine_tables_of(rig->engine);
    assert_in_range(tables.passive, 0, tables.passive_max / 2);
    rig_free(rig);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_victim_named_by_200_has_six_dials_a_minute),
        cmocka_unit_test(however_the_victim_answers),
        cmocka_unit_test(nor_in_an_outage_or_after_a_sleep),
        cmocka_unit_test(ten_thousand_of_one_network_listed_by_a_beacon_have_their_share),
        cmocka_unit_test(ten_thousand_of_one_network_told_of_by_a_peer_have_their_share),
        cmocka_unit_test(joins_from_one_network_have_their_share),
        cmocka_unit_test(older_tickets_shown_again_do_not_get_round_the_share),
        cmocka_unit_test(callers_from_one_address_do_not_push_all_others_from_the_book),
        cmocka_unit_test(callers_from_one_address_do_not_fill_the_passive_view),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
