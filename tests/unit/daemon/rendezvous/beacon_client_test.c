/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/rendezvous/beacon_client.h"

#include "base/memory.h"
#include "unit/daemon/http/http_fixture.h"

/* A beacon client that asks a server which answers, redirects or never says anything. That nothing is left behind or
 * touched too late, the sanitizers see. */
struct asking {
    struct fixture *http;
    struct http_client *client;
    struct beacon_client *beacons;
    size_t asked;
    size_t replies;
    int status;
    enum beacon_outcome outcome;
    bool has_reply;
};

static struct asking *the_asking; /* what the fixture's `until` leads to */

static void handle(void *context, struct http_exchange *exchange) {
    static const struct http_header_line to = {"Location", "/inner"};
    struct asking *asking = context;
    asking->asked++;
    if (span_equal_text(http_path(exchange), "/silent/peers")) return;
    if (span_equal_text(http_path(exchange), "/list/peers")) {
        http_answer(exchange, &(struct http_reply){.status = 200,
                                                   .content_type = "application/json",
                                                   .body = SPAN_LITERAL("{\"ok\":true,\"peers\":[]}")});
        return;
    }
    http_answer(exchange, &(struct http_reply){.status = 302, .headers = &to, .header_count = 1});
}

static void gone(void *context, struct http_exchange *exchange) {
    (void)context;
    (void)exchange;
}

static void replied(void *context, const struct input *input) {
    struct asking *asking = context;
    asking->replies++;
    asking->status = input->as.beacon.status;
    asking->outcome = input->as.beacon.outcome;
    asking->has_reply = input->as.beacon.reply != NULL;
}

static void make_client(struct asking *asking) {
    char texts[3][64];
    static const char *const paths[] = {"silent", "away", "list"};
    const char *urls[3];
    for (size_t i = 0; i < 3; i++) {
        (void)snprintf(texts[i], sizeof texts[i], "http://127.0.0.1:%u/%s", asking->http->bound.address.port, paths[i]);
        urls[i] = texts[i];
    }
    const struct beacon_client_options options = {.loop = asking->http->loop,
                                                  .http = asking->client,
                                                  .community = "test",
                                                  .urls = urls,
                                                  .url_count = 3,
                                                  .verifier = sign_verifier(),
                                                  .replied = replied,
                                                  .context = asking};
    asking->beacons = beacon_client_new(&options);
    assert_non_null(asking->beacons);
}

static int setup(void **state) {
    struct asking *asking = memory_zeroed(1, sizeof *asking);
    void *http = NULL;
    assert_true(sign_init());
    assert_int_equal(fixture_setup(&http), 0);
    asking->http = http;
    struct http_options options = fixture_options(asking->http);
    options.handle = handle;
    options.gone = gone;
    options.context = asking;
    fixture_serve(asking->http, &options);
    assert_int_equal(http_client_new(&asking->client, asking->http->loop), ERR_OK);
    make_client(asking);
    the_asking = asking;
    *state = asking;
    return 0;
}

static int teardown(void **state) {
    struct asking *asking = *state;
    void *http = asking->http;
    http_client_free(asking->client);
    beacon_client_free(asking->beacons);
    (void)fixture_teardown(&http);
    memory_free(asking);
    return 0;
}

static bool is_asked(struct fixture *http) {
    return the_asking->asked >= http->wanted;
}

static bool is_replied(struct fixture *http) {
    return the_asking->replies >= http->wanted;
}

enum { SILENT, AWAY, LIST };

static void ask(struct asking *asking, uint8_t source, bool (*until)(struct fixture *http)) {
    beacon_client_ask(asking->beacons, source, SPAN_NONE);
    asking->http->wanted = 1;
    fixture_run(asking->http, until);
}

static void a_list_is_handed_on(void **state) {
    struct asking *asking = *state;
    ask(asking, LIST, is_replied);
    assert_int_equal(asking->outcome, BEACON_OUTCOME_ANSWERED);
    assert_int_equal(asking->status, 200);
    assert_true(asking->has_reply);
}

static void a_redirect_is_not_followed(void **state) {
    struct asking *asking = *state;
    ask(asking, AWAY, is_replied);
    assert_int_equal(asking->outcome, BEACON_OUTCOME_ANSWERED);
    assert_int_equal(asking->status, 302);
    assert_false(asking->has_reply);
    assert_int_equal(asking->asked, 1);
}

static void a_call_under_way_ends_with_the_http_client(void **state) {
    struct asking *asking = *state;
    ask(asking, SILENT, is_asked);
    http_client_free(asking->client);
    asking->client = NULL;
    assert_int_equal(asking->replies, 0);
    beacon_client_free(asking->beacons);
    asking->beacons = NULL;
}

static void a_call_under_way_outlives_its_client_and_tells_nobody(void **state) {
    struct asking *asking = *state;
    ask(asking, SILENT, is_asked);
    beacon_client_free(asking->beacons);
    asking->beacons = NULL;
    http_client_free(asking->client);
    asking->client = NULL;
    assert_int_equal(asking->replies, 0);
}

static void an_answer_after_the_end_is_dropped(void **state) {
    struct asking *asking = *state;
    ask(asking, LIST, is_asked); /* answered, and not read yet */
    beacon_client_free(asking->beacons);
    make_client(asking);
    ask(asking, LIST, is_replied); /* by then the first one's has come as well */
    assert_int_equal(asking->asked, 2);
    assert_int_equal(asking->replies, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_list_is_handed_on),
        TEST(a_redirect_is_not_followed),
        TEST(a_call_under_way_ends_with_the_http_client),
        TEST(a_call_under_way_outlives_its_client_and_tells_nobody),
        TEST(an_answer_after_the_end_is_dropped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
