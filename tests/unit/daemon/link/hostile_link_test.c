/* SPDX-License-Identifier: Apache-2.0 */
/* What the links of a node make of peers that break the rules of WIRE W7: the reason it names, and what the other end
 * is told. The peer runs in a thread of its own, with blocking calls. */
#include "lib/hostile_link.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>
#include <openssl/ssl.h>

#include "lib/link_world.h"

enum { DIALLED = 2, TIMEOUT_MS = 10000, OTHER_KEY = 9 };

struct hostile {
    pthread_t thread;
    struct hostile_options options;
    struct address to; /* dials it, when it has a family */
    int listener;      /* else accepts here */
    bool is_raw;
    struct span raw; /* is sent without TLS */
    bool hangs_up;
    struct hostile_outcome outcome;
};

static struct hostile hostile_with(struct hostile_options options) {
    options.key = hostile_key(OTHER_KEY);
    options.timeout_ms = TIMEOUT_MS;
    return (struct hostile){.options = options, .listener = -1};
}

static struct hostile_link *hostile_open(struct hostile *hostile) {
    const bool dials = hostile->to.family != ADDRESS_NONE;
    if (!hostile->is_raw)
        return dials ? hostile_link_dial(&hostile->to, &hostile->options)
                     : hostile_link_accept(hostile->listener, &hostile->options);
    return dials ? hostile_link_connect(&hostile->to, TIMEOUT_MS)
                 : hostile_link_accept_raw(hostile->listener, TIMEOUT_MS);
}

static void *hostile_work(void *argument) {
    struct hostile *hostile = argument;
    struct hostile_link *link = hostile_open(hostile);
    if (hostile->raw.size > 0) (void)hostile_link_send_raw(link, hostile->raw);
    if (!hostile->hangs_up) hostile_link_read_to_end(link);
    hostile->outcome = *hostile_link_outcome(link);
    hostile_link_close(link);
    return NULL;
}

static void hostile_dials(struct hostile *hostile, const struct address *to) {
    hostile->to = *to;
    assert_int_equal(pthread_create(&hostile->thread, NULL, hostile_work, hostile), 0);
}

/* Gives the address to dial. */
static struct address hostile_listens(struct hostile *hostile) {
    uint16_t port = 0;
    hostile->listener = hostile_link_listen(&port);
    assert_int_equal(pthread_create(&hostile->thread, NULL, hostile_work, hostile), 0);
    return link_world_loopback(port);
}

static void hostile_join(struct hostile *hostile) {
    assert_int_equal(pthread_join(hostile->thread, NULL), 0);
    if (hostile->listener >= 0) close(hostile->listener);
}

/* `hostile` dials b: b says this, and the dialler is told by this alert. */
static void assert_turned_away(void **state, struct hostile hostile, const char *told, int alert) {
    struct link_world *world = *state;
    hostile_dials(&hostile, &world->b.at);
    link_world_await(world, told);
    hostile_join(&hostile);
    link_world_assert_not_told(world, " up ");
    assert_int_equal(hostile.outcome.alert, alert);
    link_world_await_quiet(world);
}

/* a dials `hostile` and says this. */
static void assert_dial_fails(void **state, struct hostile hostile, const char *told) {
    struct link_world *world = *state;
    const struct address to = hostile_listens(&hostile);
    link_node_dial(&world->a, DIALLED, &to, NULL);
    link_world_await(world, told);
    link_world_await_quiet(world);
    hostile_join(&hostile);
    link_world_assert_not_told(world, " up ");
}

/* Otherwise the tests below would prove nothing: with the same hand, and no fault, it is a peer like any other. Its
 * certificate has another name and is out of date, which W7 ignores. */
static void peer_without_fault_is_accepted(void **state) {
    struct link_world *world = *state;
    struct hostile hostile = hostile_with((struct hostile_options){.protocol = "skep/1"});
    hostile_dials(&hostile, &world->b.at);
    link_world_await(world, "b up 1 in");
    link_node_close(&world->b, 1, true);
    link_world_await_quiet(world);
    hostile_join(&hostile);
    assert_int_equal(hostile.outcome.end, HOSTILE_END_CLOSE_NOTIFY);
    const struct public_key key = sign_public_key(&hostile.options.key);
    assert_true(public_key_equal(&world->b.last_key, &key));
}

/* And the forged signature is one that OpenSSL takes for good. */
static void forged_signature_of_the_small_order_key_verifies(void **state) {
    (void)state;
    struct hostile acceptor = hostile_with((struct hostile_options){.protocol = "skep/1", .has_small_order_key = true});
    struct hostile dialler = hostile_with((struct hostile_options){.protocol = "skep/1", .has_small_order_key = true});
    const struct address to = hostile_listens(&acceptor);
    dialler.hangs_up = true;
    hostile_dials(&dialler, &to);
    hostile_join(&acceptor);
    hostile_join(&dialler);
    const struct public_key identity_point = {{1}};
    assert_true(acceptor.outcome.was_up && dialler.outcome.was_up);
    assert_true(public_key_equal(&acceptor.outcome.key, &identity_point));
}

static void small_order_key_that_dials_is_refused(void **state) {
    const struct hostile_options options = {.protocol = "skep/1", .has_small_order_key = true};
    assert_turned_away(state, hostile_with(options), "b turned_away identity: its key", SSL_AD_BAD_CERTIFICATE);
}

