/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/signaling/ice_servers.h"

#include "base/memory.h"
#include "crypto/wipe.h"
#include "daemon/name_resolver.h"
#include "daemon/signaling/ice_credentials.h"

enum { TICK_MS = 5000 };

struct ice_servers {
    struct ice_servers_options options;
    struct ice_credentials credentials;
    struct name_resolver *names;
    struct loop_timer *timer;
    size_t count;
    struct ice_server named[SETTINGS_ICE_SERVERS_MAX];
    struct address addresses[SETTINGS_ICE_SERVERS_MAX]; /* ADDRESS_NONE: not known yet */
};

static void resolved(void *context, size_t index, const struct address *addresses, size_t count) {
    struct ice_servers *servers = context;
    const struct address *address = ice_server_choose(addresses, count);
    if (address_equal(address, &servers->addresses[index])) return;
    servers->addresses[index] = *address;
    if (servers->options.changed != NULL) servers->options.changed(servers->options.context);
}

static void tick(void *context) {
    struct ice_servers *servers = context;
    loop_timer_start(servers->timer, TICK_MS);
    name_resolver_tick(servers->names, loop_now_ms(servers->options.loop));
}

/* What is an address needs no look-up before it is used. */
static void take(struct ice_servers *servers, const struct ice_server *server, struct place_name *name) {
    struct address *address = &servers->addresses[servers->count];
    servers->named[servers->count++] = *server;
    *name = server->place;
    if (address_read_ip(span_of_text(server->place.host), address)) address->port = server->place.port;
}

enum err ice_servers_new(struct ice_servers **out, const struct ice_servers_options *options,
                         struct err_detail *detail) {
    const struct settings *settings = options->settings;
    struct ice_servers *servers = memory_zeroed(1, sizeof *servers);
    struct place_name names[SETTINGS_ICE_SERVERS_MAX];
    servers->options = *options;
    servers->options.settings = NULL; /* it was borrowed for this */
    for (size_t i = 0; i < settings->ice_server_count; i++) take(servers, &settings->ice_servers[i], &names[i]);
    const struct name_resolver_options resolver = {
        .loop = options->loop, .names = names, .count = servers->count, .resolved = resolved, .context = servers};
    servers->names = name_resolver_new(&resolver);
    servers->timer = loop_timer_open(options->loop, tick, servers);
    const enum err err = settings->ice_credentials[0] == '\0'
                             ? ERR_OK
                             : ice_credentials_read(settings->ice_credentials, &servers->credentials, detail);
    if (err != ERR_OK) {
        ice_servers_free(servers);
        return err;
    }
    if (servers->count > 0) loop_timer_start(servers->timer, 0);
    *out = servers;
    return ERR_OK;
}

void ice_servers_again(struct ice_servers *servers) {
    name_resolver_again(servers->names);
    if (servers->count > 0) loop_timer_start(servers->timer, 0);
}

bool ice_servers_look(const struct ice_servers *servers, size_t index, struct ice_server *server,
                      struct address *address) {
    if (index >= servers->count) return false;
    *server = servers->named[index];
    *address = servers->addresses[index];
    return true;
}

const struct ice_credentials *ice_servers_credentials(const struct ice_servers *servers) {
    return &servers->credentials;
}

void ice_servers_free(struct ice_servers *servers) {
    if (servers == NULL) return;
    name_resolver_free(servers->names);
    loop_timer_close(servers->timer);
    wipe_bytes(&servers->credentials, sizeof servers->credentials);
    memory_free(servers);
}
