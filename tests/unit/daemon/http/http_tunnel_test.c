/* SPDX-License-Identifier: Apache-2.0 */
/* A connection that is taken over: bytes both ways as they come, whoever ends it, and a reader that takes nothing. */
#include "http_fixture.h"

#define UPGRADE "GET /tunnel HTTP/1.1\r\nHost: node\r\nUpgrade: bytes\r\nConnection: Upgrade\r\n\r\n"

enum { WAITING_MAX = 400 * 1024, KEPT_MAX = 64 * 1024 };

static struct http_exchange *tunnel; /* of the test at hand; NULL once it is gone */
static char kept[KEPT_MAX];
static size_t kept_size, received_count, drained_count;
static bool echoes, closes_when_received, drops_when_received, is_opened_later;

static void received(void *context, struct http_exchange *exchange, struct span bytes) {
    (void)context;
    received_count++;
    assert_true(bytes.size > 0 && kept_size + bytes.size < sizeof kept);
    memcpy(kept + kept_size, bytes.at, bytes.size);
    kept_size += bytes.size;
    kept[kept_size] = '\0';
    if (echoes) assert_true(http_tunnel_write(exchange, bytes));
    if (closes_when_received) http_tunnel_close(exchange);
    if (drops_when_received) http_tunnel_drop(exchange);
    if (closes_when_received || drops_when_received) tunnel = NULL;
}

static void drained(void *context, struct http_exchange *exchange) {
    (void)context;
    assert_int_equal(http_tunnel_waiting(exchange), 0);
    drained_count++;
}

static void open_tunnel(struct fixture *f, struct http_exchange *exchange) {
    static const struct http_header_line lines[] = {{"Upgrade", "bytes"}, {"Connection", "Upgrade"}};
    const struct http_tunnel_sink sink = {
        .received = received, .drained = drained, .context = f, .waiting_bytes_max = WAITING_MAX};
    assert_null(http_tunnel_sink(exchange));
    assert_true(http_tunnel_open(exchange, lines, 2, &sink));
    assert_ptr_equal(http_tunnel_sink(exchange)->context, f);
    tunnel = exchange;
}

static void tunnel_handle(void *context, struct http_exchange *exchange) {
    struct fixture *f = context;
    if (!http_tunnel_may_open(exchange))
        fixture_reply(exchange, 426, SPAN_NONE);
    else if (is_opened_later)
        f->held[f->held_count++] = exchange;
    else
        open_tunnel(f, exchange);
}

static void tunnel_gone(void *context, struct http_exchange *exchange) {
    struct fixture *f = context;
    if (exchange == tunnel) tunnel = NULL;
    f->gone_count++;
}

static struct http_options tunnel_options(struct fixture *f) {
    struct http_options options = fixture_options(f);
    options.handle = tunnel_handle;
    options.gone = tunnel_gone;
    options.stall_ms_max = 200;
    options.idle_ms_max = options.request_ms_max = 100;
    kept_size = received_count = drained_count = 0;
    tunnel = NULL;
    echoes = closes_when_received = drops_when_received = is_opened_later = false;
    return options;
}

static bool kept_enough(struct fixture *f) {
    return kept_size >= f->wanted;
}
static bool got_enough(struct fixture *f) {
    return f->peers[f->peer_count - 1].size >= f->wanted;
}
static bool is_drained(struct fixture *f) {
    return drained_count >= f->wanted;
}
static bool is_open(struct fixture *f) {
    (void)f;
    return tunnel != NULL;
}

static struct peer *serve_tunnel(struct fixture *f, const char *request) {
    struct http_options options = tunnel_options(f);
    fixture_serve(f, &options);
    struct peer *peer = fixture_ask(f, request);
    fixture_run(f, is_open);
    return peer;
}

static void bytes_go_both_ways_as_they_come(void **state) {
    struct fixture *f = *state;
    struct peer *peer = serve_tunnel(f, UPGRADE);
    echoes = true;
    peer_send(peer, "one");
    f->wanted = 3;
    fixture_run(f, kept_enough);
    peer_send(peer, "two");
    f->wanted = 6;
    fixture_run(f, kept_enough);
    assert_string_equal(kept, "onetwo");
    assert_has(peer->got, "HTTP/1.1 101 Switching Protocols\r\n");
    assert_has(peer->got, "Connection: Upgrade\r\n");
    assert_null(strstr(peer->got, "Content-Length"));
    f->wanted = peer->size;
    assert_true(http_tunnel_write(tunnel, SPAN_LITERAL("ours")));
    f->wanted = (size_t)(strstr(peer->got, "\r\n\r\n") - peer->got) + 4 + 10;
    fixture_run(f, got_enough);
    assert_has(peer->got, "\r\n\r\nonetwoours");
    assert_int_equal(f->gone_count, 0);
    assert_int_equal(drained_count, 0); /* nothing ever waited for the reader */
}

