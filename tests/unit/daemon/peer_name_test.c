/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/peer_name.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The id of the zero key: any key has one. */
static struct node_id some_id(char text[NODE_ID_TEXT_SIZE + 1]) {
    struct node_id id = node_id_of_key(&(struct public_key){0});
    (void)node_id_text(&id, text);
    return id;
}

static void hosts_are_names_and_addresses(void **state) {
    (void)state;
    static const struct {
        const char *text, *host;
        uint16_t port;
    } good[] = {
        {"peer.example:8782", "peer.example", 8782},
        {"localhost:1", "localhost", 1},
        {"b\xc3\xbc"
         "cher.example:1",
         "b\xc3\xbc"
         "cher.example",
         1},
        {"203.0.113.5:65535", "203.0.113.5", 65535},
        {"[2001:db8::5]:8782", "2001:db8::5", 8782},
        {"[::1]:08782", "::1", 8782},
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        struct peer_name name;
        if (!peer_name_read(good[i].text, &name)) fail_msg("%s is refused", good[i].text);
        assert_string_equal(name.named.name, good[i].text);
        assert_string_equal(name.place.host, good[i].host);
        assert_int_equal(name.place.port, good[i].port);
        assert_false(name.named.has_id);
    }
}

static void an_id_may_stand_before_the_host(void **state) {
    (void)state;
    char id_text[NODE_ID_TEXT_SIZE + 1], text[128];
    struct peer_name name;
    struct node_id id = some_id(id_text);
    (void)snprintf(text, sizeof text, "%s@[2001:db8::5]:8782", id_text);
    assert_true(peer_name_read(text, &name));
    assert_true(name.named.has_id && node_id_equal(&name.named.id, &id));
    assert_string_equal(name.named.name, text);
    assert_string_equal(name.place.host, "2001:db8::5");
    assert_int_equal(name.place.port, 8782);
}

static void what_is_not_of_that_form_is_refused(void **state) {
    (void)state;
    static const char *const bad[] = {
        "",
        "peer",
        ":8782",
        "peer:",
        "peer:0",
        "peer:65536",
        "peer:+1",
        "peer:1 ",
        "peer:-1",
        "peer:99999999999999999999",
        "[]:8782",
        "[::1:8782",
        "::1]:8782",
        "[:8782",
        "[::1]",
        "@peer:8782",
        "2001:db8::1:8782",
        "id@peer:8782",
        "a@b@peer:8782",
        "8782",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct peer_name name;
        if (peer_name_read(bad[i], &name)) fail_msg("%s is taken", bad[i]);
    }
}

static void a_name_that_does_not_fit_is_refused(void **state) {
    (void)state;
    char text[sizeof((struct engine_operator_peer *)0)->name + 1];
    struct peer_name name;
    memset(text, 'a', sizeof text);
    memcpy(text + sizeof text - 6, ":8782", 6);
    assert_false(peer_name_read(text, &name));
    assert_true(peer_name_read(text + 1, &name));
    assert_int_equal(strlen(name.place.host), sizeof text - 7);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hosts_are_names_and_addresses),
        cmocka_unit_test(an_id_may_stand_before_the_host),
        cmocka_unit_test(what_is_not_of_that_form_is_refused),
        cmocka_unit_test(a_name_that_does_not_fit_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
