/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/http/http.h"

#include <unistd.h>

#include "base/memory.h"
#include "base/must.h"
#include "daemon/http/http_tunnel.h"
#include "daemon/http/state.h"

void http_server_count(struct http_server *server, enum http_dismissal dismissal) {
    server->counts.refused++;
    server->counts.dismissals[dismissal]++;
}

/* ---- Newcomers ---- */

static void send_away(struct http_server *server, struct http_connection *connection, enum http_dismissal dismissal) {
    http_server_count(server, dismissal);
    http_connection_close(connection);
}

/* Whom many may stand behind has no share, and is not one of those who hold most. */
static bool stands_for_many(const struct http_server *server, const struct address *remote) {
    return remote->family == ADDRESS_NONE || http_trust_has(&server->options.trust, remote);
}

static bool has_room_beside(struct http_server *server, const struct address *remote) {
    const size_t per_address_max = server->options.connections_per_address_max;
    const bool is_exempt = !server->options.has_loopback_cap && address_scope(remote) == ADDRESS_SCOPE_LOOPBACK;
    if (per_address_max == 0 || is_exempt || http_room_count(&server->room, remote) < per_address_max) return true;
    struct http_connection *other = http_room_choose_beside(server, remote);
    if (other != NULL) send_away(server, other, HTTP_DISMISSAL_EVICTED);
    return other != NULL;
}

/* The newcomer is one of those who may have to go. */
static void make_room(struct http_server *server, const struct http_connection *newcomer) {
    struct http_connection *other = NULL;
    if (server->counts.connections > server->options.connections_max)
        other = http_room_choose(server);
    else if (server->counts.handshakes > server->options.handshakes_max)
        other = http_room_choose_unshaken(server);
    if (other != NULL) send_away(server, other, other == newcomer ? HTTP_DISMISSAL_FULL : HTTP_DISMISSAL_EVICTED);
    if (server->counts.connections > server->counts.connections_peak)
        server->counts.connections_peak = server->counts.connections;
}

static void server_accepted(void *context, int fd, const struct address *remote) {
    struct http_server *server = context;
    const bool has_seat = !stands_for_many(server, remote);
    server->counts.accepted++;
    if (has_seat && !has_room_beside(server, remote)) {
        http_server_count(server, HTTP_DISMISSAL_ADDRESS_FULL);
        (void)close(fd);
        return;
    }
    struct http_connection *connection = http_connection_open(server, fd, remote);
    if (connection == NULL) {
        http_server_count(server, HTTP_DISMISSAL_NO_RESOURCES);
        return;
    }
    if (has_seat) connection->seat = http_room_take(&server->room, remote);
    make_room(server, connection);
}

static void server_shed(void *context) {
    http_server_count(context, HTTP_DISMISSAL_NO_RESOURCES);
}

/* ---- Life ---- */

void http_server_let_go(struct http_server *server) {
    must(server->holds > 0);
    if (--server->holds > 0) return;
    http_tls_context_free(server->tls);
    http_room_deinit(&server->room);
    memory_free(server);
}

static bool is_set(const char *file) {
    return file != NULL && file[0] != '\0';
}

static void take_options(struct http_server *server, const struct http_options *options) {
    int64_t *lengths_ms = server->deadlines.length_ms;
    must_le(options->own_header_count, HTTP_OWN_HEADERS_MAX);
    server->options = *options;
    server->options.certificate_file = server->options.key_file = NULL; /* borrowed for the start alone */
    if (options->handshakes_max == 0) server->options.handshakes_max = options->connections_max / 4 + 1;
    lengths_ms[HTTP_DEADLINE_HANDSHAKE] = options->handshake_ms_max > 0 ? options->handshake_ms_max : HTTP_HANDSHAKE_MS;
    lengths_ms[HTTP_DEADLINE_REQUEST] = options->request_ms_max;
    lengths_ms[HTTP_DEADLINE_IDLE] = options->idle_ms_max;
    lengths_ms[HTTP_DEADLINE_FLUSH] = options->flush_ms_max > 0 ? options->flush_ms_max : HTTP_FLUSH_MS;
    server->options.stall_ms_max = options->stall_ms_max > 0 ? options->stall_ms_max : HTTP_STALL_MS;
    lengths_ms[HTTP_DEADLINE_STALL] = server->options.stall_ms_max;
    lengths_ms[HTTP_DEADLINE_LINGER] = HTTP_LINGER_MS;
}

enum err http_server_new(struct http_server **server, const struct http_options *options, struct http_place *bound,
                         struct err_detail *detail) {
    struct http_server *s = memory_zeroed(1, sizeof *s);
    struct http_listener_options listener = {.loop = options->loop,
                                             .at = options->at,
                                             .unix_mode = options->unix_mode,
                                             .option = options->option,
                                             .accepted = server_accepted,
                                             .shed = server_shed,
                                             .context = s};
    s->holds = 1;
    take_options(s, options);
    http_room_init(&s->room, options->connections_max);
    enum err err = http_server_set_tls(s, options->certificate_file, options->key_file, detail);
    if (err == ERR_OK) err = http_listener_open(&s->listener, &listener, bound, detail);
    if (err != ERR_OK) {
        http_server_let_go(s);
        return err;
    }
    s->turn = loop_turn_open(options->loop, http_tunnels_flush, s);
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
    loop_turn_close(server->turn);
    http_deadlines_close(&server->deadlines);
    http_server_let_go(server);
}

void http_server_set_trust(struct http_server *server, const struct http_trust *trust) {
    server->options.trust = *trust;
}

enum err http_server_set_tls(struct http_server *server, const char *certificate_file, const char *key_file,
                             struct err_detail *detail) {
    struct http_tls_context *fresh = NULL;
    if (is_set(certificate_file) && is_set(key_file)) {
        enum err err = http_tls_context_new(&fresh, certificate_file, key_file, detail);
        if (err != ERR_OK) return err;
    }
    http_tls_context_free(server->tls);
    server->tls = fresh;
    return ERR_OK;
}

struct http_tls_facts http_server_tls(const struct http_server *server) {
    if (server->tls == NULL) return (struct http_tls_facts){0};
    return (struct http_tls_facts){.is_on = true,
                                   .has_open_key = http_tls_context_has_open_key(server->tls),
                                   .expires_at_ms = http_tls_context_expires_at_ms(server->tls)};
}

struct http_counts http_server_counts(const struct http_server *server) {
    return server->counts;
}
