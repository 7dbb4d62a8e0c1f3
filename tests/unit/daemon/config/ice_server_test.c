/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/config/ice_server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void servers_are_read(void **state) {
    (void)state;
    static const struct {
        const char *text, *host;
        uint16_t port;
        bool is_turn;
    } good[] = {
        {"stun:stun.example", "stun.example", 3478, false},
        {"stun:192.0.2.1:19302", "192.0.2.1", 19302, false},
        {"turn:turn.example:443", "turn.example", 443, true},
        {"turn:turn.example?transport=udp", "turn.example", 3478, true},
        {"turn:[2001:db8::1]", "2001:db8::1", 3478, true},
        {"turn:[2001:db8::1]:5000?transport=udp", "2001:db8::1", 5000, true},
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        struct ice_server server;
        if (!ice_server_read(span_of_text(good[i].text), &server)) fail_msg("%s is refused", good[i].text);
        assert_string_equal(server.place.host, good[i].host);
        assert_int_equal(server.place.port, good[i].port);
        assert_int_equal(server.is_turn, good[i].is_turn);
    }
}

static void others_are_refused(void **state) {
    (void)state;
    static const char *const bad[] = {
        "",
        "stun",
        "stun:",
        "turn:",
        "stuns:stun.example",
        "turns:t:1",
        "stun.example",
        "stun:a:0",
        "stun:a:65536",
        "stun:a:port",
        "stun:a:1:2",
        "stun:2001::1",
        "stun:[2001::1",
        "turn:a?x=1:3",
        "turn:?transport=udp",
        "stun:a:",
        "turn:a:1?transport=tcp",
        "http://stun.example",
        "stun:[]:1",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct ice_server server;
        if (ice_server_read(span_of_text(bad[i]), &server)) fail_msg("\"%s\" is taken", bad[i]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(servers_are_read),
        cmocka_unit_test(others_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
