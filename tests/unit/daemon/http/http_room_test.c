/* SPDX-License-Identifier: Apache-2.0 */
/* Too many connections: who has to go, with strangers who hold all they can get. */
#include "http_fixture.h"

#include <sys/resource.h>

#define HOST "Host: node\r\n"
#define GET  "GET /x HTTP/1.1\r\n" HOST "\r\n"

enum { CROWD_MAX = 1024, PER_ADDRESS_MAX = 32, HONEST_COUNT = 50, ROUND_TRIP_MS_MAX = 50 };

static bool is_accepted(struct fixture *f) {
    return http_server_counts(f->server).accepted >= f->wanted;
}

static uint64_t dismissals(const struct fixture *f, enum http_dismissal dismissal) {
    return http_server_counts(f->server).dismissals[dismissal];
}

static int connect_from(const struct fixture *f, uint32_t from_ip) {
    struct sockaddr_in from = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(from_ip)};
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(f->bound.address.port)};
    const int yes = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_true(fd >= 0);
    assert_int_equal(setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &yes, sizeof yes), 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&from, sizeof from), 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

static struct peer *peer_from(struct fixture *f, uint32_t from_ip, const char *text) {
    assert_true(f->peer_count < PEERS_MAX);
    struct peer *peer = &f->peers[f->peer_count++];
    *peer = (struct peer){.fd = connect_from(f, from_ip)};
    if (text[0] != '\0') peer_send(peer, text);
    return peer;
}

static uint32_t ip(uint8_t b, uint8_t c, uint8_t d) {
    return 127U << 24 | (uint32_t)b << 16 | (uint32_t)c << 8 | d;
}

/* Accepted one by one, so that the server sees them in this order. */
static struct peer *settled(struct fixture *f, uint32_t from_ip, const char *text) {
    f->wanted = http_server_counts(f->server).accepted + 1;
    struct peer *peer = peer_from(f, from_ip, text);
    fixture_run(f, is_accepted);
    return peer;
}

static bool is_here(struct peer *peer) {
    peer_read(peer);
    return !peer->is_ended;
}

static bool somebody_went(struct fixture *f) {
    return dismissals(f, HTTP_DISMISSAL_EVICTED) + dismissals(f, HTTP_DISMISSAL_FULL) >= f->wanted;
}

static void serve(struct fixture *f, size_t connections_max) {
    struct http_options options = fixture_options(f);
    options.connections_max = connections_max;
    options.request_ms_max = options.idle_ms_max = 60000;
    fixture_serve(f, &options);
}

static void the_address_with_most_gives_up_the_one_that_waited_longest(void **state) {
    struct fixture *f = *state;
    serve(f, 4);
    struct peer *single = settled(f, ip(0, 1, 1), "");
    struct peer *first = settled(f, ip(0, 1, 2), "");
    struct peer *second = settled(f, ip(0, 1, 2), "");
    struct peer *third = settled(f, ip(0, 1, 2), "");
    struct peer *newcomer = settled(f, ip(0, 1, 3), GET);
    f->wanted = 1;
    fixture_run(f, last_peer_answered);
    assert_true(is_here(single) && is_here(second) && is_here(third) && is_here(newcomer));
    assert_false(is_here(first));
    assert_int_equal(dismissals(f, HTTP_DISMISSAL_EVICTED), 1);
    assert_int_equal(http_server_counts(f->server).connections, 4);
    assert_int_equal(http_server_counts(f->server).connections_peak, 4);
}

static void many_addresses_of_one_network_are_one_crowd(void **state) {
    struct fixture *f = *state;
    serve(f, 4);
    struct peer *twice = settled(f, ip(0, 2, 1), "");
    struct peer *again = settled(f, ip(0, 2, 1), "");
    struct peer *crowd = settled(f, ip(0, 3, 1), "");
    (void)settled(f, ip(0, 3, 2), "");
    struct peer *newcomer = settled(f, ip(0, 3, 3), ""); /* one of the crowd itself */
    f->wanted = 1;
    fixture_run(f, somebody_went);
    assert_false(is_here(crowd));
    assert_true(is_here(twice) && is_here(again) && is_here(newcomer));
}

static void who_waits_between_requests_goes_before_who_is_slow(void **state) {
    struct fixture *f = *state;
    serve(f, 3);
    struct peer *slow = settled(f, ip(0, 1, 1), "GET /slow");
    struct peer *idle = settled(f, ip(0, 1, 1), GET);
    f->wanted = 1;
    fixture_run(f, last_peer_answered);
    (void)settled(f, ip(0, 1, 1), "GET /slow");
    (void)settled(f, ip(0, 1, 2), GET);
    f->wanted = 1;
    fixture_run(f, last_peer_answered);
    assert_true(is_here(slow));
    assert_false(is_here(idle));
}

