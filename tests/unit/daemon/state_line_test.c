/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/state_line.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const char *line(const struct state_line_facts *facts) {
    static char text[200];
    struct buffer out = buffer_over((uint8_t *)text, sizeof text - 1);
    state_line_write(&out, facts);
    text[out.size] = '\0';
    return text;
}

static void node_says_its_links_its_peers_and_its_beacons(void **state) {
    (void)state;
    struct state_line_facts facts = {.takes_part = true, .mesh = {.active = 7, .target = 8, .known = 12}};
    facts.beacon_count = 3;
    facts.beacons_failing = 1;
    assert_string_equal(line(&facts), "7 of 8 links, 12 peers known; 2 of 3 beacons answer");
    facts.mesh = (struct mesh_view){.active = 1, .target = 1, .known = 1};
    facts.beacon_count = 1;
    assert_string_equal(line(&facts), "1 of 1 link, 1 peer known; 0 of 1 beacon answers");
}

static void node_alone_says_so(void **state) {
    (void)state;
    struct state_line_facts facts = {.takes_part = true, .mesh = {.target = 8}};
    assert_string_equal(line(&facts), "no link yet; 0 peers known; no beacon is set");
    facts.is_out = true;
    assert_string_equal(line(&facts), "no network: every dial fails; 0 peers known; no beacon is set");
    facts.is_stopping = true;
    assert_string_equal(line(&facts), "saying goodbye to its peers");
}

static void beacon_says_what_it_lists(void **state) {
    (void)state;
    struct state_line_facts facts = {.has_beacon = true, .tickets = 31};
    assert_string_equal(line(&facts), "a beacon that lists 31 tickets");
    facts.takes_part = true;
    facts.tickets = 1;
    assert_string_equal(line(&facts), "no link yet; 0 peers known; no beacon is set; as a beacon it lists 1 ticket");
}

static void signaling_says_for_how_many(void **state) {
    (void)state;
    struct state_line_facts facts = {.has_signaling = true, .clients = 1};
    assert_string_equal(line(&facts), "signaling for 1 client");
    facts.has_beacon = true;
    facts.clients = 31;
    assert_string_equal(line(&facts), "a beacon that lists 0 tickets; signaling for 31 clients");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(node_says_its_links_its_peers_and_its_beacons),
        cmocka_unit_test(node_alone_says_so),
        cmocka_unit_test(beacon_says_what_it_lists),
        cmocka_unit_test(signaling_says_for_how_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
