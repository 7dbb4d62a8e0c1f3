/* SPDX-License-Identifier: Apache-2.0 */
/* Either end of a WebSocket once its bytes flow: messages, pings, the close. */
#include "daemon/websocket/web_socket.h"

#include <string.h>

#include "base/encoding.h"
#include "base/memory.h"
#include "base/must.h"
#include "daemon/websocket/state.h"

enum {
    MESSAGE_CAPACITY_MIN = 8192, /* two pieces of a frame */
    CLOSE_CODE_SIZE = 2,
};

/* ---- Life ---- */

struct web_socket *web_socket_new(struct loop *loop, const struct web_socket_options *options,
                                  const struct web_socket_carrier *carrier) {
    struct web_socket *socket = memory_try_zeroed(1, sizeof *socket);
    if (socket == NULL) return NULL;
    must(options->callbacks.message != NULL && options->callbacks.closed != NULL);
    socket->options = *options;
    socket->carrier = carrier;
    socket->loop = loop;
    socket->uses = 1;
    return socket;
}

void web_socket_hold(struct web_socket *socket) {
    socket->uses++;
}

static void forget_message(struct web_socket *socket) {
    memory_free(socket->message);
    socket->message = NULL;
    socket->message_size = socket->message_capacity = 0;
    socket->is_in_message = false;
}

void web_socket_let_go(struct web_socket *socket) {
    must(socket->uses > 0);
    if (--socket->uses > 0) return;
    must(socket->state == WEB_SOCKET_STATE_ENDED);
    forget_message(socket);
    frame_reader_deinit(&socket->reader);
    memory_free(socket);
}

static void enter_ended(struct web_socket *socket) {
    socket->state = WEB_SOCKET_STATE_ENDED;
    loop_timer_close(socket->timer);
    socket->timer = NULL;
}

void web_socket_end(struct web_socket *socket, int code, const char *why) {
    if (socket->state == WEB_SOCKET_STATE_ENDED) return;
    enter_ended(socket);
    socket->options.callbacks.closed(socket->options.context, socket, code, why);
    web_socket_let_go(socket);
}

/* The carrier goes its own way from here on. */
static void release_carrier(struct web_socket *socket, void (*release)(void *carried)) {
    void *carried = socket->carried;
    socket->carried = NULL;
    if (carried != NULL) release(carried);
}

void web_socket_drop(struct web_socket *socket) {
    if (socket == NULL || socket->state == WEB_SOCKET_STATE_ENDED) return;
    release_carrier(socket, socket->carrier->drop);
    enter_ended(socket);
    web_socket_let_go(socket);
}

void web_socket_set_context(struct web_socket *socket, void *context) {
    socket->options.context = context;
}

void *web_socket_context(const struct web_socket *socket) {
    return socket->options.context;
}

/* ---- What we say ---- */

static void put(void *context, struct span bytes) {
    const struct web_socket *socket = context;
    socket->carrier->write(socket->carried, bytes);
}

static bool say(struct web_socket *socket, enum frame_opcode opcode, struct span payload) {
    return frame_write(&(struct frame_sink){put, socket}, opcode, socket->is_dialled, payload);
}

/* Room for this and, still, for our close. */
static bool has_room(const struct web_socket *socket, size_t size) {
    return size <= socket->options.waiting_bytes_max &&
           socket->carrier->has_room(socket->carried, size + FRAME_HEAD_SIZE_MAX + WEB_SOCKET_CLOSE_ROOM);
}

bool web_socket_send(struct web_socket *socket, enum web_socket_kind kind, struct span bytes) {
    if (socket->state != WEB_SOCKET_STATE_OPEN || !has_room(socket, bytes.size)) return false;
    return say(socket, kind == WEB_SOCKET_TEXT ? FRAME_TEXT : FRAME_BINARY, bytes);
}

bool web_socket_ping(struct web_socket *socket) {
    return socket->state == WEB_SOCKET_STATE_OPEN && has_room(socket, 0) && say(socket, FRAME_PING, SPAN_NONE);
}

size_t web_socket_waiting(const struct web_socket *socket) {
    return socket->carried == NULL ? 0 : socket->carrier->waiting(socket->carried);
}

static bool may_be_sent(int code) {
    return code != WEB_SOCKET_NO_CODE && code != WEB_SOCKET_ABNORMAL;
}

static void say_close(struct web_socket *socket, int code) {
    const uint8_t bytes[CLOSE_CODE_SIZE] = {(uint8_t)(code >> 8), (uint8_t)code};
    const struct span payload = {bytes, sizeof bytes};
    /* Without memory for it, the end of the connection has to say it. */
    (void)!say(socket, FRAME_CLOSE, may_be_sent(code) ? payload : SPAN_NONE);
}

