/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/api/guard.h"

#include "daemon/api/session_token.h"
#include "unit/daemon/api/api_world.h"

#define LINKS   "/api/v1/links"
#define LOGIN   "/api/v1/session"
#define SHELL   "/"
#define SENT    "X-Skep-Request: 1\r\n"
#define TOKEN   "{\"token\":\"" WORLD_TOKEN "\"}"
#define COOKIE  "\x01" /* stands for the Cookie line of a good session */
#define OWN     "Host: localhost:8780\r\nOrigin: http://localhost:8780\r\n"
#define FOREIGN "Origin: http://evil.example\r\n"

struct rule {
    const char *words;
    const char *method;
    const char *path;
    const char *headers;
    const char *body;
    int status;
};

static const struct rule RULES[] = {
    /* Host */
    {"localhost on any port", "GET", LINKS, WORLD_BEARER "Host: localhost:1\r\n", "", 200},
    {"localhost without a port, in capitals", "GET", LINKS, WORLD_BEARER "Host: LOCALHOST\r\n", "", 200},
    {"any address of 127/8", "GET", LINKS, WORLD_BEARER "Host: 127.9.8.7:8780\r\n", "", 200},
    {"[::1]", "GET", LINKS, WORLD_BEARER "Host: [::1]:8780\r\n", "", 200},
    {"a listed host", "GET", LINKS, WORLD_BEARER "Host: node.example:8780\r\n", "", 200},
    {"a listed host and port", "GET", LINKS, WORLD_BEARER "Host: proxied.example:8443\r\n", "", 200},
    {"a listed host on another port", "GET", LINKS, WORLD_BEARER "Host: proxied.example:1\r\n", "", 421},
    {"a foreign name", "GET", LINKS, WORLD_BEARER "Host: evil.example\r\n", "", 421},
    {"a name that begins like ours", "GET", LINKS, WORLD_BEARER "Host: localhost.evil.example\r\n", "", 421},
    {"a name that begins like an address", "GET", LINKS, WORLD_BEARER "Host: 127.0.0.1.evil.example\r\n", "", 421},
    {"a foreign address", "GET", LINKS, WORLD_BEARER "Host: 203.0.113.5:8780\r\n", "", 421},
    {"brackets that never close", "GET", LINKS, WORLD_BEARER "Host: [::1\r\n", "", 421},
    {"a port that is none", "GET", LINKS, WORLD_BEARER "Host: localhost:80x\r\n", "", 421},
    {"the shell to a foreign name", "GET", SHELL, "Host: evil.example\r\n", "", 421},
    {"health to a foreign name", "GET", "/healthz", "Host: evil.example\r\n", "", 421},
    /* Token */
    {"no token", "GET", LINKS, "", "", 401},
    {"a wrong token", "GET", LINKS, "Authorization: Bearer 00\r\n", "", 401},
    {"the token with another last digit", "GET", LINKS,
     "Authorization: Bearer 00112233445566778899aabbccddeeff00112233445566778899aabbccddeefe\r\n", "", 401},
    {"the token as a password", "GET", LINKS, "Authorization: Basic " WORLD_TOKEN "\r\n", "", 401},
    {"the scheme in small letters", "GET", LINKS, "Authorization: bearer " WORLD_TOKEN "\r\n", "", 200},
    {"an empty Authorization", "GET", LINKS, "Authorization: \r\n", "", 401},
    {"a wrong token beside a good cookie", "GET", LINKS, "Authorization: Bearer 00\r\n" COOKIE, "", 401},
    {"health without a token", "GET", "/healthz", "", "", 200},
    {"readiness without a token", "GET", "/readyz", "", "", 200},
    {"the shell without a token", "GET", SHELL, "", "", 200},
    {"the shell asked from another site", "GET", SHELL, FOREIGN "Sec-Fetch-Site: cross-site\r\n", "", 200},
    /* Origin */
    {"the token from another site", "GET", LINKS, WORLD_BEARER FOREIGN, "", 403},
    {"the token from our own page", "GET", LINKS, WORLD_BEARER OWN, "", 200},
    {"by https before a proxy", "GET", LINKS, WORLD_BEARER "Host: node.example\r\nOrigin: https://node.example\r\n", "",
     200},
    {"an Origin of another port", "GET", LINKS, WORLD_BEARER "Origin: http://localhost:81\r\n", "", 403},
    {"an opaque Origin", "GET", LINKS, WORLD_BEARER "Origin: null\r\n", "", 403},
    /* Cookie */
    {"a good cookie", "GET", LINKS, COOKIE, "", 200},
    {"a cookie that never was", "GET", LINKS, "Cookie: " WORLD_COOKIE "=00\r\n", "", 401},
    {"another node's cookie", "GET", LINKS, "Cookie: skep-aaaaaaaa=00\r\n", "", 401},
    {"a cookie from the same origin", "GET", LINKS, COOKIE "Sec-Fetch-Site: same-origin\r\n", "", 200},
    {"a cookie by hand", "GET", LINKS, COOKIE "Sec-Fetch-Site: none\r\n", "", 200},
    {"a cookie from another site", "GET", LINKS, COOKIE "Sec-Fetch-Site: cross-site\r\n", "", 403},
    {"a cookie from the same site, other port", "GET", LINKS, COOKIE "Sec-Fetch-Site: same-site\r\n", "", 403},
    {"a cookie with a foreign Origin", "GET", LINKS, COOKIE FOREIGN, "", 403},
    {"HEAD by cookie", "HEAD", LINKS, COOKIE, "", 200},
    /* Login */
    {"login", "POST", LOGIN, SENT, TOKEN, 204},
    {"login from our own page", "POST", LOGIN, OWN SENT, TOKEN, 204},
    {"login from another site", "POST", LOGIN, FOREIGN SENT, TOKEN, 403},
    {"login by a form", "POST", LOGIN, "", TOKEN, 403},
    {"login with a wrong token", "POST", LOGIN, SENT, "{\"token\":\"00\"}", 401},
    {"login with an empty token", "POST", LOGIN, SENT, "{\"token\":\"\"}", 401},
    {"login without a token", "POST", LOGIN, SENT, "{}", 400},
    {"login with a number", "POST", LOGIN, SENT, "{\"token\":1}", 400},
    {"login with no JSON", "POST", LOGIN, SENT, "token=" WORLD_TOKEN, 400},
    {"a login code for a cookie", "POST", "/api/v1/login-codes", OWN SENT COOKIE, "", 401},
    {"a login code for the token", "POST", "/api/v1/login-codes", WORLD_BEARER, "", 200},
    /* Routes */
    {"no such route", "GET", "/api/v1/nothing", WORLD_BEARER, "", 404},
    {"no such route without a token", "GET", "/favicon.ico", "", "", 404},
    {"the wrong method", "DELETE", LINKS, WORLD_BEARER, "", 405},
    {"the wrong method without a token", "GET", LOGIN, "", "", 405},
    {"a preflight", "OPTIONS", LINKS, FOREIGN "Access-Control-Request-Method: GET\r\n", "", 405},
};

