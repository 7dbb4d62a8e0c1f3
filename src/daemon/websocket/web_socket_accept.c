/* SPDX-License-Identifier: Apache-2.0 */
/* A WebSocket that begins as a request to our HTTP server. */
#include "daemon/websocket/state.h"
#include "daemon/websocket/web_socket_key.h"

static bool list_has(struct span list, const char *wanted) {
    while (list.size > 0)
        if (span_equal_ignoring_case(span_trimmed(span_take_until(&list, ',')), span_of_text(wanted))) return true;
    return false;
}

bool web_socket_is_wanted(const struct http_exchange *exchange) {
    return http_tunnel_may_open(exchange) && list_has(http_header(exchange, "upgrade"), "websocket") &&
           list_has(http_header(exchange, "connection"), "upgrade") &&
           span_equal_text(http_header(exchange, "sec-websocket-version"), "13") &&
           web_socket_key_is_valid(http_header(exchange, "sec-websocket-key"));
}

/* ---- What carries it ---- */

static bool tunnel_has_room(void *carried, size_t size) {
    return http_tunnel_has_room(carried, size);
}

static void tunnel_write(void *carried, struct span bytes) {
    (void)http_tunnel_write(carried, bytes); /* there is room */
}

static size_t tunnel_waiting(const void *carried) {
    return http_tunnel_waiting(carried);
}

static void tunnel_close(void *carried) {
    http_tunnel_close(carried);
}

static void tunnel_drop(void *carried) {
    http_tunnel_drop(carried);
}

static const struct web_socket_carrier tunnel_carrier = {tunnel_has_room, tunnel_write, tunnel_waiting, tunnel_close,
                                                         tunnel_drop};

static void tunnel_received(void *context, struct http_exchange *exchange, struct span bytes) {
    (void)exchange;
    web_socket_receive(context, bytes);
}

static void tunnel_drained(void *context, struct http_exchange *exchange) {
    (void)exchange;
    web_socket_tell_drained(context);
}

bool web_socket_gone(struct http_exchange *exchange) {
    const struct http_tunnel_sink *sink = http_tunnel_sink(exchange);
    if (sink == NULL || sink->received != tunnel_received) return false;
    web_socket_carrier_gone(sink->context, "it went away without a close");
    return true;
}

/* ---- Its beginning ---- */

static bool open_tunnel(struct http_exchange *exchange, struct web_socket *socket) {
    const struct web_socket_proof proof = web_socket_key_prove(http_header(exchange, "sec-websocket-key"));
    const struct http_header_line lines[] = {
        {"Upgrade", "websocket"}, {"Connection", "Upgrade"}, {"Sec-WebSocket-Accept", proof.text}};
    const bool is_told = socket->options.callbacks.drained != NULL;
    const struct http_tunnel_sink sink = {.received = tunnel_received,
                                          .drained = is_told ? tunnel_drained : NULL,
                                          .context = socket,
                                          .waiting_bytes_max = socket->options.waiting_bytes_max + FRAME_HEAD_SIZE_MAX +
                                                               WEB_SOCKET_CLOSE_ROOM};
    return http_tunnel_open(exchange, lines, sizeof lines / sizeof lines[0], &sink);
}

struct web_socket *web_socket_accept(struct http_exchange *exchange, const struct web_socket_options *options) {
    struct web_socket *socket = web_socket_new(http_loop(exchange), options, &tunnel_carrier);
    if (socket != NULL && open_tunnel(exchange, socket)) {
        socket->carried = exchange;
        socket->state = WEB_SOCKET_STATE_OPEN;
        return socket;
    }
    if (socket != NULL) {
        socket->state = WEB_SOCKET_STATE_ENDED;
        web_socket_let_go(socket);
    }
    http_answer(exchange, &(struct http_reply){.status = 503, .closes = true});
    return NULL;
}