static void what_stands_right_behind_the_head_is_not_lost(void **state) {
    struct fixture *f = *state;
    (void)serve_tunnel(f, UPGRADE "ahead");
    f->wanted = 5;
    fixture_run(f, kept_enough);
    assert_string_equal(kept, "ahead");
}

static void a_tunnel_may_be_opened_later(void **state) {
    struct fixture *f = *state;
    struct http_options options = tunnel_options(f);
    is_opened_later = true;
    fixture_serve(f, &options);
    struct peer *peer = fixture_ask(f, UPGRADE "ahead");
    f->wanted = 1;
    fixture_run(f, held_enough);
    open_tunnel(f, f->held[0]);
    assert_int_equal(received_count, 0); /* never from within */
    f->wanted = 5;
    fixture_run(f, kept_enough);
    peer_send(peer, "!");
    f->wanted = 6;
    fixture_run(f, kept_enough);
    assert_string_equal(kept, "ahead!");
}

static void only_a_plain_get_of_http_1_1_becomes_one(void **state) {
    struct fixture *f = *state;
    static const char *const requests[] = {
        "POST /tunnel HTTP/1.1\r\nHost: node\r\n\r\n",
        "GET /tunnel HTTP/1.0\r\n\r\n",
        "GET /tunnel HTTP/1.1\r\nHost: node\r\nContent-Length: 1\r\n\r\nx",
        "GET /tunnel HTTP/1.1\r\nHost: node\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    };
    struct http_options options = tunnel_options(f);
    fixture_serve(f, &options);
    for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++)
        assert_has(fixture_answer(f, requests[i]), "HTTP/1.1 426 ");
    assert_null(tunnel);
}

static void a_header_that_would_split_the_answer_opens_nothing(void **state) {
    struct fixture *f = *state;
    static const struct http_header_line line = {"X-Split", "a\r\nX-Own: b"};
    struct http_options options = tunnel_options(f);
    is_opened_later = true;
    fixture_serve(f, &options);
    (void)fixture_ask(f, UPGRADE);
    f->wanted = 1;
    fixture_run(f, held_enough);
    const struct http_tunnel_sink sink = {.received = received, .waiting_bytes_max = WAITING_MAX};
    assert_false(http_tunnel_open(f->held[0], &line, 1, &sink));
    assert_null(http_tunnel_sink(f->held[0]));
    fixture_reply(f->held[0], 500, SPAN_NONE);
    fixture_run(f, last_peer_answered);
    assert_has(f->peers[0].got, "HTTP/1.1 500 ");
}

static void a_client_that_leaves_is_told(void **state) {
    struct fixture *f = *state;
    peer_close(serve_tunnel(f, UPGRADE));
    f->wanted = 1;
    fixture_run(f, gone_enough);
    assert_null(tunnel);
    assert_int_equal(http_server_counts(f->server).connections, 0);
}

static void a_client_that_ends_its_side_is_told(void **state) {
    struct fixture *f = *state;
    struct peer *peer = serve_tunnel(f, UPGRADE);
    assert_int_equal(shutdown(peer->fd, SHUT_WR), 0);
    f->wanted = 1;
    fixture_run(f, gone_enough);
    fixture_run(f, last_peer_ended);
}

static void what_waits_leaves_when_it_is_closed(void **state) {
    struct fixture *f = *state;
    struct peer *peer = serve_tunnel(f, UPGRADE);
    const struct span part = {f->big, WAITING_MAX};
    peer->is_slow = true;
    f->wanted = 1;
    assert_true(http_tunnel_write(tunnel, part));
    http_tunnel_close(tunnel);
    peer->is_slow = false;
    fixture_run(f, last_peer_ended);
    assert_true(peer->size > WAITING_MAX);
    assert_int_equal(f->gone_count, 0);
}

static void it_may_be_closed_from_within(void **state) {
    struct fixture *f = *state;
    struct peer *peer = serve_tunnel(f, UPGRADE);
    echoes = closes_when_received = true;
    peer_send(peer, "last words");
    fixture_run(f, last_peer_ended);
    assert_has(peer->got, "\r\n\r\nlast words");
    assert_int_equal(f->gone_count, 0);
}

