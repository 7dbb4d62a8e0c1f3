/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/service/beacon_service.h"

#include <ftw.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "unit/daemon/http/http_fixture.h"

/* The beacon behind a real server on loopback. What a request was answered is the text of the answer. */
struct place {
    struct fixture *http;
    struct beacon_service *service;
    struct store *store; /* NULL unless a test opens one */
    struct http_trust trust;
    char folder[64];
    struct beacon_service_options options;
};

static struct place *the_place; /* the fixture's handler takes the fixture; this is what it leads to */

static void handle(void *context, struct http_exchange *exchange) {
    (void)context;
    if (!beacon_service_handle(the_place->service, exchange)) beacon_service_decline(exchange);
}

static void gone(void *context, struct http_exchange *exchange) {
    beacon_service_gone(exchange);
    fixture_gone(context, exchange);
}

static int setup(void **state) {
    struct place *place = memory_zeroed(1, sizeof *place);
    void *http = NULL;
    assert_true(sign_init());
    assert_int_equal(fixture_setup(&http), 0);
    place->http = http;
    (void)snprintf(place->folder, sizeof place->folder, "/tmp/skep-test-XXXXXX");
    assert_non_null(mkdtemp(place->folder));
    place->options =
        (struct beacon_service_options){.loop = place->http->loop, .beacon = {.verifier = sign_verifier(), .seed = 11}};
    the_place = place;
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
    beacon_service_free(place->service);
    store_close(place->store);
    (void)fixture_teardown(&http);
    (void)nftw(place->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    memory_free(place);
    return 0;
}

static void open_store(struct place *place) {
    const struct store_options options = {.loop = place->http->loop, .folder = place->folder};
    assert_int_equal(store_open(&place->store, &options, NULL), ERR_OK);
    place->options.store = place->store;
}

static void open_service(struct place *place) {
    struct err_detail detail = {0};
    if (beacon_service_new(&place->service, &place->options, &detail) != ERR_OK) fail_msg("%s", detail.text);
}

static void serve(struct place *place) {
    struct http_options options = fixture_options(place->http);
    options.handle = handle;
    options.gone = gone;
    options.trust = place->trust;
    options.head_bytes_max = BEACON_SERVICE_HEAD_MAX;
    options.body_bytes_max = BEACON_SERVICE_BODY_MAX;
    options.request_ms_max = BEACON_SERVICE_REQUEST_MS;
    options.connections_max = PEERS_MAX;
    open_service(place);
    fixture_serve(place->http, &options);
}

/* ---- Asking ---- */

static const char *ask(struct place *place, const char *line, const char *body) {
    static char request[16384];
    (void)snprintf(request, sizeof request,
                   "%s HTTP/1.1\r\nHost: b\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n%s", line, strlen(body),
                   body);
    (void)fixture_ask(place->http, request);
    fixture_run(place->http, last_peer_ended);
    const char *answer = place->http->peers[place->http->peer_count - 1].got;
    return answer == NULL ? "" : answer;
}

static const char *body_of(const char *answer) {
    const char *at = strstr(answer, "\r\n\r\n");
    return at == NULL ? "" : at + 4;
}

static const char *announce_body(const struct place *place, uint8_t number, int64_t life_ms, char text[4096]) {
    uint8_t seed[32] = {number};
    struct signing_key key;
    struct ticket ticket;
    char id[16];
    const int64_t now_ms = loop_wall_ms(place->http->loop);
    (void)snprintf(id, sizeof id, "peer-%u", (unsigned)number);
    sign_key_from_seed(&key, seed);
    const struct ticket_draft draft = {.peer_id = id,
                                       .user_id = "user",
                                       .nonce = "AAAAAAAAAAAAAAAA",
                                       .issued_at_ms = now_ms,
                                       .expires_at_ms = now_ms + life_ms};
    assert_true(ticket_sign(&ticket, &draft, &key));
    struct buffer out = buffer_over((uint8_t *)text, 4095);
    buffer_put_text(&out, "{\"ticket\":");
    ticket_write(&out, &ticket);
    buffer_put_text(&out, "}");
    text[out.size] = '\0';
    return text;
}

static const char *announce(struct place *place, uint8_t number, const char *target) {
    char text[4096], line[4096];
    (void)snprintf(line, sizeof line, "POST %s", target);
    return ask(place, line, announce_body(place, number, 180000, text));
}

static void assert_cors(const char *answer) {
    assert_has(answer, "\r\nAccess-Control-Allow-Origin: *\r\n");
    assert_has(answer, "\r\nAccess-Control-Allow-Headers: Content-Type, Authorization\r\n");
    assert_has(answer, "\r\nAccess-Control-Allow-Methods: GET,POST,OPTIONS\r\n");
    assert_has(answer, "\r\nAccess-Control-Max-Age: 86400\r\n");
}

/* ---- Routes ---- */

static void announces_and_lists_are_answered(void **state) {
    struct place *place = *state;
    serve(place);
    const char *answer = announce(place, 1, "/announce?community=test");
    assert_has(answer, "HTTP/1.1 200 ");
    assert_has(answer, "\r\nContent-Type: application/json\r\n");
    assert_cors(answer);
    assert_string_equal(body_of(answer), "{\"ok\":true,\"peers\":[]}");
    assert_has(body_of(announce(place, 2, "/announce?community=test")), "\"peerId\":\"peer-1\"");
    answer = ask(place, "GET /peers?community=test", "");
    assert_has(answer, "HTTP/1.1 200 ");
    assert_cors(answer);
    assert_has(body_of(answer), "\"peerId\":\"peer-2\"");
    assert_has(body_of(answer), "\"peerId\":\"peer-1\"");
    assert_string_equal(body_of(ask(place, "GET /peers", "")), "{\"ok\":true,\"peers\":[]}");
    struct beacon_counts counts;
    beacon_service_count(place->service, &counts);
    assert_int_equal(counts.accepted, 2);
    assert_int_equal(counts.lists, 2);
}

static void what_is_refused_has_its_status(void **state) {
    struct place *place = *state;
    serve(place);
    const char *answer = ask(place, "POST /announce", "{not json");
    assert_has(answer, "HTTP/1.1 400 ");
    assert_cors(answer);
    assert_string_equal(body_of(answer), "{\"ok\":false,\"error\":\"Invalid payload\"}");
    char text[4096];
    (void)announce_body(place, 1, 180000, text);
    char *at = strstr(text, "peer-1");
    assert_non_null(at);
    memcpy(at, "peer-2", 6);
    answer = ask(place, "POST /announce", text);
    assert_has(answer, "HTTP/1.1 200 ");
    assert_string_equal(body_of(answer),
                        "{\"ok\":false,\"peers\":[],\"validation\":{\"ok\":false,\"reason\":\"SIGNATURE_INVALID\"}}");
}

static void everything_else_is_404(void **state) {
    struct place *place = *state;
    serve(place);
    const char *const lines[] = {"GET /announce",   "POST /peers",  "PUT /announce", "GET /",      "GET /peers/",
                                 "POST /announce/", "GET /x/peers", "DELETE /peers", "GET /Peers", "GET /peers%20"};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        const char *answer = ask(place, lines[i], "");
        assert_has(answer, "HTTP/1.1 404 ");
        assert_has(answer, "\r\nContent-Type: text/plain;charset=UTF-8\r\n");
        assert_cors(answer);
        assert_string_equal(body_of(answer), "Not found");
    }
    const char *answer = ask(place, "HEAD /peers", "");
    assert_has(answer, "HTTP/1.1 404 ");
    assert_string_equal(body_of(answer), "");
}