/* A session's Cookie line in the place of COOKIE. */
static void write_headers(struct api_world *world, const char *headers, char out[1024]) {
    char value[512];
    const char *mark = strchr(headers, COOKIE[0]);
    if (mark == NULL) {
        (void)snprintf(out, 1024, "%s", headers);
        return;
    }
    struct client *login = world_call(world, "POST", LOGIN, SENT, TOKEN);
    assert_non_null(client_header(login, "Set-Cookie", value));
    (void)snprintf(out, 1024, "%.*sCookie: other=1; %.*s; more=2\r\n%s", (int)(mark - headers), headers,
                   (int)strcspn(value, ";"), value, mark + 1);
    client_close(login);
}

static void each_rule_holds(void **state) {
    struct api_world *world = *state;
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof RULES / sizeof RULES[0]; i++) {
        const struct rule *rule = &RULES[i];
        char headers[1024];
        write_headers(world, rule->headers, headers);
        struct client *client = world_call(world, rule->method, rule->path, headers, rule->body);
        int status = client_status(client);
        bool is_problem = strstr(client->text, "application/problem+json") != NULL;
        if (status != rule->status || (status >= 400) != is_problem) {
            print_error("%s: wanted %d, got:\n%s\n", rule->words, rule->status, client->text);
            wrong++;
        }
        client_close(client);
    }
    assert_int_equal(wrong, 0);
}

