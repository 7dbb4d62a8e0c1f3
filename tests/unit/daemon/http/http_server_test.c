/* SPDX-License-Identifier: Apache-2.0 */
/* What a client that means well gets. */
#include "http_fixture.h"

#define HOST "Host: node\r\n"

static void a_request_is_answered_and_the_connection_kept(void **state) {
    struct fixture *f = *state;
    struct http_options options = fixture_options(f);
    fixture_serve(f, &options);
    struct peer *peer = fixture_ask(f, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhello");
    f->wanted = 1;
    fixture_run(f, last_peer_answered);
    assert_has(peer->got, "HTTP/1.1 200 OK\r\nDate: ");
    assert_has(peer->got, " GMT\r\n");
    assert_has(peer->got, "Content-Type: text/plain\r\nContent-Length: 5\r\n"
                          "X-Content-Type-Options: nosniff\r\nX-Echo: yes\r\n\r\nhello");
    assert_null(strstr(peer->got, "Server:"));
    assert_null(strstr(peer->got, "Connection:"));
    peer_send(peer, "GET /again HTTP/1.1\r\n" HOST "\r\n");
    f->wanted = 2;
    fixture_run(f, last_peer_answered);
    assert_has(peer->got, "\r\n\r\n/again");
    assert_int_equal(http_server_counts(f->server).connections, 1);
    assert_int_equal(http_server_counts(f->server).requests, 2);
    assert_int_equal(http_server_counts(f->server).refused, 0);
}

static void pipelined_requests_are_answered_in_order(void **state) {
    struct fixture *f = *state;
    struct http_options options = fixture_options(f);
    fixture_serve(f, &options);
    struct peer *peer = fixture_ask(f, "GET /1 HTTP/1.1\r\n" HOST "\r\n"
                                       "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\n/2\r\n"
                                       "GET /hold HTTP/1.1\r\n" HOST "\r\n"
                                       "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"
                                       "1\r\n/\r\n1;x\r\n4\r\n0\r\n\r\n"
                                       "HEAD /5 HTTP/1.1\r\n" HOST "\r\n"
                                       "GET /6 HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n"
                                       "GET /7 HTTP/1.1\r\n" HOST "\r\n");
    f->wanted = 1;
    fixture_run(f, held_enough);
    fixture_reply(f->held[0], 200, SPAN_LITERAL("/3"));
    fixture_run(f, last_peer_ended);
    const char *at = peer->got;
    for (const char *const *body = (const char *const[]){"\r\n\r\n/1", "\r\n\r\n/2", "\r\n\r\n/3", "\r\n\r\n/4",
                                                         "nosniff\r\n\r\nHTTP/1.1", "\r\n\r\n/6", NULL};
         *body != NULL; body++) {
        assert_has(at, *body);
        at = strstr(at, *body) + 1;
    }
    assert_int_equal(peer_count(peer, "HTTP/1.1 200 OK"), 6);
    assert_has(peer->got, "Connection: close\r\n");
}

static void a_head_request_gets_the_head_alone(void **state) {
    struct fixture *f = *state;
    struct http_options options = fixture_options(f);
    fixture_serve(f, &options);
    struct peer *peer = fixture_ask(f, "HEAD /big HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n");
    fixture_run(f, last_peer_ended);
    assert_has(peer->got, "Content-Length: 307200\r\n");
    assert_string_equal(strstr(peer->got, "\r\n\r\n"), "\r\n\r\n");
}

static void an_answer_without_a_body_says_so(void **state) {
    struct fixture *f = *state;
    struct http_options options = fixture_options(f);
    fixture_serve(f, &options);
    const char *got = fixture_answer(f, "GET /empty HTTP/1.1\r\n" HOST "\r\n");
    assert_has(got, "HTTP/1.1 204 No Content\r\n");
    assert_null(strstr(got, "Content-Length"));
}

static void http_1_0_is_answered_and_closed_unless_it_asks(void **state) {
    struct fixture *f = *state;
    struct http_options options = fixture_options(f);
    fixture_serve(f, &options);
    struct peer *peer = fixture_ask(f, "GET /old HTTP/1.0\r\n\r\n");
    fixture_run(f, last_peer_ended);
    assert_has(peer->got, "Connection: close\r\n");
    peer = fixture_ask(f, "GET /old HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    f->wanted = 1;
    fixture_run(f, last_peer_answered);
    assert_has(peer->got, "Connection: keep-alive\r\n");
}

static void methods_headers_and_paths_come_as_they_were_sent(void **state) {
    struct fixture *f = *state;
    struct http_options options = fixture_options(f);
    fixture_serve(f, &options);
    assert_has(fixture_answer(f, "BREW /method HTTP/1.1\r\n" HOST "\r\n"), "\r\n\r\nBREW");
    assert_has(fixture_answer(f, "GET /a+b%2Fc/../d//e?f HTTP/1.1\r\n" HOST "\r\n"), "\r\n\r\n/a+b%2Fc/../d//e");
    assert_has(fixture_answer(f, "GET /header HTTP/1.1\r\n" HOST "X-ASKED:  Some Value\t\r\n\r\n"),
               "\r\n\r\nSome Value");
}

static void members_of_a_query_are_decoded(void **state) {
    struct fixture *f = *state;
    struct http_options options = fixture_options(f);
    static const char *const cases[][2] = {
        {"x=1&a+b=%41%2b+z&a%20b=2", "\r\n\r\nA+ z"},
        {"a%20b", "Content-Length: 0\r\n"},
        {"a%20b=", "Content-Length: 0\r\n"},
        {"a%20b==&", "\r\n\r\n="},
        {"a%20bc=1", "\r\n\r\nnone"},
        {"", "\r\n\r\nnone"},
        {"&&=&", "\r\n\r\nnone"},
        {"a%20b=%4", "\r\n\r\nnone"},
        {"a%20b=%4g", "\r\n\r\nnone"},
        {"a%20b=0123456789abcdef", "\r\n\r\n0123456789abcdef"},
        {"a%20b=0123456789abcdefg", "\r\n\r\nnone"},
    };
    fixture_serve(f, &options);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char request[256];
        (void)snprintf(request, sizeof request, "GET /query?%s HTTP/1.1\r\n" HOST "\r\n", cases[i][0]);
        assert_has(fixture_answer(f, request), cases[i][1]);
    }
}

static void a_request_in_single_bytes_is_read(void **state) {
    struct fixture *f = *state;
    struct http_options options = fixture_options(f);
    static const char request[] =
        "\r\nPOST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
    fixture_serve(f, &options);
    struct peer *peer = fixture_connect(f);
    for (size_t i = 0; i + 1 < sizeof request; i++) {
        peer_send(peer, (char[]){request[i], '\0'});
        f->wanted = 0;
        fixture_run(f, last_peer_answered); /* a turn of the loop between them */
    }
    f->wanted = 1;
    fixture_run(f, last_peer_answered);
    assert_has(peer->got, "\r\n\r\nabc");
}

static void a_client_that_waits_for_100_is_told_to_go_on(void **state) {
    struct fixture *f = *state;
    struct http_options options = fixture_options(f);
    fixture_serve(f, &options);
    struct peer *peer =
        fixture_ask(f, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 3\r\nExpect: 100-continue\r\n\r\n");
    f->wanted = 1;
    fixture_run(f, last_peer_answered);
    assert_string_equal(peer->got, "HTTP/1.1 100 Continue\r\n\r\n");
    peer_send(peer, "abc");
    f->wanted = 2;
    fixture_run(f, last_peer_answered);
    assert_has(peer->got, "\r\n\r\nabc");
}

static bool big_answer_is_here(struct fixture *f) {
    const struct peer *peer = &f->peers[f->peer_count - 1];
    return peer->size > BIG_SIZE && peer->got[peer->size - 1] == '7';
}

static void a_large_answer_arrives_whole_and_the_next_after_it(void **state) {
    struct fixture *f = *state;
    struct http_options options = fixture_options(f);
    fixture_serve(f, &options);
    struct peer *peer = fixture_ask(f, "GET /big HTTP/1.1\r\n" HOST "\r\nGET /7 HTTP/1.1\r\n" HOST "\r\n");
    fixture_run(f, big_answer_is_here);
    const char *body = strstr(peer->got, "\r\n\r\n") + 4;
    assert_int_equal(strspn(body, "b"), BIG_SIZE);
    assert_memory_equal(body + BIG_SIZE, "HTTP/1.1 200 OK", 15);
}

static void the_clients_address_is_known(void **state) {
    struct fixture *f = *state;
    struct http_options options = fixture_options(f);
    fixture_serve(f, &options);
    (void)fixture_ask(f, "GET /hold HTTP/1.1\r\n" HOST "\r\n");
    f->wanted = 1;
    fixture_run(f, held_enough);
    const struct address *remote = http_remote(f->held[0]);
    assert_true(address_same_ip(remote, &options.at.address));
    assert_int_not_equal(remote->port, 0);
    assert_ptr_equal(http_user(f->held[0]), f);
}

static void any_ipv6_address_takes_ipv4_too(void **state) {
    struct fixture *f = *state;
    struct http_options options = fixture_options(f);
    options.at.address = (struct address){.family = ADDRESS_IPV6};
    struct err_detail detail;
    if (http_server_new(&f->server, &options, &f->bound, &detail) != ERR_OK) {
        print_message("no IPv6 here: %s\n", detail.text);
        skip();
    }
    assert_int_equal(f->bound.address.family, ADDRESS_IPV6);
    (void)fixture_ask(f, "GET /hold HTTP/1.1\r\n" HOST "\r\n"); /* to 127.0.0.1 */
    f->wanted = 1;
    fixture_run(f, held_enough);
    assert_int_equal(http_remote(f->held[0])->family, ADDRESS_IPV4);
    assert_int_equal(address_scope(http_remote(f->held[0])), ADDRESS_SCOPE_LOOPBACK);
}

static void a_header_that_would_split_the_answer_is_not_sent(void **state) {
    struct fixture *f = *state;
    struct http_options options = fixture_options(f);
    fixture_serve(f, &options);
    const char *got = fixture_answer(f, "GET /split HTTP/1.1\r\n" HOST "\r\n");
    assert_has(got, "HTTP/1.1 500 ");
    assert_null(strstr(got, "X-Own"));
}

static void a_port_in_use_is_named(void **state) {
    struct fixture *f = *state;
    struct http_options options = fixture_options(f);
    struct http_server *second = NULL;
    struct err_detail detail = {""};
    char text[ADDRESS_TEXT_MAX];
    fixture_serve(f, &options);
    options.at.address.port = f->bound.address.port;
    assert_int_equal(http_server_new(&second, &options, NULL, &detail), ERR_IN_USE);
    assert_has(detail.text, address_text(&f->bound.address, text));
    assert_has(detail.text, "choose another port");
    print_message("%s\n", detail.text);
    /* An address that this machine does not have (TEST-NET-1). */
    options.at.address = (struct address){.family = ADDRESS_IPV4, .ip = {192, 0, 2, 1}};
    assert_int_equal(http_server_new(&second, &options, NULL, &detail), ERR_NOT_FOUND);
    print_message("%s\n", detail.text);
}

static void servers_come_and_go_on_one_port(void **state) {
    struct fixture *f = *state;
    struct http_options options = fixture_options(f);
    for (int i = 0; i < 5; i++) {
        fixture_serve(f, &options);
        options.at.address.port = f->bound.address.port; /* free again at once */
        assert_has(fixture_answer(f, "GET /x HTTP/1.1\r\n" HOST "\r\n"), "\r\n\r\n/x");
        http_server_free(f->server);
        f->server = NULL;
        fixture_run(f, last_peer_ended);
    }
}

static bool all_peers_ended(struct fixture *f) {
    for (size_t i = 0; i < f->peer_count; i++)
        if (!f->peers[i].is_ended) return false;
    return true;
}

static void freeing_the_server_ends_what_is_open(void **state) {
    struct fixture *f = *state;
    struct http_options options = fixture_options(f);
    fixture_serve(f, &options);
    (void)fixture_ask(f, "GET /hold HTTP/1.1\r\n" HOST "\r\nGET /x HTTP/1.1\r\n");
    (void)fixture_ask(f, "GET /stream HTTP/1.1\r\n" HOST "\r\n");
    (void)fixture_ask(f, "GET /x HTTP/1.1\r\n");
    (void)fixture_connect(f);
    f->wanted = 2;
    fixture_run(f, held_enough);
    http_server_free(f->server);
    f->server = NULL;
    assert_int_equal(f->gone_count, 2);
    fixture_run(f, all_peers_ended);
}

static void a_handler_may_free_the_server(void **state) {
    struct fixture *f = *state;
    struct http_options options = fixture_options(f);
    fixture_serve(f, &options);
    f->frees_in_handler = true;
    (void)fixture_ask(f, "GET /x HTTP/1.1\r\n" HOST "\r\nGET /y HTTP/1.1\r\n" HOST "\r\n");
    fixture_run(f, last_peer_ended);
    assert_int_equal(f->gone_count, 1);
    assert_null(f->server);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_request_is_answered_and_the_connection_kept),
        TEST(pipelined_requests_are_answered_in_order),
        TEST(a_head_request_gets_the_head_alone),
        TEST(an_answer_without_a_body_says_so),
        TEST(http_1_0_is_answered_and_closed_unless_it_asks),
        TEST(methods_headers_and_paths_come_as_they_were_sent),
        TEST(members_of_a_query_are_decoded),
        TEST(a_request_in_single_bytes_is_read),
        TEST(a_client_that_waits_for_100_is_told_to_go_on),
        TEST(a_large_answer_arrives_whole_and_the_next_after_it),
        TEST(the_clients_address_is_known),
        TEST(any_ipv6_address_takes_ipv4_too),
        TEST(a_header_that_would_split_the_answer_is_not_sent),
        TEST(a_port_in_use_is_named),
        TEST(servers_come_and_go_on_one_port),
        TEST(freeing_the_server_ends_what_is_open),
        TEST(a_handler_may_free_the_server),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