static void it_may_be_dropped_from_within(void **state) {
    struct fixture *f = *state;
    struct peer *peer = serve_tunnel(f, UPGRADE);
    f->wanted = 1;
    fixture_run(f, last_peer_answered);
    echoes = drops_when_received = true;
    peer_send(peer, "last words");
    fixture_run(f, last_peer_ended);
    assert_int_equal(peer_count(peer, "last words"), 0);
    assert_int_equal(f->gone_count, 0);
    assert_int_equal(http_server_counts(f->server).connections, 0);
}

static void more_than_may_wait_is_refused_and_the_writer_told_when_it_has_left(void **state) {
    struct fixture *f = *state;
    struct peer *peer = serve_tunnel(f, UPGRADE);
    const struct span part = {f->big, WAITING_MAX / 4};
    size_t written = 0;
    peer->is_slow = true;
    while (http_tunnel_write(tunnel, part)) written += part.size;
    assert_true(http_tunnel_waiting(tunnel) <= WAITING_MAX);
    assert_true(http_tunnel_waiting(tunnel) > WAITING_MAX - part.size);
    peer->is_slow = false;
    f->wanted = 1;
    fixture_run(f, is_drained);
    f->wanted = written;
    fixture_run(f, got_enough);
    assert_int_equal(f->gone_count, 0);
}

static void a_refusal_that_no_reader_caused_is_followed_by_room(void **state) {
    struct fixture *f = *state;
    (void)serve_tunnel(f, UPGRADE);
    const struct span small = {f->big, 1000};
    while (http_tunnel_write(tunnel, small)) {
    } /* nothing leaves before the turn ends */
    f->wanted = 1;
    fixture_run(f, is_drained);
}

static void a_reader_that_takes_nothing_is_given_up(void **state) {
    struct fixture *f = *state;
    struct peer *peer = serve_tunnel(f, UPGRADE);
    const struct span part = {f->big, WAITING_MAX / 4};
    peer->is_slow = true;
    while (http_tunnel_write(tunnel, part)) {
    }
    f->wanted = 1;
    fixture_run(f, gone_enough);
    assert_null(tunnel);
    assert_int_equal(http_server_counts(f->server).dismissals[HTTP_DISMISSAL_SLOW_READER], 1);
}

static void it_has_no_time_and_is_not_sent_away_for_a_newcomer(void **state) {
    struct fixture *f = *state;
    struct http_options options = tunnel_options(f);
    options.connections_max = 1;
    fixture_serve(f, &options);
    struct peer *first = fixture_ask(f, UPGRADE);
    fixture_run(f, is_open);
    struct peer *second = fixture_ask(f, UPGRADE);
    fixture_run(f, last_peer_ended);
    assert_int_equal(second->size, 0);
    assert_false(first->is_ended);
    assert_non_null(tunnel);
    assert_int_equal(http_server_counts(f->server).dismissals[HTTP_DISMISSAL_FULL], 1);
}

static void a_server_that_ends_tells_its_tunnels(void **state) {
    struct fixture *f = *state;
    (void)serve_tunnel(f, UPGRADE);
    assert_true(http_tunnel_write(tunnel, SPAN_LITERAL("unsent")));
    http_server_free(f->server);
    f->server = NULL;
    assert_int_equal(f->gone_count, 1);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        TEST(bytes_go_both_ways_as_they_come),
        TEST(what_stands_right_behind_the_head_is_not_lost),
        TEST(a_tunnel_may_be_opened_later),
        TEST(only_a_plain_get_of_http_1_1_becomes_one),
        TEST(a_header_that_would_split_the_answer_opens_nothing),
        TEST(a_client_that_leaves_is_told),
        TEST(a_client_that_ends_its_side_is_told),
        TEST(what_waits_leaves_when_it_is_closed),
        TEST(it_may_be_closed_from_within),
        TEST(it_may_be_dropped_from_within),
        TEST(more_than_may_wait_is_refused_and_the_writer_told_when_it_has_left),
        TEST(a_refusal_that_no_reader_caused_is_followed_by_room),
        TEST(a_reader_that_takes_nothing_is_given_up),
        TEST(it_has_no_time_and_is_not_sent_away_for_a_newcomer),
        TEST(a_server_that_ends_tells_its_tunnels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