static void options_on_any_path_is_204(void **state) {
    struct place *place = *state;
    serve(place);
    const char *const lines[] = {"OPTIONS /announce", "OPTIONS /peers?community=x", "OPTIONS /anything"};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        const char *answer = ask(place, lines[i], "");
        assert_has(answer, "HTTP/1.1 204 ");
        assert_cors(answer);
        assert_string_equal(body_of(answer), "");
    }
}

static void the_query_names_the_community(void **state) {
    struct place *place = *state;
    serve(place);
    assert_has(announce(place, 1, "/announce"), " 200 ");
    assert_has(announce(place, 2, "/announce?x=1&community=te%73t&community=mainnet"), " 200 ");
    assert_has(ask(place, "GET /peers?community=mainnet", ""), "peer-1");
    assert_has(ask(place, "GET /peers?community=test", ""), "peer-2");
    assert_string_equal(body_of(ask(place, "GET /peers?community=", "")), "{\"ok\":true,\"peers\":[]}");
    assert_has(announce(place, 3, "/announce?community="), "HTTP/1.1 400 ");
    assert_has(announce(place, 3, "/announce?community=No"), "HTTP/1.1 400 ");
    char target[2048] = "/announce?community=";
    memset(target + strlen(target), 'a', 1500);
    assert_has(announce(place, 3, target), "HTTP/1.1 400 ");
    assert_has(body_of(ask(place, "GET /peers", "")), "peer-1");
}

