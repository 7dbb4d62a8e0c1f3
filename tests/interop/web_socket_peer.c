/* SPDX-License-Identifier: Apache-2.0 */
/* Our WebSocket at either end, for scripts: it sends back what it gets, and does what some texts say.
 *
 *   test-web_socket_peer server [CERTIFICATE KEY]     prints its port
 *   test-web_socket_peer client URL [AUTHORITIES]     prints "opened"
 *
 * "close N" closes with that code, "drop" goes without a word, "flood N" sends N messages of 1000 bytes. What ended it
 * is printed: "closed CODE WHY". It ends with its input, and then nothing of it may be left. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/must.h"
#include "daemon/client/client_stream.h"
#include "daemon/websocket/web_socket.h"

enum { MESSAGE_MAX = 1024 * 1024, FLOOD_SIZE = 1000 };

struct peer {
    struct loop *loop;
    struct http_server *server;
    struct client_streams *streams;
    struct web_socket *dialled; /* NULL: it has ended */
};

static void flood(struct web_socket *socket, long count) {
    static char text[FLOOD_SIZE];
    memset(text, 'f', sizeof text);
    for (long i = 0; i < count; i++)
        must(web_socket_send(socket, WEB_SOCKET_TEXT, (struct span){(const uint8_t *)text, sizeof text}));
}

static bool obey(struct peer *peer, struct web_socket *socket, struct span bytes) {
    char text[32];
    if (bytes.size >= sizeof text || !span_copy_text(bytes, text, sizeof text)) return false;
    if (strncmp(text, "close ", 6) == 0) {
        web_socket_close(socket, (int)strtol(text + 6, NULL, 10));
    } else if (strcmp(text, "drop") == 0) {
        if (socket == peer->dialled) peer->dialled = NULL;
        web_socket_drop(socket);
        printf("dropped\n");
    } else if (strncmp(text, "flood ", 6) == 0) {
        flood(socket, strtol(text + 6, NULL, 10));
    } else {
        return false;
    }
    return true;
}

static void message(void *context, struct web_socket *socket, enum web_socket_kind kind, struct span bytes) {
    const bool is_order = kind == WEB_SOCKET_TEXT && obey(context, socket, bytes);
    if (!is_order && !web_socket_send(socket, kind, bytes)) printf("refused %zu\n", bytes.size);
}

static void opened(void *context, struct web_socket *socket) {
    (void)context;
    (void)socket;
    printf("opened\n");
}

static void closed(void *context, struct web_socket *socket, int code, const char *why) {
    struct peer *peer = context;
    if (socket == peer->dialled) peer->dialled = NULL;
    printf("closed %d %s\n", code, why);
}

static struct web_socket_options options_of(struct peer *peer) {
    return (struct web_socket_options){.message_bytes_max = MESSAGE_MAX,
                                       .waiting_bytes_max = 4 * MESSAGE_MAX,
                                       .callbacks = {.opened = opened, .message = message, .closed = closed},
                                       .context = peer};
}

static void handle(void *context, struct http_exchange *exchange) {
    const struct web_socket_options options = options_of(context);
    if (web_socket_is_wanted(exchange))
        (void)web_socket_accept(exchange, &options);
    else
        http_answer(exchange, &(struct http_reply){.status = 426});
}

static void gone(void *context, struct http_exchange *exchange) {
    (void)context;
    must(web_socket_gone(exchange));
}

static void serve(struct peer *peer, const char *certificate_file, const char *key_file) {
    const struct http_options options = {.loop = peer->loop,
                                         .at.address = {.family = ADDRESS_IPV4, .ip = {127, 0, 0, 1}},
                                         .certificate_file = certificate_file,
                                         .key_file = key_file,
                                         .head_bytes_max = 16384,
                                         .body_bytes_max = 16384,
                                         .request_ms_max = 10000,
                                         .idle_ms_max = 10000,
                                         .connections_max = 100,
                                         .handshakes_max = 100,
                                         .handle = handle,
                                         .gone = gone,
                                         .context = peer};
    struct http_place bound;
    struct err_detail detail = {""};
    const enum err err = http_server_new(&peer->server, &options, &bound, &detail);
    if (err != ERR_OK) (void)fprintf(stderr, "%s\n", detail.text);
    must(err == ERR_OK);
    printf("port %d\n", bound.address.port);
}

static void dial(struct peer *peer, const char *url, const char *authorities_file) {
    const struct web_socket_options options = options_of(peer);
    must(client_streams_new(&peer->streams, peer->loop) == ERR_OK);
    client_streams_trust(peer->streams, authorities_file);
    peer->dialled = web_socket_dial(peer->streams, url, &options);
}

static void input_ready(void *context, unsigned events) {
    char bytes[64];
    (void)events;
    if (read(STDIN_FILENO, bytes, sizeof bytes) <= 0) loop_stop(context);
}

int main(int argument_count, char **arguments) {
    struct peer peer = {0};
    must(argument_count >= 2);
    (void)setvbuf(stdout, NULL, _IOLBF, 0);
    must(loop_new(&peer.loop) == ERR_OK);
    struct loop_watch *input = loop_watch_open(peer.loop, STDIN_FILENO, input_ready, peer.loop);
    must(input != NULL);
    loop_watch_want(input, LOOP_READABLE);
    if (strcmp(arguments[1], "server") == 0)
        serve(&peer, argument_count > 3 ? arguments[2] : NULL, argument_count > 3 ? arguments[3] : NULL);
    else
        dial(&peer, arguments[2], argument_count > 3 ? arguments[3] : NULL);
    loop_run(peer.loop);
    http_server_free(peer.server);
    web_socket_drop(peer.dialled);
    client_streams_free(peer.streams);
    loop_watch_close(input);
    loop_free(peer.loop);
    return 0;
}