static void small_order_key_that_answers_is_refused(void **state) {
    const struct hostile_options options = {.protocol = "skep/1", .has_small_order_key = true};
    assert_dial_fails(state, hostile_with(options), "a dial_failed 2 identity: its key");
}

static void foreign_protocol_is_another_version(void **state) {
    const struct hostile_options options = {.protocol = "http/1.1"};
    assert_turned_away(state, hostile_with(options), "b turned_away version", SSL_AD_NO_APPLICATION_PROTOCOL);
}

static void no_protocol_is_another_version(void **state) {
    const struct hostile_options options = {.protocol = NULL};
    assert_turned_away(state, hostile_with(options), "b turned_away version", SSL_AD_NO_APPLICATION_PROTOCOL);
}

static void tls_1_2_is_no_handshake(void **state) {
    const struct hostile_options options = {.protocol = "skep/1", .is_tls12 = true};
    assert_turned_away(state, hostile_with(options), "b turned_away tls-failed", SSL_AD_PROTOCOL_VERSION);
}

static void no_certificate_is_no_handshake(void **state) {
    const struct hostile_options options = {.protocol = "skep/1", .has_no_certificate = true};
    assert_turned_away(state, hostile_with(options), "b turned_away tls-failed", TLS13_AD_CERTIFICATE_REQUIRED);
}

static void something_else_than_tls_is_no_handshake(void **state) {
    struct hostile hostile = {.listener = -1, .is_raw = true, .raw = SPAN_LITERAL("GET / HTTP/1.1\r\n\r\n")};
    assert_turned_away(state, hostile, "b turned_away tls-failed", -1);
}

static void stranger_that_hangs_up_is_no_handshake(void **state) {
    struct hostile hostile = {.listener = -1, .is_raw = true, .hangs_up = true};
    assert_turned_away(state, hostile, "b turned_away tls-failed: it closed", -1);
}

static void acceptor_that_chooses_nothing_is_another_version(void **state) {
    assert_dial_fails(state, hostile_with((struct hostile_options){.protocol = NULL}), "a dial_failed 2 version");
}

static void acceptor_that_refuses_our_protocol_is_another_version(void **state) {
    assert_dial_fails(state, hostile_with((struct hostile_options){.protocol = ""}), "a dial_failed 2 version");
}

/* OpenSSL finds it before we do, or does not look: the reason is the same. */
static void acceptor_that_chooses_what_was_not_offered_is_refused(void **state) {
    assert_dial_fails(state, hostile_with((struct hostile_options){.protocol = "skep/2"}), "a dial_failed 2 version");
}

static void acceptor_of_tls_1_2_is_no_handshake(void **state) {
    const struct hostile_options options = {.protocol = "skep/1", .is_tls12 = true};
    assert_dial_fails(state, hostile_with(options), "a dial_failed 2 tls-failed");
}

static void acceptor_of_something_else_is_no_handshake(void **state) {
    struct hostile hostile = {.listener = -1, .is_raw = true, .raw = SPAN_LITERAL("220 mail.example.org ESMTP\r\n")};
    assert_dial_fails(state, hostile, "a dial_failed 2 tls-failed");
}

static void acceptor_that_hangs_up_dropped_the_connection(void **state) {
    struct hostile hostile = {.listener = -1, .is_raw = true, .hangs_up = true};
    assert_dial_fails(state, hostile, "a dial_failed 2 reset");
}

/* In TLS 1.3 the dialler is done before the acceptor has judged it. */
static void dialler_that_is_refused_was_up_and_hears_the_alert(void **state) {
    struct link_world *world = *state;
    struct hostile hostile = hostile_with((struct hostile_options){.protocol = "skep/1", .refuses_key = true});
    const struct address to = hostile_listens(&hostile);
    link_node_dial(&world->a, DIALLED, &to, NULL);
    link_world_await(world, "a up 2 out");
    link_node_send_ping(&world->a, DIALLED);
    link_world_await(world, "a down 2 tls-failed");
    hostile_join(&hostile);
    link_world_await_quiet(world);
}

int main(void) {
#define HOSTILE_TEST(name) cmocka_unit_test_setup_teardown(name, link_world_open, link_world_close)
    const struct CMUnitTest tests[] = {
        HOSTILE_TEST(peer_without_fault_is_accepted),
        HOSTILE_TEST(forged_signature_of_the_small_order_key_verifies),
        HOSTILE_TEST(small_order_key_that_dials_is_refused),
        HOSTILE_TEST(small_order_key_that_answers_is_refused),
        HOSTILE_TEST(foreign_protocol_is_another_version),
        HOSTILE_TEST(no_protocol_is_another_version),
        HOSTILE_TEST(tls_1_2_is_no_handshake),
        HOSTILE_TEST(no_certificate_is_no_handshake),
        HOSTILE_TEST(something_else_than_tls_is_no_handshake),
        HOSTILE_TEST(stranger_that_hangs_up_is_no_handshake),
        HOSTILE_TEST(acceptor_that_chooses_nothing_is_another_version),
        HOSTILE_TEST(acceptor_that_refuses_our_protocol_is_another_version),
        HOSTILE_TEST(acceptor_that_chooses_what_was_not_offered_is_refused),
        HOSTILE_TEST(acceptor_of_tls_1_2_is_no_handshake),
        HOSTILE_TEST(acceptor_of_something_else_is_no_handshake),
        HOSTILE_TEST(acceptor_that_hangs_up_dropped_the_connection),
        HOSTILE_TEST(dialler_that_is_refused_was_up_and_hears_the_alert),
    };
    return sign_init() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
