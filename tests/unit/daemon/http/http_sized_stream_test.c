/* SPDX-License-Identifier: Apache-2.0 */
/* Answers of a known length, written as fast as they are read: their frame, how much waits, what becomes of the
 * connection, and readers that are slow, stand still or leave. */
#include "http_fixture.h"

#define HOST "Host: node\r\n"
#define GET  "GET /file HTTP/1.1\r\n" HOST

enum { PIECE_SIZE = 64 * 1024 };

/* The file that the handler of the test at hand serves. */
struct download {
    struct http_exchange *exchange; /* NULL: none, or over */
    uint64_t length;
    int status;
    struct http_header_line line;
    uint64_t stops_at; /* 0: writes all */
    bool is_chunked;
    bool waits; /* is not told when there is room */
    size_t drained;
    uint64_t written;
    bool is_refused;
};
static struct download download;

static void end(struct http_exchange *exchange) {
    download.exchange = NULL;
    http_stream_close(exchange);
}

static void drained(void *context, struct http_exchange *exchange) {
    const struct fixture *f = context;
    const uint64_t left = download.is_chunked ? download.length - download.written : http_stream_left(exchange);
    download.drained++;
    if (left == 0 || (download.stops_at > 0 && download.written >= download.stops_at)) {
        end(exchange);
        return;
    }
    const struct span piece = {f->big, left < PIECE_SIZE ? (size_t)left : PIECE_SIZE};
    assert_true(http_stream_write(exchange, piece));
    download.written += piece.size;
}

static void handle(void *context, struct http_exchange *exchange) {
    if (!span_equal_text(http_path(exchange), "/file")) {
        fixture_handle(context, exchange);
        return;
    }
    const struct http_sized_stream sized = {.status = download.status == 0 ? 200 : download.status,
                                            .content_type = "application/octet-stream",
                                            .length = download.length,
                                            .headers = &download.line,
                                            .header_count = download.line.name == NULL ? 0 : 1};
    download.written = 0;
    if (download.is_chunked) {
        http_stream_open(exchange, "application/octet-stream", NULL, 0);
    } else if (!http_stream_open_sized(exchange, &sized)) {
        download.is_refused = true;
        fixture_reply(exchange, 500, SPAN_LITERAL("no"));
        return;
    }
    download.exchange = exchange;
    if (!download.waits) http_stream_when_drained(exchange, drained, context);
}

static void gone(void *context, struct http_exchange *exchange) {
    if (exchange == download.exchange) download.exchange = NULL;
    fixture_gone(context, exchange);
}

static struct http_options options_of(struct fixture *f) {
    struct http_options options = fixture_options(f);
    options.handle = handle;
    options.gone = gone;
    return options;
}

static int setup(void **state) {
    download = (struct download){.length = BIG_SIZE};
    return fixture_setup(state);
}

static void serve(struct fixture *f) {
    const struct http_options options = options_of(f);
    fixture_serve(f, &options);
}

static size_t body_size(const struct peer *peer) {
    const char *end_of_head = peer->got == NULL ? NULL : strstr(peer->got, "\r\n\r\n");
    return end_of_head == NULL ? 0 : peer->size - (size_t)(end_of_head + 4 - peer->got);
}

static bool is_always(struct fixture *f) {
    (void)f;
    return true;
}
static bool last_peer_has_body(struct fixture *f) {
    return body_size(&f->peers[f->peer_count - 1]) >= f->wanted;
}
static bool is_over(struct fixture *f) {
    (void)f;
    return download.drained > 0 && download.exchange == NULL;
}
static bool has_drained(struct fixture *f) {
    return download.drained >= f->wanted;
}

/* ---- The frame, and the connection ---- */

static void all_of_it_arrives_and_the_connection_goes_on(void **state) {
    struct fixture *f = *state;
    serve(f);
    struct peer *peer = fixture_ask(f, GET "\r\nGET /next HTTP/1.1\r\n" HOST "\r\n");
    f->wanted = 2;
    fixture_run(f, last_peer_answered);
    assert_has(peer->got, "HTTP/1.1 200 OK\r\n");
    assert_has(peer->got, "\r\nContent-Length: 307200\r\n");
    assert_null(strstr(peer->got, "chunked"));
    assert_null(strstr(peer->got, "Connection: close"));
    const char *body = strstr(peer->got, "\r\n\r\n") + 4;
    assert_int_equal(strspn(body, "b"), BIG_SIZE);
    assert_has(body, "\r\n\r\n/next");
    assert_null(strstr(strstr(body, "\r\n\r\n/next") + 9, "b"));
    peer_send(peer, GET "Connection: close\r\n\r\n");
    fixture_run(f, last_peer_ended);
    assert_int_equal(peer_count(peer, "Connection: close\r\n"), 1);
    assert_int_equal(f->gone_count, 0);
}

