/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/service/signaling_service.h"

#include "base/memory.h"
#include "daemon/service/services.h"
#include "swarm/limits.h"
#include "swarm/signaling/signal_message.h"
#include "unit/daemon/http/http_fixture.h"

/* The services listener with the role signaling alone, and raw peers. */
struct place {
    struct settings settings;
    struct fixture *http;
    struct services *services;
    struct event_log *events;
    struct node_id blocked;
};

#define UPGRADE(query)                                                                                                 \
    "GET /peerjs?" query " HTTP/1.1\r\nHost: s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"                       \
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"

static int setup(void **state) {
    struct place *place = memory_zeroed(1, sizeof *place);
    void *http = NULL;
    assert_true(sign_init());
    assert_int_equal(fixture_setup(&http), 0);
    place->http = http;
    place->events = event_log_new();
    place->settings.roles = NODE_ROLE_SIGNALING;
    place->settings.signaling_clients_max = 3;
    (void)snprintf(place->settings.signaling_key, sizeof place->settings.signaling_key, "peerjs");
    place->settings.serve.address = (struct address){.family = ADDRESS_IPV4, .ip = {127, 0, 0, 1}};
    *state = place;
    return 0;
}

static int teardown(void **state) {
    struct place *place = *state;
    void *http = place->http;
    services_free(place->services);
    event_log_free(place->events);
    (void)fixture_teardown(&http);
    memory_free(place);
    return 0;
}

static bool is_blocked(void *context, const struct node_id *id) {
    const struct place *place = context;
    return node_id_equal(&place->blocked, id);
}

static void serve(struct place *place, size_t connections_max) {
    struct err_detail detail = {0};
    const struct services_options options = {.loop = place->http->loop,
                                             .events = place->events,
                                             .settings = &place->settings,
                                             .connections_max = connections_max,
                                             .is_blocked = is_blocked,
                                             .context = place};
    if (services_new(&place->services, &options, &place->http->bound, &detail) != ERR_OK) fail_msg("%s", detail.text);
}

static const char *wanted;
static size_t wanted_peer;
static bool peer_has_wanted(struct fixture *http) {
    const struct peer *peer = &http->peers[wanted_peer];
    return peer->got != NULL && memmem(peer->got, peer->size, wanted, strlen(wanted)) != NULL;
}
static bool wanted_peer_ended(struct fixture *http) {
    return http->peers[wanted_peer].is_ended;
}

static void await(struct place *place, size_t peer, const char *text) {
    wanted = text;
    wanted_peer = peer;
    fixture_run(place->http, peer_has_wanted);
}
static void await_end(struct place *place, size_t peer) {
    wanted_peer = peer;
    fixture_run(place->http, wanted_peer_ended);
}

/* A close frame, whose first byte no text has. */
static void await_close(struct place *place, size_t peer) {
    await(place, peer, "\x88");
}

static size_t ask(struct place *place, const char *request) {
    (void)fixture_ask(place->http, request);
    return place->http->peer_count - 1;
}

/* A text as a client frames it, with a mask of zeros. */
static void say(struct place *place, size_t peer, const char *text) {
    uint8_t frame[256] = {0x81, (uint8_t)(0x80 | strlen(text))};
    assert_true(strlen(text) < 126);
    memcpy(frame + 6, text, strlen(text));
    assert_int_equal(send(place->http->peers[peer].fd, frame, 6 + strlen(text), MSG_NOSIGNAL), 6 + strlen(text));
}

static const char *answer_to(struct place *place, const char *request) {
    const size_t peer = ask(place, request);
    await_end(place, peer);
    return place->http->peers[peer].got;
}

static void what_it_is_and_an_id_may_be_read_by_any_page(void **state) {
    struct place *place = *state;
    serve(place, 0);
    const char *got = answer_to(place, "GET / HTTP/1.1\r\nHost: s\r\nConnection: close\r\n\r\n");
    assert_has(got, "HTTP/1.1 200 ");
    assert_has(got, "{\"name\":\"PeerJS Server\",");
    got = answer_to(place,
                    "GET /anykey/id?ts=1 HTTP/1.1\r\nHost: s\r\nOrigin: http://a.example\r\nConnection: close\r\n\r\n");
    assert_has(got, "HTTP/1.1 200 ");
    assert_has(got, "\r\nContent-Type: text/html; charset=utf-8\r\n");
    assert_has(got, "\r\nAccess-Control-Allow-Origin: http://a.example\r\n");
    assert_has(got, "\r\nVary: Origin\r\n");
    const char *id = strstr(got, "\r\n\r\n") + 4;
    assert_int_equal(strlen(id), 36);
    assert_true(id[8] == '-' && id[13] == '-' && id[14] == '4' && strchr("89ab", id[19]) != NULL);
    got = answer_to(place, "OPTIONS /peerjs/id HTTP/1.1\r\nHost: s\r\nConnection: close\r\n\r\n");
    assert_has(got, "HTTP/1.1 204 ");
    const char *const others[] = {"GET /peerjs/other", "GET //id",     "GET /a/b/id", "GET /id",
                                  "POST /peerjs/id",   "GET /peerjs/", "GET *"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        char request[128];
        (void)snprintf(request, sizeof request, "%s HTTP/1.1\r\nHost: s\r\nConnection: close\r\n\r\n", others[i]);
        if (strstr(answer_to(place, request), "HTTP/1.1 40") == NULL) fail_msg("%s", others[i]);
    }
}

