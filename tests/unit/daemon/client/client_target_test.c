/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/client/client_target.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void assert_target(const char *url, const char *plain, const char *authority, const char *path) {
    struct client_target target;
    assert_true(client_target_init(&target, url));
    assert_string_equal(target.url, plain);
    assert_string_equal(target.authority, authority);
    assert_string_equal(target.path, path);
    client_target_deinit(&target);
}

static void a_url_is_taken_apart(void **state) {
    (void)state;
    assert_target("ws://example.org", "http://example.org/", "example.org", "/");
    assert_target("wss://example.org:8443/a/b?c=d&e", "https://example.org:8443/a/b?c=d&e", "example.org:8443",
                  "/a/b?c=d&e");
    assert_target("http://192.0.2.1:8080/", "http://192.0.2.1:8080/", "192.0.2.1:8080", "/");
    assert_target("https://[2001:db8::1]:444/x", "https://[2001:db8::1]:444/x", "[2001:db8::1]:444", "/x");
}

static void the_port_of_the_scheme_is_not_named(void **state) {
    (void)state;
    assert_target("wss://example.org:443/", "https://example.org:443/", "example.org", "/");
    assert_target("ws://example.org:80/", "http://example.org:80/", "example.org", "/");
    assert_target("ws://example.org:443/", "http://example.org:443/", "example.org:443", "/");
}

static void user_password_and_fragment_are_left_out(void **state) {
    (void)state;
    assert_target("ws://user:secret@example.org/a#part", "http://example.org/a", "example.org", "/a");
}

static void what_a_request_line_may_not_hold_is_written_otherwise(void **state) {
    (void)state;
    assert_target("ws://example.org/a b\xc3\xbc?c d", "http://example.org/a%20b%c3%bc?c+d", "example.org",
                  "/a%20b%c3%bc?c+d");
}

static void what_is_no_such_url_is_refused(void **state) {
    (void)state;
    static const char *const urls[] = {"",
                                       "example.org",
                                       "ftp://example.org/",
                                       "file:///etc/passwd",
                                       "ws://",
                                       "ws://example.org:99999/",
                                       "ws://exa mple.org/",
                                       "ws://example.org/a\r\nX-Own: b",
                                       "ws://example.org/a\tb"};
    struct client_target target;
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        if (client_target_init(&target, urls[i])) fail_msg("took %s as %s", urls[i], target.url);
        client_target_deinit(&target);
    }
}

static void a_url_over_its_limit_is_refused(void **state) {
    (void)state;
    char url[CLIENT_TARGET_URL_MAX + 2] = "ws://example.org/";
    const size_t size = strlen(url);
    struct client_target target;
    memset(url + size, 'x', CLIENT_TARGET_URL_MAX + 1 - size);
    assert_false(client_target_init(&target, url));
    client_target_deinit(&target);
    url[CLIENT_TARGET_URL_MAX] = '\0';
    assert_true(client_target_init(&target, url));
    client_target_deinit(&target);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_url_is_taken_apart),
        cmocka_unit_test(the_port_of_the_scheme_is_not_named),
        cmocka_unit_test(user_password_and_fragment_are_left_out),
        cmocka_unit_test(what_a_request_line_may_not_hold_is_written_otherwise),
        cmocka_unit_test(what_is_no_such_url_is_refused),
        cmocka_unit_test(a_url_over_its_limit_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
