/* SPDX-License-Identifier: Apache-2.0 */
/* Bodies that a handler takes as they come: in which pieces, what a pause holds back, who is refused before and in the
 * middle of one, and what becomes of the connection afterwards. */
#include "http_fixture.h"

#include <sys/un.h>

#define HOST "Host: node\r\n"
#define TAKE "POST /take HTTP/1.1\r\n" HOST

enum { KEPT_MAX = 4096 };

/* What the handler of the test at hand does, and what it saw. */
struct intake {
    struct http_exchange *exchange; /* NULL: none, or over */
    bool pauses_at_once;
    bool pauses_each_piece;
    bool answers_at_piece;
    bool frees_in_piece;
    bool holds_at_end;
    uint64_t size;
    bool has_size;
    size_t asked;
    size_t pieces;
    uint64_t bytes;
    size_t ended;
    char kept[KEPT_MAX + 1];
};
static struct intake intake;

static void end_with(struct http_exchange *exchange, int status) {
    intake.exchange = NULL;
    fixture_reply(exchange, status, SPAN_LITERAL("told"));
}

static void piece(void *context, struct http_exchange *exchange, struct span bytes) {
    struct fixture *f = context;
    assert_true(bytes.size > 0);
    intake.pieces++;
    for (size_t i = 0; i < bytes.size && intake.bytes + i < KEPT_MAX; i++)
        intake.kept[intake.bytes + i] = (char)bytes.at[i];
    intake.bytes += bytes.size;
    if (intake.pauses_each_piece) http_body_pause(exchange);
    if (intake.answers_at_piece) end_with(exchange, 507);
    if (intake.frees_in_piece) {
        http_server_free(f->server);
        f->server = NULL;
    }
}

static void ended(void *context, struct http_exchange *exchange) {
    (void)context;
    intake.ended++;
    if (!intake.holds_at_end) end_with(exchange, 201);
}

static void begins(void *context, struct http_exchange *exchange) {
    const struct http_body_sink sink = {piece, ended, context};
    intake.asked++;
    if (span_equal_text(http_path(exchange), "/refused")) {
        fixture_reply(exchange, 401, SPAN_LITERAL("no"));
        return;
    }
    if (!span_equal_text(http_path(exchange), "/take")) return;
    intake.exchange = exchange;
    intake.has_size = http_body_size(exchange, &intake.size);
    http_body_take(exchange, &sink);
    if (intake.pauses_at_once) http_body_pause(exchange);
}

static void gone(void *context, struct http_exchange *exchange) {
    if (exchange == intake.exchange) intake.exchange = NULL;
    fixture_gone(context, exchange);
}

static struct http_options options_of(struct fixture *f) {
    struct http_options options = fixture_options(f);
    options.begins = begins;
    options.gone = gone;
    return options;
}

static int setup(void **state) {
    intake = (struct intake){0};
    return fixture_setup(state);
}

static void serve(struct fixture *f) {
    const struct http_options options = options_of(f);
    fixture_serve(f, &options);
}

static bool is_always(struct fixture *f) {
    (void)f;
    return true;
}
static bool has_pieces(struct fixture *f) {
    return intake.pieces >= f->wanted;
}
static bool has_ended(struct fixture *f) {
    return intake.ended >= f->wanted;
}
static bool has_asked(struct fixture *f) {
    return intake.asked >= f->wanted;
}

static const char *answer_of(struct fixture *f, struct peer *peer, size_t count) {
    f->wanted = count;
    fixture_run(f, last_peer_answered);
    return peer->got;
}

/* ---- Whole bodies ---- */

static void a_body_with_a_length_comes_in_pieces_and_the_connection_is_kept(void **state) {
    struct fixture *f = *state;
    serve(f);
    struct peer *peer = fixture_ask(f, TAKE "Content-Length: 10\r\n\r\nfirst");
    f->wanted = 1;
    fixture_run(f, has_pieces);
    assert_true(intake.has_size);
    assert_int_equal(intake.size, 10);
    assert_int_equal(intake.ended, 0);
    peer_send(peer, "other" TAKE "Content-Length: 3\r\n\r\nabcGET /next HTTP/1.1\r\n" HOST "\r\n");
    const char *got = answer_of(f, peer, 3);
    assert_string_equal(intake.kept, "firstotherabc");
    assert_int_equal(peer_count(peer, "HTTP/1.1 201 "), 2);
    assert_has(got, "\r\n\r\n/next");
    assert_null(strstr(got, "Connection: close"));
    assert_int_equal(http_server_counts(f->server).requests, 3);
    assert_int_equal(f->gone_count, 0);
}

