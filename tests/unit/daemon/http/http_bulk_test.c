/* SPDX-License-Identifier: Apache-2.0 */
/* Files much larger than the memory that they may cost: up and down through a server, whose memory is looked at on the
 * way. SKEP_BULK_MIB says how large; 64 by default, 1024 for the whole. */
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/http/http.h"

enum { MIB = 1024 * 1024, GROWTH_MAX = 8 * MIB, PIECE_SIZE = 256 * 1024, PAUSE_EVERY = 4 * MIB };

/* The sanitizer would keep what was freed, to catch its use, and it would look like growth. */
const char *__asan_default_options(void);
const char *__asan_default_options(void) {
    return "quarantine_size_mb=1:thread_local_quarantine_size_kb=64";
}

struct bulk {
    struct loop *loop;
    struct http_server *server;
    struct http_place bound;
    struct loop_timer *timer; /* ends a pause */
    struct http_exchange *paused;
    bool pauses;
    uint64_t size;
    uint64_t done;
    uint64_t looked_at; /* when `done` was so much */
    size_t resident;    /* at the start */
    size_t growth;      /* the most there was */
    bool is_whole;
    uint8_t piece[PIECE_SIZE];
};

static size_t resident_size(void) {
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%*u %lu", &pages), 1);
    fclose(file);
    return pages * (size_t)sysconf(_SC_PAGESIZE);
}

static void count(struct bulk *b, size_t size) {
    b->done += size;
    if (b->done - b->looked_at < 2 * MIB) return;
    b->looked_at = b->done;
    const size_t resident = resident_size();
    if (resident > b->resident && resident - b->resident > b->growth) b->growth = resident - b->resident;
}

static void resume(void *context) {
    struct bulk *b = context;
    if (b->paused != NULL) http_body_resume(b->paused);
    b->paused = NULL;
}

static void piece(void *context, struct http_exchange *exchange, struct span bytes) {
    struct bulk *b = context;
    const bool has_passed = b->done / PAUSE_EVERY != (b->done + bytes.size) / PAUSE_EVERY;
    count(b, bytes.size);
    if (!b->pauses || !has_passed) return;
    http_body_pause(exchange);
    b->paused = exchange;
    loop_timer_start(b->timer, 1);
}

static void ended(void *context, struct http_exchange *exchange) {
    struct bulk *b = context;
    b->is_whole = b->done == b->size;
    http_answer(exchange, &(struct http_reply){.status = 201, .closes = true});
}

static void begins(void *context, struct http_exchange *exchange) {
    if (span_equal_text(http_method(exchange), "PUT"))
        http_body_take(exchange, &(struct http_body_sink){piece, ended, context});
}

static void drained(void *context, struct http_exchange *exchange) {
    struct bulk *b = context;
    const uint64_t left = http_stream_left(exchange);
    if (left == 0) {
        b->is_whole = true;
        http_stream_close(exchange);
        return;
    }
    const size_t size = left < PIECE_SIZE ? (size_t)left : PIECE_SIZE;
    assert_true(http_stream_write(exchange, (struct span){b->piece, size}));
    count(b, size);
}

static void handle(void *context, struct http_exchange *exchange) {
    const struct bulk *b = context;
    const struct http_sized_stream sized = {.status = 200, .content_type = "text/plain", .length = b->size};
    assert_true(http_stream_open_sized(exchange, &sized));
    http_stream_when_drained(exchange, drained, context);
}

static void gone(void *context, struct http_exchange *exchange) {
    (void)context;
    (void)exchange;
    fail_msg("the client is gone");
}

/* ---- The client, on a thread of the pool ---- */

struct client {
    struct bulk *bulk;
    bool is_upload;
    bool is_chunked;
    uint64_t got;
    char answer[64];
};

static void send_all(int fd, const void *bytes, size_t size) {
    for (size_t sent = 0; sent < size;) {
        const ssize_t taken = send(fd, (const char *)bytes + sent, size - sent, MSG_NOSIGNAL);
        if (taken <= 0) return;
        sent += (size_t)taken;
    }
}

static void send_body(const struct client *client, int fd) {
    static uint8_t bytes[PIECE_SIZE];
    for (uint64_t sent = 0; sent < client->bulk->size; sent += PIECE_SIZE) {
        if (client->is_chunked) send_all(fd, "40000\r\n", 7);
        send_all(fd, bytes, PIECE_SIZE);
        if (client->is_chunked) send_all(fd, "\r\n", 2);
    }
    if (client->is_chunked) send_all(fd, "0\r\n\r\n", 5);
}