static void ids_are_listed_when_that_was_chosen(void **state) {
    struct place *place = *state;
    const char *const question = "GET /peerjs/peers HTTP/1.1\r\nHost: s\r\nConnection: close\r\n\r\n";
    serve(place, 0);
    const size_t client = ask(place, UPGRADE("key=peerjs&id=a%22b&token=t"));
    await(place, client, "{\"type\":\"OPEN\"}");
    assert_has(answer_to(place, question), "HTTP/1.1 401 ");
    place->settings.signaling_discovery = true;
    assert_int_equal(services_apply(place->services, OPTION_SIGNALING_DISCOVERY, &place->settings, NULL), ERR_OK);
    assert_has(answer_to(place, question), "\r\n\r\n[\"a\\\"b\"]");
}

static void request_that_is_no_upgrade_is_told_so(void **state) {
    struct place *place = *state;
    serve(place, 0);
    const char *got =
        answer_to(place, "GET /peerjs?key=peerjs&id=a&token=t HTTP/1.1\r\nHost: s\r\nConnection: close\r\n\r\n");
    assert_has(got, "HTTP/1.1 426 ");
    assert_has(got, "\r\nSec-WebSocket-Version: 13\r\n");
}

static void clients_talk(void **state) {
    struct place *place = *state;
    struct switchboard_counts counts;
    serve(place, 0);
    const size_t a = ask(place, UPGRADE("key=peerjs&id=a&token=t")), b = ask(place, UPGRADE("key=peerjs&id=b&token=t"));
    await(place, a, "{\"type\":\"OPEN\"}");
    await(place, b, "{\"type\":\"OPEN\"}");
    say(place, a, "{\"type\":\"OFFER\",\"dst\":\"b\",\"payload\":1}");
    await(place, b, "{\"type\":\"OFFER\",\"src\":\"a\",\"dst\":\"b\",\"payload\":1}");
    assert_true(services_count_signaling(place->services, &counts));
    assert_int_equal(counts.clients, 2);
    assert_int_equal(counts.relayed, 1);
}

/* Five seconds on the loop's own clock. */
static void who_does_not_come_expires(void **state) {
    struct place *place = *state;
    serve(place, 0);
    const size_t a = ask(place, UPGRADE("key=peerjs&id=a&token=t"));
    await(place, a, "{\"type\":\"OPEN\"}");
    const int64_t began_ms = loop_now_ms(place->http->loop);
    say(place, a, "{\"type\":\"OFFER\",\"dst\":\"b\",\"payload\":1}");
    await(place, a, "{\"type\":\"EXPIRE\",\"src\":\"b\",\"dst\":\"a\"}");
    assert_in_range(loop_now_ms(place->http->loop) - began_ms, LIMIT_SIGNAL_WAIT_MS - 100, LIMIT_SIGNAL_WAIT_MS + 5000);
}

static void refusal_comes_over_the_socket_which_ends(void **state) {
    struct place *place = *state;
    char long_id[1024];
    serve(place, 0);
    const size_t first = ask(place, UPGRADE("key=other&id=a&token=t"));
    await(place, first, "{\"type\":\"ERROR\",\"payload\":{\"msg\":\"Invalid key provided\"}}");
    await_close(place, first);
    (void)snprintf(long_id, sizeof long_id, "GET /peerjs?key=peerjs&token=t&id=%0*d%s", SIGNAL_ID_SIZE_MAX + 1, 0,
                   UPGRADE("") + strlen("GET /peerjs?"));
    const size_t second = ask(place, long_id);
    await(place, second, "No id, token, or key supplied to websocket server");
    await_close(place, second);
    const size_t third = ask(place, UPGRADE("key=peerjs&token=t&id=myxzypxz7askc56bpu6l5rklmdee7mst"));
    await(place, third, "the token does not prove it (signal-proof-malformed)");
    await_close(place, third);
}