static void who_has_a_handler_stays_and_the_newcomer_goes(void **state) {
    struct fixture *f = *state;
    serve(f, 2);
    (void)settled(f, ip(0, 1, 1), "GET /hold HTTP/1.1\r\n" HOST "\r\n");
    (void)settled(f, ip(0, 1, 1), "GET /hold HTTP/1.1\r\n" HOST "\r\n");
    f->wanted = 2;
    fixture_run(f, held_enough);
    struct peer *newcomer = settled(f, ip(0, 1, 2), GET);
    fixture_run(f, last_peer_ended);
    assert_int_equal(newcomer->size, 0);
    assert_int_equal(dismissals(f, HTTP_DISMISSAL_FULL), 1);
    assert_int_equal(dismissals(f, HTTP_DISMISSAL_EVICTED), 0);
    assert_true(is_here(&f->peers[0]) && is_here(&f->peers[1]));
}

static void who_was_told_good_bye_goes_first(void **state) {
    struct fixture *f = *state;
    serve(f, 3);
    struct peer *told = settled(f, ip(0, 9, 1), "rubbish\r\n\r\n");
    f->wanted = 1;
    fixture_run(f, last_peer_answered);
    struct peer *first = settled(f, ip(0, 1, 1), "");
    struct peer *second = settled(f, ip(0, 1, 1), "");
    (void)settled(f, ip(0, 1, 2), GET);
    f->wanted = 1;
    fixture_run(f, last_peer_answered);
    assert_true(is_here(first) && is_here(second));
    assert_false(is_here(told));
}

static void a_listed_proxy_has_no_share_and_is_no_crowd(void **state) {
    struct fixture *f = *state;
    struct http_options options = fixture_options(f);
    options.connections_max = 6;
    options.connections_per_address_max = 2;
    options.has_loopback_cap = true;
    assert_true(http_trust_add(&options.trust, SPAN_LITERAL("127.0.5.0/24")));
    fixture_serve(f, &options);
    struct peer *proxied[4], *first;
    for (int i = 0; i < 4; i++) proxied[i] = settled(f, ip(0, 5, 1), "");
    first = settled(f, ip(0, 1, 1), "");
    (void)settled(f, ip(0, 1, 1), "");
    (void)settled(f, ip(0, 1, 2), GET);
    f->wanted = 1;
    fixture_run(f, last_peer_answered);
    for (int i = 0; i < 4; i++) assert_true(is_here(proxied[i]));
    assert_false(is_here(first));
}

/* The neighbours of a burst are not thrown out for it; of one who has been slow for a second, they may take the place.
 */
static void a_slow_neighbour_makes_room_after_a_moment(void **state) {
    struct fixture *f = *state;
    struct http_options options = fixture_options(f);
    options.connections_per_address_max = 2;
    options.has_loopback_cap = true;
    options.request_ms_max = 60000;
    fixture_serve(f, &options);
    struct peer *slow = settled(f, ip(0, 1, 1), "GET /slow");
    (void)settled(f, ip(0, 1, 1), "GET /slow");
    const int64_t until_ms = loop_now_ms(f->loop) + UNTIL_MS;
    const struct peer *newcomer;
    do { /* until a newcomer is served; none was closed but those that came too early */
        if (f->peer_count > 2) {
            peer_close(&f->peers[2]);
            free(f->peers[2].got);
            f->peer_count = 2;
        }
        newcomer = settled(f, ip(0, 1, 1), GET);
        f->wanted = 1;
        struct peer *last = &f->peers[2];
        while (is_here(last) && peer_count(last, "HTTP/1.1 ") == 0) {
            f->wanted = 0;
            fixture_run(f, last_peer_answered);
        }
        assert_true(loop_now_ms(f->loop) < until_ms);
    } while (peer_count(newcomer, "HTTP/1.1 200 ") == 0);
    assert_true(dismissals(f, HTTP_DISMISSAL_ADDRESS_FULL) > 0);
    assert_false(is_here(slow));
    assert_true(is_here(&f->peers[1]));
}

/* ---- A stranger who holds everything ---- */

struct crowd {
    int fds[CROWD_MAX];
    size_t count;
};

static void crowd_connect(struct fixture *f, struct crowd *crowd, uint32_t from_ip, const char *text) {
    const int fd = connect_from(f, from_ip);
    if (text[0] != '\0') assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
    crowd->fds[crowd->count++] = fd;
}

