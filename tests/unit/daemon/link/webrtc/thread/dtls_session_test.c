/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/link/webrtc/thread/dtls_session.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/prng.h"

enum { QUEUE_MAX = 256, TURNS_MAX = 20 };

/* Two sessions, each with the datagrams that are on their way to it. */
struct end {
    struct dtls_session *session;
    struct end *other;
    enum dtls_result state; /* of the handshake */
    size_t count;
    struct {
        size_t size;
        uint8_t bytes[2000];
    } queue[QUEUE_MAX];
    uint8_t read[4096]; /* the last record */
    size_t read_size, read_count;
    bool is_ended;
};
static struct dtls_context context;
static struct end client, server;

static void send_to_other(void *context_of, struct span datagram) {
    struct end *const to = ((struct end *)context_of)->other;
    assert_in_range(datagram.size, 1, DTLS_DATAGRAM_MAX);
    if (to->count == QUEUE_MAX) return;
    memcpy(to->queue[to->count].bytes, datagram.at, datagram.size);
    to->queue[to->count++].size = datagram.size;
}

static void end_begin(struct end *end, struct end *other, bool is_client, const struct sha256 *expected) {
    memset(end, 0, sizeof *end);
    end->other = other;
    end->session = dtls_session_new(&(struct dtls_options){
        .context = &context, .is_client = is_client, .expected = *expected, .send = send_to_other, .context_of = end});
    assert_non_null(end->session);
    end->state = DTLS_WAITS;
}

static int begin(void **state) {
    (void)state;
    assert_int_equal(dtls_context_init(&context), ERR_OK);
    end_begin(&client, &server, true, &context.certificate.fingerprint);
    end_begin(&server, &client, false, &context.certificate.fingerprint);
    return 0;
}

static int end_all(void **state) {
    (void)state;
    dtls_session_free(client.session);
    dtls_session_free(server.session);
    dtls_context_deinit(&context);
    return 0;
}

static void take(struct end *end, struct span datagram) {
    dtls_session_feed(end->session, datagram);
    if (end->state == DTLS_WAITS) end->state = dtls_session_handshake(end->session);
    if (end->state == DTLS_DONE) {
        enum dtls_result result;
        while ((result = dtls_session_read(end->session, end->read, sizeof end->read, &end->read_size)) == DTLS_DONE)
            end->read_count++;
        end->is_ended = result == DTLS_ENDED;
    }
    dtls_session_feed(end->session, SPAN_NONE);
}

static void take_all(struct end *end) {
    const size_t count = end->count;
    for (size_t i = 0; i < count; i++) take(end, (struct span){end->queue[i].bytes, end->queue[i].size});
    memmove(end->queue, end->queue + count, (end->count - count) * sizeof end->queue[0]);
    end->count -= count;
}

static void shake(void) {
    client.state = dtls_session_handshake(client.session);
    for (int i = 0; i < TURNS_MAX && client.count + server.count > 0; i++) {
        take_all(&server);
        take_all(&client);
    }
}

static void two_ends_shake_hands_and_talk(void **state) {
    (void)state;
    shake();
    assert_int_equal(client.state, DTLS_DONE);
    assert_int_equal(server.state, DTLS_DONE);
    assert_memory_equal(dtls_session_remote(client.session)->bytes, context.certificate.fingerprint.bytes, 32);
    dtls_session_write(client.session, SPAN_LITERAL("hello"));
    take_all(&server);
    assert_int_equal(server.read_count, 1);
    assert_memory_equal(server.read, "hello", 5);
    dtls_session_end(client.session);
    take_all(&server);
    assert_true(server.is_ended);
}

/* A record as large as SCTP may fill stays within what a path takes. */
static void a_full_record_fits_a_datagram(void **state) {
    static const uint8_t packet[DTLS_DATAGRAM_MAX - DTLS_RECORD_OVERHEAD] = {1};
    (void)state;
    shake();
    dtls_session_write(client.session, (struct span){packet, sizeof packet});
    assert_int_equal(server.count, 1);
    take_all(&server);
    assert_int_equal(server.read_count, 1);
}

static void another_certificate_is_refused(void **state) {
    struct sha256 other = context.certificate.fingerprint;
    (void)state;
    other.bytes[31] ^= 1;
    dtls_session_free(server.session);
    end_begin(&server, &client, false, &other);
    shake();
    assert_int_equal(server.state, DTLS_REFUSED);
    assert_string_equal(dtls_session_detail(server.session), "its certificate is not the one it described");
    assert_int_not_equal(client.state, DTLS_WAITS);
    dtls_session_end(server.session);
}

