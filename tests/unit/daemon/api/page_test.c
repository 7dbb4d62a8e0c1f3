/* SPDX-License-Identifier: Apache-2.0 */
/* The page's files, of a bundle of our own: it stands in the place of the build's. */
#include "daemon/api/dashboard_bundle.h"

#include "unit/daemon/api/api_world.h"

static const unsigned char plain[] = "<html>";
static const unsigned char packed[] = "PACKED", smaller[] = "SMALLER";
const struct dashboard_file dashboard_files[] = {
    {"/", "text/html; charset=utf-8", "\"abc\"", plain, sizeof plain - 1, {{smaller, 7}, {packed, 6}}},
    {"/app.js", "text/javascript; charset=utf-8", "\"def\"", plain, sizeof plain - 1, {{NULL, 0}, {packed, 6}}},
    {"/late.js", "text/javascript; charset=utf-8", "\"ghi\"", plain, sizeof plain - 1, {{NULL, 0}, {NULL, 0}}},
};
const size_t dashboard_file_count = 3;

static void page_comes_with_its_policy(void **state) {
    struct api_world *world = *state;
    char value[512];
    struct client *client = world_call(world, "GET", "/", "", "");
    assert_int_equal(client_status(client), 200);
    assert_string_equal(client_body(client), "<html>");
    assert_string_equal(client_header(client, "Content-Type", value), "text/html; charset=utf-8");
    assert_string_equal(client_header(client, "Content-Security-Policy", value),
                        "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; "
                        "form-action 'none'");
    assert_string_equal(client_header(client, "X-Content-Type-Options", value), "nosniff");
    assert_string_equal(client_header(client, "Referrer-Policy", value), "no-referrer");
    assert_string_equal(client_header(client, "Cache-Control", value), "no-cache");
    assert_string_equal(client_header(client, "ETag", value), "\"abc\"");
    assert_null(client_header(client, "Content-Encoding", value));
    client_close(client);
}

/* Browsers go by the document's policy: with each of its files it would only be a part of the first load. */
static void script_comes_without_a_policy(void **state) {
    struct api_world *world = *state;
    char value[512];
    struct client *client = world_call(world, "GET", "/app.js", "", "");
    assert_int_equal(client_status(client), 200);
    assert_null(client_header(client, "Content-Security-Policy", value));
    assert_null(client_header(client, "Referrer-Policy", value));
    assert_string_equal(client_header(client, "X-Content-Type-Options", value), "nosniff");
    client_close(client);
}

static void page_is_packed_for_who_takes_it(void **state) {
    static const struct {
        const char *accepted, *coding, *body, *tag;
    } cases[] = {{"gzip", "gzip", "PACKED", "\"abc-gzip\""},
                 {"gzip, deflate, br, zstd", "br", "SMALLER", "\"abc-br\""},
                 {"br;q=0, gzip;q=0.5", "gzip", "PACKED", "\"abc-gzip\""},
                 {"gzip;q=0", NULL, "<html>", "\"abc\""},
                 {"", NULL, "<html>", "\"abc\""},
                 {"broken, bra ,x-gzip", NULL, "<html>", "\"abc\""},
                 {"deflate,gzip ,br", "br", "SMALLER", "\"abc-br\""}};
    struct api_world *world = *state;
    char header[128], value[512];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        (void)snprintf(header, sizeof header, "Accept-Encoding: %s\r\n", cases[i].accepted);
        struct client *client = world_call(world, "GET", "/", header, "");
        assert_string_equal(client_body(client), cases[i].body);
        const char *coding = client_header(client, "Content-Encoding", value);
        assert_int_equal(coding == NULL, cases[i].coding == NULL);
        if (coding != NULL) assert_string_equal(coding, cases[i].coding);
        assert_string_equal(client_header(client, "ETag", value), cases[i].tag);
        assert_string_equal(client_header(client, "Vary", value), "Accept-Encoding");
        client_close(client);
    }
}

static void page_that_is_known_is_not_sent_again(void **state) {
    static const struct {
        const char *known;
        int status;
    } cases[] = {{"\"abc\"", 304}, {"\"x\", \"abc\"", 304}, {"W/\"abc\"", 304},
                 {"*", 304},       {"\"def\"", 200},        {"abc", 200}};
    struct api_world *world = *state;
    char header[128], value[512];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        (void)snprintf(header, sizeof header, "If-None-Match: %s\r\n", cases[i].known);
        struct client *client = world_call(world, "GET", "/", header, "");
        assert_int_equal(client_status(client), cases[i].status);
        assert_string_equal(client_header(client, "ETag", value), "\"abc\"");
        assert_string_equal(client_body(client), cases[i].status == 304 ? "" : "<html>");
        client_close(client);
    }
    struct client *client = world_call(world, "GET", "/", "Accept-Encoding: gzip\r\nIf-None-Match: \"abc\"\r\n", "");
    assert_int_equal(client_status(client), 200); /* another form of it is known */
    client_close(client);
}

static void late_script_is_served_whatever_follows_its_name(void **state) {
    struct api_world *world = *state;
    char value[80];
    struct client *client = world_call(world, "GET", "/late.js?2", "", "");
    assert_int_equal(client_status(client), 200);
    assert_string_equal(client_header(client, "Content-Type", value), "text/javascript; charset=utf-8");
    assert_string_equal(client_header(client, "ETag", value), "\"ghi\"");
    client_close(client);
    assert_int_equal(world_status(world, "GET", "/late.css", "", ""), 404); /* this bundle has none */
}

static void file_that_the_bundle_lacks_is_not_found(void **state) {
    struct api_world *world = *state;
    assert_int_equal(world_status(world, "GET", "/app.js", "", ""), 200);
    assert_int_equal(world_status(world, "GET", "/app.css", "", ""), 404);
    assert_int_equal(world_status(world, "POST", "/", "", ""), 405);
    struct client *client = world_call(world, "HEAD", "/", "", "");
    assert_int_equal(client_status(client), 200);
    assert_string_equal(client_body(client), "");
    client_close(client);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(page_comes_with_its_policy, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(script_comes_without_a_policy, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(page_is_packed_for_who_takes_it, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(page_that_is_known_is_not_sent_again, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(late_script_is_served_whatever_follows_its_name, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(file_that_the_bundle_lacks_is_not_found, world_setup, world_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
