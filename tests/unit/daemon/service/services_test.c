/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/service/services.h"

#include <ftw.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "crypto/hash.h"
#include "swarm/identity/ticket.h"
#include "unit/daemon/http/http_fixture.h"

/* The listener of all services as a node opens it, with a store of its own. */
struct place {
    struct settings settings;
    struct fixture *http;
    struct services *services;
    struct store *store;
    struct event_log *events;
    char folder[64];
};

static int setup(void **state) {
    struct place *place = memory_zeroed(1, sizeof *place);
    void *http = NULL;
    assert_true(sign_init());
    assert_int_equal(fixture_setup(&http), 0);
    place->http = http;
    (void)snprintf(place->folder, sizeof place->folder, "/tmp/skep-test-XXXXXX");
    assert_non_null(mkdtemp(place->folder));
    const struct store_options options = {.loop = place->http->loop, .folder = place->folder};
    assert_int_equal(store_open(&place->store, &options, NULL), ERR_OK);
    place->events = event_log_new();
    *state = place;
    return 0;
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk) {
    (void)status;
    (void)kind;
    (void)walk;
    return remove(path);
}

static int teardown(void **state) {
    struct place *place = *state;
    void *http = place->http;
    services_free(place->services);
    store_close(place->store);
    event_log_free(place->events);
    (void)fixture_teardown(&http);
    (void)nftw(place->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    memory_free(place);
    return 0;
}

static void serve(struct place *place, struct services_options options) {
    struct err_detail detail = {0};
    options.loop = place->http->loop;
    options.store = place->store;
    options.events = place->events;
    options.settings = &place->settings;
    place->settings.serve.address = (struct address){.family = ADDRESS_IPV4, .ip = {127, 0, 0, 1}};
    place->settings.roles = NODE_ROLE_BEACON;
    if (services_new(&place->services, &options, &place->http->bound, &detail) != ERR_OK) fail_msg("%s", detail.text);
}

static void announce(struct place *place, uint8_t number, const char *community) {
    static char body[4096], request[8192];
    uint8_t seed[32] = {number};
    char id[16];
    struct signing_key key;
    struct ticket ticket;
    const int64_t now_ms = loop_wall_ms(place->http->loop);
    (void)snprintf(id, sizeof id, "peer-%u", (unsigned)number);
    sign_key_from_seed(&key, seed);
    const struct ticket_draft draft = {.peer_id = id,
                                       .user_id = "user",
                                       .nonce = "AAAAAAAAAAAAAAAA",
                                       .issued_at_ms = now_ms,
                                       .expires_at_ms = now_ms + 180000};
    assert_true(ticket_sign(&ticket, &draft, &key));
    struct buffer out = buffer_over((uint8_t *)body, sizeof body - 1);
    buffer_put_text(&out, "{\"ticket\":");
    ticket_write(&out, &ticket);
    buffer_put_text(&out, "}");
    body[out.size] = '\0';
    (void)snprintf(
        request, sizeof request,
        "POST /announce?community=%s HTTP/1.1\r\nHost: b\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n%s",
        community, out.size, body);
    struct peer *peer = fixture_ask(place->http, request);
    fixture_run(place->http, last_peer_ended);
    assert_has(peer->got, "HTTP/1.1 200 ");
    peer_close(peer);
    free(peer->got);
    place->http->peer_count--;
    *peer = (struct peer){0};
}

static void what_was_restored_is_told(void **state) {
    struct place *place = *state;
    serve(place, (struct services_options){0});
    assert_int_equal(event_log_newest(place->events), 0); /* nothing to restore, nothing to tell */
    announce(place, 1, "mainnet");
    announce(place, 2, "mainnet");
    services_free(place->services);
    place->services = NULL;
    store_flush(place->store);
    serve(place, (struct services_options){0});
    assert_int_equal(event_log_newest(place->events), 1);
    const struct event *event = &event_log_at(place->events, 1)->event;
    assert_int_equal(event->code, EVENT_BEACON_RESTORED);
    assert_int_equal(event->figures[0], 2);
    assert_true(event->at_ms > 0);
}

static bool lists(struct place *place, const char *community, const char *id) {
    char request[256];
    (void)snprintf(request, sizeof request, "GET /peers?community=%s HTTP/1.1\r\nHost: b\r\nConnection: close\r\n\r\n",
                   community);
    const struct peer *peer = fixture_ask(place->http, request);
    fixture_run(place->http, last_peer_ended);
    return peer->got != NULL && strstr(peer->got, id) != NULL;
}

/* One address invents as many communities as there are places. */
static void our_communities_keep_their_places(void **state) {
    struct place *place = *state;
    (void)snprintf(place->settings.community, sizeof place->settings.community, "ours");
    serve(place, (struct services_options){0});
    announce(place, 1, "mainnet");
    announce(place, 2, "ours");
    for (unsigned i = 0; i < LIMIT_BEACON_COMMUNITIES_MAX; i++) {
        char name[16];
        (void)snprintf(name, sizeof name, "x%u", i);
        announce(place, 3, name);
    }
    assert_true(lists(place, "mainnet", "peer-1"));
    assert_true(lists(place, "ours", "peer-2"));
    assert_false(lists(place, "x0", "peer-3"));
}

static void a_refusal_of_the_server_may_be_read_by_any_page(void **state) {
    struct place *place = *state;
    serve(place, (struct services_options){0});
    const struct peer *peer = fixture_ask(
        place->http, "POST /announce HTTP/1.1\r\nHost: b\r\nContent-Length: 1000000\r\nConnection: close\r\n\r\n");
    fixture_run(place->http, last_peer_ended);
    assert_has(peer->got, "HTTP/1.1 413 ");
    assert_has(peer->got, "\r\nAccess-Control-Allow-Origin: *\r\n");
}

static void what_the_node_is_stands_where_programs_look_for_it(void **state) {
    struct place *place = *state;
    (void)snprintf(place->settings.community, sizeof place->settings.community, "ours");
    serve(place, (struct services_options){0});
    struct err_detail detail = {0};
    (void)snprintf(place->settings.contact, sizeof place->settings.contact, "mail@beacon.example");
    assert_int_equal(services_apply(place->services, OPTION_CONTACT, &place->settings, &detail), ERR_OK);
    const struct peer *peer =
        fixture_ask(place->http, "GET /.well-known/skep HTTP/1.1\r\nHost: b\r\nConnection: close\r\n\r\n");
    fixture_run(place->http, last_peer_ended);
    assert_has(peer->got, "HTTP/1.1 200 ");
    assert_has(peer->got, "\r\nAccess-Control-Allow-Origin: *\r\n");
    assert_has(peer->got, "\"protocol\":\"skep/1\",\"community\":\"ours\",\"roles\":[\"beacon\"],\"transports\":[]");
    assert_has(peer->got, "\"bodyBytes\":8192");
    assert_has(peer->got, "\"contact\":\"mail@beacon.example\"}");
}

/* A proxy before the beacon asks for everybody; other addresses have 32 connections (http_limits_test). */
static void a_proxy_on_this_machine_may_hold_many_connections(void **state) {
    struct place *place = *state;
    serve(place, (struct services_options){0});
    for (int i = 0; i < 33; i++) (void)fixture_connect(place->http);
    const struct peer *peer = fixture_ask(place->http, "GET /peers HTTP/1.1\r\nHost: b\r\nConnection: close\r\n\r\n");
    fixture_run(place->http, last_peer_ended);
    assert_has(peer->got, "HTTP/1.1 200 ");
    for (int i = 0; i < 33; i++) assert_false(place->http->peers[i].is_ended);
}

static bool first_peer_ended(struct fixture *http) {
    return http->peers[0].is_ended;
}

static void as_many_connections_as_the_caller_can_afford(void **state) {
    struct place *place = *state;
    serve(place, (struct services_options){.connections_max = 2});
    for (int i = 0; i < 3; i++) (void)fixture_connect(place->http);
    fixture_run(place->http, first_peer_ended);
    for (int i = 1; i < 3; i++) assert_false(place->http->peers[i].is_ended);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(what_was_restored_is_told),
        TEST(our_communities_keep_their_places),
        TEST(a_refusal_of_the_server_may_be_read_by_any_page),
        TEST(what_the_node_is_stands_where_programs_look_for_it),
        TEST(a_proxy_on_this_machine_may_hold_many_connections),
        TEST(as_many_connections_as_the_caller_can_afford),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