static void a_chunked_body_comes_without_its_frame(void **state) {
    struct fixture *f = *state;
    serve(f);
    static const char request[] = TAKE "Transfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0a\r\n0123456789\r\n0\r\nT: "
                                       "x\r\n\r\nGET /next HTTP/1.1\r\n" HOST "\r\n";
    struct peer *peer = fixture_connect(f);
    for (size_t i = 0; request[i] != '\0'; i++) { /* byte by byte */
        peer_send(peer, (char[]){request[i], '\0'});
        fixture_run(f, is_always);
    }
    assert_has(answer_of(f, peer, 2), "\r\n\r\n/next");
    assert_string_equal(intake.kept, "abc0123456789");
    assert_false(intake.has_size);
    intake = (struct intake){0};
    assert_has(fixture_answer(f, request), "HTTP/1.1 201 "); /* all at once */
    assert_string_equal(intake.kept, "abc0123456789");
    assert_int_equal(intake.pieces, 2);
}

static void a_body_of_nothing_ends_at_once(void **state) {
    static const char *const forms[] = {"\r\n", "Content-Length: 0\r\n\r\n",
                                        "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"};
    struct fixture *f = *state;
    serve(f);
    for (size_t i = 0; i < 3; i++) {
        char request[256];
        (void)snprintf(request, sizeof request, TAKE "%s", forms[i]);
        assert_has(fixture_answer(f, request), "HTTP/1.1 201 ");
        assert_int_equal(intake.ended, i + 1);
        assert_int_equal(intake.pieces, 0);
    }
}

