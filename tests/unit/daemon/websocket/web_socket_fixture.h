/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A server whose connections become WebSockets, and raw peers that speak frames byte by byte: what is right and what is
 * not. One socket at a time is looked at. */

#include "unit/daemon/http/http_fixture.h"

#include "daemon/websocket/web_socket.h"

#define UPGRADE_LINES                                                                                                  \
    "Host: node\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"                                          \
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
#define UPGRADE "GET /socket HTTP/1.1\r\n" UPGRADE_LINES

enum { MESSAGE_MAX = 100000, SOCKET_WAITING_MAX = 300 * 1024, FRAME_MAX = 200000 };

struct talk {
    struct web_socket *socket; /* NULL: none, or it has ended */
    size_t message_count;
    enum web_socket_kind kind; /* of the last */
    uint8_t bytes[MESSAGE_MAX];
    size_t size;
    size_t closed_count;
    int code;
    char why[128];
    size_t drained_count;
    bool echoes, closes, drops;
    bool has_no_drained;
};
static struct talk talk; /* of the test at hand */

static inline void talk_message(void *context, struct web_socket *socket, enum web_socket_kind kind,
                                struct span bytes) {
    (void)context;
    assert_ptr_equal(socket, talk.socket);
    assert_true(bytes.size <= sizeof talk.bytes);
    talk.message_count++;
    talk.kind = kind;
    talk.size = bytes.size;
    if (bytes.size > 0) memcpy(talk.bytes, bytes.at, bytes.size);
    if (talk.echoes) assert_true(web_socket_send(socket, kind, bytes));
    if (talk.closes) web_socket_close(socket, WEB_SOCKET_POLICY);
    if (talk.drops) web_socket_drop(socket);
    if (talk.drops) talk.socket = NULL;
}

static inline void talk_drained(void *context, struct web_socket *socket) {
    (void)context;
    assert_int_equal(web_socket_waiting(socket), 0);
    talk.drained_count++;
}

static inline void talk_closed(void *context, struct web_socket *socket, int code, const char *why) {
    (void)context;
    assert_ptr_equal(socket, talk.socket);
    talk.socket = NULL;
    talk.closed_count++;
    talk.code = code;
    (void)snprintf(talk.why, sizeof talk.why, "%s", why);
}

static inline struct web_socket_options talk_options(void) {
    return (struct web_socket_options){.message_bytes_max = MESSAGE_MAX,
                                       .waiting_bytes_max = SOCKET_WAITING_MAX,
                                       .callbacks = {.message = talk_message,
                                                     .drained = talk.has_no_drained ? NULL : talk_drained,
                                                     .closed = talk_closed},
                                       .context = &talk};
}

static inline void socket_handle(void *context, struct http_exchange *exchange) {
    (void)context;
    const struct web_socket_options options = talk_options();
    if (!web_socket_is_wanted(exchange)) {
        fixture_reply(exchange, 426, SPAN_NONE);
        return;
    }
    talk.socket = web_socket_accept(exchange, &options);
    assert_non_null(talk.socket);
    assert_ptr_equal(web_socket_context(talk.socket), &talk);
}

static inline void socket_gone(void *context, struct http_exchange *exchange) {
    struct fixture *f = context;
    assert_true(web_socket_gone(exchange));
    f->gone_count++;
}

static inline void socket_serve(struct fixture *f) {
    struct http_options options = fixture_options(f);
    options.handle = socket_handle;
    options.gone = socket_gone;
    options.stall_ms_max = 200;
    talk = (struct talk){0};
    fixture_serve(f, &options);
}

static inline bool is_answered(struct fixture *f) {
    const struct peer *peer = &f->peers[f->peer_count - 1];
    return peer->got != NULL && strstr(peer->got, "\r\n\r\n") != NULL;
}

/* A peer whose head has been answered: what it has got from here on is frames. */
static inline struct peer *socket_open(struct fixture *f) {
    if (f->server == NULL) socket_serve(f);
    struct peer *peer = fixture_ask(f, UPGRADE);
    fixture_run(f, is_answered);
    assert_has(peer->got, "HTTP/1.1 101 ");
    assert_has(peer->got, "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"); /* RFC 6455, 1.3 */
    peer->size = 0;
    return peer;
}

/* Writes a frame of any kind. `length_form`: 0 as short as it can be, else 2 or 8 bytes of length. */
struct frame {
    uint8_t first; /* FIN, reserved bits, opcode */
    bool is_bare;  /* not masked */
    int length_form;
    struct span payload;
};
static uint8_t frame_bytes[FRAME_MAX + 14];

static inline size_t frame_make(const struct frame *frame) {
    static const uint8_t mask[] = {0x37, 0xfa, 0x21, 0x3d};
    const size_t size = frame->payload.size;
    const int form = frame->length_form != 0 ? frame->length_form : size < 126 ? 0 : size < 65536 ? 2 : 8;
    size_t at = 0;
    assert_true(size <= FRAME_MAX);
    frame_bytes[at++] = frame->first;
    frame_bytes[at++] = (uint8_t)((frame->is_bare ? 0 : 0x80) | (form == 0   ? size
                                                                 : form == 2 ? (size_t)126
                                                                             : (size_t)127));
    for (int i = form - 1; i >= 0; i--) frame_bytes[at++] = (uint8_t)((uint64_t)size >> (8 * i));
    for (size_t i = 0; i < sizeof mask && !frame->is_bare; i++) frame_bytes[at++] = mask[i];
    for (size_t i = 0; i < size; i++)
        frame_bytes[at++] = (uint8_t)(frame->payload.at[i] ^ (frame->is_bare ? 0 : mask[i % 4]));
    return at;
}

static inline void frame_send(const struct peer *peer, const struct frame *frame) {
    const size_t size = frame_make(frame);
    assert_int_equal(send(peer->fd, frame_bytes, size, MSG_NOSIGNAL), (ssize_t)size);
}

static inline bool is_closed(struct fixture *f) {
    (void)f;
    return talk.closed_count > 0;
}
static inline bool has_messages(struct fixture *f) {
    return talk.message_count >= f->wanted;
}
static inline bool socket_is_drained(struct fixture *f) {
    return talk.drained_count >= f->wanted;
}
static inline bool last_peer_got(struct fixture *f) {
    return f->peers[f->peer_count - 1].size >= f->wanted;
}

static inline void assert_got(const struct peer *peer, const void *bytes, size_t size) {
    assert_int_equal(peer->size, size);
    assert_memory_equal(peer->got, bytes, size);
}