static void a_part_is_206_with_the_handlers_lines(void **state) {
    struct fixture *f = *state;
    serve(f);
    download.status = 206;
    download.length = 5;
    download.line = (struct http_header_line){"Content-Range", "bytes 0-4/10"};
    const struct peer *peer = fixture_ask(f, GET "\r\n");
    f->wanted = 5;
    fixture_run(f, last_peer_has_body);
    assert_has(peer->got, "HTTP/1.1 206 Partial Content\r\n");
    assert_has(peer->got, "\r\nContent-Range: bytes 0-4/10\r\n");
    assert_has(peer->got, "\r\n\r\nbbbbb");
}

static void a_length_over_four_gigabytes_is_said(void **state) {
    struct fixture *f = *state;
    serve(f);
    download.length = 5000000000000;
    download.waits = true;
    assert_has(fixture_answer(f, GET "\r\n"), "\r\nContent-Length: 5000000000000\r\n");
}

static void head_and_an_empty_file_have_nothing_to_write(void **state) {
    struct fixture *f = *state;
    serve(f);
    struct peer *peer = fixture_ask(f, "HEAD /file HTTP/1.1\r\n" HOST "\r\nGET /next HTTP/1.1\r\n" HOST "\r\n");
    f->wanted = 2;
    fixture_run(f, last_peer_answered);
    assert_has(peer->got, "\r\nContent-Length: 307200\r\n");
    assert_has(strstr(peer->got, "\r\n\r\n"), "\r\n\r\nHTTP/1.1 200 OK\r\n");
    assert_int_equal(download.drained, 1);
    download = (struct download){.length = 0};
    peer_send(peer, GET "\r\nGET /next HTTP/1.1\r\n" HOST "\r\n");
    f->wanted = 4;
    fixture_run(f, last_peer_answered);
    assert_int_equal(download.drained, 1);
}

static void to_http_1_0_it_has_its_length_too(void **state) {
    struct fixture *f = *state;
    serve(f);
    const struct peer *peer = fixture_ask(f, "GET /file HTTP/1.0\r\n\r\n");
    fixture_run(f, last_peer_ended);
    assert_has(peer->got, "\r\nContent-Length: 307200\r\n");
    assert_int_equal(body_size(peer), BIG_SIZE);
}

static void what_was_not_all_written_ends_the_connection(void **state) {
    struct fixture *f = *state;
    serve(f);
    download.stops_at = 2 * PIECE_SIZE;
    const struct peer *peer = fixture_ask(f, GET "\r\nGET /next HTTP/1.1\r\n" HOST "\r\n");
    fixture_run(f, last_peer_ended);
    assert_int_equal(body_size(peer), 2 * PIECE_SIZE);
    assert_int_equal(peer_count(peer, "HTTP/1.1 "), 1);
    assert_int_equal(f->gone_count, 0);
}

/* A file's name comes from anybody, and may end up in a header. */
static void a_header_that_would_split_the_answer_is_refused(void **state) {
    struct fixture *f = *state;
    serve(f);
    download.line = (struct http_header_line){"Content-Disposition", "attachment; filename=a\r\nX-Own: b"};
    const char *got = fixture_answer(f, GET "\r\n");
    assert_true(download.is_refused);
    assert_has(got, "HTTP/1.1 500 ");
    assert_null(strstr(got, "X-Own"));
}

static void a_stream_without_a_length_may_be_told_too(void **state) {
    struct fixture *f = *state;
    serve(f);
    download.is_chunked = true;
    const struct peer *peer = fixture_ask(f, GET "\r\n");
    fixture_run(f, last_peer_ended);
    assert_int_equal(peer_count(peer, "\r\n10000\r\nb"), 4);
    assert_int_equal(peer_count(peer, "\r\n0\r\n\r\n"), 1);
}

/* ---- Readers ---- */

static void a_slow_reader_holds_the_handler_back(void **state) {
    struct fixture *f = *state;
    serve(f);
    download.length = HUGE_SIZE;
    struct peer *peer = fixture_ask(f, GET "\r\n");
    peer->is_slow = true;
    size_t told;
    do { /* until nobody is told for a while: the sockets are full */
        told = download.drained;
        for (int i = 0; i < 50; i++) fixture_run(f, is_always);
    } while (told != download.drained);
    print_message("%llu KiB written for a reader that does not read\n", (unsigned long long)download.written / 1024);
    assert_true(download.written < HUGE_SIZE / 2);
    assert_non_null(download.exchange);
    peer->is_slow = false;
    f->wanted = HUGE_SIZE;
    fixture_run(f, last_peer_has_body);
    assert_int_equal(body_size(peer), HUGE_SIZE);
    assert_int_equal(f->gone_count, 0);
}

