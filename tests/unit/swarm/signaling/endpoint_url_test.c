/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/signaling/endpoint_url.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void expect_socket(const char *url, const char *wanted) {
    uint8_t memory[ENDPOINT_SOCKET_URL_MAX];
    struct buffer out = buffer_over(memory, sizeof memory);
    assert_true(endpoint_url_is_valid(span_of_text(url)));
    endpoint_url_write_socket(&out, span_of_text(url), SPAN_LITERAL("my id"), SPAN_LITERAL("1.a-b_c/"));
    assert_false(out.overflowed);
    memory[out.size] = '\0';
    char expected[ENDPOINT_SOCKET_URL_MAX];
    (void)snprintf(expected, sizeof expected, "%speerjs?key=peerjs&id=my%%20id&token=1.a-b_c%%2F&version=1.5.5",
                   wanted);
    assert_string_equal((const char *)memory, expected);
}

static void the_socket_follows_from_the_address(void **state) {
    (void)state;
    expect_socket("http://a.example", "ws://a.example/");
    expect_socket("http://a.example/", "ws://a.example/");
    expect_socket("https://a.example:9000/signal", "wss://a.example:9000/signal/");
    expect_socket("wss://a.example/x/y/", "wss://a.example/x/y/");
    expect_socket("WS://[2001:DB8::1]:9000", "ws://[2001:DB8::1]:9000/");
}

static void the_host_is_what_a_proof_names(void **state) {
    (void)state;
    char host[ENDPOINT_HOST_MAX + 1];
    endpoint_url_host(SPAN_LITERAL("https://Signal.Example:443/x"), host);
    assert_string_equal(host, "signal.example");
    endpoint_url_host(SPAN_LITERAL("ws://[2001:DB8::1]:9000"), host);
    assert_string_equal(host, "2001:db8::1");
    endpoint_url_host(SPAN_LITERAL("ws://192.0.2.1"), host);
    assert_string_equal(host, "192.0.2.1");
}

static void what_is_no_address_of_a_server_is_refused(void **state) {
    (void)state;
    static const char *const wrong[] = {
        "",
        "a.example",
        "ftp://a.example/",
        "http://",
        "http:///path",
        "http://a.example:/",
        "http://a.example:0/",
        "http://a.example:65536/",
        "http://a.example:80x/",
        "http://user@a.example/",
        "http://a.example/?key=x",
        "http://a.example/#x",
        "http://a.example/ x",
        "http://a.example\n/",
        "http://[::1/",
        "http://[]/",
        "http://[::1]x/",
        "http://a.ex\xc3\xa4mple/",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        if (endpoint_url_is_valid(span_of_text(wrong[i]))) fail_msg("taken: %s", wrong[i]);
    char long_host[ENDPOINT_HOST_MAX + 16] = "http://";
    memset(long_host + 7, 'a', ENDPOINT_HOST_MAX);
    assert_true(endpoint_url_is_valid(span_of_text(long_host)));
    long_host[7 + ENDPOINT_HOST_MAX] = 'a';
    assert_false(endpoint_url_is_valid(span_of_text(long_host)));
    assert_false(endpoint_url_is_valid((struct span){(const uint8_t *)"http://a\0b", 10}));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_socket_follows_from_the_address),
        cmocka_unit_test(the_host_is_what_a_proof_names),
        cmocka_unit_test(what_is_no_address_of_a_server_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