/* Whoever was sent away comes back at once, as an attacker would. */
static void crowd_return(struct fixture *f, struct crowd *crowd, uint32_t (*place)(size_t), const char *text) {
    for (size_t i = 0; i < crowd->count; i++) {
        char byte;
        const ssize_t got = recv(crowd->fds[i], &byte, 1, MSG_DONTWAIT | MSG_PEEK);
        if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) continue;
        close(crowd->fds[i]);
        crowd->fds[i] = connect_from(f, place(i));
        (void)send(crowd->fds[i], text, strlen(text), MSG_NOSIGNAL);
    }
}

static uint32_t one_place(size_t i) {
    (void)i;
    return ip(0, 1, 1);
}
static uint32_t in_a_network(size_t i) {
    return ip(0, 1, (uint8_t)(i / PER_ADDRESS_MAX));
}
static uint32_t everywhere(size_t i) {
    return ip((uint8_t)(1 + i / 250), (uint8_t)(i % 250), 1);
}

static void hold_everything(struct fixture *f, uint32_t (*place)(size_t), const char *text) {
    static struct crowd crowd;
    struct http_options options = fixture_options(f);
    struct rlimit limit;
    crowd.count = 0;
    options.connections_max = CROWD_MAX;
    options.connections_per_address_max = place == one_place ? 0 : PER_ADDRESS_MAX;
    options.has_loopback_cap = true;
    options.request_ms_max = options.idle_ms_max = 60000;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = limit.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    if (limit.rlim_cur < 2 * CROWD_MAX + 100) {
        print_message("only %llu descriptors here\n", (unsigned long long)limit.rlim_cur);
        skip();
    }
    fixture_serve(f, &options);
    while (crowd.count < CROWD_MAX) {
        crowd_connect(f, &crowd, place(crowd.count), text);
        f->wanted = crowd.count;
        if (crowd.count % 64 == 0) fixture_run(f, is_accepted);
    }
    int64_t worst_ms = 0;
    size_t fast_count = 0;
    for (size_t i = 0; i < HONEST_COUNT; i++) {
        const int64_t before_ms = loop_now_ms(f->loop);
        struct peer *honest = peer_from(f, ip(0, 0, 2), GET);
        f->wanted = 1;
        fixture_run(f, last_peer_answered);
        assert_has(honest->got, "HTTP/1.1 200 ");
        const int64_t took_ms = loop_now_ms(f->loop) - before_ms;
        fast_count += took_ms < ROUND_TRIP_MS_MAX;
        if (took_ms > worst_ms) worst_ms = took_ms;
        peer_close(honest);
        free(honest->got);
        *honest = (struct peer){.fd = -1};
        f->peer_count--;
        crowd_return(f, &crowd, place, text);
    }
    const struct http_counts counts = http_server_counts(f->server);
    print_message("%d requests among %zu held connections: slowest %lld ms, %llu evicted\n", (int)HONEST_COUNT,
                  counts.connections, (long long)worst_ms,
                  (unsigned long long)counts.dismissals[HTTP_DISMISSAL_EVICTED]);
    assert_in_range(counts.connections, 1, CROWD_MAX);
    assert_in_range(counts.connections_peak, CROWD_MAX, CROWD_MAX);
    assert_true(fast_count >
                HONEST_COUNT / 2); /* one of them may wait for a machine that is busy with something else */
    for (size_t i = 0; i < crowd.count; i++) close(crowd.fds[i]);
}

static void one_address_that_holds_everything_shuts_nobody_out(void **state) {
    hold_everything(*state, one_place, "GET /slow");
}

static void a_network_that_holds_everything_shuts_nobody_out(void **state) {
    hold_everything(*state, in_a_network, "POST /slow HTTP/1.1\r\n" HOST "Content-Length: 9\r\n\r\nslow");
}

static void addresses_from_everywhere_shut_nobody_out(void **state) {
    hold_everything(*state, everywhere, "");
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        TEST(the_address_with_most_gives_up_the_one_that_waited_longest),
        TEST(many_addresses_of_one_network_are_one_crowd),
        TEST(who_waits_between_requests_goes_before_who_is_slow),
        TEST(who_has_a_handler_stays_and_the_newcomer_goes),
        TEST(who_was_told_good_bye_goes_first),
        TEST(a_listed_proxy_has_no_share_and_is_no_crowd),
        TEST(a_slow_neighbour_makes_room_after_a_moment),
        TEST(one_address_that_holds_everything_shuts_nobody_out),
        TEST(a_network_that_holds_everything_shuts_nobody_out),
        TEST(addresses_from_everywhere_shut_nobody_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
