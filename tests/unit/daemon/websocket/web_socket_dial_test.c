/* SPDX-License-Identifier: Apache-2.0 */
/* The client's end of a WebSocket: against our own server, and against a server of the test's that answers as it is
 * told to, byte by byte. */
#include "web_socket_fixture.h"

#include <arpa/inet.h>

#include "daemon/client/client_stream.h"
#include "daemon/websocket/web_socket_key.h"

enum { REQUEST_MAX = 4096 };

/* Our end, and the server of the test's. */
struct dialling {
    struct client_streams *streams;
    struct web_socket *socket; /* NULL: it has ended */
    size_t opened_count, message_count, closed_count, drained_count, ponged_count;
    int code;
    char why[256];
    uint8_t bytes[MESSAGE_MAX];
    size_t size;
    bool drops_when_opened, closes_when_opened, sends_when_opened;
    int listener, fd; /* the test's server; -1: none */
    char request[REQUEST_MAX];
    uint8_t got[FRAME_MAX]; /* behind the request */
    size_t request_size, got_size;
    bool is_ended;
    char url[64];
};
static struct dialling d;

static void dial_opened(void *context, struct web_socket *socket) {
    assert_ptr_equal(context, &d);
    d.opened_count++;
    if (d.sends_when_opened) assert_true(web_socket_send(socket, WEB_SOCKET_TEXT, SPAN_LITERAL("Hello")));
    if (d.closes_when_opened) web_socket_close(socket, WEB_SOCKET_GOING_AWAY);
    if (!d.drops_when_opened) return;
    web_socket_drop(socket);
    d.socket = NULL;
}

static void dial_message(void *context, struct web_socket *socket, enum web_socket_kind kind, struct span bytes) {
    (void)context;
    (void)kind;
    assert_ptr_equal(socket, d.socket);
    assert_true(bytes.size <= sizeof d.bytes);
    memcpy(d.bytes, bytes.size > 0 ? bytes.at : d.bytes, bytes.size);
    d.size = bytes.size;
    d.message_count++;
}

static void dial_drained(void *context, struct web_socket *socket) {
    (void)context;
    assert_int_equal(web_socket_waiting(socket), 0);
    d.drained_count++;
}

static void dial_ponged(void *context, struct web_socket *socket) {
    assert_ptr_equal(context, &d);
    assert_ptr_equal(socket, d.socket);
    d.ponged_count++;
}

static void dial_closed(void *context, struct web_socket *socket, int code, const char *why) {
    (void)context;
    assert_ptr_equal(socket, d.socket);
    d.socket = NULL;
    d.closed_count++;
    d.code = code;
    (void)snprintf(d.why, sizeof d.why, "%s", why);
}

static void dial(const char *url) {
    const struct web_socket_options options = {.message_bytes_max = MESSAGE_MAX,
                                               .waiting_bytes_max = SOCKET_WAITING_MAX,
                                               .callbacks = {.opened = dial_opened,
                                                             .message = dial_message,
                                                             .drained = dial_drained,
                                                             .ponged = dial_ponged,
                                                             .closed = dial_closed},
                                               .context = &d};
    d.socket = web_socket_dial(d.streams, url, &options);
    assert_non_null(d.socket);
    assert_int_equal(d.opened_count + d.closed_count, 0); /* never from within */
}

static int dial_setup(void **state) {
    if (fixture_setup(state) != 0) return -1;
    struct fixture *f = *state;
    d = (struct dialling){.listener = -1, .fd = -1};
    talk = (struct talk){0};
    return client_streams_new(&d.streams, f->loop) == ERR_OK ? 0 : -1;
}

static int dial_teardown(void **state) {
    web_socket_drop(d.socket);
    client_streams_free(d.streams);
    if (d.fd >= 0) close(d.fd);
    if (d.listener >= 0) close(d.listener);
    return fixture_teardown(state);
}

/* ---- The server of the test's ---- */

static void listen_here(void) {
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof name;
    d.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    assert_int_equal(bind(d.listener, (const struct sockaddr *)&name, sizeof name), 0);
    assert_int_equal(listen(d.listener, 4), 0);
    assert_int_equal(getsockname(d.listener, (struct sockaddr *)&name, &size), 0);
    (void)snprintf(d.url, sizeof d.url, "ws://127.0.0.1:%d/socket?id=a%%20b", ntohs(name.sin_port));
}

