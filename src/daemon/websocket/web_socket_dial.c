/* SPDX-License-Identifier: Apache-2.0 */
/* A WebSocket that begins as a request of ours: a connection by libcurl, the upgrade, then frames with masks. */
#include <string.h>

#include "base/memory.h"
#include "base/must.h"
#include "daemon/client/client_stream.h"
#include "daemon/websocket/state.h"
#include "daemon/websocket/upgrade_answer.h"
#include "daemon/websocket/web_socket_key.h"

enum {
    DIAL_MS = 10000, /* for the connection and the answer together */
    REQUEST_SIZE_MAX = 8 * 1024,
};

/* What carries a dialled socket. */
struct dialled {
    struct web_socket *socket;
    struct client_stream *stream;
    struct loop_timer *deadline; /* NULL once it is open */
    struct web_socket_key key;
    uint8_t *answer; /* as much of its head as is here; owned; NULL once it is open */
    size_t answer_size;
};

static void answer_forget(struct dialled *dialled) {
    memory_free(dialled->answer);
    dialled->answer = NULL;
    loop_timer_close(dialled->deadline);
    dialled->deadline = NULL;
}

static void dialled_free(struct dialled *dialled) {
    answer_forget(dialled);
    memory_free(dialled);
}

/* ---- As a carrier ---- */

/* The stream's own limit has room for our request besides, which is gone when the first frame comes. */
static bool dialled_has_room(void *carried, size_t size) {
    struct dialled *dialled = carried;
    return client_stream_has_room(dialled->stream, size + REQUEST_SIZE_MAX);
}

static void dialled_write(void *carried, struct span bytes) {
    struct dialled *dialled = carried;
    /* There is room; without memory the frame is lost, and so must be what comes behind it. */
    if (!client_stream_write(dialled->stream, bytes)) client_stream_break(dialled->stream);
}

static size_t dialled_waiting(const void *carried) {
    const struct dialled *dialled = carried;
    return client_stream_waiting(dialled->stream);
}

static void dialled_close(void *carried) {
    struct dialled *dialled = carried;
    client_stream_close(dialled->stream);
    dialled_free(dialled);
}

static void dialled_drop(void *carried) {
    struct dialled *dialled = carried;
    client_stream_drop(dialled->stream);
    dialled_free(dialled);
}

static const struct web_socket_carrier dialled_carrier = {dialled_has_room, dialled_write, dialled_waiting,
                                                          dialled_close, dialled_drop};

/* ---- The upgrade ---- */

static void dial_failed(struct dialled *dialled, const char *why) {
    struct web_socket *socket = dialled->socket;
    socket->carried = NULL;
    client_stream_drop(dialled->stream);
    dialled_free(dialled);
    web_socket_end(socket, WEB_SOCKET_ABNORMAL, why);
}

static void dial_is_due(void *context) {
    dial_failed(context, "it did not answer in time");
}

