/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/wire/forward_join.h"

#include "lib/engine_rig.h"
#include "lib/message_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *built(int64_t hops) {
    static char text[LIMIT_TICKET_ENVELOPE_MAX + 64];
    struct buffer body = buffer_over((uint8_t *)text, sizeof text - 1);
    struct rig_peer peer = rig_peer(1);
    forward_join_build(&body, hops, &peer.ticket);
    assert_false(body.overflowed);
    text[body.size] = '\0';
    return text;
}

static struct forward_join read_good(const char *text) {
    return *(const struct forward_join *)message_bench_read(MESSAGE_FORWARD_JOIN, text);
}

static void what_is_built_is_read_again(void **state) {
    (void)state;
    struct rig_peer peer = rig_peer(1);
    for (int64_t hops = 0; hops <= FORWARD_JOIN_HOPS; hops++) {
        struct forward_join join = read_good(built(hops));
        assert_int_equal(join.hops, hops);
        assert_int_equal(join.ticket_refusal, REFUSAL_NONE);
        assert_true(node_id_equal(&join.ticket.node_id, &peer.id));
        assert_int_equal(join.ticket.addr_count, 1);
        assert_true(address_equal(&join.ticket.addrs[0], &peer.address));
    }
}

static void a_join_cut_anywhere_is_refused(void **state) {
    (void)state;
    message_bench_cut_everywhere(MESSAGE_FORWARD_JOIN, span_of_text(built(3)));
}

static void a_ticket_that_does_not_hold_is_noted(void **state) {
    (void)state;
    static const struct {
        const char *from, *to;
        enum refusal noted;
    } faults[] = {
        {"198.18.1.1:8782", "198.18.9.1:8782", REFUSAL_TICKET_SIGNATURE_INVALID},
        {"\"version\":1", "\"version\":9", REFUSAL_TICKET_MALFORMED},
        {"\"ticket\":{", "\"ticket\":{},\"other\":{", REFUSAL_TICKET_MALFORMED},
    };
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        struct forward_join join = read_good(message_bench_with(built(3), faults[i].from, faults[i].to));
        assert_int_equal(join.hops, 3);
        assert_string_equal(refusal_name(join.ticket_refusal), refusal_name(faults[i].noted));
    }
}

static void foreign_members_are_no_fault(void **state) {
    (void)state;
    struct forward_join join = read_good(message_bench_with(built(3), "{", "{\"more\":[1,{}],"));
    assert_int_equal(join.hops, 3);
    assert_int_equal(join.ticket_refusal, REFUSAL_NONE);
}

static void each_fault_has_its_refusal(void **state) {
    (void)state;
    static const struct message_fault faults[] = {
        {"{", "[", REFUSAL_JSON_SYNTAX},
        {"{\"hops\":3", "{\"hops\":3,\"hops\":3", REFUSAL_DUPLICATE_MEMBER},
        {"{", "{\"more\":\"\\ud800\",", REFUSAL_LONE_SURROGATE},
        {"{", "{\"more\":[[[[[[[[[1]]]]]]]]],", REFUSAL_JSON_DEPTH},
        {"\"hops\":3,", "", REFUSAL_MEMBER_MISSING},
        {"\"hops\":3", "\"hops\":-1", REFUSAL_MEMBER_MISTYPED},
        {"\"hops\":3", "\"hops\":7", REFUSAL_MEMBER_MISTYPED},
        {"\"hops\":3", "\"hops\":0.5", REFUSAL_MEMBER_MISTYPED},
        {"\"hops\":3", "\"hops\":\"3\"", REFUSAL_MEMBER_MISTYPED},
        {"\"hops\":3", "\"hops\":null", REFUSAL_MEMBER_MISTYPED},
        {"\"ticket\":{", "\"tucket\":{", REFUSAL_MEMBER_MISSING},
        {"\"ticket\":{", "\"ticket\":[],\"tucket\":{", REFUSAL_MEMBER_MISTYPED},
        {"\"ticket\":{", "\"ticket\":null,\"tucket\":{", REFUSAL_MEMBER_MISTYPED},
    };
    message_bench_faults(MESSAGE_FORWARD_JOIN, built(3), faults, sizeof faults / sizeof faults[0]);
    assert_int_equal(message_bench_text(MESSAGE_FORWARD_JOIN, "[]"), REFUSAL_MEMBER_MISTYPED);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_built_is_read_again),          cmocka_unit_test(a_join_cut_anywhere_is_refused),
        cmocka_unit_test(a_ticket_that_does_not_hold_is_noted), cmocka_unit_test(foreign_members_are_no_fault),
        cmocka_unit_test(each_fault_has_its_refusal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