/* ---- The close ---- */

static void close_is_due(void *context) {
    struct web_socket *socket = context;
    release_carrier(socket, socket->carrier->drop);
    web_socket_end(socket, socket->close_code, "closed by this end");
}

void web_socket_close(struct web_socket *socket, int code) {
    const bool is_dialling = socket->state == WEB_SOCKET_STATE_DIALLING;
    if (!is_dialling && socket->state != WEB_SOCKET_STATE_OPEN) return;
    if (!is_dialling) say_close(socket, code);
    socket->state = WEB_SOCKET_STATE_CLOSING;
    socket->close_code = code;
    if (socket->timer == NULL) socket->timer = loop_timer_open(socket->loop, close_is_due, socket);
    loop_timer_start(socket->timer, is_dialling ? 0 : WEB_SOCKET_CLOSE_MS);
}

/* What it sent cannot be taken. */
static void fail(struct web_socket *socket, int code, const char *why) {
    const bool is_ours = socket->state == WEB_SOCKET_STATE_CLOSING;
    if (!is_ours) say_close(socket, code);
    release_carrier(socket, socket->carrier->close);
    web_socket_end(socket, is_ours ? socket->close_code : code, why);
}

void web_socket_carrier_gone(struct web_socket *socket, const char *why) {
    socket->carried = NULL;
    const bool is_ours = socket->state == WEB_SOCKET_STATE_CLOSING;
    web_socket_end(socket, is_ours ? socket->close_code : WEB_SOCKET_ABNORMAL, is_ours ? "closed by this end" : why);
}

/* RFC 6455, 7.4: those that mean something in a frame. */
static bool is_close_code(int code) {
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}

static void closed_by_other(struct web_socket *socket, struct span payload) {
    const int code = payload.size == 0 ? WEB_SOCKET_NO_CODE : (payload.at[0] << 8) + payload.at[1];
    if (socket->state == WEB_SOCKET_STATE_CLOSING) {
        release_carrier(socket, socket->carrier->close);
        web_socket_end(socket, socket->close_code, "closed by this end");
        return;
    }
    say_close(socket, code);
    release_carrier(socket, socket->carrier->close);
    web_socket_end(socket, code, "closed by the other end");
}

static void close_arrived(struct web_socket *socket, struct span payload) {
    const size_t skip = payload.size < CLOSE_CODE_SIZE ? payload.size : CLOSE_CODE_SIZE;
    const struct span reason = {payload.at + skip, payload.size - skip};
    if (payload.size == 1 || (payload.size > 1 && !is_close_code((payload.at[0] << 8) + payload.at[1])))
        fail(socket, WEB_SOCKET_PROTOCOL, "its close holds no code that there is");
    else if (!utf8_is_valid(reason))
        fail(socket, WEB_SOCKET_BAD_TEXT, "the reason of its close is not UTF-8");
    else
        closed_by_other(socket, payload);
}

/* ---- What arrives ---- */

static void control_arrived(struct web_socket *socket, unsigned opcode) {
    const struct span payload = {socket->control, socket->control_size};
    if (opcode == FRAME_CLOSE)
        close_arrived(socket, payload);
    else if (opcode == FRAME_PING && socket->state == WEB_SOCKET_STATE_OPEN && has_room(socket, payload.size))
        (void)!say(socket, FRAME_PONG, payload); /* one that reads too slowly may miss it */
    else if (opcode == FRAME_PONG && socket->state == WEB_SOCKET_STATE_OPEN && socket->options.callbacks.ponged != NULL)
        socket->options.callbacks.ponged(socket->options.context, socket);
}

static void take_control(struct web_socket *socket, const struct frame_piece *piece) {
    if (piece->is_first) socket->control_size = 0;
    must_le(socket->control_size + piece->bytes.size, sizeof socket->control);
    if (piece->bytes.size > 0) memcpy(socket->control + socket->control_size, piece->bytes.at, piece->bytes.size);
    socket->control_size = (uint8_t)(socket->control_size + piece->bytes.size);
    if (piece->is_last) control_arrived(socket, piece->opcode);
}

static void message_arrived(struct web_socket *socket, struct span bytes) {
    if (socket->kind == WEB_SOCKET_TEXT && !utf8_is_valid(bytes))
        fail(socket, WEB_SOCKET_BAD_TEXT, "a text of it is not UTF-8");
    else if (socket->state == WEB_SOCKET_STATE_OPEN)
        socket->options.callbacks.message(socket->options.context, socket, socket->kind, bytes);
}