static bool is_asked(struct fixture *f) {
    (void)f;
    if (d.fd < 0) d.fd = accept4(d.listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (d.fd < 0) return false;
    const ssize_t size = recv(d.fd, d.request + d.request_size, sizeof d.request - 1 - d.request_size, MSG_DONTWAIT);
    if (size > 0) d.request_size += (size_t)size;
    if (size == 0) { /* one that was given up before it asked; another follows */
        close(d.fd);
        d.fd = -1;
    }
    return strstr(d.request, "\r\n\r\n") != NULL;
}

static void read_frames(void) {
    ssize_t size = 1;
    while (size > 0 && d.got_size < sizeof d.got) {
        size = recv(d.fd, d.got + d.got_size, sizeof d.got - d.got_size, MSG_DONTWAIT);
        if (size > 0) d.got_size += (size_t)size;
    }
    if (size == 0) d.is_ended = true;
}

static bool server_got(struct fixture *f) {
    read_frames();
    return d.got_size >= f->wanted;
}

static bool server_ended(struct fixture *f) {
    (void)f;
    read_frames();
    return d.is_ended;
}

static void answer_bytes(const void *bytes, size_t size) {
    assert_int_equal(send(d.fd, bytes, size, MSG_NOSIGNAL), (ssize_t)size);
}

static struct web_socket_proof proof_of_request(void) {
    const char *at = strstr(d.request, "Sec-WebSocket-Key: ");
    assert_non_null(at);
    return web_socket_key_prove((struct span){(const uint8_t *)at + 19, WEB_SOCKET_KEY_SIZE});
}

/* `%s` in the lines is the proof. */
static void answer_lines(const char *lines) {
    char answer[1024];
    const struct web_socket_proof proof = proof_of_request();
    const char *mark = strstr(lines, "%s");
    const int before = mark == NULL ? (int)strlen(lines) : (int)(mark - lines);
    const int size = snprintf(answer, sizeof answer, "%.*s%s%s", before, lines, mark == NULL ? "" : proof.text,
                              mark == NULL ? "" : mark + 2);
    assert_true(size > 0 && (size_t)size < sizeof answer);
    answer_bytes(answer, (size_t)size);
}

#define ACCEPTED                                                                                                       \
    "HTTP/1.1 101 Switching Protocols\r\nupgrade: WebSocket\r\nConnection: upgrade\r\nSec-WebSocket-Accept: "          \
    "%s\r\n\r\n"

static bool dial_is_open(struct fixture *f) {
    (void)f;
    return d.opened_count > 0;
}
static bool dial_is_closed(struct fixture *f) {
    (void)f;
    return d.closed_count > 0;
}
static bool dial_has_messages(struct fixture *f) {
    return d.message_count >= f->wanted;
}
static bool dial_is_drained(struct fixture *f) {
    read_frames();
    if (d.got_size > sizeof d.got / 2) d.got_size = 0;
    return d.drained_count >= f->wanted;
}

static void be_asked(struct fixture *f) {
    listen_here();
    dial(d.url);
    fixture_run(f, is_asked);
}

static void be_opened(struct fixture *f) {
    be_asked(f);
    answer_lines(ACCEPTED);
    fixture_run(f, dial_is_open);
}

/* ---- Beginnings ---- */

static void the_request_says_what_rfc_6455_wants(void **state) {
    be_asked(*state);
    assert_has(d.request, "GET /socket?id=a%20b HTTP/1.1\r\n");
    assert_has(d.request, "Upgrade: websocket\r\n");
    assert_has(d.request, "Connection: Upgrade\r\n");
    assert_has(d.request, "Sec-WebSocket-Version: 13\r\n");
    char host[64];
    (void)snprintf(host, sizeof host, "Host: %.*s\r\n", (int)strcspn(d.url + 5, "/"), d.url + 5);
    assert_has(d.request, host);
    assert_null(strstr(d.request, "Extensions"));
}

static void our_own_server_and_our_client_understand_each_other(void **state) {
    struct fixture *f = *state;
    char url[64];
    socket_serve(f);
    (void)snprintf(url, sizeof url, "ws://127.0.0.1:%d", f->bound.address.port);
    dial(url);
    fixture_run(f, dial_is_open);
    talk.echoes = true;
    for (size_t size = 0; size <= MESSAGE_MAX; size = size * 5 + 1) {
        f->wanted = d.message_count + 1;
        assert_true(web_socket_send(d.socket, WEB_SOCKET_BINARY, (struct span){f->big, size}));
        fixture_run(f, dial_has_messages);
        assert_int_equal(d.size, size);
        assert_memory_equal(d.bytes, f->big, size);
    }
    web_socket_close(d.socket, WEB_SOCKET_NORMAL);
    fixture_run(f, dial_is_closed);
    fixture_run(f, is_closed);
    assert_int_equal(d.code, WEB_SOCKET_NORMAL);
    assert_int_equal(talk.code, WEB_SOCKET_NORMAL);
}

static void what_stands_right_behind_the_answer_is_not_lost(void **state) {
    struct fixture *f = *state;
    be_asked(f);
    answer_lines(ACCEPTED "\x81\x02hi\x81\x05there");
    f->wanted = 2;
    fixture_run(f, dial_has_messages);
    assert_memory_equal(d.bytes, "there", 5);
}

static void an_answer_in_single_bytes_is_one(void **state) {
    struct fixture *f = *state;
    be_asked(f);
    char answer[256];
    const struct web_socket_proof proof = proof_of_request();
    const int size = snprintf(answer, sizeof answer, ACCEPTED "\x81\x02hi", proof.text);
    for (int i = 0; i < size; i++) answer_bytes(answer + i, 1);
    f->wanted = 1;
    fixture_run(f, dial_has_messages);
}

static void assert_refused_answer(struct fixture *f, const char *lines, const char *why) {
    d.request_size = d.got_size = d.closed_count = 0;
    d.is_ended = false;
    memset(d.request, 0, sizeof d.request);
    be_asked(f);
    answer_lines(lines);
    fixture_run(f, dial_is_closed);
    assert_int_equal(d.opened_count, 0);
    assert_int_equal(d.code, WEB_SOCKET_ABNORMAL);
    assert_has(d.why, why);
    fixture_run(f, server_ended);
    assert_int_equal(d.got_size, 0);
    close(d.fd);
    close(d.listener);
    d.fd = d.listener = -1;
}

static void an_answer_that_is_no_upgrade_to_our_key_is_refused(void **state) {
    struct fixture *f = *state;
    assert_refused_answer(f, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "answered 200");
    assert_refused_answer(f, "HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1:1/\r\n\r\n", "answered 301");
    assert_refused_answer(f, "HTTP/1.0 101 Switching\r\n\r\n", "no HTTP/1.1");
    assert_refused_answer(f, "SSH-2.0-OpenSSH\r\n\r\n", "no HTTP/1.1");
    assert_refused_answer(f,
                          "HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                          "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n",
                          "not to our key");
    assert_refused_answer(f, "HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n", "not to our key");
    assert_refused_answer(
        f, "HTTP/1.1 101 X\r\nUpgrade: h2c\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n", "else");
    assert_refused_answer(f, "HTTP/1.1 101 X\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: %s\r\n\r\n", "else");
    assert_refused_answer(f,
                          "HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n"
                          "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n",
                          "extension");
    assert_refused_answer(f,
                          "HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n"
                          "Sec-WebSocket-Protocol: chat\r\n\r\n",
                          "subprotocol");
}

static void an_answer_without_an_end_is_refused(void **state) {
    struct fixture *f = *state;
    static char endless[9000];
    memset(endless, 'x', sizeof endless);
    be_asked(f);
    answer_bytes("HTTP/1.1 101 X\r\nUpgrade: ", 25);
    answer_bytes(endless, sizeof endless);
    fixture_run(f, dial_is_closed);
    assert_has(d.why, "too long");
}

static void a_server_that_closes_instead_of_answering_is_told(void **state) {
    struct fixture *f = *state;
    be_asked(f);
    close(d.fd);
    d.fd = -1;
    fixture_run(f, dial_is_closed);
    assert_int_equal(d.code, WEB_SOCKET_ABNORMAL);
}

static void nobody_there_and_no_url_are_told_from_the_loop(void **state) {
    static const char *const urls[] = {"ws://127.0.0.1:1/",           "ftp://127.0.0.1/", "not a url", "", "ws://",
                                       "ws://127.0.0.1/a\r\nX-Own: b"};
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        d.closed_count = 0;
        dial(urls[i]);
        fixture_run(f, dial_is_closed);
        assert_int_equal(d.code, WEB_SOCKET_ABNORMAL);
        assert_true(d.why[0] != '\0');
    }
    assert_int_equal(d.opened_count, 0);
}

