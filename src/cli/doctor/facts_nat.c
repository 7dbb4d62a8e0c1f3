/* SPDX-License-Identifier: Apache-2.0 */
/* What STUN and TURN servers say of this machine. All of a family are asked from one socket: a router that gives it
 * another port for each of them is one through which nobody else can come straight. */
#include "cli/command.h"
#include "cli/doctor/facts.h"
#include "cli/doctor/stun_call.h"
#include "cli/sheet.h"
#include "crypto/wipe.h"
#include "daemon/loop/socket_address.h"
#include "daemon/signaling/ice_credentials.h"

#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { ADDRESSES_MAX = 16 };

/* ---- Which there are ---- */

static void add(struct facts *facts, const struct ice_server *server) {
    if (facts->ice_server_count < SETTINGS_ICE_SERVERS_MAX)
        facts->ice_servers[facts->ice_server_count++] = (struct facts_ice_server){.server = *server};
}

/* One value of a running node's configuration. */
static void take_value(struct facts *facts, struct span name, struct span value, char credentials[SETTINGS_PATH_MAX]) {
    struct ice_server server;
    if (span_equal_text(name, "ice-server") && ice_server_read(value, &server)) add(facts, &server);
    if (span_equal_text(name, "ice-credentials")) (void)span_copy_text(value, credentials, SETTINGS_PATH_MAX);
}

/* It may have been told more on its command line than the file says. */
static void list_of_node(struct facts *facts, char credentials[SETTINGS_PATH_MAX]) {
    const struct json_value *config = NULL;
    struct span text, value;
    if (api_client_open_quietly(&facts->running, facts->folder_path, &(struct err_detail){{0}}) != EXIT_CODE_DONE)
        return;
    facts->running.call_ms_max = FACTS_WAIT_MS;
    if (api_client_get(&facts->running, "/api/v1/config", &text, &config) != EXIT_CODE_DONE) return;
    const struct json_value *items = json_member(config, "items");
    for (size_t i = 0; i < json_array_count(items); i++) {
        const struct json_value *option = &items->as.items[i], *values = json_member(option, "values");
        for (size_t k = 0; k < json_array_count(values); k++)
            if (json_as_string(&values->as.items[k], &value))
                take_value(facts, api_client_text(option, "name"), value, credentials);
    }
    facts->has_ice_servers = true;
}

/* Gives the file with the user and the password, too; empty: there is none. */
static void list_servers(struct facts *facts, char credentials[SETTINGS_PATH_MAX]) {
    const struct settings *settings = config_settings(facts->config);
    credentials[0] = '\0';
    facts->ice_server_count = 0;
    facts->has_ice_servers = facts->snapshot == NULL;
    if (facts->snapshot != NULL) {
        list_of_node(facts, credentials);
        return;
    }
    (void)snprintf(credentials, SETTINGS_PATH_MAX, "%s", settings->ice_credentials);
    for (size_t i = 0; i < settings->ice_server_count; i++) add(facts, &settings->ice_servers[i]);
}

/* ---- Asking one ---- */

static void resolve(struct facts_ice_server *found) {
    const struct place_name *place = &found->server.place;
    struct address addresses[ADDRESSES_MAX];
    struct addrinfo *list = NULL, wanted = {.ai_socktype = SOCK_DGRAM};
    size_t count = 0;
    const int fault = getaddrinfo(place->host, NULL, &wanted, &list);
    if (fault != 0) (void)snprintf(found->fault, sizeof found->fault, "%s", gai_strerror(fault));
    for (const struct addrinfo *at = list; at != NULL && count < ADDRESSES_MAX; at = at->ai_next)
        count += socket_address_from(at->ai_addr, &addresses[count]);
    if (list != NULL) freeaddrinfo(list);
    if (count == 0) return;
    found->at = *ice_server_choose(addresses, count);
    found->at.port = place->port;
}

/* What the system would send from, and the port of the socket that sends. */
static struct address local_of(int fd, const struct address *to) {
    union socket_address native;
    struct address local = {0}, bound = {0};
    socklen_t size = socket_address_of(to, &native);
    const int other = socket(native.any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (other < 0) return local;
    if (connect(other, &native.any, size) == 0) {
        size = sizeof native;
        if (getsockname(other, &native.any, &size) == 0) (void)socket_address_from(&native.any, &local);
        size = sizeof native;
        if (getsockname(fd, &native.any, &size) == 0 && socket_address_from(&native.any, &bound))
            local.port = bound.port;
    }
    (void)close(other);
    return local;
}

static void ask_mapped(int fd, struct facts_ice_server *found) {
    struct stun_call call = {.fd = fd, .to = found->at, .request = {.method = STUN_BINDING}};
    found->has_answered = stun_call_make(&call) && call.answer.mapped.family != ADDRESS_NONE;
    found->elapsed_ms = call.elapsed_ms;
    found->mapped = call.answer.mapped;
    found->local = local_of(fd, &found->at);
}

static void take_refusal(struct facts_ice_server *found, const struct stun_answer *answer) {
    found->relay = FACTS_RELAY_REFUSED;
    found->relay_code = answer->code;
    sheet_clean(answer->reason, found->fault, sizeof found->fault);
}

static void allocate(struct stun_call *call, struct facts_ice_server *found,
                     const struct ice_credentials *credentials) {
    const struct span user = span_of_text(credentials->user), password = span_of_text(credentials->password);
    if (!stun_call_authenticate(call, user, password)) return;
    if (call->answer.is_error) {
        take_refusal(found, &call->answer);
        return;
    }
    found->relay = FACTS_RELAY_GIVEN;
    call->request.method = STUN_REFRESH;
    call->request.has_lifetime = true;
    found->is_given_back = stun_call_make(call) && !call->answer.is_error;
}

static void ask_relay(int fd, struct facts_ice_server *found, const struct ice_credentials *credentials) {
    struct stun_call call = {.fd = fd, .to = found->at, .request = {.method = STUN_ALLOCATE}};
    allocate(&call, found, credentials);
    wipe_bytes(call.key, sizeof call.key);
}

static void ask(const int fds[2], struct facts_ice_server *found, const struct ice_credentials *credentials,
                const char *why_none) {
    resolve(found);
    if (found->at.family == ADDRESS_NONE) return;
    const int fd = fds[found->at.family == ADDRESS_IPV6];
    if (fd < 0) {
        (void)snprintf(found->fault, sizeof found->fault, "this machine has no sockets of that family");
        return;
    }
    ask_mapped(fd, found);
    if (!found->server.is_turn || !found->has_answered) return;
    if (why_none[0] == '\0') {
        ask_relay(fd, found, credentials);
        return;
    }
    found->relay = FACTS_RELAY_UNKNOWN;
    sheet_clean(span_of_text(why_none), found->fault, sizeof found->fault);
}

void facts_take_nat(struct facts *facts) {
    char file[SETTINGS_PATH_MAX];
    struct ice_credentials credentials = {0};
    struct err_detail detail = {{0}};
    list_servers(facts, file);
    if (file[0] != '\0') (void)!ice_credentials_read(file, &credentials, &detail);
    const int fds[2] = {socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    for (size_t i = 0; i < facts->ice_server_count; i++) ask(fds, &facts->ice_servers[i], &credentials, detail.text);
    for (size_t i = 0; i < 2; i++)
        if (fds[i] >= 0) (void)close(fds[i]);
    wipe_bytes(&credentials, sizeof credentials);
}
