/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/wire/hello.h"

#include "lib/engine_rig.h"
#include "lib/message_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { TEXT_MAX = 8192 };

static struct hello whole_hello(void) {
    struct rig_peer peer = rig_peer(1), other = rig_peer(2);
    struct hello hello = rig_hello(&peer);
    hello.mesh = MESH_WISH_JOIN;
    hello.has_seen = true;
    hello.seen = other.address;
    hello.feature_count = 2;
    memcpy(hello.features[0], "view", 5);
    memcpy(hello.features[1], "abcdefghijklmnopqrstuvwxyz-01234", 33);
    hello.has_probe = true;
    for (uint8_t i = 0; i < 8; i++) hello.probe[i] = (uint8_t)(0xf0 + i);
    hello.has_bind = true;
    memset(hello.bind.bytes, 0x5a, sizeof hello.bind.bytes);
    return hello;
}

static const char *good_text(void) {
    static char text[TEXT_MAX];
    struct buffer body = buffer_over((uint8_t *)text, TEXT_MAX - 1);
    struct hello hello = whole_hello();
    hello_build(&body, &hello);
    assert_false(body.overflowed);
    text[body.size] = '\0';
    return text;
}

static struct hello read_good(const char *text) {
    return *(const struct hello *)message_bench_read(MESSAGE_HELLO, text);
}

static void what_is_built_is_read_again(void **state) {
    (void)state;
    struct hello hello = whole_hello();
    struct hello read = read_good(good_text());
    assert_true(read.version == HELLO_VERSION && read.ticket_refusal == REFUSAL_NONE);
    assert_string_equal(read.agent, hello.agent);
    assert_string_equal(read.community, hello.community);
    assert_memory_equal(read.boot, hello.boot, sizeof hello.boot);
    assert_true(read.now_ms == hello.now_ms);
    assert_true(public_key_equal(&read.ticket.key, &hello.ticket.key));
    assert_int_equal(read.mesh, MESH_WISH_JOIN);
    assert_true(read.has_seen && address_equal(&read.seen, &hello.seen));
    assert_int_equal(read.feature_count, 2);
    assert_string_equal(read.features[0], "view");
    assert_string_equal(read.features[1], hello.features[1]);
    assert_true(read.has_probe);
    assert_memory_equal(read.probe, hello.probe, sizeof hello.probe);
    assert_true(read.has_bind);
    assert_memory_equal(read.bind.bytes, hello.bind.bytes, sizeof hello.bind.bytes);
}

static void every_wish_travels(void **state) {
    (void)state;
    for (int wish = MESH_WISH_NONE; wish <= MESH_WISH_JOIN; wish++) {
        char quoted[16];
        (void)snprintf(quoted, sizeof quoted, "\"%s\"", mesh_wish_name((enum mesh_wish)wish));
        assert_int_equal(read_good(message_bench_with(good_text(), "\"join\"", quoted)).mesh, wish);
    }
}

static void a_feature_is_found_by_its_whole_word(void **state) {
    (void)state;
    struct hello hello = read_good(message_bench_with(good_text(), "\"view\"", "\"view\",\"probe\""));
    assert_true(hello_has_feature(&hello, "view"));
    assert_true(hello_has_feature(&hello, FEATURE_PROBE));
    assert_false(hello_has_feature(&hello, "prob"));
    assert_false(hello_has_feature(&hello, "probes"));
    assert_false(hello_has_feature(&hello, ""));
    assert_false(hello_has_feature(&(struct hello){0}, FEATURE_PROBE));
}

static void only_the_hello_of_a_test_has_a_probe(void **state) {
    (void)state;
    uint8_t memory[TEXT_MAX];
    struct buffer body = buffer_over(memory, sizeof memory);
    struct hello hello = whole_hello();
    const void *checked = NULL;
    hello.has_probe = false;
    hello_build(&body, &hello);
    assert_int_equal(message_bench_check(MESSAGE_HELLO, buffer_span(&body), &checked), REFUSAL_NONE);
    assert_false(((const struct hello *)checked)->has_probe);
    const char *text = message_bench_with(good_text(), "\"probe\":\"f0f1f2f3f4f5f6f7\"", "\"probe\":null");
    assert_false(read_good(text).has_probe);
}

/* By the key of its ticket, to us, over this connection and no other. */
static void a_hello_is_bound_by_its_own_signature_alone(void **state) {
    (void)state;
    const struct verifier verifier = sign_verifier();
    const struct rig_peer peer = rig_peer(1), us = rig_peer(2), other = rig_peer(3);
    struct link_binding theirs = {.own = {1}, .peer = {2}}, ours = {.own = {2}, .peer = {1}};
    struct hello hello = rig_hello(&peer);
    assert_false(hello_is_bound(&hello, &ours, &us.id, &verifier));
    hello.has_bind = true;
    hello.bind = link_binding_sign(&theirs, &us.id, &peer.key);
    assert_true(hello_is_bound(&hello, &ours, &us.id, &verifier));
    assert_false(hello_is_bound(&hello, &theirs, &us.id, &verifier)); /* said back to who said it */
    assert_false(hello_is_bound(&hello, &ours, &other.id, &verifier));
    ours.peer[31] = 1; /* somebody stands in between, with a certificate of its own */
    assert_false(hello_is_bound(&hello, &ours, &us.id, &verifier));
    ours.peer[31] = 0;
    hello.bind = link_binding_sign(&theirs, &us.id, &other.key);
    assert_false(hello_is_bound(&hello, &ours, &us.id, &verifier));
    hello.bind = link_binding_sign(&theirs, &us.id, &peer.key);
    hello.ticket_refusal = REFUSAL_TICKET_EXPIRED;
    assert_false(hello_is_bound(&hello, &ours, &us.id, &verifier));
}