/* ---- Ends in any order ---- */

static void a_socket_may_be_dropped_or_closed_while_it_dials(void **state) {
    struct fixture *f = *state;
    listen_here();
    dial(d.url);
    web_socket_drop(d.socket); /* before curl has begun */
    dial(d.url);
    assert_false(web_socket_send(d.socket, WEB_SOCKET_TEXT, SPAN_LITERAL("too soon")));
    web_socket_close(d.socket, WEB_SOCKET_NORMAL);
    fixture_run(f, dial_is_closed);
    assert_int_equal(d.code, WEB_SOCKET_NORMAL);
    d.closed_count = 0;
    dial(d.url);
    fixture_run(f, is_asked);
    web_socket_drop(d.socket);
    d.socket = NULL;
    assert_int_equal(d.opened_count, 0);
}

static bool closed_or_ended(struct fixture *f) {
    return server_ended(f) || d.closed_count > 0;
}

static void it_may_be_dropped_from_within_opened(void **state) {
    struct fixture *f = *state;
    d.drops_when_opened = true;
    be_asked(f);
    answer_lines(ACCEPTED "\x81\x02hi");
    fixture_run(f, closed_or_ended);
    assert_int_equal(d.opened_count, 1);
    assert_int_equal(d.closed_count + d.message_count, 0);
    assert_int_equal(d.got_size, 0);
}

