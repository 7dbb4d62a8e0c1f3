/* SPDX-License-Identifier: Apache-2.0 */
/* A stream of bytes to a server, and ends of it in any order: nobody there, either side closing, a reader that takes
 * nothing, last words. The server is a plain socket of the test's. */
#include "daemon/client/client_stream.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

enum { WAITING_MAX = 4 * 1024 * 1024, GOT_MAX = 8 * 1024 * 1024, UNTIL_MS = 10000 };

struct world {
    struct loop *loop;
    struct loop_timer *tick;
    struct client_streams *streams;
    struct client_stream *stream; /* NULL: none, or it has ended */
    int listener, fd;             /* the server's; -1: none */
    bool is_slow, is_ended;       /* the server does not read; our end has come */
    uint8_t *got;                 /* by the server */
    size_t got_size;
    char received[256];
    size_t received_size, opened_count, closed_count, drained_count;
    char why[256];
    char url[64];
    bool closes_when_opened, drops_when_received;
    bool (*until)(const struct world *world);
    int64_t give_up_ms;
    size_t descriptors;
};

static size_t descriptor_count(void) {
    DIR *folder = opendir("/proc/self/fd");
    size_t count = 0;
    assert_non_null(folder);
    while (readdir(folder) != NULL) count++;
    closedir(folder);
    return count;
}

/* ---- What is told ---- */

static void opened(void *context, struct client_stream *stream) {
    struct world *w = context;
    assert_ptr_equal(stream, w->stream);
    w->opened_count++;
    if (!w->closes_when_opened) return;
    assert_true(client_stream_write(stream, SPAN_LITERAL("last words")));
    client_stream_close(stream);
    w->stream = NULL;
}

static void received(void *context, struct client_stream *stream, struct span bytes) {
    struct world *w = context;
    assert_true(bytes.size > 0 && w->received_size + bytes.size < sizeof w->received);
    memcpy(w->received + w->received_size, bytes.at, bytes.size);
    w->received_size += bytes.size;
    if (!w->drops_when_received) return;
    client_stream_drop(stream);
    w->stream = NULL;
}

static void drained(void *context, struct client_stream *stream) {
    struct world *w = context;
    assert_int_equal(client_stream_waiting(stream), 0);
    w->drained_count++;
}

static void closed(void *context, struct client_stream *stream, const char *why) {
    struct world *w = context;
    assert_ptr_equal(stream, w->stream);
    w->stream = NULL;
    w->closed_count++;
    (void)snprintf(w->why, sizeof w->why, "%s", why);
}

static void open_stream(struct world *w) {
    const struct client_stream_options options = {
        .url = w->url,
        .connect_ms_max = 5000,
        .waiting_bytes_max = WAITING_MAX,
        .stall_ms_max = 200,
        .callbacks = {.opened = opened, .received = received, .drained = drained, .closed = closed},
        .context = w};
    w->stream = client_stream_open(w->streams, &options);
    assert_false(client_stream_write(w->stream, SPAN_LITERAL("too soon")));
}

/* ---- The server ---- */

static void server_read(struct world *w) {
    ssize_t size = 1;
    while (!w->is_slow && !w->is_ended && size > 0 && w->got_size < GOT_MAX) {
        size = recv(w->fd, w->got + w->got_size, GOT_MAX - w->got_size, MSG_DONTWAIT);
        if (size > 0) w->got_size += (size_t)size;
        if (size == 0 || (size < 0 && errno != EAGAIN)) w->is_ended = true;
    }
}

