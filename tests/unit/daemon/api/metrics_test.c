/* SPDX-License-Identifier: Apache-2.0 */
/* GET /metrics: who may read it, in which text, and which figures it claims to know. */
#include "daemon/api/metric.h"

#include "unit/daemon/api/api_world.h"

static void it_needs_the_token_or_a_session(void **state) {
    struct api_world *world = *state;
    assert_int_equal(world_status(world, "GET", "/metrics", "", ""), 401);
    assert_int_equal(world_status(world, "GET", "/metrics", "Authorization: Bearer no\r\n", ""), 401);
    assert_int_equal(world_status(world, "POST", "/metrics", WORLD_BEARER, ""), 405);
    assert_int_equal(world_status(world, "GET", "/metrics", WORLD_BEARER, ""), 200);
}

/* The whole answer; to be freed. */
static char *scrape(struct api_world *world, const char *headers) {
    struct client *client = world_call(world, "GET", "/metrics", headers, "");
    assert_int_equal(client_status(client), 200);
    char *text = strdup(client->text);
    client_close(client);
    return text;
}

static void prometheus_text_is_what_nobody_asked_for(void **state) {
    char *text = scrape(*state, WORLD_BEARER);
    assert_non_null(strstr(text, "text/plain; version=0.0.4; charset=utf-8\r\n"));
    assert_non_null(strstr(text, "Vary: Accept\r\n"));
    assert_non_null(strstr(text, "Cache-Control: no-store\r\n"));
    assert_null(strstr(text, "# EOF"));
    free(text);
}

static void openmetrics_comes_when_asked_for(void **state) {
    char *text = scrape(*state, WORLD_BEARER "Accept: application/openmetrics-text; version=1.0.0\r\n");
    assert_non_null(strstr(text, "application/openmetrics-text; version=1.0.0; charset=utf-8\r\n"));
    assert_string_equal(text + strlen(text) - 6, "# EOF\n");
    free(text);
}

static void figures_are_those_of_the_node(void **state) {
    struct api_world *world = *state;
    world_add_link(world, 1);
    world->is_ready = false;
    world->has_beacon = true;
    char *text = scrape(world, WORLD_BEARER);
    static const char *const expected[] = {
        "\nskep_ready 0\n",
        "\nskep_role{role=\"beacon\"} 1\n",
        "\nskep_node_state{state=\"starting\"} 1\n",
        "\nskep_node_state{state=\"working\"} 0\n",
        "\nskep_links{direction=\"inbound\",state=\"handshaking\"} 1\n",
        "\nskep_links{direction=\"outbound\",state=\"handshaking\"} 0\n",
        "\nskep_events_total{code=\"link-handshake\",level=\"debug\"} 1\n",
        "\nskep_source_attempts_total{source=\"beacon-1\"} 0\n",
        "\nskep_beacon_tickets 7\n",
        "\nskep_beacon_announces_total{result=\"accepted\"} 12\n",
        "\nskep_beacon_announces_total{result=\"refused\"} 4\n",
        "\nskep_beacon_refusals_total{refusal=\"EXPIRED\"} 4\n",
        "\nskep_http_connections{server=\"api\"} 1\n",
    };
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
        if (strstr(text, expected[i]) == NULL) fail_msg("not there: %s", expected[i]);
    free(text);
}

static void what_is_not_known_yet_is_not_there(void **state) {
    char *text = scrape(*state, WORLD_BEARER);
    static const char *const unknown[] = {"skep_link_round_trip",
                                          "skep_link_loss",
                                          "skep_clock_skew",
                                          "skep_source_latency",
                                          "skep_source_up",
                                          "beacon-2",
                                          "skep_beacon_tickets",
                                          "skep_store_waiting",
                                          "NaN",
                                          "null"};
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++)
        if (strstr(text, unknown[i]) != NULL) fail_msg("there: %s", unknown[i]);
    free(text);
}

static void refused_calls_are_counted_by_problem(void **state) {
    struct api_world *world = *state;
    for (int i = 0; i < 3; i++) (void)world_status(world, "GET", "/metrics", "Authorization: Bearer no\r\n", "");
    (void)world_status(world, "GET", "/nothing", WORLD_BEARER, "");
    char *text = scrape(world, WORLD_BEARER);
    assert_non_null(strstr(text, "\nskep_api_refusals_total{problem=\"token-wrong\"} 3\n"));
    assert_non_null(strstr(text, "\nskep_api_refusals_total{problem=\"not-found\"} 1\n"));
    assert_non_null(strstr(text, "\nskep_api_refusals_total{problem=\"host-foreign\"} 0\n"));
    free(text);
}

static int setup_beacon_alone(void **state) {
    *state = world_open_as((struct api_facts){.roles = {"beacon"}, .role_count = 1, .has_serve = true});
    ((struct api_world *)*state)->has_beacon = true;
    return 0;
}

static void a_beacon_alone_claims_nothing_about_a_swarm(void **state) {
    char *text = scrape(*state, WORLD_BEARER);
    assert_non_null(strstr(text, "\nskep_beacon_communities 2\n"));
    assert_non_null(strstr(text, "\nskep_role{role=\"node\"} 0\n"));
    static const char *const swarm[] = {"skep_links", "skep_messages", "skep_book", "skep_source", "skep_reachability"};
    for (size_t i = 0; i < sizeof swarm / sizeof swarm[0]; i++) assert_null(strstr(text, swarm[i]));
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(it_needs_the_token_or_a_session, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(prometheus_text_is_what_nobody_asked_for, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(openmetrics_comes_when_asked_for, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(figures_are_those_of_the_node, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(what_is_not_known_yet_is_not_there, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(refused_calls_are_counted_by_problem, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(a_beacon_alone_claims_nothing_about_a_swarm, setup_beacon_alone,
                                        world_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