static void a_write_over_the_bound_is_refused_and_told_of_later(void **state) {
    struct fixture *f = *state;
    serve(f);
    download.length = HUGE_SIZE;
    download.waits = true;
    (void)fixture_answer(f, GET "\r\n"); /* its head has left */
    struct peer *peer = &f->peers[0];
    peer->is_slow = true;
    const struct span piece = {f->big, PIECE_SIZE};
    size_t pieces = 0;
    while (http_stream_write(download.exchange, piece)) pieces++;
    assert_int_equal(pieces, 16); /* 1 MiB */
    assert_int_equal(http_stream_left(download.exchange), HUGE_SIZE - 16 * PIECE_SIZE);
    http_stream_when_drained(download.exchange, drained, f);
    assert_int_equal(download.drained, 0); /* never from within */
    peer->is_slow = false;
    f->wanted = HUGE_SIZE;
    fixture_run(f, last_peer_has_body);
}

static void a_reader_that_stands_still_is_given_up(void **state) {
    struct fixture *f = *state;
    struct http_options options = options_of(f);
    options.stall_ms_max = 200;
    fixture_serve(f, &options);
    download.length = HUGE_SIZE;
    struct peer *peer = fixture_ask(f, GET "\r\n");
    peer->is_slow = true;
    f->wanted = 1;
    fixture_run(f, gone_enough);
    assert_null(download.exchange);
    assert_int_equal(http_server_counts(f->server).dismissals[HTTP_DISMISSAL_SLOW_READER], 1);
}

/* All is written, some still waits: the time for the whole does not count here either. */
static bool sips(struct fixture *f) {
    struct peer *peer = &f->peers[0];
    static char bytes[512 * 1024];
    const ssize_t size = recv(peer->fd, bytes, sizeof bytes, MSG_DONTWAIT);
    if (size > 0) f->wanted += (size_t)size;
    return f->wanted >= HUGE_SIZE;
}

static void a_slow_reader_of_the_rest_is_waited_for(void **state) {
    struct fixture *f = *state;
    struct http_options options = options_of(f);
    options.flush_ms_max = 1; /* would be over at once */
    fixture_serve(f, &options);
    download.length = HUGE_SIZE;
    struct peer *peer = fixture_ask(f, GET "\r\n");
    peer->is_slow = true;
    f->wanted = 0;
    fixture_run(f, sips);
    fixture_run(f, is_over);
    assert_int_equal(f->gone_count, 0);
    assert_int_equal(http_server_counts(f->server).refused, 0);
    peer->is_slow = false;
    peer_send(peer, "GET /next HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n");
    fixture_run(f, last_peer_ended);
    assert_has(peer->got, "\r\n\r\n/next");
}

static void a_handler_that_takes_its_time_is_not_a_slow_reader(void **state) {
    struct fixture *f = *state;
    struct http_options options = options_of(f);
    options.stall_ms_max = 50;
    fixture_serve(f, &options);
    download.length = 10;
    download.waits = true;
    (void)fixture_answer(f, GET "\r\n");
    const int64_t begun_ms = loop_now_ms(f->loop);
    while (loop_now_ms(f->loop) < begun_ms + 300) fixture_run(f, is_always);
    assert_non_null(download.exchange);
    assert_true(http_stream_write(download.exchange, SPAN_LITERAL("0123456789")));
    end(download.exchange);
    f->wanted = 10;
    fixture_run(f, last_peer_has_body);
}

static void a_reader_that_leaves_is_told(void **state) {
    struct fixture *f = *state;
    serve(f);
    download.length = HUGE_SIZE;
    struct peer *peer = fixture_ask(f, GET "\r\n");
    peer->is_slow = true;
    f->wanted = 2;
    fixture_run(f, has_drained);
    peer_close(peer);
    f->wanted = 1;
    fixture_run(f, gone_enough);
    assert_null(download.exchange);
    assert_int_equal(http_server_counts(f->server).connections, 0);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        TEST(all_of_it_arrives_and_the_connection_goes_on),
        TEST(a_part_is_206_with_the_handlers_lines),
        TEST(a_length_over_four_gigabytes_is_said),
        TEST(head_and_an_empty_file_have_nothing_to_write),
        TEST(to_http_1_0_it_has_its_length_too),
        TEST(what_was_not_all_written_ends_the_connection),
        TEST(a_header_that_would_split_the_answer_is_refused),
        TEST(a_stream_without_a_length_may_be_told_too),
        TEST(a_slow_reader_holds_the_handler_back),
        TEST(a_write_over_the_bound_is_refused_and_told_of_later),
        TEST(a_reader_that_stands_still_is_given_up),
        TEST(a_slow_reader_of_the_rest_is_waited_for),
        TEST(a_handler_that_takes_its_time_is_not_a_slow_reader),
        TEST(a_reader_that_leaves_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