static void a_hello_cut_anywhere_is_refused(void **state) {
    (void)state;
    message_bench_cut_everywhere(MESSAGE_HELLO, span_of_text(good_text()));
}

/* What it means to the link is the session's to say, so the hello itself is read. */
static void a_ticket_that_does_not_hold_is_noted(void **state) {
    (void)state;
    const char *forged = message_bench_with(good_text(), "198.18.1.1:8782", "198.18.9.1:8782");
    assert_int_equal(read_good(forged).ticket_refusal, REFUSAL_TICKET_SIGNATURE_INVALID);
    assert_int_equal(read_good(message_bench_with(good_text(), "\"version\":1", "\"version\":9")).ticket_refusal,
                     REFUSAL_TICKET_MALFORMED);
}

static void of_another_version_nothing_else_is_read(void **state) {
    (void)state;
    struct hello hello = read_good("{\"v\":2,\"agent\":7,\"mesh\":[]}");
    assert_true(hello.version == 2);
    assert_string_equal(hello.agent, "");
}

static void each_fault_has_its_refusal(void **state) {
    (void)state;
    static const struct message_fault faults[] = {
        {"\"v\":1,", "", REFUSAL_MEMBER_MISSING},
        {"\"v\":1", "\"v\":\"1\"", REFUSAL_MEMBER_MISTYPED},
        {"\"bind\":\"Wlpa", "\"bind\":\"Wlp", REFUSAL_MEMBER_MISTYPED},
        {"\"agent\":\"rig\",", "", REFUSAL_MEMBER_MISSING},
        {"\"agent\":\"rig\"", "\"agent\":1", REFUSAL_MEMBER_MISTYPED},
        {"\"agent\":\"rig\"", "\"agent\":\"0123456789012345678901234567890123456789012345678901234567890123x\"",
         REFUSAL_MEMBER_TOO_LONG},
        {"\"community\":\"rig\"", "\"community\":\"0123456789012345678901234567890123456789012345678901234567890123\"",
         REFUSAL_MEMBER_TOO_LONG},
        {"\"boot\":\"01", "\"boot\":\"0G", REFUSAL_MEMBER_MISTYPED},
        {"\"boot\":\"01", "\"boot\":\"0", REFUSAL_MEMBER_MISTYPED},
        {"\"boot\":\"01", "\"boot\":\"0A", REFUSAL_MEMBER_MISTYPED},
        {"\"now\":1", "\"now\":-1", REFUSAL_MEMBER_MISTYPED},
        {"\"ticket\":{", "\"ticket\":[],\"tucket\":{", REFUSAL_MEMBER_MISTYPED},
        {"\"ticket\":{", "\"tucket\":{", REFUSAL_MEMBER_MISSING},
        {"\"join\"", "\"maybe\"", REFUSAL_MEMBER_MISTYPED},
        {"\"join\"", "\"verylong\"", REFUSAL_MEMBER_TOO_LONG},
        {"198.18.2.1:8782", "198.18.2.1", REFUSAL_MEMBER_MISTYPED},
        {"198.18.2.1:8782", "", REFUSAL_MEMBER_MISTYPED},
        {"\"features\":[", "\"features\":[7,", REFUSAL_MEMBER_MISTYPED},
        {"\"view\"", "\"a-feature-of-more-than-32-bytes--\"", REFUSAL_MEMBER_TOO_LONG},
        {"\"view\"", "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32",
         REFUSAL_MEMBER_TOO_LONG},
        {"\"probe\":\"f0", "\"probe\":\"", REFUSAL_MEMBER_MISTYPED},
        {"\"probe\":\"f0", "\"probe\":\"F0", REFUSAL_MEMBER_MISTYPED},
        {"{\"v\":1", "{\"v\":1,\"v\":1", REFUSAL_DUPLICATE_MEMBER},
    };
    message_bench_faults(MESSAGE_HELLO, good_text(), faults, sizeof faults / sizeof faults[0]);
    assert_int_equal(message_bench_text(MESSAGE_HELLO, "\"hello\""), REFUSAL_MEMBER_MISTYPED);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_built_is_read_again),
        cmocka_unit_test(every_wish_travels),
        cmocka_unit_test(a_feature_is_found_by_its_whole_word),
        cmocka_unit_test(only_the_hello_of_a_test_has_a_probe),
        cmocka_unit_test(a_hello_is_bound_by_its_own_signature_alone),
        cmocka_unit_test(a_hello_cut_anywhere_is_refused),
        cmocka_unit_test(a_ticket_that_does_not_hold_is_noted),
        cmocka_unit_test(of_another_version_nothing_else_is_read),
        cmocka_unit_test(each_fault_has_its_refusal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
