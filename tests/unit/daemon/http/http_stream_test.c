/* SPDX-License-Identifier: Apache-2.0 */
/* Answers that come later, answers that go on, and clients that leave meanwhile. */
#include "http_fixture.h"

#define HOST "Host: node\r\n"

static void serve_and_hold(struct fixture *f, const char *request) {
    struct http_options options = fixture_options(f);
    options.request_ms_max = options.idle_ms_max = 60000;
    if (f->server == NULL) fixture_serve(f, &options);
    (void)fixture_ask(f, request);
    f->wanted = f->held_count + 1;
    fixture_run(f, held_enough);
}

static void an_answer_may_come_later(void **state) {
    struct fixture *f = *state;
    serve_and_hold(f, "GET /hold HTTP/1.1\r\n" HOST "\r\n");
    struct peer *peer = &f->peers[0];
    fixture_reply(f->held[0], 202, SPAN_LITERAL("later"));
    f->wanted = 1;
    fixture_run(f, last_peer_answered);
    assert_has(peer->got, "HTTP/1.1 202 Accepted\r\n");
    assert_has(peer->got, "\r\n\r\nlater");
    peer_send(peer, "GET /hold HTTP/1.1\r\n" HOST "\r\nGET /next HTTP/1.1\r\n" HOST "\r\n");
    f->wanted = 2;
    fixture_run(f, held_enough);
    fixture_reply(f->held[1], 200, SPAN_NONE);
    f->wanted = 3;
    fixture_run(f, last_peer_answered);
    assert_has(peer->got, "\r\n\r\n/next");
    assert_int_equal(f->gone_count, 0);
}

static void a_client_that_leaves_before_its_answer_is_told(void **state) {
    struct fixture *f = *state;
    serve_and_hold(f, "GET /hold HTTP/1.1\r\n" HOST "\r\n");
    peer_close(&f->peers[0]);
    f->wanted = 1;
    fixture_run(f, gone_enough);
    assert_null(f->held[0]);
    assert_int_equal(http_server_counts(f->server).connections, 0);
}

static void a_client_that_leaves_with_a_reset_is_told(void **state) {
    struct fixture *f = *state;
    serve_and_hold(f, "GET /hold HTTP/1.1\r\n" HOST "\r\n");
    struct linger now = {.l_onoff = 1};
    assert_int_equal(setsockopt(f->peers[0].fd, SOL_SOCKET, SO_LINGER, &now, sizeof now), 0);
    peer_close(&f->peers[0]);
    f->wanted = 1;
    fixture_run(f, gone_enough);
}

static bool last_peer_has_the_end(struct fixture *f) {
    return peer_count(&f->peers[f->peer_count - 1], "\r\n0\r\n\r\n") == 1;
}

static void a_stream_goes_out_in_chunks(void **state) {
    struct fixture *f = *state;
    serve_and_hold(f, "GET /stream HTTP/1.1\r\n" HOST "\r\n");
    struct peer *peer = &f->peers[0];
    f->wanted = 1;
    fixture_run(f, last_peer_answered); /* the head leaves before there is anything to say */
    assert_has(peer->got, "Transfer-Encoding: chunked\r\n");
    assert_has(peer->got, "Content-Type: text/event-stream\r\n");
    assert_null(strstr(peer->got, "Content-Length"));
    assert_true(http_stream_write(f->held[0], SPAN_LITERAL("data: 1\n\n")));
    assert_true(http_stream_write(f->held[0], SPAN_NONE));
    assert_true(http_stream_write(f->held[0], SPAN_LITERAL("data: 2\n\n")));
    http_stream_close(f->held[0]);
    fixture_run(f, last_peer_has_the_end);
    fixture_run(f, last_peer_ended);
    assert_has(peer->got, "\r\n\r\n9\r\ndata: 1\n\n\r\n9\r\ndata: 2\n\n\r\n0\r\n\r\n");
    assert_int_equal(f->gone_count, 0);
}

static void a_stream_to_http_1_0_ends_with_its_connection(void **state) {
    struct fixture *f = *state;
    serve_and_hold(f, "GET /stream HTTP/1.0\r\n\r\n");
    assert_true(http_stream_write(f->held[0], SPAN_LITERAL("data: 1\n\n")));
    http_stream_close(f->held[0]);
    fixture_run(f, last_peer_ended);
    assert_null(strstr(f->peers[0].got, "chunked"));
    assert_string_equal(strstr(f->peers[0].got, "\r\n\r\n"), "\r\n\r\ndata: 1\n\n");
}

