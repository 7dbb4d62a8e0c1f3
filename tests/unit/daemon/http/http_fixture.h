/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A server with a few routes, and peers with raw sockets, in one process and on one loop. Nothing sleeps: a test runs
 * the loop until something is so, at most 5 s. */

#include <errno.h>
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

enum { PEERS_MAX = 40, HELD_MAX = 40, BIG_SIZE = 300 * 1024, HUGE_SIZE = 16 * 1024 * 1024, UNTIL_MS = 30000 };

struct peer {
    int fd;
    char *got; /* NUL-terminated */
    size_t size;
    bool is_ended; /* the server's end has come, or a reset */
    bool is_slow;  /* does not read */
};
struct fixture {
    struct loop *loop;
    struct http_server *server;
    struct http_place bound;
    struct loop_timer *tick;
    bool (*until)(struct fixture *fixture);
    int64_t give_up_ms;
    struct peer peers[PEERS_MAX];
    size_t peer_count;
    struct http_exchange *held[HELD_MAX]; /* by /hold and /stream */
    size_t held_count;
    size_t gone_count;
    size_t wanted; /* for `until` */
    uint8_t *big;
    bool frees_in_handler;
};

static inline void fixture_reply(struct http_exchange *exchange, int status, struct span body) {
    http_answer(exchange, &(struct http_reply){.status = status, .content_type = "text/plain", .body = body});
}

static inline void fixture_echo(struct http_exchange *exchange) {
    static const struct http_header_line line = {"X-Echo", "yes"};
    http_answer(exchange, &(struct http_reply){.status = 200,
                                               .content_type = "text/plain",
                                               .body = http_body(exchange),
                                               .headers = &line,
                                               .header_count = 1});
}

static inline void fixture_query(struct http_exchange *exchange) {
    uint8_t memory[16];
    struct buffer out = buffer_over(memory, sizeof memory);
    if (http_query(exchange, "a b", &out))
        fixture_reply(exchange, 200, buffer_span(&out));
    else
        fixture_reply(exchange, 404, SPAN_LITERAL("none"));
}

static inline void fixture_handle(void *context, struct http_exchange *exchange) {
    struct fixture *f = context;
    struct span path = http_path(exchange);
    if (f->frees_in_handler) {
        http_server_free(f->server);
        f->server = NULL;
    } else if (span_equal_text(path, "/hold")) {
        assert_true(f->held_count < HELD_MAX);
        http_set_user(exchange, f);
        f->held[f->held_count++] = exchange;
    } else if (span_equal_text(path, "/stream")) {
        assert_true(f->held_count < HELD_MAX);
        http_stream_open(exchange, "text/event-stream", NULL, 0);
        f->held[f->held_count++] = exchange;
    } else if (span_equal_text(path, "/echo")) {
        fixture_echo(exchange);
    } else if (span_equal_text(path, "/big")) {
        fixture_reply(exchange, 200, (struct span){f->big, BIG_SIZE});
    } else if (span_equal_text(path, "/huge")) {
        fixture_reply(exchange, 200, (struct span){f->big, HUGE_SIZE});
    } else if (span_equal_text(path, "/empty")) {
        http_answer(exchange, &(struct http_reply){.status = 204});
    } else if (span_equal_text(path, "/split")) {
        static const struct http_header_line line = {"X-Split", "a\r\nX-Own: b"};
        http_answer(exchange, &(struct http_reply){.status = 204, .headers = &line, .header_count = 1});
    } else if (span_equal_text(path, "/header")) {
        fixture_reply(exchange, 200, http_header(exchange, "x-asked"));
    } else if (span_equal_text(path, "/method")) {
        fixture_reply(exchange, 200, http_method(exchange));
    } else if (span_equal_text(path, "/query")) {
        fixture_query(exchange);
    } else {
        fixture_reply(exchange, 200, path);
    }
}

static inline void fixture_gone(void *context, struct http_exchange *exchange) {
    struct fixture *f = context;
    f->gone_count++;
    for (size_t i = 0; i < f->held_count; i++)
        if (f->held[i] == exchange) f->held[i] = NULL;
}

static inline void peer_read(struct peer *peer) {
    static char bytes[256 * 1024];
    while (!peer->is_ended && !peer->is_slow) {
        ssize_t size = recv(peer->fd, bytes, sizeof bytes, MSG_DONTWAIT);
        if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
        peer->is_ended = size <= 0;
        if (size <= 0) return;
        peer->got = realloc(peer->got, peer->size + (size_t)size + 1);
        assert_non_null(peer->got);
        memcpy(peer->got + peer->size, bytes, (size_t)size);
        peer->size += (size_t)size;
        peer->got[peer->size] = '\0';
    }
}