static void a_body_may_be_larger_than_one_that_is_kept(void **state) {
    struct fixture *f = *state;
    serve(f);
    struct peer *peer = fixture_ask(f, TAKE "Content-Length: 307200\r\n\r\n");
    for (size_t sent = 0; sent < BIG_SIZE; fixture_run(f, is_always)) {
        const ssize_t size = send(peer->fd, f->big + sent, BIG_SIZE - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
        sent += size > 0 ? (size_t)size : 0;
    }
    assert_has(answer_of(f, peer, 1), "HTTP/1.1 201 ");
    assert_int_equal(intake.bytes, BIG_SIZE);
}

static void what_is_not_taken_is_as_before(void **state) {
    struct fixture *f = *state;
    serve(f);
    assert_has(fixture_answer(f, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhello"), "\r\n\r\nhello");
    assert_has(fixture_answer(f, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 100001\r\n\r\n"), "HTTP/1.1 413 ");
    assert_has(fixture_answer(f, "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\nfffff\r\n"),
               "HTTP/1.1 413 ");
    assert_has(fixture_answer(f, "POST /echo HTTP/1.1\r\n" HOST "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n"),
               "HTTP/1.1 100 Continue\r\n\r\n");
    assert_has(fixture_answer(f, "HEAD /x HTTP/1.1\r\n" HOST "\r\n"), "HTTP/1.1 200 ");
    assert_int_equal(intake.asked, 5);
    assert_int_equal(f->gone_count, 0);
}

static void the_end_may_be_answered_later(void **state) {
    struct fixture *f = *state;
    serve(f);
    intake.holds_at_end = true;
    struct peer *peer = fixture_ask(f, TAKE "Content-Length: 2\r\n\r\nabGET /next HTTP/1.1\r\n" HOST "\r\n");
    f->wanted = 1;
    fixture_run(f, has_ended);
    http_body_pause(intake.exchange); /* a job that ends late may say so: nothing */
    http_body_resume(intake.exchange);
    end_with(intake.exchange, 201);
    assert_has(answer_of(f, peer, 2), "\r\n\r\n/next");
}

/* ---- Pauses ---- */

static size_t push(struct peer *peer, struct fixture *f) {
    const ssize_t size = send(peer->fd, f->big, HUGE_SIZE, MSG_NOSIGNAL | MSG_DONTWAIT);
    return size > 0 ? (size_t)size : 0;
}

/* A client that sends as fast as it can, to a handler that has paused: what is not in the two sockets is in at most two
 * reads of ours, which the first pieces after the pause show. */
static void a_pause_holds_the_client_back(void **state) {
    struct fixture *f = *state;
    serve(f);
    intake.pauses_each_piece = true;
    struct peer *peer = fixture_ask(f, TAKE "Content-Length: 1000000000\r\n\r\n");
    size_t sent = 0, before;
    for (int idle_turns = 0; idle_turns < 50; fixture_run(f, is_always)) {
        const size_t size = push(peer, f);
        idle_turns = size > 0 ? 0 : idle_turns + 1;
        sent += size;
    }
    print_message("%zu KiB sent against a pause, %llu KiB delivered\n", sent / 1024,
                  (unsigned long long)intake.bytes / 1024);
    assert_int_equal(intake.pieces, 1);
    assert_true(intake.bytes <= 64U * 1024);
    assert_true(sent < 64U * 1024 * 1024);
    for (int i = 0; i < 10; i++) { /* each resume gives one more, from the loop */
        before = intake.pieces;
        http_body_resume(intake.exchange);
        assert_int_equal(intake.pieces, before);
        f->wanted = before + 1;
        fixture_run(f, has_pieces);
        assert_int_equal(intake.pieces, before + 1);
        assert_true(intake.bytes <= intake.pieces * 128 * 1024);
    }
}

static void pauses_between_chunks_lose_nothing(void **state) {
    struct fixture *f = *state;
    serve(f);
    intake.pauses_each_piece = true;
    struct peer *peer =
        fixture_ask(f, TAKE "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n2\r\nbc\r\n3\r\ndef\r\n0\r\n\r\n"
                            "GET /next HTTP/1.1\r\n" HOST "\r\n");
    for (size_t pieces = 1; pieces <= 3; pieces++) {
        f->wanted = pieces;
        fixture_run(f, has_pieces);
        fixture_run(f, is_always);
        assert_int_equal(intake.pieces, pieces);
        assert_int_equal(intake.ended, 0); /* not while it is paused */
        http_body_resume(intake.exchange);
    }
    assert_has(answer_of(f, peer, 2), "\r\n\r\n/next");
    assert_string_equal(intake.kept, "abcdef");
}

static bool is_half_a_second_later(struct fixture *f) {
    return loop_now_ms(f->loop) > f->give_up_ms - UNTIL_MS + 500;
}

static void no_time_runs_while_it_is_paused_by_us(void **state) {
    struct fixture *f = *state;
    struct http_options options = options_of(f);
    options.stall_ms_max = options.request_ms_max = 100;
    fixture_serve(f, &options);
    intake.pauses_at_once = true;
    struct peer *peer = fixture_ask(f, TAKE "Content-Length: 4\r\n\r\n");
    f->wanted = 1;
    fixture_run(f, has_asked);
    fixture_run(f, is_half_a_second_later);
    assert_non_null(intake.exchange);
    http_body_resume(intake.exchange);
    peer_send(peer, "abcd");
    assert_has(answer_of(f, peer, 1), "HTTP/1.1 201 ");
}

/* ---- 100 Continue ---- */

static void a_client_that_waits_is_told_to_go_on_by_the_handler_alone(void **state) {
    struct fixture *f = *state;
    serve(f);
    intake.pauses_at_once = true;
    struct peer *peer = fixture_ask(f, TAKE "Expect: 100-continue\r\nContent-Length: 4\r\n\r\n");
    f->wanted = 1;
    fixture_run(f, has_asked);
    fixture_run(f, is_always);
    assert_int_equal(peer->size, 0); /* not before the handler goes on */
    http_body_resume(intake.exchange);
    assert_string_equal(answer_of(f, peer, 1), "HTTP/1.1 100 Continue\r\n\r\n");
    peer_send(peer, "abcd");
    assert_has(answer_of(f, peer, 2), "HTTP/1.1 201 ");
    const char *refused = fixture_answer(f, "POST /refused HTTP/1.1\r\n" HOST
                                            "Expect: 100-continue\r\nContent-Length: 900000000\r\n\r\n");
    assert_int_equal(strncmp(refused, "HTTP/1.1 401 ", 13), 0);
    assert_has(refused, "Connection: close\r\n");
    fixture_run(f, last_peer_ended);
}

/* ---- Early answers ---- */

static bool has_pushed_much(struct fixture *f) {
    f->wanted += push(&f->peers[0], f);
    return f->wanted > HUGE_SIZE; /* far more than the two sockets hold: it is drained */
}

/* It has sent a lot that nobody wants, and hears the answer all the same. */
static void a_refusal_is_heard_by_a_client_that_is_still_sending(void **state) {
    struct fixture *f = *state;
    serve(f);
    struct peer *peer = fixture_ask(f, "POST /refused HTTP/1.1\r\n" HOST "Content-Length: 900000000\r\n\r\n");
    f->wanted = 0;
    fixture_run(f, has_pushed_much);
    f->wanted = 1;
    fixture_run(f, last_peer_answered);
    assert_has(peer->got, "HTTP/1.1 401 ");
    assert_has(peer->got, "Connection: close\r\n");
    fixture_run(f, last_peer_ended);
    assert_int_equal(intake.pieces, 0);
    assert_int_equal(f->gone_count, 0);
}

static bool is_sent_away(struct fixture *f) {
    (void)push(&f->peers[0], f);
    return http_server_counts(f->server).connections == 0;
}

static void what_is_drained_is_bounded_in_time(void **state) {
    struct fixture *f = *state;
    serve(f);
    (void)fixture_ask(f, "POST /refused HTTP/1.1\r\n" HOST "Content-Length: 900000000000\r\n\r\n");
    f->wanted = 1;
    fixture_run(f, has_asked);
    const int64_t begun_ms = loop_now_ms(f->loop);
    fixture_run(f, is_sent_away);
    assert_in_range(loop_now_ms(f->loop) - begun_ms, 1500, 4000);
}

static void an_answer_in_the_middle_is_the_last(void **state) {
    struct fixture *f = *state;
    serve(f);
    intake.answers_at_piece = true;
    struct peer *peer = fixture_ask(f, TAKE "Content-Length: 10\r\n\r\nfirst");
    assert_has(answer_of(f, peer, 1), "HTTP/1.1 507 ");
    assert_has(peer->got, "Connection: close\r\n");
    peer_send(peer, "otherGET /next HTTP/1.1\r\n" HOST "\r\n");
    fixture_run(f, last_peer_ended);
    assert_int_equal(peer_count(peer, "HTTP/1.1 "), 1);
    assert_int_equal(intake.pieces, 1);
    assert_int_equal(intake.ended, 0);
    assert_int_equal(f->gone_count, 0);
}

static void an_answer_in_the_middle_of_what_waited_is_the_last(void **state) {
    struct fixture *f = *state;
    serve(f);
    intake.answers_at_piece = intake.pauses_at_once = true;
    struct peer *peer = fixture_ask(f, TAKE "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n2\r\nbc\r\n");
    f->wanted = 1;
    fixture_run(f, has_asked);
    http_body_resume(intake.exchange);
    assert_has(answer_of(f, peer, 1), "HTTP/1.1 507 ");
    fixture_run(f, last_peer_ended);
    assert_int_equal(intake.pieces, 1);
}

static void an_answer_to_the_last_piece_keeps_the_connection(void **state) {
    struct fixture *f = *state;
    serve(f);
    intake.answers_at_piece = true;
    struct peer *peer = fixture_ask(f, TAKE "Content-Length: 5\r\n\r\nfirstGET /next HTTP/1.1\r\n" HOST "\r\n");
    assert_has(answer_of(f, peer, 2), "\r\n\r\n/next");
    assert_int_equal(intake.ended, 0);
}

static void an_answer_from_outside_while_paused_is_heard(void **state) {
    struct fixture *f = *state;
    serve(f);
    intake.pauses_each_piece = true;
    struct peer *peer = fixture_ask(f, TAKE "Content-Length: 10\r\n\r\nfirst");
    f->wanted = 1;
    fixture_run(f, has_pieces);
    end_with(intake.exchange, 507);
    assert_has(answer_of(f, peer, 1), "HTTP/1.1 507 ");
    fixture_run(f, last_peer_ended);
}

static void a_request_without_a_body_may_be_answered_at_once(void **state) {
    struct fixture *f = *state;
    serve(f);
    struct peer *peer = fixture_ask(f, "GET /refused HTTP/1.1\r\n" HOST "\r\nGET /next HTTP/1.1\r\n" HOST "\r\n");
    assert_has(answer_of(f, peer, 2), "\r\n\r\n/next");
    assert_int_equal(http_server_counts(f->server).requests, 2);
}

/* ---- Clients that are slow, wrong, or leave ---- */

static void a_body_that_stands_still_is_408_and_the_handler_is_told(void **state) {
    struct fixture *f = *state;
    struct http_options options = options_of(f);
    options.stall_ms_max = 200;
    fixture_serve(f, &options);
    struct peer *peer = fixture_ask(f, TAKE "Content-Length: 10\r\n\r\nfirst");
    fixture_run(f, last_peer_ended);
    assert_has(peer->got, "HTTP/1.1 408 ");
    assert_has(peer->got, "none of it within 200 ms");
    assert_int_equal(f->gone_count, 1);
    assert_null(intake.exchange);
    assert_int_equal(http_server_counts(f->server).dismissals[HTTP_DISMISSAL_SLOW_BODY], 1);
}

static bool has_bytes(struct fixture *f) {
    return intake.bytes >= f->wanted;
}

/* Longer than any time for the whole, and never still for long. */
static void a_body_that_trickles_is_waited_for(void **state) {
    struct fixture *f = *state;
    struct http_options options = options_of(f);
    options.stall_ms_max = 400;
    options.request_ms_max = 100;
    fixture_serve(f, &options);
    struct peer *peer = fixture_ask(f, TAKE "Content-Length: 8\r\n\r\n");
    const int64_t begun_ms = loop_now_ms(f->loop);
    f->wanted = 1;
    fixture_run(f, has_asked);
    for (size_t i = 1; i <= 8; i++) {
        const int64_t at_ms = loop_now_ms(f->loop);
        while (loop_now_ms(f->loop) < at_ms + 80) fixture_run(f, is_always);
        peer_send(peer, "x");
        f->wanted = i;
        fixture_run(f, has_bytes);
    }
    assert_has(answer_of(f, peer, 1), "HTTP/1.1 201 ");
    assert_true(loop_now_ms(f->loop) - begun_ms >= 640);
}

static void a_damaged_chunk_is_400_and_the_handler_is_told(void **state) {
    struct fixture *f = *state;
    serve(f);
    struct peer *peer = fixture_ask(f, TAKE "Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n");
    fixture_run(f, last_peer_ended);
    assert_has(peer->got, "HTTP/1.1 400 ");
    assert_string_equal(intake.kept, "abc");
    assert_int_equal(f->gone_count, 1);
    assert_int_equal(intake.ended, 0);
    assert_int_equal(http_server_counts(f->server).dismissals[HTTP_DISMISSAL_NOT_HTTP], 1);
}

static void a_body_that_is_too_short_is_told_as_gone(void **state) {
    struct fixture *f = *state;
    serve(f);
    (void)fixture_ask(f, TAKE "Content-Length: 10\r\n\r\nfirst");
    f->wanted = 1;
    fixture_run(f, has_pieces);
    assert_int_equal(shutdown(f->peers[0].fd, SHUT_WR), 0);
    fixture_run(f, gone_enough);
    assert_null(intake.exchange);
    assert_int_equal(intake.ended, 0);
    assert_int_equal(http_server_counts(f->server).connections, 0);
}

static void a_client_that_left_during_a_pause_is_found_at_the_resume(void **state) {
    struct fixture *f = *state;
    serve(f);
    intake.pauses_each_piece = true;
    (void)fixture_ask(f, TAKE "Content-Length: 10\r\n\r\nfirst");
    f->wanted = 1;
    fixture_run(f, has_pieces);
    const struct linger now = {.l_onoff = 1};
    assert_int_equal(setsockopt(f->peers[0].fd, SOL_SOCKET, SO_LINGER, &now, sizeof now), 0);
    peer_close(&f->peers[0]);
    fixture_run(f, is_always);
    assert_non_null(intake.exchange);
    http_body_resume(intake.exchange);
    fixture_run(f, gone_enough);
}

static void what_comes_after_the_body_is_the_next_request(void **state) {
    struct fixture *f = *state;
    serve(f);
    struct peer *peer = fixture_ask(f, TAKE "Content-Length: 5\r\n\r\nfirst, and too much\r\n\r\n");
    assert_has(answer_of(f, peer, 2), "HTTP/1.1 400 ");
    assert_string_equal(intake.kept, "first");
    fixture_run(f, last_peer_ended);
}

static void a_handler_may_free_the_server_in_the_middle(void **state) {
    struct fixture *f = *state;
    serve(f);
    intake.frees_in_piece = true;
    (void)fixture_ask(f, TAKE "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n2\r\nbc\r\n");
    fixture_run(f, last_peer_ended);
    assert_int_equal(f->gone_count, 1);
    assert_int_equal(intake.pieces, 1);
}

static void the_server_may_be_freed_during_a_pause(void **state) {
    struct fixture *f = *state;
    serve(f);
    intake.pauses_each_piece = true;
    (void)fixture_ask(f, TAKE "Content-Length: 10\r\n\r\nfirst");
    f->wanted = 1;
    fixture_run(f, has_pieces);
    http_server_free(f->server);
    f->server = NULL;
    assert_int_equal(f->gone_count, 1);
}

/* A file on its way is with a handler: newcomers do not take its place. */
static void a_body_on_its_way_is_not_sent_away_for_a_newcomer(void **state) {
    struct fixture *f = *state;
    struct http_options options = options_of(f);
    options.connections_max = 2;
    fixture_serve(f, &options);
    struct peer *peer = fixture_ask(f, TAKE "Content-Length: 10\r\n\r\nfirst");
    f->wanted = 1;
    fixture_run(f, has_pieces);
    for (int i = 0; i < 4; i++) assert_has(fixture_answer(f, "GET /x HTTP/1.1\r\n" HOST "\r\n"), "HTTP/1.1 200 ");
    assert_false(peer->is_ended);
    assert_int_equal(f->gone_count, 0);
}

static void a_unix_socket_takes_bodies_too(void **state) {
    struct fixture *f = *state;
    struct http_options options = options_of(f);
    struct err_detail detail = {""};
    options.at = (struct http_place){0};
    (void)snprintf(options.at.path, sizeof options.at.path, "/tmp/skep-body-%ld", (long)getpid());
    if (http_server_new(&f->server, &options, &f->bound, &detail) != ERR_OK) fail_msg("%s", detail.text);
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    (void)snprintf(name.sun_path, sizeof name.sun_path, "%s", f->bound.path);
    struct peer *peer = &f->peers[f->peer_count++];
    peer->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(peer->fd, (const struct sockaddr *)&name, sizeof name), 0);
    peer_send(peer, TAKE "Content-Length: 5\r\n\r\nfirst");
    assert_has(answer_of(f, peer, 1), "HTTP/1.1 201 ");
    assert_string_equal(intake.kept, "first");
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_body_with_a_length_comes_in_pieces_and_the_connection_is_kept),
        TEST(a_chunked_body_comes_without_its_frame),
        TEST(a_body_of_nothing_ends_at_once),
        TEST(a_body_may_be_larger_than_one_that_is_kept),
        TEST(what_is_not_taken_is_as_before),
        TEST(the_end_may_be_answered_later),
        TEST(a_pause_holds_the_client_back),
        TEST(pauses_between_chunks_lose_nothing),
        TEST(no_time_runs_while_it_is_paused_by_us),
        TEST(a_client_that_waits_is_told_to_go_on_by_the_handler_alone),
        TEST(a_refusal_is_heard_by_a_client_that_is_still_sending),
        TEST(what_is_drained_is_bounded_in_time),
        TEST(an_answer_in_the_middle_is_the_last),
        TEST(an_answer_in_the_middle_of_what_waited_is_the_last),
        TEST(an_answer_to_the_last_piece_keeps_the_connection),
        TEST(an_answer_from_outside_while_paused_is_heard),
        TEST(a_request_without_a_body_may_be_answered_at_once),
        TEST(a_body_that_stands_still_is_408_and_the_handler_is_told),
        TEST(a_body_that_trickles_is_waited_for),
        TEST(a_damaged_chunk_is_400_and_the_handler_is_told),
        TEST(a_body_that_is_too_short_is_told_as_gone),
        TEST(a_client_that_left_during_a_pause_is_found_at_the_resume),
        TEST(what_comes_after_the_body_is_the_next_request),
        TEST(a_handler_may_free_the_server_in_the_middle),
        TEST(the_server_may_be_freed_during_a_pause),
        TEST(a_body_on_its_way_is_not_sent_away_for_a_newcomer),
        TEST(a_unix_socket_takes_bodies_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