static void a_stream_to_head_is_its_head(void **state) {
    struct fixture *f = *state;
    serve_and_hold(f, "HEAD /stream HTTP/1.1\r\n" HOST "\r\n");
    assert_true(http_stream_write(f->held[0], SPAN_LITERAL("data: 1\n\n")));
    http_stream_close(f->held[0]);
    fixture_run(f, last_peer_ended);
    assert_string_equal(strstr(f->peers[0].got, "\r\n\r\n"), "\r\n\r\n");
}

static void a_reader_that_goes_away_ends_its_stream(void **state) {
    struct fixture *f = *state;
    serve_and_hold(f, "GET /stream HTTP/1.1\r\n" HOST "\r\n");
    serve_and_hold(f, "GET /stream HTTP/1.1\r\n" HOST "\r\n");
    assert_true(http_stream_write(f->held[0], SPAN_LITERAL("data: 1\n\n")));
    peer_close(&f->peers[0]);
    f->wanted = 1;
    fixture_run(f, gone_enough);
    assert_null(f->held[0]);
    assert_true(http_stream_write(f->held[1], SPAN_LITERAL("data: 2\n\n")));
    http_stream_close(f->held[1]);
    fixture_run(f, last_peer_has_the_end);
}

static bool always(struct fixture *f) {
    (void)f;
    return true;
}

static void a_slow_reader_is_bounded_and_gets_all_that_was_taken(void **state) {
    struct fixture *f = *state;
    serve_and_hold(f, "GET /stream HTTP/1.1\r\n" HOST "\r\n");
    struct peer *peer = &f->peers[0];
    struct span piece = {f->big, 16 * 1024};
    size_t taken = 0;
    peer->is_slow = true;
    assert_false(http_stream_write(f->held[0], (struct span){f->big, 1024 * 1024 + 1}));
    while (taken < 4096 && http_stream_write(f->held[0], piece)) {
        taken++;
        fixture_run(f, always); /* the socket's buffers fill first */
    }
    print_message("%zu KiB until it was full\n", taken * 16);
    assert_true(taken >= 60);
    assert_true(taken < 4096);
    peer->is_slow = false;
    http_stream_close(f->held[0]);
    fixture_run(f, last_peer_has_the_end);
    assert_int_equal(peer_count(peer, "\r\n4000\r\nb"), taken);
    assert_int_equal(f->gone_count, 0);
}

static void what_a_client_sends_into_a_stream_is_thrown_away(void **state) {
    struct fixture *f = *state;
    serve_and_hold(f, "GET /stream HTTP/1.1\r\n" HOST "\r\nGET /ahead HTTP/1.1\r\n" HOST "\r\n");
    peer_send(&f->peers[0], "GET /more HTTP/1.1\r\n" HOST "\r\n");
    fixture_run(f, always);
    http_stream_close(f->held[0]);
    fixture_run(f, last_peer_ended);
    assert_int_equal(peer_count(&f->peers[0], "HTTP/1.1 "), 1);
    assert_int_equal(http_server_counts(f->server).requests, 1);
}

/* A client that sends ahead without end, while its first request waits, is read no further. */
static void what_is_sent_ahead_is_bounded(void **state) {
    struct fixture *f = *state;
    serve_and_hold(f, "GET /hold HTTP/1.1\r\n" HOST "\r\n");
    struct peer *peer = &f->peers[0];
    size_t sent = 0;
    for (int idle_turns = 0; idle_turns < 20 && sent < 256U * 1024 * 1024; fixture_run(f, always)) {
        ssize_t size = send(peer->fd, f->big, HUGE_SIZE, MSG_NOSIGNAL | MSG_DONTWAIT);
        idle_turns = size > 0 ? 0 : idle_turns + 1;
        sent += size > 0 ? (size_t)size : 0;
    }
    print_message("%zu KiB taken by the two sockets\n", sent / 1024);
    assert_true(sent < 64U * 1024 * 1024);
    fixture_reply(f->held[0], 200, SPAN_LITERAL("held"));
    fixture_run(f, last_peer_ended); /* the rubbish is 431, or a reset in its midst */
    assert_int_equal(http_server_counts(f->server).requests, 1);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        TEST(an_answer_may_come_later),
        TEST(a_client_that_leaves_before_its_answer_is_told),
        TEST(a_client_that_leaves_with_a_reset_is_told),
        TEST(a_stream_goes_out_in_chunks),
        TEST(a_stream_to_http_1_0_ends_with_its_connection),
        TEST(a_stream_to_head_is_its_head),
        TEST(a_reader_that_goes_away_ends_its_stream),
        TEST(a_slow_reader_is_bounded_and_gets_all_that_was_taken),
        TEST(what_a_client_sends_into_a_stream_is_thrown_away),
        TEST(what_is_sent_ahead_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
