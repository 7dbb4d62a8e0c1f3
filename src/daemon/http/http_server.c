/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/http/http.h"

#include <unistd.h>

#include "base/memory.h"
#include "base/must.h"
#include "daemon/http/state.h"

static bool is_from(const struct http_connection *connection, const struct address *group) {
    const struct address own = address_prefix(&connection->remote, 32, 64);
    return address_equal(&own, group);
}

/* Many people may share an address, and their browsers keep connections open that they may need again: of these, the
 * one that has waited longest makes room. */
static void give_up_one_idle(struct http_server *server, const struct address *group) {
    struct http_connection *chosen = NULL;
    for (struct http_connection *each = server->connections; each != NULL; each = each->next) {
        const bool is_idle = each->deadline.is_set && each->deadline.kind == HTTP_DEADLINE_IDLE && each->uses == 0;
        if (!is_idle || !is_from(each, group)) continue;
        if (chosen == NULL || each->deadline.at_ms < chosen->deadline.at_ms) chosen = each;
    }
    if (chosen != NULL) http_connection_close(chosen);
}

static size_t count_from(const struct http_server *server, const struct address *group) {
    size_t count = 0;
    for (const struct http_connection *each = server->connections; each != NULL; each = each->next)
        count += is_from(each, group);
    return count;
}

static bool has_room(struct http_server *server, const struct address *remote) {
    const size_t per_address_max = server->options.connections_per_address_max;
    const bool is_exempt = !server->options.has_loopback_cap && address_scope(remote) == ADDRESS_SCOPE_LOOPBACK;
    if (per_address_max > 0 && !is_exempt) {
        const struct address group = address_prefix(remote, 32, 64);
        if (count_from(server, &group) >= per_address_max) give_up_one_idle(server, &group);
        if (count_from(server, &group) >= per_address_max) return false;
    }
    return server->counts.connections < server->options.connections_max;
}

static void server_accepted(void *context, int fd, const struct address *remote) {
    struct http_server *server = context;
    if (!has_room(server, remote)) {
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
    must_le(options->own_header_count, HTTP_OWN_HEADERS_MAX);
    s->options = *options;
    s->holds = 1;
    struct http_listener_options listener = {
        .loop = options->loop, .at = options->at, .option = options->option, .accepted = server_accepted, .context = s};
    enum err err = http_listener_open(&s->listener, &listener, bound, detail);
    if (err != ERR_OK) {
        memory_free(s);
        return err;
    }
    s->deadlines.length_ms[HTTP_DEADLINE_REQUEST] = options->request_ms_max;
    s->deadlines.length_ms[HTTP_DEADLINE_IDLE] = options->idle_ms_max;
    s->deadlines.length_ms[HTTP_DEADLINE_FLUSH] = options->flush_ms_max > 0 ? options->flush_ms_max : HTTP_FLUSH_MS;
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
