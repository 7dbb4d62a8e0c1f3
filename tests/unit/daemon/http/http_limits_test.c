/* SPDX-License-Identifier: Apache-2.0 */
/* What a client gets that is too large, too slow, too many or does not speak HTTP; and that no handler sees it. */
#include "http_fixture.h"

#include <sys/resource.h>

#define HOST "Host: node\r\n"

/* Each of these ends its connection with one answer of the server's own. */
static const char *refusal_of(struct fixture *f, const char *request) {
    uint64_t refused = http_server_counts(f->server).refused;
    struct peer *peer = fixture_ask(f, request);
    fixture_run(f, last_peer_ended);
    assert_int_equal(http_server_counts(f->server).refused, refused + 1);
    assert_int_equal(http_server_counts(f->server).requests, 0);
    assert_has(peer->got, "Connection: close\r\n");
    assert_has(peer->got, "Content-Type: application/problem+json\r\n");
    assert_has(peer->got, "\r\n\r\n{\"type\":\"about:blank\",\"title\":\"");
    assert_has(peer->got, "\"code\":\"");
    assert_null(strstr(peer->got, "\"detail\":\"\"")); /* a status alone does not say what to do */
    assert_int_equal(peer_count(peer, "\r\nDate: "), 1);
    return peer->got;
}

static void rubbish_is_refused(void **state) {
    struct fixture *f = *state;
    struct http_options options = fixture_options(f);
    fixture_serve(f, &options);
    assert_has(refusal_of(f, "rubbish\r\n\r\n"), "HTTP/1.1 400 Bad Request\r\n");
    assert_has(refusal_of(f, "\x16\x03\x01\x02 tls?\r\n\r\n"), "HTTP/1.1 400 ");
    assert_has(refusal_of(f, "GET / HTTP/1.1\r\n\r\n"), "HTTP/1.1 400 ");
    assert_has(refusal_of(f, "GET / HTTP/1.1\r\n" HOST HOST "\r\n"), "HTTP/1.1 400 ");
    assert_has(refusal_of(f, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), "HTTP/1.1 505 ");
    assert_has(refusal_of(f, "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\nfish\r\n"),
               "HTTP/1.1 400 ");
    assert_has(refusal_of(f, "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip\r\n\r\n"), "HTTP/1.1 501 ");
    assert_has(refusal_of(f, "GET / HTTP/1.1\r\n" HOST "Expect: tea\r\n\r\n"), "HTTP/1.1 417 ");
}