static void ticked(void *context) {
    struct world *w = context;
    if (w->fd < 0) w->fd = accept4(w->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (w->fd >= 0) server_read(w);
    if (w->until(w) || loop_now_ms(w->loop) > w->give_up_ms)
        loop_stop(w->loop);
    else
        loop_timer_start(w->tick, 1);
}

static void run(struct world *w, bool (*until)(const struct world *world)) {
    w->until = until;
    w->give_up_ms = loop_now_ms(w->loop) + UNTIL_MS;
    loop_timer_start(w->tick, 0);
    loop_run(w->loop);
    if (!until(w))
        fail_msg("it did not come to be: opened %zu, closed %zu (%s)", w->opened_count, w->closed_count, w->why);
}

static bool is_open(const struct world *w) {
    return w->opened_count > 0 && w->fd >= 0;
}
static bool is_closed(const struct world *w) {
    return w->closed_count > 0;
}
static bool has_ended(const struct world *w) {
    return w->is_ended;
}
static bool has_received(const struct world *w) {
    return w->received_size >= 5;
}
static bool is_drained(const struct world *w) {
    return w->drained_count > 0;
}

/* libuv keeps some for ever, from its first loop on. */
static int first_loop(void **state) {
    struct loop *loop;
    (void)state;
    assert_int_equal(loop_new(&loop), ERR_OK);
    loop_free(loop);
    return 0;
}

static int setup(void **state) {
    struct world *w = calloc(1, sizeof *w);
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof name;
    assert_non_null(w);
    w->descriptors = descriptor_count();
    w->fd = -1;
    w->got = malloc(GOT_MAX);
    assert_non_null(w->got);
    w->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    assert_int_equal(bind(w->listener, (const struct sockaddr *)&name, sizeof name), 0);
    assert_int_equal(listen(w->listener, 4), 0);
    assert_int_equal(getsockname(w->listener, (struct sockaddr *)&name, &size), 0);
    (void)snprintf(w->url, sizeof w->url, "http://127.0.0.1:%d/", ntohs(name.sin_port));
    assert_int_equal(loop_new(&w->loop), ERR_OK);
    w->tick = loop_timer_open(w->loop, ticked, w);
    assert_int_equal(client_streams_new(&w->streams, w->loop), ERR_OK);
    *state = w;
    return 0;
}

static int teardown(void **state) {
    struct world *w = *state;
    client_streams_free(w->streams);
    loop_timer_close(w->tick);
    loop_free(w->loop);
    if (w->fd >= 0) close(w->fd);
    close(w->listener);
    free(w->got);
    const bool is_clean = descriptor_count() == w->descriptors;
    free(w);
    return is_clean ? 0 : -1;
}

/* ---- Tests ---- */

static void bytes_go_both_ways(void **state) {
    struct world *w = *state;
    open_stream(w);
    run(w, is_open);
    assert_int_equal(w->got_size, 0); /* nothing is said for the caller */
    assert_true(client_stream_write(w->stream, SPAN_LITERAL("Hello")));
    assert_int_equal(send(w->fd, "World", 5, MSG_NOSIGNAL), 5);
    run(w, has_received);
    assert_memory_equal(w->received, "World", 5);
    assert_int_equal(w->got_size, 5);
    assert_memory_equal(w->got, "Hello", 5);
    assert_int_equal(w->drained_count, 0); /* nothing had to wait */
}

static void last_words_leave_before_it_is_gone(void **state) {
    struct world *w = *state;
    w->closes_when_opened = true;
    open_stream(w);
    run(w, has_ended);
    assert_int_equal(w->got_size, 10);
    assert_memory_equal(w->got, "last words", 10);
    assert_int_equal(w->closed_count, 0);
}

static void last_words_are_not_taken_back_by_what_comes_meanwhile(void **state) {
    struct world *w = *state;
    w->is_slow = true;
    open_stream(w);
    run(w, is_open);
    assert_int_equal(send(w->fd, w->got, 100000, MSG_NOSIGNAL), 100000); /* read by nobody */
    assert_true(client_stream_write(w->stream, SPAN_LITERAL("last words")));
    client_stream_close(w->stream);
    w->stream = NULL;
    w->is_slow = false;
    run(w, has_ended);
    assert_int_equal(w->got_size, 10);
}

static void it_may_be_dropped_from_within(void **state) {
    struct world *w = *state;
    w->drops_when_received = true;
    open_stream(w);
    run(w, is_open);
    assert_int_equal(send(w->fd, "World", 5, MSG_NOSIGNAL), 5);
    run(w, has_ended);
    assert_int_equal(w->closed_count, 0);
}

static void it_may_be_dropped_at_any_time_before(void **state) {
    struct world *w = *state;
    open_stream(w);
    client_stream_drop(w->stream);
    open_stream(w);
    client_stream_close(w->stream);
    w->stream = NULL;
    open_stream(w); /* and by whoever frees all */
    client_streams_free(w->streams);
    w->streams = NULL;
    assert_int_equal(w->closed_count, 1);
    assert_int_equal(w->opened_count, 0);
}

static void a_server_that_closes_is_told(void **state) {
    struct world *w = *state;
    open_stream(w);
    run(w, is_open);
    assert_int_equal(shutdown(w->fd, SHUT_WR), 0);
    run(w, is_closed);
    assert_string_equal(w->why, "the other end closed the connection");
}

static void a_server_that_resets_is_told(void **state) {
    struct world *w = *state;
    open_stream(w);
    run(w, is_open);
    const struct linger now = {.l_onoff = 1};
    assert_int_equal(setsockopt(w->fd, SOL_SOCKET, SO_LINGER, &now, sizeof now), 0);
    close(w->fd);
    w->fd = -1;
    run(w, is_closed);
    assert_true(w->why[0] != '\0');
}

static void more_than_may_wait_is_refused_and_the_writer_told_when_it_has_left(void **state) {
    struct world *w = *state;
    const struct span part = {w->got, 100000};
    w->is_slow = true;
    open_stream(w);
    run(w, is_open);
    while (client_stream_write(w->stream, part)) {
    }
    assert_true(client_stream_waiting(w->stream) <= WAITING_MAX);
    assert_true(client_stream_waiting(w->stream) > WAITING_MAX - part.size);
    w->is_slow = false;
    run(w, is_drained);
    assert_int_equal(w->closed_count, 0);
}

/* The system may take all that may wait: its buffers grow with what has left. So it is given more, until it takes no
 * more either. */
static bool is_given_up(const struct world *w) {
    while (w->closed_count == 0 && client_stream_write(w->stream, (struct span){w->got, 100000})) {
    }
    return is_closed(w);
}

static void a_reader_that_takes_nothing_is_given_up(void **state) {
    struct world *w = *state;
    w->is_slow = true;
    open_stream(w);
    run(w, is_open);
    int small = 4096;
    assert_int_equal(setsockopt(w->fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small), 0);
    run(w, is_given_up);
    assert_string_equal(w->why, "the other end took nothing for too long");
}

static void nobody_there_is_told(void **state) {
    struct world *w = *state;
    (void)snprintf(w->url, sizeof w->url, "ws://127.0.0.1:1");
    open_stream(w);
    assert_int_equal(w->closed_count, 0);
    run(w, is_closed);
    assert_int_equal(w->opened_count, 0);
    assert_true(w->why[0] != '\0');
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(bytes_go_both_ways),
        TEST(last_words_leave_before_it_is_gone),
        TEST(last_words_are_not_taken_back_by_what_comes_meanwhile),
        TEST(it_may_be_dropped_from_within),
        TEST(it_may_be_dropped_at_any_time_before),
        TEST(a_server_that_closes_is_told),
        TEST(a_server_that_resets_is_told),
        TEST(more_than_may_wait_is_refused_and_the_writer_told_when_it_has_left),
        TEST(a_reader_that_takes_nothing_is_given_up),
        TEST(nobody_there_is_told),
    };
    return cmocka_run_group_tests(tests, first_loop, NULL);
}
