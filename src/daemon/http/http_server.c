/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/http/http.h"

#include <unistd.h>

#include "base/memory.h"
#include "base/must.h"
#include "daemon/http/state.h"

static void server_accepted(void *context, int fd, const struct address *remote) {
    struct http_server *server = context;
    if (server->counts.connections >= server->options.connections_max) {
        server->counts.refused++;
        (void)close(fd);
        return;
    }
    http_connection_open(server, fd, remote);
}

void http_server_let_go(struct http_server *server) {
    must(server->holds > 0);
    if (--server->holds == 0) memory_free(server);
}

enum err http_server_new(struct http_server **server, const struct http_options *options, struct address *bound,
                         struct err_detail *detail) {
    struct http_server *s = memory_zeroed(1, sizeof *s);
    s->options = *options;
    s->holds = 1;
    struct http_listener_options listener = {
        .loop = options->loop, .at = options->at, .accepted = server_accepted, .context = s};
    enum err err = http_listener_open(&s->listener, &listener, bound, detail);
    if (err != ERR_OK) {
        memory_free(s);
        return err;
    }
    s->deadlines.length_ms[HTTP_DEADLINE_REQUEST] = options->request_ms_max;
    s->deadlines.length_ms[HTTP_DEADLINE_IDLE] = options->idle_ms_max;
    s->deadlines.length_ms[HTTP_DEADLINE_LINGER] = HTTP_LINGER_MS;
    http_deadlines_open(&s->deadlines, options->loop, http_connection_due);
    *server = s;
    return ERR_OK;
}

void http_server_free(struct http_server *server) {
    if (server == NULL) return;
    http_listener_close(server->listener);
    server->listener = NULL;
    /* `gone` may answer or close others of ours meanwhile; the list is read anew each time. */
    while (server->connections != NULL) http_connection_close(server->connections);
    http_deadlines_close(&server->deadlines);
    http_server_let_go(server);
}

struct http_counts http_server_counts(const struct http_server *server) {
    return server->counts;
}
