/* SPDX-License-Identifier: Apache-2.0 */
/* The way in, as the command line and the page go it together. */
#include "unit/daemon/api/api_world.h"

#define SENT "X-Skep-Request: 1\r\n"

static void make_code(struct api_world *world, char code[128]) {
    struct client *client = world_call(world, "POST", "/api/v1/login-codes", WORLD_BEARER, "{}");
    struct span text;
    int64_t at_ms = 0;
    assert_int_equal(client_status(client), 200);
    const struct json_value *made = world_parse(world, client_body(client));
    assert_true(json_as_string(json_member(made, "code"), &text));
    assert_true(json_as_integer(json_member(made, "expiresAt"), 1, INT64_MAX / 4096, &at_ms));
    assert_true(at_ms > loop_now_ms(world->loop));
    assert_true(span_copy_text(text, code, 128));
    client_close(client);
}

static struct client *log_in(struct api_world *world, const char *token) {
    char body[256];
    (void)snprintf(body, sizeof body, "{\"token\":\"%s\"}", token);
    return world_call(world, "POST", "/api/v1/session", SENT, body);
}

static void login_code_is_traded_once_for_a_cookie_that_opens_the_api(void **state) {
    struct api_world *world = *state;
    char code[128], cookie[512], header[700];
    make_code(world, code);
    assert_string_not_equal(code, WORLD_TOKEN);
    struct client *client = log_in(world, code);
    assert_int_equal(client_status(client), 204);
    assert_string_equal(client_body(client), "");
    assert_non_null(client_header(client, "Set-Cookie", cookie));
    assert_int_equal(strncmp(cookie, WORLD_COOKIE "=", strlen(WORLD_COOKIE "=")), 0);
    assert_int_equal(strcspn(cookie, ";"), strlen(WORLD_COOKIE "=") + 64);
    assert_string_equal(strchr(cookie, ';'), "; HttpOnly; SameSite=Strict; Max-Age=43200");
    client_close(client);
    (void)snprintf(header, sizeof header, "Cookie: %.*s\r\n", (int)strcspn(cookie, ";"), cookie);
    assert_int_equal(world_status(world, "GET", "/api/v1/snapshot", header, ""), 200);

    client = log_in(world, code); /* again */
    assert_int_equal(client_status(client), 401);
    assert_null(client_header(client, "Set-Cookie", cookie));
    assert_non_null(strstr(client_body(client), "skep dashboard"));
    client_close(client);
}

static void code_is_no_token(void **state) {
    struct api_world *world = *state;
    char code[128], header[256];
    make_code(world, code);
    (void)snprintf(header, sizeof header, "Authorization: Bearer %s\r\n", code);
    assert_int_equal(world_status(world, "GET", "/api/v1/snapshot", header, ""), 401);
}

static void token_may_log_in_any_number_of_times(void **state) {
    struct api_world *world = *state;
    char cookie[2][512];
    for (int i = 0; i < 2; i++) {
        struct client *client = log_in(world, WORLD_TOKEN);
        assert_int_equal(client_status(client), 204);
        assert_non_null(client_header(client, "Set-Cookie", cookie[i]));
        client_close(client);
    }
    assert_string_not_equal(cookie[0], cookie[1]);
}

static void of_more_codes_than_there_is_room_the_oldest_goes(void **state) {
    struct api_world *world = *state;
    char first[128], last[128];
    make_code(world, first);
    for (int i = 0; i < 16; i++) make_code(world, last);
    struct client *client = log_in(world, last);
    assert_int_equal(client_status(client), 204);
    client_close(client);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(login_code_is_traded_once_for_a_cookie_that_opens_the_api, world_setup,
                                        world_teardown),
        cmocka_unit_test_setup_teardown(code_is_no_token, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(token_may_log_in_any_number_of_times, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(of_more_codes_than_there_is_room_the_oldest_goes, world_setup, world_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