static void run_client(void *context) {
    static uint8_t bytes[PIECE_SIZE];
    struct client *client = context;
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons(client->bulk->bound.address.port)};
    char head[200];
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(fd, (const struct sockaddr *)&name, sizeof name) != 0) return;
    const char *form = client->is_chunked ? "Transfer-Encoding: chunked\r\n" : "";
    (void)snprintf(head, sizeof head, "%s / HTTP/1.1\r\nHost: node\r\nConnection: close\r\n%s",
                   client->is_upload ? "PUT" : "GET", form);
    send_all(fd, head, strlen(head));
    (void)snprintf(head, sizeof head, "Content-Length: %llu\r\n\r\n", (unsigned long long)client->bulk->size);
    const bool has_length = client->is_upload && !client->is_chunked;
    send_all(fd, has_length ? head : "\r\n", has_length ? strlen(head) : 2);
    if (client->is_upload) send_body(client, fd);
    for (ssize_t size; (size = recv(fd, bytes, sizeof bytes, 0)) > 0; client->got += (uint64_t)size)
        if (client->got == 0) (void)snprintf(client->answer, sizeof client->answer, "%.20s", (const char *)bytes);
    close(fd);
}

static void client_is_done(void *context) {
    const struct client *client = context;
    loop_stop(client->bulk->loop);
}

/* ---- The tests ---- */

static int setup(void **state) {
    struct bulk *b = calloc(1, sizeof *b);
    const char *mib = getenv("SKEP_BULK_MIB");
    struct err_detail detail = {""};
    assert_non_null(b);
    assert_int_equal(loop_new(&b->loop), ERR_OK);
    b->size = (uint64_t)(mib == NULL ? 64 : strtoul(mib, NULL, 10)) * MIB;
    b->timer = loop_timer_open(b->loop, resume, b);
    const struct http_options options = {.loop = b->loop,
                                         .at.address = {.family = ADDRESS_IPV4, .ip = {127, 0, 0, 1}},
                                         .head_bytes_max = 4096,
                                         .body_bytes_max = 4096,
                                         .request_ms_max = 3000,
                                         .idle_ms_max = 3000,
                                         .connections_max = 4,
                                         .begins = begins,
                                         .handle = handle,
                                         .gone = gone,
                                         .context = b};
    if (http_server_new(&b->server, &options, &b->bound, &detail) != ERR_OK) fail_msg("%s", detail.text);
    *state = b;
    return 0;
}

static int teardown(void **state) {
    struct bulk *b = *state;
    http_server_free(b->server);
    loop_timer_close(b->timer);
    loop_free(b->loop);
    free(b);
    return 0;
}

static void run_once(struct bulk *b, struct client *client) {
    b->done = b->looked_at = 0;
    b->is_whole = false;
    client->bulk = b;
    client->got = 0;
    loop_work(b->loop, run_client, client_is_done, client);
    loop_run(b->loop);
    assert_true(b->is_whole);
}

/* Once with little, which brings in all code and whatever the allocator keeps; then with much, which may add no more.
 */
static void run(struct bulk *b, struct client *client, const char *name) {
    const uint64_t size = b->size;
    b->size = 8 * MIB;
    run_once(b, client);
    b->size = size;
    b->growth = 0;
    b->resident = resident_size();
    const int64_t begun_us = loop_now_us(b->loop);
    run_once(b, client);
    const double seconds = (double)(loop_now_us(b->loop) - begun_us) / 1e6;
    print_message("%s: %llu MiB in %.2f s, %.0f MiB/s, %zu KiB more resident\n", name,
                  (unsigned long long)b->size / MIB, seconds, (double)b->size / MIB / seconds, b->growth / 1024);
    assert_true(b->growth < GROWTH_MAX);
}

static void a_body_of_a_length_goes_up(void **state) {
    struct client client = {.is_upload = true};
    run(*state, &client, "up");
    assert_string_equal(client.answer, "HTTP/1.1 201 Created");
}

static void a_chunked_body_goes_up(void **state) {
    struct client client = {.is_upload = true, .is_chunked = true};
    run(*state, &client, "up, chunked");
    assert_string_equal(client.answer, "HTTP/1.1 201 Created");
}

static void a_body_goes_up_to_a_handler_that_is_slower(void **state) {
    struct client client = {.is_upload = true};
    struct bulk *b = *state;
    b->pauses = true;
    run(b, &client, "up, with pauses");
    assert_string_equal(client.answer, "HTTP/1.1 201 Created");
}

static void an_answer_goes_down(void **state) {
    struct client client = {0};
    const struct bulk *b = *state;
    run(*state, &client, "down");
    assert_in_range(client.got, b->size, b->size + 1000); /* and its head */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_body_of_a_length_goes_up, setup, teardown),
        cmocka_unit_test_setup_teardown(a_chunked_body_goes_up, setup, teardown),
        cmocka_unit_test_setup_teardown(a_body_goes_up_to_a_handler_that_is_slower, setup, teardown),
        cmocka_unit_test_setup_teardown(an_answer_goes_down, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