static void two_lengths_are_refused(void **state) {
    struct fixture *f = *state;
    struct http_options options = fixture_options(f);
    fixture_serve(f, &options);
    assert_has(refusal_of(f, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
                             "0\r\n\r\nGET /smuggled HTTP/1.1\r\n" HOST "\r\n"),
               "HTTP/1.1 400 ");
    assert_has(refusal_of(f, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 0\r\nContent-Length: 5\r\n\r\nhello"),
               "HTTP/1.1 400 ");
}

static void a_head_over_its_size_is_431(void **state) {
    struct fixture *f = *state;
    struct http_options options = fixture_options(f);
    char request[8192];
    fixture_serve(f, &options);
    int size = snprintf(request, sizeof request, "GET / HTTP/1.1\r\n" HOST "X: ");
    assert_true(size > 0);
    memset(request + size, 'x', sizeof request - (size_t)size);
    request[options.head_bytes_max] = '\0'; /* without an end */
    assert_has(refusal_of(f, request), "HTTP/1.1 431 ");
    assert_has(f->peers[f->peer_count - 1].got, "The head is over 4096 bytes");
    strcpy(request + options.head_bytes_max - 3, "\r\n\r\n"); /* with an end, one byte late */
    assert_has(refusal_of(f, request), "HTTP/1.1 431 ");
    strcpy(request + options.head_bytes_max - 4, "\r\n\r\n"); /* as large as may be */
    assert_has(fixture_answer(f, request), "HTTP/1.1 200 ");
}

static void a_body_over_its_size_is_413_before_it_is_read(void **state) {
    struct fixture *f = *state;
    struct http_options options = fixture_options(f);
    fixture_serve(f, &options);
    assert_has(refusal_of(f, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 100001\r\n\r\n"), "HTTP/1.1 413 ");
    assert_has(f->peers[f->peer_count - 1].got, "The body is over 100000 bytes");
    assert_has(refusal_of(f, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 999999999999999999\r\n\r\n"),
               "HTTP/1.1 413 ");
    assert_has(refusal_of(f, "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\nfffffff\r\n"),
               "HTTP/1.1 413 ");
}

static void a_chunked_body_is_counted(void **state) {
    struct fixture *f = *state;
    struct http_options options = fixture_options(f);
    static const char head[] = "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n";
    static char request[sizeof head + 11 * 10010];
    fixture_serve(f, &options);
    strcpy(request, head);
    for (int i = 0; i < 11; i++) {
        size_t size = strlen(request);
        strcpy(request + size, "2710\r\n");
        memset(request + size + 6, 'c', 10000);
        strcpy(request + size + 6 + 10000, "\r\n");
        if (i != 9) continue;
        size = strlen(request);
        strcpy(request + size, "0\r\n\r\n");
        assert_has(fixture_answer(f, request), "Content-Length: 100000\r\n");
        request[size] = '\0';
    }
    struct peer *peer = fixture_ask(f, request);
    fixture_run(f, last_peer_ended);
    assert_has(peer->got, "HTTP/1.1 413 ");
}

static void a_slow_head_is_408(void **state) {
    struct fixture *f = *state;
    struct http_options options = fixture_options(f);
    options.request_ms_max = 50;
    fixture_serve(f, &options);
    assert_has(refusal_of(f, "GET / HTTP/1.1\r\nHos"), "HTTP/1.1 408 ");
}

static void a_slow_body_is_408(void **state) {
    struct fixture *f = *state;
    struct http_options options = fixture_options(f);
    options.request_ms_max = 50;
    fixture_serve(f, &options);
    assert_has(refusal_of(f, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhell"), "HTTP/1.1 408 ");
}

/* Bytes that trickle in do not buy more time. */
static bool trickling_ended(struct fixture *f) {
    struct peer *peer = &f->peers[f->peer_count - 1];
    if (peer->got == NULL) (void)send(peer->fd, "x", 1, MSG_NOSIGNAL);
    return peer->is_ended;
}

static void a_head_that_trickles_is_408(void **state) {
    struct fixture *f = *state;
    struct http_options options = fixture_options(f);
    options.request_ms_max = 100;
    fixture_serve(f, &options);
    struct peer *peer = fixture_ask(f, "GET / HTTP/1.1\r\nHost: ");
    fixture_run(f, trickling_ended);
    assert_has(peer->got, "HTTP/1.1 408 ");
}

static void a_connection_that_says_nothing_is_closed(void **state) {
    struct fixture *f = *state;
    struct http_options options = fixture_options(f);
    options.request_ms_max = 50;
    fixture_serve(f, &options);
    struct peer *peer = fixture_connect(f);
    fixture_run(f, last_peer_ended);
    assert_int_equal(peer->size, 0);
    assert_int_equal(http_server_counts(f->server).connections, 0);
}

static void a_kept_connection_without_a_request_is_closed(void **state) {
    struct fixture *f = *state;
    struct http_options options = fixture_options(f);
    options.idle_ms_max = 50;
    fixture_serve(f, &options);
    struct peer *peer = fixture_ask(f, "GET /x HTTP/1.1\r\n" HOST "\r\n");
    fixture_run(f, last_peer_ended);
    assert_int_equal(peer_count(peer, "HTTP/1.1 "), 1);
    assert_has(peer->got, "HTTP/1.1 200 ");
    assert_int_equal(http_server_counts(f->server).refused, 0);
}

static bool first_peer_is_late(struct fixture *f) {
    return peer_count(&f->peers[0], "late") == 1;
}

static void a_held_request_may_take_longer_than_a_request_may_arrive(void **state) {
    struct fixture *f = *state;
    struct http_options options = fixture_options(f);
    options.request_ms_max = options.idle_ms_max = 40;
    fixture_serve(f, &options);
    struct peer *held = fixture_ask(f, "GET /hold HTTP/1.1\r\n" HOST "\r\n");
    f->wanted = 1;
    fixture_run(f, held_enough);
    (void)fixture_connect(f); /* its end, as long as any deadline, is our clock */
    fixture_run(f, last_peer_ended);
    (void)fixture_connect(f);
    fixture_run(f, last_peer_ended);
    assert_false(held->is_ended);
    fixture_reply(f->held[0], 200, SPAN_LITERAL("late"));
    fixture_run(f, first_peer_is_late);
}

static void a_reader_that_takes_nothing_is_given_up(void **state) {
    struct fixture *f = *state;
    struct http_options options = fixture_options(f);
    options.request_ms_max = options.flush_ms_max = 100;
    fixture_serve(f, &options);
    struct peer *peer = fixture_connect(f);
    peer->is_slow = true;
    peer_send(peer, "GET /huge HTTP/1.1\r\n" HOST "\r\n");
    f->wanted = 0;
    /* More bytes from it meanwhile neither help it nor keep the loop busy. */
    peer_send(peer, "GET /huge HTTP/1.1\r\n" HOST "\r\n");
    (void)fixture_connect(f);
    fixture_run(f, last_peer_ended);
    assert_int_equal(http_server_counts(f->server).requests, 1);
    while (http_server_counts(f->server).connections > 0) {
        (void)fixture_connect(f);
        fixture_run(f, last_peer_ended);
    }
    peer->is_slow = false;
    fixture_run(f, last_peer_ended);
}

static bool is_handled(struct fixture *f) {
    return http_server_counts(f->server).requests == 1;
}

/* A little at a time, for ever: each of them lets the server write a little more. */
static bool sipping_ended(struct fixture *f) {
    static char sip[8 * 1024];
    struct peer *peer = &f->peers[0];
    ssize_t size = recv(peer->fd, sip, sizeof sip, MSG_DONTWAIT);
    peer->size += size > 0 ? (size_t)size : 0;
    return http_server_counts(f->server).connections == 0;
}

static void a_reader_that_sips_buys_no_time(void **state) {
    struct fixture *f = *state;
    struct http_options options = fixture_options(f);
    options.flush_ms_max = 400;
    fixture_serve(f, &options);
    struct peer *peer = fixture_connect(f);
    peer->is_slow = true;
    peer_send(peer, "GET /huge HTTP/1.1\r\n" HOST "\r\n");
    fixture_run(f, is_handled);
    fixture_run(f, sipping_ended);
    assert_true(peer->size > 0);
    assert_true(peer->size < HUGE_SIZE);
}

static bool first_peers_accepted(struct fixture *f) {
    return http_server_counts(f->server).connections == f->wanted;
}

static void one_connection_too_many_takes_the_place_of_another(void **state) {
    struct fixture *f = *state;
    struct http_options options = fixture_options(f);
    options.connections_max = 2;
    fixture_serve(f, &options);
    (void)fixture_connect(f);
    f->wanted = 1;
    fixture_run(f, first_peers_accepted);
    (void)fixture_connect(f);
    f->wanted = 2;
    fixture_run(f, first_peers_accepted);
    assert_has(fixture_answer(f, "GET /x HTTP/1.1\r\n" HOST "\r\n"), "HTTP/1.1 200 ");
    assert_true(f->peers[0].is_ended);
    assert_false(f->peers[1].is_ended);
    assert_int_equal(f->peers[0].size, 0);
    assert_int_equal(http_server_counts(f->server).refused, 1);
    assert_int_equal(http_server_counts(f->server).connections, 2);
}

static void connect_from(struct fixture *f, struct peer *peer, uint8_t last_byte) {
    struct sockaddr_in from = {.sin_family = AF_INET},
                       to = {.sin_family = AF_INET, .sin_port = htons(f->bound.address.port)};
    from.sin_addr.s_addr = htonl(INADDR_LOOPBACK - 1 + last_byte);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    peer->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(peer->fd >= 0);
    assert_int_equal(bind(peer->fd, (const struct sockaddr *)&from, sizeof from), 0);
    assert_int_equal(connect(peer->fd, (const struct sockaddr *)&to, sizeof to), 0);
}

static void one_connection_too_many_from_one_address_is_closed_and_others_are_served(void **state) {
    struct fixture *f = *state;
    struct http_options options = fixture_options(f);
    options.connections_max = 100;
    options.connections_per_address_max = 32;
    options.has_loopback_cap = true;
    fixture_serve(f, &options);
    for (int i = 0; i < 32; i++) (void)fixture_connect(f);
    f->wanted = 32;
    fixture_run(f, first_peers_accepted);
    assert_int_equal(http_server_counts(f->server).refused, 0);
    const struct peer *excess = fixture_connect(f);
    fixture_run(f, last_peer_ended);
    assert_int_equal(excess->size, 0);
    assert_int_equal(http_server_counts(f->server).refused, 1);
    assert_int_equal(http_server_counts(f->server).connections, 32);
    struct peer *other = &f->peers[f->peer_count++];
    connect_from(f, other, 2);
    peer_send(other, "GET /x HTTP/1.1\r\n" HOST "\r\n");
    f->wanted = 1;
    fixture_run(f, last_peer_answered);
    assert_has(other->got, "HTTP/1.1 200 ");
    peer_close(&f->peers[0]); /* one that goes makes room */
    f->wanted = 32;
    fixture_run(f, first_peers_accepted);
    assert_has(fixture_answer(f, "GET /x HTTP/1.1\r\n" HOST "\r\n"), "HTTP/1.1 200 ");
}

static void a_connection_that_only_waits_makes_room_for_another_of_its_address(void **state) {
    struct fixture *f = *state;
    struct http_options options = fixture_options(f);
    options.connections_per_address_max = 2;
    options.has_loopback_cap = true;
    fixture_serve(f, &options);
    (void)fixture_answer(f, "GET /first HTTP/1.1\r\n" HOST "\r\n");
    (void)fixture_ask(f, "GET /hold HTTP/1.1\r\n" HOST "\r\n");
    f->wanted = 1;
    fixture_run(f, held_enough);
    assert_has(fixture_answer(f, "GET /third HTTP/1.1\r\n" HOST "\r\n"), "HTTP/1.1 200 ");
    assert_true(f->peers[0].is_ended);
    assert_false(f->peers[1].is_ended);
    assert_int_equal(http_server_counts(f->server).connections, 2);
    assert_int_equal(http_server_counts(f->server).refused, 1);
    assert_int_equal(http_server_counts(f->server).dismissals[HTTP_DISMISSAL_EVICTED], 1);
}

static bool is_all_counted(struct fixture *f) {
    const struct http_counts counts = http_server_counts(f->server);
    return counts.refused >= f->wanted && counts.connections == 0;
}

/* Everything that the server refuses by itself is counted once, under its own name. */
static void what_is_refused_is_counted_by_kind(void **state) {
    static const struct {
        const char *request;
        enum http_dismissal dismissal;
    } cases[] = {
        {"rubbish\r\n\r\n", HTTP_DISMISSAL_NOT_HTTP},
        {"PRI * HTTP/2.0\r\n\r\n", HTTP_DISMISSAL_NOT_HTTP},
        {"POST / HTTP/1.1\r\n" HOST "Content-Length: 100001\r\n\r\n", HTTP_DISMISSAL_BODY_TOO_LARGE},
        {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\nfffff\r\n", HTTP_DISMISSAL_BODY_TOO_LARGE},
        {"GET /slow", HTTP_DISMISSAL_SLOW_HEAD},
        {"POST / HTTP/1.1\r\n" HOST "Content-Length: 9\r\n\r\nslow", HTTP_DISMISSAL_SLOW_BODY},
        {"", HTTP_DISMISSAL_SILENT},
        {"GET /huge HTTP/1.1\r\n" HOST "\r\n", HTTP_DISMISSAL_SLOW_READER},
    };
    struct fixture *f = *state;
    struct http_options options = fixture_options(f);
    options.request_ms_max = options.flush_ms_max = 100;
    fixture_serve(f, &options);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const uint64_t before = http_server_counts(f->server).dismissals[cases[i].dismissal];
        struct peer *peer = fixture_ask(f, cases[i].request);
        peer->is_slow = cases[i].dismissal == HTTP_DISMISSAL_SLOW_READER;
        if (!peer->is_slow) fixture_run(f, last_peer_ended);
        if (!peer->is_slow) peer_close(peer);
        f->wanted = i + 1;
        fixture_run(f, is_all_counted);
        const struct http_counts counts = http_server_counts(f->server);
        if (counts.dismissals[cases[i].dismissal] != before + 1)
            fail_msg("not counted as %s: %s", http_dismissal_name(cases[i].dismissal), cases[i].request);
    }
    uint64_t sum = 0;
    const struct http_counts counts = http_server_counts(f->server);
    for (int i = 0; i < HTTP_DISMISSAL_COUNT; i++) {
        const char *name = http_dismissal_name((enum http_dismissal)i);
        sum += counts.dismissals[i];
        assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz-"), strlen(name)); /* a label */
    }
    assert_int_equal(sum, counts.refused);
    assert_int_equal(counts.accepted, sizeof cases / sizeof cases[0]);
    assert_int_equal(counts.connections_peak, 1);
}

static void answers_of_its_own_have_its_own_lines(void **state) {
    struct fixture *f = *state;
    struct http_options options = fixture_options(f);
    static const struct http_header_line line = {"Access-Control-Allow-Origin", "*"};
    options.own_headers = &line;
    options.own_header_count = 1;
    fixture_serve(f, &options);
    const char *answer = refusal_of(f, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 100001\r\n\r\n");
    assert_has(answer, "HTTP/1.1 413 ");
    assert_has(answer, "\r\nAccess-Control-Allow-Origin: *\r\n");
    assert_has(refusal_of(f, "rubbish\r\n\r\n"), "\r\nAccess-Control-Allow-Origin: *\r\n");
    answer = fixture_answer(f, "GET /x HTTP/1.1\r\n" HOST "\r\n"); /* a handler's answer has the handler's */
    assert_null(strstr(answer, "Access-Control"));
}

static void without_descriptors_connections_are_closed_and_it_goes_on(void **state) {
    struct fixture *f = *state;
    struct http_options options = fixture_options(f);
    struct rlimit before, tight;
    fixture_serve(f, &options);
    struct peer *refused = fixture_connect(f);
    int fd = dup(refused->fd); /* the lowest that is free */
    assert_true(fd >= 0);
    close(fd);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    tight = (struct rlimit){(rlim_t)fd, before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &tight), 0);
    fixture_run(f, last_peer_ended);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_int_equal(http_server_counts(f->server).dismissals[HTTP_DISMISSAL_NO_RESOURCES], 1);
    assert_has(fixture_answer(f, "GET /x HTTP/1.1\r\n" HOST "\r\n"), "HTTP/1.1 200 ");
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        TEST(rubbish_is_refused),
        TEST(two_lengths_are_refused),
        TEST(a_head_over_its_size_is_431),
        TEST(a_body_over_its_size_is_413_before_it_is_read),
        TEST(a_chunked_body_is_counted),
        TEST(a_slow_head_is_408),
        TEST(a_slow_body_is_408),
        TEST(a_head_that_trickles_is_408),
        TEST(a_connection_that_says_nothing_is_closed),
        TEST(a_kept_connection_without_a_request_is_closed),
        TEST(a_held_request_may_take_longer_than_a_request_may_arrive),
        TEST(a_reader_that_takes_nothing_is_given_up),
        TEST(a_reader_that_sips_buys_no_time),
        TEST(one_connection_too_many_takes_the_place_of_another),
        TEST(one_connection_too_many_from_one_address_is_closed_and_others_are_served),
        TEST(a_connection_that_only_waits_makes_room_for_another_of_its_address),
        TEST(what_is_refused_is_counted_by_kind),
        TEST(answers_of_its_own_have_its_own_lines),
        TEST(without_descriptors_connections_are_closed_and_it_goes_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
