/* SPDX-License-Identifier: Apache-2.0 */
/* What a caller who is refused is told: which value was wrong, what it should be, when to come again. */
#include "unit/daemon/api/api_world.h"

#include "daemon/api/stream.h"

static void assert_problem(struct client *client, int status, const char *code, const char *detail) {
    char value[512];
    struct span said;
    const struct json_value *problem = world_parse(client->world, client_body(client));
    assert_int_equal(client_status(client), status);
    assert_string_equal(client_header(client, "Content-Type", value), "application/problem+json");
    assert_true(json_as_string(json_member(problem, "code"), &said));
    if (!span_equal_text(said, code)) fail_msg("not %s: %s", code, client_body(client));
    if (detail != NULL && strstr(client_body(client), detail) == NULL)
        fail_msg("not said: %s\nbut: %s", detail, client_body(client));
}

static void wrong_value_of_a_query_is_named_with_what_it_should_be(void **state) {
    static const struct {
        const char *path, *detail;
    } cases[] = {
        {"links?limit=0", "limit must be a whole number from 1 to 256."},
        {"links?limit=257", "limit must be a whole number from 1 to 256."},
        {"links?limit=-1", "limit must be"},
        {"links?limit=1x", "limit must be"},
        {"links?limit=", "limit must be"},
        {"links?limit", "limit must be"},
        {"links?limit=%zz", "limit must be"}, /* damaged is not absent */
        {"links?limit=99999999999999999999999999999999999999999999999999999999999999999999999", "limit must be"},
        {"links?state=asleep", "state must be one of dialing, handshaking, open, closing, closed."},
        {"links?state=ooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooo", "state must be one of"},
        {"links?cursor=x", "cursor must be the `next` of the page before."},
        {"links?cursor=4294967296", "cursor must be"},
        {"peers?limit=201", "limit must be a whole number from 1 to 200."},
        {"peers?cursor=99999999", "cursor must be"},
        {"events?limit=201", "limit must be a whole number from 1 to 200."},
        {"events?cursor=12", "cursor must be"},
        {"events?cursor=12-0", "cursor must be"},
        {"events?level=loud", "level must be one of debug, info, warn, error."},
        {"events?code=nothing", "code must be a word that this list knows"},
        {"events?limit=0&code=nothing", "limit must be"}, /* the first that is read */
    };
    struct api_world *world = *state;
    char path[256];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        (void)snprintf(path, sizeof path, "/api/v1/%s", cases[i].path);
        struct client *client = world_call(world, "GET", path, WORLD_BEARER, "");
        assert_problem(client, 400, "query-malformed", cases[i].detail);
        client_close(client);
    }
    assert_int_equal(world_status(world, "GET", "/api/v1/links?limit=256&state=open&cursor=0", WORLD_BEARER, ""), 200);
    assert_int_equal(world_status(world, "GET", "/api/v1/events?level=warn&code=api-refused", WORLD_BEARER, ""), 200);
    assert_int_equal(world_status(world, "GET", "/api/v1/links?unheard=of", WORLD_BEARER, ""), 200);
}

static void body_that_says_it_is_no_json_is_not_read(void **state) {
    static const struct {
        const char *type;
        bool is_taken;
    } cases[] = {{"", true},
                 {"Content-Type: application/json\r\n", true},
                 {"Content-Type: Application/JSON; charset=utf-8\r\n", true},
                 {"Content-Type: application/jsonp\r\n", false},
                 {"Content-Type: application/x-www-form-urlencoded\r\n", false},
                 {"Content-Type: text/plain\r\n", false}};
    struct api_world *world = *state;
    char headers[256], value[512];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        (void)snprintf(headers, sizeof headers, "X-Skep-Request: 1\r\n%s", cases[i].type);
        struct client *client =
            world_call(world, "POST", "/api/v1/session", headers, "{\"token\":\"" WORLD_TOKEN "\"}");
        assert_int_equal(client_status(client), cases[i].is_taken ? 204 : 415);
        if (!cases[i].is_taken) assert_string_equal(client_header(client, "Accept", value), "application/json");
        if (!cases[i].is_taken) assert_problem(client, 415, "media-type-unsupported", "Content-Type: application/json");
        client_close(client);
    }
}

static void refusal_says_how_and_when_to_do_better(void **state) {
    struct api_world *world = *state;
    struct client *streams[STREAMS_MAX];
    char value[512];
    struct client *client = world_call(world, "GET", "/api/v1/node", "", "");
    assert_problem(client, 401, "token-missing", "Authorization: Bearer TOKEN");
    assert_string_equal(client_header(client, "WWW-Authenticate", value), "Bearer realm=\"skep\"");
    client_close(client);
    client = world_call(world, "DELETE", "/api/v1/node", WORLD_BEARER, "");
    assert_problem(client, 405, "method-not-allowed", NULL);
    assert_string_equal(client_header(client, "Allow", value), "GET, HEAD");
    client_close(client);
    client = world_call(world, "GET", "/api/v1/nothing", WORLD_BEARER, "");
    assert_problem(client, 404, "not-found", "/api/v1/openapi.json");
    client_close(client);
    world->is_ready = false;
    client = world_call(world, "GET", "/readyz", "", "");
    assert_int_equal(client_status(client), 503);
    assert_non_null(client_header(client, "Retry-After", value));
    client_close(client);
    for (size_t i = 0; i < STREAMS_MAX; i++) {
        streams[i] = client_open(world);
        client_send(streams[i], "GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\n" WORLD_BEARER "\r\n");
        client_wait(streams[i], "event: tick", 1);
    }
    client = world_call(world, "GET", "/api/v1/stream", WORLD_BEARER, "");
    assert_problem(client, 503, "streams-full", "close a page");
    assert_string_equal(client_header(client, "Retry-After", value), "10");
    client_close(client);
    for (size_t i = 0; i < STREAMS_MAX; i++) client_close(streams[i]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(wrong_value_of_a_query_is_named_with_what_it_should_be, world_setup,
                                        world_teardown),
        cmocka_unit_test_setup_teardown(body_that_says_it_is_no_json_is_not_read, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(refusal_says_how_and_when_to_do_better, world_setup, world_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