static void a_body_over_its_limit_is_413(void **state) {
    struct place *place = *state;
    static char body[BEACON_SERVICE_BODY_MAX + 2];
    serve(place);
    memset(body, ' ', BEACON_SERVICE_BODY_MAX);
    assert_has(ask(place, "POST /announce", body), "HTTP/1.1 400 ");
    memset(body, ' ', BEACON_SERVICE_BODY_MAX + 1);
    assert_has(ask(place, "POST /announce", body), "HTTP/1.1 413 ");
}

/* ---- Rates ---- */

/* Spends the budget of ten times the rate without a socket for each, and what it grows by meanwhile. */
enum { FLOOD_SIZE = 12 * LIMIT_BEACON_RATE_BURST, BURST_SIZE = FLOOD_SIZE / 6 };

static bool last_peer_got_more(struct fixture *http) {
    const struct peer *peer = &http->peers[http->peer_count - 1];
    return peer->size >= http->wanted || peer->is_ended;
}

/* Asks so often on one connection, with these header lines. Gives all answers. */
static const char *flood(struct place *place, size_t count, const char *lines) {
    static char requests[FLOOD_SIZE * 100];
    size_t size = 0;
    for (size_t i = 0; i < count; i++)
        size += (size_t)snprintf(requests + size, sizeof requests - size, "GET /peers HTTP/1.1\r\nHost: b\r\n%s\r\n",
                                 lines);
    (void)snprintf(requests + size, sizeof requests - size, "GET /x HTTP/1.1\r\nHost: b\r\nConnection: close\r\n\r\n");
    struct peer *peer = fixture_connect(place->http);
    for (size_t sent = 0, all = strlen(requests); sent < all;) {
        const ssize_t got = send(peer->fd, requests + sent, all - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (got > 0) sent += (size_t)got;
        place->http->wanted = peer->size + 1;
        if (got <= 0) fixture_run(place->http, last_peer_got_more);
    }
    fixture_run(place->http, last_peer_ended);
    return peer->got;
}

static void a_flood_is_429_with_retry_after(void **state) {
    struct place *place = *state;
    place->options.beacon.policy.has_loopback_rate = true;
    serve(place);
    const char *answer = strstr(flood(place, FLOOD_SIZE, ""), "HTTP/1.1 429 ");
    assert_non_null(answer);
    assert_has(answer, "\r\nRetry-After: 20\r\n");
    assert_cors(answer);
}

/* Of whom has spent its budget most is refused, but for what grows meanwhile; of whom has not, nothing. */
static bool has_budget(struct place *place, const char *lines) {
    (void)flood(place, BURST_SIZE, lines);
    return peer_count(&place->http->peers[place->http->peer_count - 1], "HTTP/1.1 429 ") == 0;
}

/* What one client asks too much, another behind the same proxy does not pay for; and what the client itself writes
 * before its address buys it nothing. */
static void who_asks_through_a_listed_proxy_has_a_rate_of_its_own(void **state) {
    struct place *place = *state;
    assert_true(http_trust_add(&place->trust, SPAN_LITERAL("127.0.0.1")));
    serve(place);
    (void)flood(place, FLOOD_SIZE, "X-Forwarded-For: 203.0.113.1\r\n");
    assert_false(has_budget(place, "X-Forwarded-For: 203.0.113.1\r\n"));
    assert_false(has_budget(place, "X-Forwarded-For: 203.0.113.2, 203.0.113.1\r\n"));
    assert_true(has_budget(place, "X-Forwarded-For: 203.0.113.1, 203.0.113.2\r\n"));
}

static void who_is_no_listed_proxy_speaks_for_itself_alone(void **state) {
    struct place *place = *state;
    place->options.beacon.policy.has_loopback_rate = true;
    assert_true(http_trust_add(&place->trust, SPAN_LITERAL("127.0.0.2")));
    serve(place);
    (void)flood(place, FLOOD_SIZE, "X-Forwarded-For: 203.0.113.1\r\n");
    assert_false(has_budget(place, "X-Forwarded-For: 203.0.113.2\r\n"));
}

/* ---- The store ---- */

static bool is_committed(struct fixture *http) {
    (void)http;
    return store_count(the_place->store).committed > 0;
}

static void presence_is_flushed_within_a_second_or_so(void **state) {
    struct place *place = *state;
    open_store(place);
    serve(place);
    assert_has(announce(place, 1, "/announce?community=test"), " 200 ");
    assert_int_equal(store_count(place->store).committed, 0);
    fixture_run(place->http, is_committed);
    assert_has(announce(place, 1, "/announce?community=test"), " 200 ");
}

/* Neither an announce that the store has nor one that only repeats it gives the store anything to do. */
static void repeats_write_nothing(void **state) {
    struct place *place = *state;
    char text[4096];
    open_store(place);
    serve(place);
    (void)announce_body(place, 1, 180000, text);
    assert_has(ask(place, "POST /announce?community=test", text), " 200 ");
    fixture_run(place->http, is_committed);
    const uint64_t committed = store_count(place->store).committed;
    for (int i = 0; i < 20; i++) assert_has(ask(place, "POST /announce?community=test", text), " 200 ");
    struct beacon_counts counts;
    beacon_service_count(place->service, &counts);
    assert_int_equal(counts.repeated, 20);
    beacon_service_free(place->service); /* hands over what is left, at once */
    place->service = NULL;
    store_flush(place->store);
    assert_int_equal(store_count(place->store).committed, committed);
}

static void presence_survives_a_restart(void **state) {
    struct place *place = *state;
    open_store(place);
    serve(place);
    assert_has(announce(place, 1, "/announce?community=test"), " 200 ");
    beacon_service_free(place->service);
    store_close(place->store);
    open_store(place);
    open_service(place);
    assert_has(ask(place, "GET /peers?community=test", ""), "peer-1");
}

static void count_row(void *context, const struct beacon_row *row) {
    (void)row;
    ++*(size_t *)context;
}

static void rows_that_do_not_hold_are_dropped_at_the_start(void **state) {
    struct place *place = *state;
    const struct beacon_row row = {.community = "old", .received_at_ms = 5, .envelope_size = 2, .envelope = {'{', '}'}};
    size_t count = 0;
    open_store(place);
    store_put_presence(place->store, &row, 1);
    store_flush(place->store);
    serve(place);
    assert_string_equal(body_of(ask(place, "GET /peers?community=old", "")), "{\"ok\":true,\"peers\":[]}");
    beacon_service_free(place->service);
    place->service = NULL;
    assert_int_equal(store_load_presence(place->store, count_row, &count, NULL), ERR_OK);
    assert_int_equal(count, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
/* ---- Signatures that take their time ---- */

/* A verifier that waits to be let on. */
struct gate {
    sem_t may_go;
    atomic_size_t entered;
};

static bool verify_when_let(void *context, const struct public_key *key, struct span message,
                            const struct signature *signature) {
    struct gate *gate = context;
    atomic_fetch_add(&gate->entered, 1);
    while (sem_wait(&gate->may_go) != 0) {
    }
    return sign_verify(key, message, signature);
}

static struct gate the_gate;

static void serve_with_gate(struct place *place) {
    assert_int_equal(sem_init(&the_gate.may_go, 0, 0), 0);
    atomic_store(&the_gate.entered, 0);
    place->options.beacon.verifier = (struct verifier){verify_when_let, &the_gate};
    serve(place);
}

static void gate_open(size_t times) {
    for (size_t i = 0; i < times; i++) assert_int_equal(sem_post(&the_gate.may_go), 0);
}

static bool is_at_the_gate(struct fixture *f) {
    return atomic_load(&the_gate.entered) >= f->wanted;
}

static struct peer *announce_begin(struct place *place, uint8_t number) {
    char text[4096], request[8192];
    (void)announce_body(place, number, 180000, text);
    (void)snprintf(request, sizeof request,
                   "POST /announce HTTP/1.1\r\nHost: b\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n%s",
                   strlen(text), text);
    return fixture_ask(place->http, request);
}

static bool all_peers_ended(struct fixture *f) {
    for (size_t i = 0; i < f->peer_count; i++)
        if (f->peers[i].fd >= 0 && !f->peers[i].is_ended) return false;
    return true;
}

static size_t accepted(const struct place *place) {
    struct beacon_counts counts;
    beacon_service_count(place->service, &counts);
    return counts.accepted;
}

static void lists_are_given_while_signatures_are_checked(void **state) {
    struct place *place = *state;
    serve_with_gate(place);
    struct peer *announcer = announce_begin(place, 1);
    place->http->wanted = 1;
    fixture_run(place->http, is_at_the_gate);
    assert_has(ask(place, "GET /peers", ""), "{\"ok\":true,\"peers\":[]}");
    assert_false(announcer->is_ended);
    gate_open(1);
    fixture_run(place->http, all_peers_ended);
    assert_has(announcer->got, "{\"ok\":true,\"peers\":[]}");
    assert_has(ask(place, "GET /peers", ""), "peer-1");
}

/* More than go into one group: each has its answer. */
static void many_at_once_are_all_answered(void **state) {
    struct place *place = *state;
    enum { MANY = 40 };
    serve_with_gate(place);
    for (uint8_t i = 0; i < MANY; i++) (void)announce_begin(place, (uint8_t)(i + 1));
    gate_open(MANY);
    fixture_run(place->http, all_peers_ended);
    for (size_t i = 0; i < MANY; i++) assert_has(place->http->peers[i].got, "{\"ok\":true,\"peers\":[");
    assert_int_equal(accepted(place), MANY);
}

static void who_leaves_meanwhile_is_not_listed(void **state) {
    struct place *place = *state;
    serve_with_gate(place);
    struct peer *leaver = announce_begin(place, 1);
    place->http->wanted = 1;
    fixture_run(place->http, is_at_the_gate);
    struct peer *waiting = announce_begin(place, 2), *stays = announce_begin(place, 3);
    (void)ask(place, "GET /peers", ""); /* both have come in */
    peer_close(leaver);
    peer_close(waiting);
    place->http->wanted = 2;
    fixture_run(place->http, gone_enough);
    gate_open(3);
    fixture_run(place->http, all_peers_ended);
    assert_has(stays->got, "{\"ok\":true,\"peers\":[]}");
    assert_int_equal(accepted(place), 1);
}

static void a_service_may_end_while_a_signature_is_checked(void **state) {
    struct place *place = *state;
    serve_with_gate(place);
    (void)announce_begin(place, 1);
    place->http->wanted = 1;
    fixture_run(place->http, is_at_the_gate);
    (void)announce_begin(place, 2);
    (void)ask(place, "GET /peers", "");
    http_server_free(place->http->server); /* in the order of services_free */
    place->http->server = NULL;
    beacon_service_free(place->service);
    place->service = NULL;
    gate_open(2); /* the group comes home while the loop is freed */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(announces_and_lists_are_answered),
        TEST(what_is_refused_has_its_status),
        TEST(everything_else_is_404),
        TEST(options_on_any_path_is_204),
        TEST(the_query_names_the_community),
        TEST(a_body_over_its_limit_is_413),
        TEST(a_flood_is_429_with_retry_after),
        TEST(who_asks_through_a_listed_proxy_has_a_rate_of_its_own),
        TEST(who_is_no_listed_proxy_speaks_for_itself_alone),
        TEST(presence_is_flushed_within_a_second_or_so),
        TEST(repeats_write_nothing),
        TEST(presence_survives_a_restart),
        TEST(rows_that_do_not_hold_are_dropped_at_the_start),
        TEST(lists_are_given_while_signatures_are_checked),
        TEST(many_at_once_are_all_answered),
        TEST(who_leaves_meanwhile_is_not_listed),
        TEST(a_service_may_end_while_a_signature_is_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