static void it_may_send_and_close_from_within_opened(void **state) {
    struct fixture *f = *state;
    d.sends_when_opened = d.closes_when_opened = true;
    be_asked(f);
    answer_lines(ACCEPTED "\x81\x02hi");
    f->wanted = 11 + 8;
    fixture_run(f, server_got);
    assert_int_equal(d.message_count, 0);
    assert_int_equal(d.got[0], 0x81);
    assert_int_equal(d.got[1], 0x85);
    for (size_t i = 0; i < 5; i++) assert_int_equal(d.got[6 + i] ^ d.got[2 + i % 4], "Hello"[i]);
    assert_int_equal(d.got[11], 0x88);
    answer_bytes("\x88\x02\x03\xe9", 4);
    fixture_run(f, dial_is_closed);
    assert_int_equal(d.code, WEB_SOCKET_GOING_AWAY);
    fixture_run(f, server_ended);
}

static void each_frame_has_a_mask_of_its_own(void **state) {
    struct fixture *f = *state;
    be_opened(f);
    for (int i = 0; i < 2; i++) assert_true(web_socket_send(d.socket, WEB_SOCKET_TEXT, SPAN_LITERAL("same")));
    f->wanted = 20;
    fixture_run(f, server_got);
    assert_memory_not_equal(d.got + 2, d.got + 12, 4);
}

static bool dial_is_ponged(struct fixture *f) {
    return d.ponged_count >= f->wanted;
}

static void a_ping_of_ours_is_answered_and_that_is_told(void **state) {
    struct fixture *f = *state;
    be_opened(f);
    assert_true(web_socket_ping(d.socket));
    f->wanted = 6;
    fixture_run(f, server_got);
    assert_int_equal(d.got[0], 0x89);
    assert_int_equal(d.got[1], 0x80);
    answer_bytes("\x8a\x00\x8a\x02hi", 6); /* and one that was not asked for, which means as much */
    f->wanted = 2;
    fixture_run(f, dial_is_ponged);
    web_socket_close(d.socket, WEB_SOCKET_NORMAL);
    assert_false(web_socket_ping(d.socket));
}

static void a_close_of_theirs_is_answered(void **state) {
    struct fixture *f = *state;
    be_opened(f);
    answer_bytes("\x88\x02\x03\xe9", 4);
    fixture_run(f, dial_is_closed);
    assert_int_equal(d.code, WEB_SOCKET_GOING_AWAY);
    fixture_run(f, server_ended);
    assert_int_equal(d.got_size, 8);
    assert_int_equal(d.got[0], 0x88);
    assert_int_equal((d.got[6] ^ d.got[2]) << 8 | (d.got[7] ^ d.got[3]), 1001);
}