/* What takes a cookie and changes something is not among the routes yet; its rules hold all the same. */
static void change_by_cookie_needs_an_origin_and_the_header(void **state) {
    (void)state;
    struct entropy entropy = entropy_of_system();
    const struct attest_key key = session_token_key(span_of_text(WORLD_TOKEN));
    const struct session_token session = session_token_make(&key, &entropy, 1000);
    char cookie[128];
    (void)snprintf(cookie, sizeof cookie, "skep-x=%s", session.text);
    const struct guard guard = {.token = WORLD_TOKEN, .cookie_name = "skep-x", .sessions_key = key};
    struct guard_request request = {
        .method = SPAN_LITERAL("POST"), .host = SPAN_LITERAL("localhost:8780"), .cookie = span_of_text(cookie)};
    assert_int_equal(guard_check(&guard, &request, GUARD_ACCESS_CALLER, 2000), PROBLEM_ORIGIN_MISSING);
    request.has_origin = true;
    request.origin = SPAN_LITERAL("http://localhost:8780");
    assert_int_equal(guard_check(&guard, &request, GUARD_ACCESS_CALLER, 2000), PROBLEM_HEADER_MISSING);
    request.skep_request = SPAN_LITERAL("1");
    assert_int_equal(guard_check(&guard, &request, GUARD_ACCESS_CALLER, 2000), PROBLEM_NONE);
    assert_int_equal(guard_check(&guard, &request, GUARD_ACCESS_CALLER, 1000 + SESSION_TOKEN_MS), PROBLEM_SESSION_OVER);
    request.cookie = SPAN_NONE;
    request.authorization = SPAN_LITERAL("Bearer " WORLD_TOKEN); /* a script needs neither */
    request.has_origin = false;
    request.skep_request = SPAN_NONE;
    assert_int_equal(guard_check(&guard, &request, GUARD_ACCESS_CALLER, 2000), PROBLEM_NONE);
}

static void refusal_says_what_to_do(void **state) {
    struct api_world *world = *state;
    char value[512];
    struct client *client = world_call(world, "GET", LINKS, "", "");
    const struct json_value *problem = world_parse(world, client_body(client));
    int64_t status = 0;
    struct span text;
    assert_true(json_as_integer(json_member(problem, "status"), 0, 999, &status));
    assert_int_equal(status, 401);
    assert_true(json_as_string(json_member(problem, "type"), &text));
    assert_true(json_as_string(json_member(problem, "title"), &text));
    assert_true(json_as_string(json_member(problem, "detail"), &text));
    assert_non_null(strstr(client->text, "skep dashboard"));
    assert_string_equal(client_header(client, "Cache-Control", value), "no-store");
    client_close(client);
    client = world_call(world, "DELETE", LINKS, WORLD_BEARER, "");
    assert_string_equal(client_header(client, "Allow", value), "GET, HEAD");
    client_close(client);
    client = world_call(world, "PUT", LOGIN, SENT, "");
    assert_string_equal(client_header(client, "Allow", value), "POST");
    client_close(client);
}

static void refusals_are_told_once_a_second_with_a_count(void **state) {
    struct api_world *world = *state;
    uint64_t before = event_log_newest(world->events);
    for (int i = 0; i < 5; i++) assert_int_equal(world_status(world, "GET", LINKS, "", ""), 401);
    uint64_t told = event_log_newest(world->events) - before;
    assert_in_range(told, 1, 2); /* two when the five fell on both sides of a second */
    const struct event_record *record = event_log_at(world->events, before + 1);
    assert_int_equal(record->event.code, EVENT_API_REFUSED);
    assert_int_equal(record->event.figures[0], 401);
    assert_true(record->event.has_address);
    assert_null(strstr(record->event.text, WORLD_TOKEN));
}

static void body_over_its_limit_is_refused(void **state) {
    struct api_world *world = *state;
    static char body[9000];
    memset(body, ' ', sizeof body - 1);
    assert_int_equal(world_status(world, "POST", LOGIN, SENT, body), 413);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_rule_holds, world_setup, world_teardown),
        cmocka_unit_test(change_by_cookie_needs_an_origin_and_the_header),
        cmocka_unit_test_setup_teardown(refusal_says_what_to_do, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(refusals_are_told_once_a_second_with_a_count, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(body_over_its_limit_is_refused, world_setup, world_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