static void one_too_many_hears_that_it_is_full(void **state) {
    struct place *place = *state;
    serve(place, 0);
    const char *const requests[] = {UPGRADE("key=peerjs&id=a&token=t"), UPGRADE("key=peerjs&id=b&token=t"),
                                    UPGRADE("key=peerjs&id=c&token=t")};
    for (size_t i = 0; i < 3; i++) await(place, ask(place, requests[i]), "{\"type\":\"OPEN\"}");
    const size_t last = ask(place, UPGRADE("key=peerjs&id=d&token=t"));
    await(place, last, "Server has reached its concurrent user limit");
    await_close(place, last);
    assert_int_equal(event_log_newest(place->events), 0);
}

/* The node's own name for the listener is the host of its proof; its caretaker's blocks hold at once. */
static void node_is_let_in_until_it_is_blocked(void **state) {
    struct place *place = *state;
    struct signing_key key;
    char request[1024], proof[SIGNAL_PROOF_SIZE_MAX], id[NODE_ID_TEXT_SIZE + 1];
    const uint8_t seed[32] = {5};
    serve(place, 0);
    sign_key_from_seed(&key, seed);
    const struct public_key public_half = sign_public_key(&key);
    const struct node_id node = node_id_of_key(&public_half);
    signal_proof_write(proof, &key, SPAN_LITERAL("localhost"), loop_wall_ms(place->http->loop));
    (void)snprintf(request, sizeof request, "GET /peerjs?key=peerjs&id=%s&token=%s%s", node_id_text(&node, id), proof,
                   UPGRADE("") + strlen("GET /peerjs?"));
    const size_t client = ask(place, request);
    await(place, client, "{\"type\":\"OPEN\"}");
    place->blocked = node;
    services_blocks_changed(place->services);
    await_close(place, client);
}

static void too_few_files_are_told(void **state) {
    struct place *place = *state;
    serve(place, 2);
    assert_int_equal(event_log_newest(place->events), 1);
    const struct event *event = &event_log_at(place->events, 1)->event;
    assert_int_equal(event->code, EVENT_SIGNALING_PLACES);
    assert_int_equal(event->figures[0], 1);
    assert_int_equal(event->figures[1], 3);
    await(place, ask(place, UPGRADE("key=peerjs&id=a&token=t")), "{\"type\":\"OPEN\"}");
    await(place, ask(place, UPGRADE("key=peerjs&id=b&token=t")), "Server has reached its concurrent user limit");
}

/* Who listens at all addresses, or on a file, has to be told what it is called. */
static void server_without_a_name_says_so(void **state) {
    struct place *place = *state;
    place->settings.serve.address = (struct address){.family = ADDRESS_IPV4};
    serve(place, 0);
    assert_int_equal(event_log_newest(place->events), 1);
    assert_int_equal(event_log_at(place->events, 1)->event.code, EVENT_SIGNALING_NAMELESS);
    services_free(place->services);
    place->settings.signaling_host_count = 1;
    (void)snprintf(place->settings.signaling_hosts[0], sizeof place->settings.signaling_hosts[0], "signal.example");
    serve(place, 0);
    assert_int_equal(event_log_newest(place->events), 1);
}

static void beacon_and_signaling_share_the_listener(void **state) {
    struct place *place = *state;
    place->settings.roles |= NODE_ROLE_BEACON;
    (void)snprintf(place->settings.community, sizeof place->settings.community, "ours");
    serve(place, 0);
    assert_has(answer_to(place, "GET /peers HTTP/1.1\r\nHost: s\r\nConnection: close\r\n\r\n"), "\"peers\":[]");
    assert_has(answer_to(place, "GET /peerjs/id HTTP/1.1\r\nHost: s\r\nConnection: close\r\n\r\n"), "HTTP/1.1 200 ");
    await(place, ask(place, UPGRADE("key=peerjs&id=a&token=t")), "{\"type\":\"OPEN\"}");
    assert_has(answer_to(place, "GET /.well-known/skep HTTP/1.1\r\nHost: s\r\nConnection: close\r\n\r\n"),
               "\"roles\":[\"beacon\",\"signaling\"]");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(what_it_is_and_an_id_may_be_read_by_any_page),
        TEST(ids_are_listed_when_that_was_chosen),
        TEST(request_that_is_no_upgrade_is_told_so),
        TEST(clients_talk),
        TEST(who_does_not_come_expires),
        TEST(refusal_comes_over_the_socket_which_ends),
        TEST(one_too_many_hears_that_it_is_full),
        TEST(node_is_let_in_until_it_is_blocked),
        TEST(too_few_files_are_told),
        TEST(server_without_a_name_says_so),
        TEST(beacon_and_signaling_share_the_listener),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