static void a_server_that_ends_its_side_is_told(void **state) {
    struct fixture *f = *state;
    be_opened(f);
    assert_int_equal(shutdown(d.fd, SHUT_WR), 0);
    fixture_run(f, dial_is_closed);
    assert_int_equal(d.code, WEB_SOCKET_ABNORMAL);
    fixture_run(f, server_ended);
}

static void streams_that_are_freed_end_their_sockets(void **state) {
    struct fixture *f = *state;
    be_opened(f);
    assert_true(web_socket_send(d.socket, WEB_SOCKET_TEXT, SPAN_LITERAL("unsent")));
    client_streams_free(d.streams);
    d.streams = NULL;
    assert_int_equal(d.closed_count, 1);
    assert_int_equal(d.code, WEB_SOCKET_ABNORMAL);
}

static void what_does_not_fit_is_not_sent_and_its_end_is_told(void **state) {
    struct fixture *f = *state;
    be_opened(f);
    for (size_t i = 0; i < 200 && web_socket_send(d.socket, WEB_SOCKET_BINARY, (struct span){f->big, 60000}); i++) {
    }
    assert_true(web_socket_waiting(d.socket) <= SOCKET_WAITING_MAX);
    f->wanted = 1;
    fixture_run(f, dial_is_drained);
    assert_true(web_socket_send(d.socket, WEB_SOCKET_BINARY, (struct span){f->big, 60000}));
}

/* ---- What a server may not do ---- */

static void assert_refused_frame(struct fixture *f, const void *bytes, size_t size, int code) {
    d.request_size = d.got_size = d.closed_count = d.opened_count = 0;
    d.is_ended = false;
    memset(d.request, 0, sizeof d.request);
    be_opened(f);
    answer_bytes(bytes, size);
    fixture_run(f, dial_is_closed);
    assert_int_equal(d.code, code);
    assert_int_equal(d.message_count, 0);
    fixture_run(f, server_ended);
    assert_int_equal(d.got_size, 8);
    assert_int_equal((d.got[6] ^ d.got[2]) << 8 | (d.got[7] ^ d.got[3]), code);
    close(d.fd);
    close(d.listener);
    d.fd = d.listener = -1;
}

static void frames_that_a_server_may_not_send_are_refused(void **state) {
    struct fixture *f = *state;
    assert_refused_frame(f, "\x81\x81\x00\x00\x00\x00x", 7, WEB_SOCKET_PROTOCOL); /* masked */
    assert_refused_frame(f, "\xc1\x01x", 3, WEB_SOCKET_PROTOCOL);
    assert_refused_frame(f, "\x80\x01x", 3, WEB_SOCKET_PROTOCOL);
    assert_refused_frame(f, "\x81\x01\xff", 3, WEB_SOCKET_BAD_TEXT);
    assert_refused_frame(f, "\x82\x7f\x00\x00\x00\x00\x00\x10\x00\x00x", 11, WEB_SOCKET_TOO_LARGE);
    assert_refused_frame(f, "\x82\x7f\x80\x00\x00\x00\x00\x10\x00\x00x", 11, WEB_SOCKET_PROTOCOL);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, dial_setup, dial_teardown)
    const struct CMUnitTest tests[] = {
        TEST(the_request_says_what_rfc_6455_wants),
        TEST(our_own_server_and_our_client_understand_each_other),
        TEST(what_stands_right_behind_the_answer_is_not_lost),
        TEST(an_answer_in_single_bytes_is_one),
        TEST(an_answer_that_is_no_upgrade_to_our_key_is_refused),
        TEST(an_answer_without_an_end_is_refused),
        TEST(a_server_that_closes_instead_of_answering_is_told),
        TEST(nobody_there_and_no_url_are_told_from_the_loop),
        TEST(a_socket_may_be_dropped_or_closed_while_it_dials),
        TEST(it_may_be_dropped_from_within_opened),
        TEST(it_may_send_and_close_from_within_opened),
        TEST(each_frame_has_a_mask_of_its_own),
        TEST(a_ping_of_ours_is_answered_and_that_is_told),
        TEST(a_close_of_theirs_is_answered),
        TEST(a_server_that_ends_its_side_is_told),
        TEST(streams_that_are_freed_end_their_sockets),
        TEST(what_does_not_fit_is_not_sent_and_its_end_is_told),
        TEST(frames_that_a_server_may_not_send_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