static inline void fixture_ticked(void *context) {
    struct fixture *f = context;
    for (size_t i = 0; i < f->peer_count; i++)
        if (f->peers[i].fd >= 0) peer_read(&f->peers[i]);
    if (f->until(f) || loop_now_ms(f->loop) > f->give_up_ms) {
        loop_stop(f->loop);
        return;
    }
    loop_timer_start(f->tick, 1);
}

static inline void fixture_run(struct fixture *f, bool (*until)(struct fixture *fixture)) {
    f->until = until;
    f->give_up_ms = loop_now_ms(f->loop) + UNTIL_MS;
    loop_timer_start(f->tick, 0);
    loop_run(f->loop);
    if (until(f)) return;
    for (size_t i = 0; i < f->peer_count; i++)
        print_message("peer %zu, %zu bytes%s: %.600s\n", i, f->peers[i].size, f->peers[i].is_ended ? ", ended" : "",
                      f->peers[i].got == NULL ? "" : f->peers[i].got);
    fail_msg("it did not come to be");
}

static inline struct http_options fixture_options(struct fixture *f) {
    return (struct http_options){
        .loop = f->loop,
        .at.address = {.family = ADDRESS_IPV4, .ip = {127, 0, 0, 1}},
        .head_bytes_max = 4096,
        .body_bytes_max = 100000,
        .request_ms_max = 3000,
        .idle_ms_max = 3000,
        .connections_max = 32,
        .handle = fixture_handle,
        .gone = fixture_gone,
        .context = f,
    };
}

static inline void fixture_serve(struct fixture *f, const struct http_options *options) {
    struct err_detail detail = {""};
    enum err err = http_server_new(&f->server, options, &f->bound, &detail);
    if (err != ERR_OK) fail_msg("%s", detail.text);
    assert_int_not_equal(f->bound.address.port, 0);
}

static inline int fixture_setup(void **state) {
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    assert_int_equal(loop_new(&f->loop), ERR_OK);
    f->tick = loop_timer_open(f->loop, fixture_ticked, f);
    f->big = malloc(HUGE_SIZE);
    assert_non_null(f->big);
    memset(f->big, 'b', HUGE_SIZE);
    *state = f;
    return 0;
}

static inline int fixture_teardown(void **state) {
    struct fixture *f = *state;
    http_server_free(f->server);
    loop_timer_close(f->tick);
    loop_free(f->loop);
    for (size_t i = 0; i < f->peer_count; i++) {
        if (f->peers[i].fd >= 0) close(f->peers[i].fd);
        free(f->peers[i].got);
    }
    free(f->big);
    free(f);
    return 0;
}

static inline struct peer *fixture_connect(struct fixture *f) {
    assert_true(f->peer_count < PEERS_MAX);
    struct peer *peer = &f->peers[f->peer_count++];
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons(f->bound.address.port)};
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    peer->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(peer->fd >= 0);
    assert_int_equal(connect(peer->fd, (const struct sockaddr *)&name, sizeof name), 0);
    return peer;
}

static inline void peer_send(struct peer *peer, const char *text) {
    assert_int_equal(send(peer->fd, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
}

static inline struct peer *fixture_ask(struct fixture *f, const char *text) {
    struct peer *peer = fixture_connect(f);
    peer_send(peer, text);
    return peer;
}

static inline void peer_close(struct peer *peer) {
    close(peer->fd);
    peer->fd = -1;
}

/* How often `text` stands in what came. */
static inline size_t peer_count(const struct peer *peer, const char *text) {
    size_t count = 0;
    for (const char *at = peer->got; at != NULL && (at = strstr(at, text)) != NULL; at++) count++;
    return count;
}

static inline bool last_peer_ended(struct fixture *f) {
    return f->peers[f->peer_count - 1].is_ended;
}
/* As many answers as wanted on the last peer; their bodies come in the same piece when they are small. */
static inline bool last_peer_answered(struct fixture *f) {
    return peer_count(&f->peers[f->peer_count - 1], "HTTP/1.1 ") >= f->wanted;
}
static inline bool held_enough(struct fixture *f) {
    return f->held_count >= f->wanted;
}
static inline bool gone_enough(struct fixture *f) {
    return f->gone_count >= f->wanted;
}

static inline const char *fixture_answer(struct fixture *f, const char *request) {
    struct peer *peer = fixture_ask(f, request);
    f->wanted = 1;
    fixture_run(f, last_peer_answered);
    return peer->got;
}

static inline void assert_has(const char *text, const char *part) {
    if (text == NULL || strstr(text, part) == NULL) fail_msg("'%s' is not in: %.800s", part, text == NULL ? "" : text);
}