/* Doubling with what has come, not with what was announced: announcing costs nothing. */
static bool message_reserve(struct web_socket *socket, size_t size) {
    if (size <= socket->message_capacity) return true;
    size_t capacity = socket->message_capacity > 0 ? socket->message_capacity : MESSAGE_CAPACITY_MIN;
    while (capacity < size) capacity *= 2;
    uint8_t *moved = memory_try_room(capacity);
    if (moved == NULL) return false;
    if (socket->message_size > 0) memcpy(moved, socket->message, socket->message_size);
    memory_free(socket->message);
    socket->message = moved;
    socket->message_capacity = capacity;
    return true;
}

static bool message_append(struct web_socket *socket, struct span bytes) {
    if (bytes.size == 0) return true;
    if (!message_reserve(socket, socket->message_size + bytes.size)) return false;
    memcpy(socket->message + socket->message_size, bytes.at, bytes.size);
    socket->message_size += bytes.size;
    return true;
}

/* One that is here as a whole is handed on where it lies. */
static void take_data(struct web_socket *socket, const struct frame_piece *piece) {
    const bool ends = piece->is_last && piece->is_final;
    if (piece->is_first && piece->opcode != FRAME_CONTINUATION) {
        socket->kind = piece->opcode == FRAME_TEXT ? WEB_SOCKET_TEXT : WEB_SOCKET_BINARY;
        socket->is_in_message = true;
    }
    if (ends && socket->message_size == 0) {
        socket->is_in_message = false;
        message_arrived(socket, piece->bytes);
    } else if (!message_append(socket, piece->bytes)) {
        fail(socket, WEB_SOCKET_TOO_LARGE, "there is no memory for its message");
    } else if (ends) {
        const struct span whole = {socket->message, socket->message_size};
        message_arrived(socket, whole);
        forget_message(socket);
    }
}

static bool is_known(unsigned opcode) {
    return opcode <= FRAME_BINARY || (opcode >= FRAME_CLOSE && opcode <= FRAME_PONG);
}

/* NULL: the frame may come. */
static const char *protocol_mistake(const struct web_socket *socket, const struct frame_piece *piece) {
    if (piece->has_reserved) return "a frame of it asks for an extension that was not agreed on";
    if (!is_known(piece->opcode)) return "a frame of it is of no known kind";
    if (piece->is_masked == socket->is_dialled)
        return socket->is_dialled ? "a frame of it is masked, as a server's may not be"
                                  : "a frame of it is not masked, as a client's must be";
    if ((piece->opcode & FRAME_CONTROL) != 0) return NULL;
    if ((piece->opcode == FRAME_CONTINUATION) != socket->is_in_message)
        return socket->is_in_message ? "a message of it begins within another" : "a message of it has no beginning";
    return NULL;
}

static bool may_come(struct web_socket *socket, const struct frame_piece *piece) {
    const char *mistake = protocol_mistake(socket, piece);
    const size_t left = socket->options.message_bytes_max - socket->message_size;
    if (mistake != NULL)
        fail(socket, WEB_SOCKET_PROTOCOL, mistake);
    else if ((piece->opcode & FRAME_CONTROL) == 0 && piece->frame_size > left)
        fail(socket, WEB_SOCKET_TOO_LARGE, "a message of it is too large");
    return socket->state != WEB_SOCKET_STATE_ENDED;
}

static void take_piece(struct web_socket *socket, const struct frame_piece *piece) {
    if (piece->is_first && !may_come(socket, piece)) return;
    if ((piece->opcode & FRAME_CONTROL) != 0)
        take_control(socket, piece);
    else
        take_data(socket, piece);
}

void web_socket_receive(struct web_socket *socket, struct span bytes) {
    enum frame_outcome outcome = FRAME_PIECE;
    web_socket_hold(socket);
    frame_reader_feed(&socket->reader, bytes);
    while (outcome == FRAME_PIECE && socket->state != WEB_SOCKET_STATE_ENDED) {
        struct frame_piece piece;
        outcome = frame_reader_next(&socket->reader, &piece);
        if (outcome == FRAME_PIECE) take_piece(socket, &piece);
    }
    if (outcome == FRAME_BROKEN) fail(socket, WEB_SOCKET_PROTOCOL, "a frame of it is broken");
    if (outcome == FRAME_NO_MEMORY) fail(socket, WEB_SOCKET_TOO_LARGE, "there is no memory for its frame");
    if (outcome == FRAME_NEEDS_MORE) frame_reader_rest(&socket->reader);
    web_socket_let_go(socket);
}

void web_socket_tell_drained(struct web_socket *socket) {
    const struct web_socket_callbacks *callbacks = &socket->options.callbacks;
    if (socket->state == WEB_SOCKET_STATE_OPEN && callbacks->drained != NULL)
        callbacks->drained(socket->options.context, socket);
}
