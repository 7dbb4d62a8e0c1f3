/* SPDX-License-Identifier: Apache-2.0 */
/* A beacon that speaks, but never comes to an end: its time counts from the question to the last byte, and its answer
 * has a size. It is a thread with a real socket, that writes a piece at a time for as long as anybody listens. */
#include <netinet/in.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/rendezvous/beacon_client.h"

enum { TIMEOUT_MS = 300, DRIP_MS = 5, LATE_MS = 3000 };

struct slow_beacon {
    int listener;
    uint16_t port;
    pthread_t thread;
    const char *first; /* said at once */
    const char *again; /* and then this, over and over */
    size_t again_size;
    int64_t pause_ms; /* between */
    size_t written;
};

static void pause_for(int64_t ms) {
    (void)nanosleep(&(struct timespec){.tv_nsec = ms * 1000000}, NULL);
}

/* Until the other end has had enough. */
static void *speak(void *context) {
    struct slow_beacon *beacon = context;
    char question[4096];
    int fd = accept(beacon->listener, NULL, NULL);
    if (fd < 0) return NULL;
    (void)recv(fd, question, sizeof question, 0);
    ssize_t size = send(fd, beacon->first, strlen(beacon->first), MSG_NOSIGNAL);
    while (size > 0) {
        size = send(fd, beacon->again, beacon->again_size, MSG_NOSIGNAL);
        if (size > 0) beacon->written += (size_t)size;
        if (beacon->pause_ms > 0) pause_for(beacon->pause_ms);
    }
    (void)close(fd);
    return NULL;
}

static void slow_beacon_open(struct slow_beacon *beacon) {
    struct sockaddr_in name = {.sin_family = AF_INET};
    socklen_t size = sizeof name;
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    beacon->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(beacon->listener, (const struct sockaddr *)&name, sizeof name), 0);
    assert_int_equal(listen(beacon->listener, 1), 0);
    assert_int_equal(getsockname(beacon->listener, (struct sockaddr *)&name, &size), 0);
    beacon->port = ntohs(name.sin_port);
    assert_int_equal(pthread_create(&beacon->thread, NULL, speak, beacon), 0);
}

static void slow_beacon_close(struct slow_beacon *beacon) {
    assert_int_equal(pthread_join(beacon->thread, NULL), 0);
    (void)close(beacon->listener);
}

struct asking {
    struct loop *loop;
    int replies;
    enum beacon_outcome outcome;
    bool has_reply;
    int64_t elapsed_ms;
};

static void replied(void *context, const struct input *input) {
    struct asking *asking = context;
    asking->replies++;
    asking->outcome = input->as.beacon.outcome;
    asking->has_reply = input->as.beacon.reply != NULL;
    asking->elapsed_ms = input->as.beacon.elapsed_ms;
    loop_stop(asking->loop);
}

static struct asking ask(struct slow_beacon *beacon, int64_t timeout_ms) {
    struct asking asking = {0};
    struct http_client *http;
    char url[64];
    const char *urls[1] = {url};
    assert_true(sign_init());
    assert_int_equal(loop_new(&asking.loop), ERR_OK);
    assert_int_equal(http_client_new(&http, asking.loop), ERR_OK);
    slow_beacon_open(beacon);
    (void)snprintf(url, sizeof url, "http://127.0.0.1:%u", beacon->port);
    struct beacon_client *client = beacon_client_new(&(struct beacon_client_options){.loop = asking.loop,
                                                                                     .http = http,
                                                                                     .community = "test",
                                                                                     .urls = urls,
                                                                                     .url_count = 1,
                                                                                     .timeout_ms = timeout_ms,
                                                                                     .verifier = sign_verifier(),
                                                                                     .replied = replied,
                                                                                     .context = &asking});
    assert_non_null(client);
    beacon_client_ask(client, 0, SPAN_NONE);
    loop_run(asking.loop);
    beacon_client_free(client);
    http_client_free(http);
    loop_free(asking.loop);
    slow_beacon_close(beacon);
    print_message("%zu bytes came after the first words, %lld ms\n", beacon->written, (long long)asking.elapsed_ms);
    assert_int_equal(asking.replies, 1);
    assert_false(asking.has_reply);
    return asking;
}

static void assert_timed_out(const struct slow_beacon *beacon, const struct asking *asking) {
    assert_int_equal(asking->outcome, BEACON_OUTCOME_TIMEOUT);
    assert_in_range(asking->elapsed_ms, TIMEOUT_MS - 20, LATE_MS);
    assert_in_range(beacon->written, 2, LATE_MS / DRIP_MS * 100); /* it was busy all the while */
}

static void a_head_that_does_not_end_is_a_timeout(void **state) {
    (void)state;
    struct slow_beacon beacon = {
        .first = "HTTP/1.1 200 OK\r\n", .again = "X-More: yes\r\n", .again_size = 13, .pause_ms = DRIP_MS};
    struct asking asking = ask(&beacon, TIMEOUT_MS);
    assert_timed_out(&beacon, &asking);
}

static void a_body_that_drips_is_a_timeout(void **state) {
    (void)state;
    struct slow_beacon beacon = {.first = "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n{\"ok\":true,\"peers\":[",
                                 .again = " ",
                                 .again_size = 1,
                                 .pause_ms = DRIP_MS};
    struct asking asking = ask(&beacon, TIMEOUT_MS);
    assert_timed_out(&beacon, &asking);
}

static void a_body_without_a_length_that_drips_is_a_timeout(void **state) {
    (void)state;
    struct slow_beacon beacon = {
        .first = "HTTP/1.1 200 OK\r\n\r\n{\"ok\":true", .again = " ", .again_size = 1, .pause_ms = DRIP_MS};
    struct asking asking = ask(&beacon, TIMEOUT_MS);
    assert_timed_out(&beacon, &asking);
}

static void a_body_without_end_is_not_taken(void **state) {
    (void)state;
    static char piece[65536];
    memset(piece, ' ', sizeof piece);
    struct slow_beacon beacon = {
        .first = "HTTP/1.1 200 OK\r\n\r\n{\"ok\":true", .again = piece, .again_size = sizeof piece};
    struct asking asking = ask(&beacon, 0);
    assert_int_equal(asking.outcome, BEACON_OUTCOME_INVALID);
    assert_in_range(asking.elapsed_ms, 0, LIMIT_HARVEST_TIMEOUT_MS - 1000);
    assert_in_range(beacon.written, LIMIT_ANSWER_BYTES_MAX - sizeof piece, 32 * LIMIT_ANSWER_BYTES_MAX);
}

static void a_length_over_the_size_is_not_waited_for(void **state) {
    (void)state;
    struct slow_beacon beacon = {.first = "HTTP/1.1 200 OK\r\nContent-Length: 99000000\r\n\r\n",
                                 .again = " ",
                                 .again_size = 1,
                                 .pause_ms = DRIP_MS};
    struct asking asking = ask(&beacon, 0);
    assert_int_equal(asking.outcome, BEACON_OUTCOME_INVALID);
    assert_in_range(asking.elapsed_ms, 0, LATE_MS);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_head_that_does_not_end_is_a_timeout),
        cmocka_unit_test(a_body_that_drips_is_a_timeout),
        cmocka_unit_test(a_body_without_a_length_that_drips_is_a_timeout),
        cmocka_unit_test(a_body_without_end_is_not_taken),
        cmocka_unit_test(a_length_over_the_size_is_not_waited_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
