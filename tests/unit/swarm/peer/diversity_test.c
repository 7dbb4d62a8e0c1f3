/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/peer/diversity.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { SEED = 7 };

static struct address address_of(const char *text) {
    struct address address;
    assert_true(address_read(span_of_text(text), &address));
    return address;
}

static uint64_t prefix_key(const char *text, uint64_t seed) {
    struct address address = address_of(text);
    return diversity_prefix_key(&address, seed);
}

static struct learned_from told_by(enum provenance kind, uint8_t node) {
    return (struct learned_from){.kind = (uint8_t)kind, .node = {{node}}};
}

static uint64_t introducer_key(enum provenance kind, uint8_t node, uint64_t seed) {
    struct learned_from from = told_by(kind, node);
    return diversity_introducer_key(&from, seed);
}

/* Each pair has one key exactly if it is of one prefix. */
static void a_prefix_is_a_24_or_a_48(void **state) {
    (void)state;
    static const struct {
        const char *a, *b;
        bool is_same;
    } pairs[] = {
        {"203.0.113.1:1", "203.0.113.254:65535", true},    {"203.0.113.1:1", "203.0.112.1:1", false},
        {"203.0.113.1:1", "203.1.113.1:1", false},         {"[2001:db8:5::1]:1", "[2001:db8:5:ffff::9]:2", true},
        {"[2001:db8:5::1]:1", "[2001:db8:6::1]:1", false}, {"203.0.113.1:1", "[2001:db8:5::1]:1", false},
        {"32.1.13.1:1", "[2001:d00::1]:1", false}, /* the same bytes in another family */
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        struct address a = address_of(pairs[i].a), b = address_of(pairs[i].b);
        assert_int_equal(diversity_same_prefix(&a, &b), pairs[i].is_same);
        assert_int_equal(prefix_key(pairs[i].a, SEED) == prefix_key(pairs[i].b, SEED), pairs[i].is_same);
    }
}

static void loopback_and_private_networks_are_exempt(void **state) {
    (void)state;
    static const char *const exempt[] = {"127.0.0.1:1",  "127.9.9.9:1",   "[::1]:1",      "10.0.0.1:1",
                                         "172.16.0.1:1", "192.168.7.1:1", "100.64.0.1:1", "[fd00::1]:1"};
    for (size_t i = 0; i < sizeof exempt / sizeof exempt[0]; i++) {
        struct address address = address_of(exempt[i]);
        assert_true(diversity_is_exempt(&address));
        assert_true(prefix_key(exempt[i], SEED) == 0);
    }
}

static void all_others_are_counted(void **state) {
    (void)state;
    static const char *const counted[] = {"203.0.113.1:1", "[2001:db8::1]:1", "172.32.0.1:1", "169.254.1.1:1"};
    for (size_t i = 0; i < sizeof counted / sizeof counted[0]; i++) {
        struct address address = address_of(counted[i]);
        assert_false(diversity_is_exempt(&address));
        assert_true(prefix_key(counted[i], SEED) != 0);
    }
    assert_true(diversity_prefix_key(&(struct address){.family = ADDRESS_NONE}, SEED) == 0);
}

static void an_introducer_is_a_beacon_a_capsule_or_a_peer(void **state) {
    (void)state;
    static const enum provenance introducers[] = {PROVENANCE_BEACON, PROVENANCE_CAPSULE, PROVENANCE_PEX};
    static const enum provenance nobodies[] = {PROVENANCE_NONE, PROVENANCE_OPERATOR, PROVENANCE_CACHE};
    for (size_t i = 0; i < sizeof introducers / sizeof introducers[0]; i++) {
        struct learned_from from = told_by(introducers[i], 1), other = told_by(introducers[i], 2);
        assert_true(diversity_same_introducer(&from, &from));
        assert_false(diversity_same_introducer(&from, &other));
        assert_true(introducer_key(introducers[i], 1, SEED) != 0);
        assert_true(introducer_key(introducers[i], 1, SEED) != introducer_key(introducers[i], 2, SEED));
    }
    for (size_t i = 0; i < sizeof nobodies / sizeof nobodies[0]; i++) {
        struct learned_from from = told_by(nobodies[i], 1);
        assert_false(diversity_same_introducer(&from, &from));
        assert_true(introducer_key(nobodies[i], 1, SEED) == 0);
    }
}

static void who_calls_is_introduced_by_its_network(void **state) {
    (void)state;
    struct address a = {.family = ADDRESS_IPV4, .port = 1, .ip = {203, 0, 113, 5}};
    struct address beside = {.family = ADDRESS_IPV4, .port = 2, .ip = {203, 0, 113, 9}};
    struct address elsewhere = {.family = ADDRESS_IPV4, .port = 1, .ip = {203, 0, 114, 5}};
    struct address near = {.family = ADDRESS_IPV4, .port = 1, .ip = {192, 168, 1, 5}};
    struct learned_from by_a = {.kind = PROVENANCE_INBOUND, .node = diversity_caller_mark(&a)};
    struct learned_from by_beside = {.kind = PROVENANCE_INBOUND, .node = diversity_caller_mark(&beside)};
    struct learned_from by_elsewhere = {.kind = PROVENANCE_INBOUND, .node = diversity_caller_mark(&elsewhere)};
    struct learned_from by_near = {.kind = PROVENANCE_INBOUND, .node = diversity_caller_mark(&near)};
    assert_true(diversity_same_introducer(&by_a, &by_beside));
    assert_false(diversity_same_introducer(&by_a, &by_elsewhere));
    assert_false(diversity_same_introducer(&by_near, &by_near));
    assert_true(diversity_introducer_key(&by_near, SEED) == 0);
}

static void a_beacon_is_not_the_peer_with_the_same_bytes(void **state) {
    (void)state;
    struct learned_from beacon = told_by(PROVENANCE_BEACON, 1), peer = told_by(PROVENANCE_PEX, 1);
    assert_false(diversity_same_introducer(&beacon, &peer));
    assert_true(introducer_key(PROVENANCE_BEACON, 1, SEED) != introducer_key(PROVENANCE_PEX, 1, SEED));
}

/* When it told, and at which place of the list a beacon stands, makes no other introducer of it. */
static void an_introducer_stays_the_same_over_time(void **state) {
    (void)state;
    struct learned_from before = told_by(PROVENANCE_BEACON, 1), after = told_by(PROVENANCE_BEACON, 1);
    after.source = 3;
    after.at_ms = 99;
    assert_true(diversity_same_introducer(&before, &after));
    assert_true(diversity_introducer_key(&before, SEED) == diversity_introducer_key(&after, SEED));
}

static void nobody_knows_a_key_without_the_seed(void **state) {
    (void)state;
    assert_true(prefix_key("203.0.113.1:1", SEED) != prefix_key("203.0.113.1:1", SEED + 1));
    assert_true(introducer_key(PROVENANCE_PEX, 1, SEED) != introducer_key(PROVENANCE_PEX, 1, SEED + 1));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_prefix_is_a_24_or_a_48),
        cmocka_unit_test(loopback_and_private_networks_are_exempt),
        cmocka_unit_test(all_others_are_counted),
        cmocka_unit_test(an_introducer_is_a_beacon_a_capsule_or_a_peer),
        cmocka_unit_test(who_calls_is_introduced_by_its_network),
        cmocka_unit_test(a_beacon_is_not_the_peer_with_the_same_bytes),
        cmocka_unit_test(an_introducer_stays_the_same_over_time),
        cmocka_unit_test(nobody_knows_a_key_without_the_seed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