static bool write_request(struct dialled *dialled) {
    uint8_t memory[REQUEST_SIZE_MAX];
    struct buffer out = buffer_over(memory, sizeof memory);
    buffer_put_text(&out, "GET ");
    buffer_put_text(&out, client_stream_target(dialled->stream));
    buffer_put_text(&out, " HTTP/1.1\r\nHost: ");
    buffer_put_text(&out, client_stream_authority(dialled->stream));
    buffer_put_text(&out, "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                          "User-Agent: skep/" SKEP_VERSION "\r\nSec-WebSocket-Key: ");
    buffer_put_text(&out, dialled->key.text);
    buffer_put_text(&out, "\r\n\r\n");
    return !out.overflowed && client_stream_write(dialled->stream, buffer_span(&out));
}

static void stream_opened(void *context, struct client_stream *stream) {
    (void)stream;
    if (!write_request(context)) dial_failed(context, "there is no room for our request");
}

static void open_socket(struct dialled *dialled) {
    struct web_socket *socket = dialled->socket;
    answer_forget(dialled);
    socket->state = WEB_SOCKET_STATE_OPEN;
    if (socket->options.callbacks.opened != NULL) socket->options.callbacks.opened(socket->options.context, socket);
}

/* What stands behind the head is the socket's already. */
static void answer_arrived(struct dialled *dialled, size_t head_size) {
    struct web_socket *socket = dialled->socket;
    char why[UPGRADE_ANSWER_WHY_SIZE];
    uint8_t *answer = dialled->answer;
    const struct span rest = {answer + head_size, dialled->answer_size - head_size};
    if (!upgrade_answer_accepts((struct span){answer, head_size}, &dialled->key, why)) {
        dial_failed(dialled, why);
        return;
    }
    dialled->answer = NULL; /* ours until all of it was read */
    open_socket(dialled);
    if (rest.size > 0 && socket->state != WEB_SOCKET_STATE_ENDED) web_socket_receive(socket, rest);
    memory_free(answer);
}

/* At most so much is kept as a head may be long; the rest of the piece follows when the head is read. */
static struct span keep_answer(struct dialled *dialled, struct span bytes) {
    const size_t room = UPGRADE_ANSWER_SIZE_MAX - dialled->answer_size;
    const size_t size = bytes.size < room ? bytes.size : room;
    if (dialled->answer == NULL) dialled->answer = memory_zeroed(UPGRADE_ANSWER_SIZE_MAX, 1);
    memcpy(dialled->answer + dialled->answer_size, bytes.at, size);
    dialled->answer_size += size;
    return (struct span){bytes.at + size, bytes.size - size};
}

static void receive_answer(struct dialled *dialled, struct span bytes) {
    struct web_socket *socket = dialled->socket;
    if (socket->state != WEB_SOCKET_STATE_DIALLING) return; /* its owner has changed its mind */
    const struct span rest = keep_answer(dialled, bytes);
    const size_t head_size = upgrade_answer_size((struct span){dialled->answer, dialled->answer_size});
    if (head_size == 0 && dialled->answer_size == UPGRADE_ANSWER_SIZE_MAX) {
        dial_failed(dialled, "its answer is too long");
        return;
    }
    if (head_size == 0) return;
    web_socket_hold(socket);
    answer_arrived(dialled, head_size);
    if (rest.size > 0 && socket->state != WEB_SOCKET_STATE_ENDED) web_socket_receive(socket, rest);
    web_socket_let_go(socket);
}

static void stream_received(void *context, struct client_stream *stream, struct span bytes) {
    struct dialled *dialled = context;
    (void)stream;
    if (dialled->deadline != NULL)
        receive_answer(dialled, bytes);
    else
        web_socket_receive(dialled->socket, bytes);
}

static void stream_drained(void *context, struct client_stream *stream) {
    struct dialled *dialled = context;
    (void)stream;
    web_socket_tell_drained(dialled->socket);
}

static void stream_closed(void *context, struct client_stream *stream, const char *why) {
    struct dialled *dialled = context;
    struct web_socket *socket = dialled->socket;
    (void)stream;
    dialled_free(dialled);
    web_socket_carrier_gone(socket, why);
}

/* ---- Its beginning ---- */

static size_t stream_limit(const struct web_socket_options *options) {
    return options->waiting_bytes_max + REQUEST_SIZE_MAX + FRAME_HEAD_SIZE_MAX + WEB_SOCKET_CLOSE_ROOM;
}

struct web_socket *web_socket_dial(struct client_streams *streams, const char *url,
                                   const struct web_socket_options *options) {
    const struct entropy source = entropy_of_system();
    struct loop *loop = client_streams_loop(streams);
    struct web_socket *socket = web_socket_new(loop, options, &dialled_carrier);
    if (socket == NULL) return NULL;
    struct dialled *dialled = memory_zeroed(1, sizeof *dialled);
    socket->is_dialled = true;
    socket->carried = dialled;
    dialled->socket = socket;
    dialled->key = web_socket_key_make(&source);
    dialled->deadline = loop_timer_open(loop, dial_is_due, dialled);
    loop_timer_start(dialled->deadline, DIAL_MS);
    dialled->stream = client_stream_open(
        streams, &(struct client_stream_options){
                     .url = url,
                     .connect_ms_max = DIAL_MS,
                     .waiting_bytes_max = stream_limit(options),
                     .callbacks = {.opened = stream_opened,
                                   .received = stream_received,
                                   .drained = options->callbacks.drained == NULL ? NULL : stream_drained,
                                   .closed = stream_closed},
                     .context = dialled});
    return socket;
}