static void gaps_are_counted_and_replays_are_not(void **state) {
    (void)state;
    shake();
    for (int i = 0; i < 100; i++) dtls_session_write(client.session, SPAN_LITERAL("x"));
    assert_int_equal(server.count, 100);
    for (size_t i = 0; i < 100; i++) {
        if (i % 10 == 5) continue;
        const struct span datagram = {server.queue[i].bytes, server.queue[i].size};
        take(&server, datagram);
        take(&server, datagram);
    }
    const struct dtls_record_count *const count = dtls_session_count(server.session);
    assert_int_equal(server.read_count, 90);
    assert_int_equal(count->received, 90);
    assert_int_equal(dtls_record_missing(count), 10);
    server.count = 0;
}

static void forged_numbers_make_up_no_loss(void **state) {
    (void)state;
    shake();
    dtls_session_write(client.session, SPAN_LITERAL("x"));
    take_all(&server);
    dtls_session_write(client.session, SPAN_LITERAL("x"));
    server.queue[0].bytes[8] = 0x7f; /* of the sequence number */
    take_all(&server);
    dtls_session_write(client.session, SPAN_LITERAL("x"));
    take_all(&server);
    assert_int_equal(dtls_session_count(server.session)->received, 2);
    assert_int_equal(dtls_record_missing(dtls_session_count(server.session)), 1);
}

/* Anybody may send anything to the port: before every true datagram the server gets a false one. */
static void garbage_between_does_no_harm(void **state) {
    struct prng prng = prng_seeded(3);
    (void)state;
    client.state = dtls_session_handshake(client.session);
    for (int turn = 0; turn < TURNS_MAX; turn++) {
        for (size_t i = 0; i < server.count; i++) {
            uint8_t bytes[400];
            for (size_t j = 0; j < sizeof bytes; j++) bytes[j] = (uint8_t)prng_next(&prng);
            take(&server, (struct span){bytes, prng_below(&prng, sizeof bytes)});
            bytes[0] = 23; /* encrypted, as if by keys that nobody has */
            memcpy(bytes + 1, "\xfe\xfd\x00\x01", 4);
            take(&server, (struct span){bytes, sizeof bytes});
        }
        take_all(&server);
        take_all(&client);
    }
    assert_int_equal(client.state, DTLS_DONE);
    assert_int_equal(server.state, DTLS_DONE);
}

/* The handshake of the other end, changed in one place or cut: it may fail, and nothing else. */
static void a_spoilt_handshake_only_fails(void **state) {
    struct prng prng = prng_seeded(5);
    (void)state;
    for (int round = 0; round < 300; round++) {
        client.state = dtls_session_handshake(client.session);
        for (int turn = 0; turn < 6; turn++) {
            for (size_t i = 0; i < server.count; i++) {
                if (prng_below(&prng, 2) == 0) continue;
                if (prng_below(&prng, 3) == 0)
                    server.queue[i].size = prng_below(&prng, (uint32_t)server.queue[i].size) + 1;
                else
                    server.queue[i].bytes[prng_below(&prng, (uint32_t)server.queue[i].size)] ^=
                        (uint8_t)prng_next(&prng);
            }
            take_all(&server);
            take_all(&client);
        }
        dtls_session_free(client.session);
        dtls_session_free(server.session);
        end_begin(&client, &server, true, &context.certificate.fingerprint);
        end_begin(&server, &client, false, &context.certificate.fingerprint);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(two_ends_shake_hands_and_talk, begin, end_all),
        cmocka_unit_test_setup_teardown(a_full_record_fits_a_datagram, begin, end_all),
        cmocka_unit_test_setup_teardown(another_certificate_is_refused, begin, end_all),
        cmocka_unit_test_setup_teardown(gaps_are_counted_and_replays_are_not, begin, end_all),
        cmocka_unit_test_setup_teardown(forged_numbers_make_up_no_loss, begin, end_all),
        cmocka_unit_test_setup_teardown(garbage_between_does_no_harm, begin, end_all),
        cmocka_unit_test_setup_teardown(a_spoilt_handshake_only_fails, begin, end_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
