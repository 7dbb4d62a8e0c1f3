/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/node_signaling.h"

#include "base/memory.h"
#include "crypto/entropy.h"
#include "daemon/client/client_stream.h"
#include "daemon/signaling/ice_credentials.h"

struct node_signaling {
    struct engine_host *host;
    struct client_streams *streams;
    struct signal_host *signal;
    struct peerjs_peer *peer;
    struct ice_servers *ice;
    bool is_in_use; /* as the engine was last told */
};

static void heard(void *context, const struct signal_message *message) {
    const struct node_signaling *signaling = context;
    if (signaling->peer != NULL) peerjs_peer_heard(signaling->peer, message);
}

static void tell_engine(struct node_signaling *signaling) {
    const struct endpoint_set *set = signal_client_look(signal_host_client(signaling->signal));
    const bool is_in_use = endpoint_set_in_use(set) != ENDPOINT_NONE;
    if (is_in_use == signaling->is_in_use) return;
    signaling->is_in_use = is_in_use;
    engine_host_tell_signaling(signaling->host, is_in_use);
}

static void changed(void *context) {
    struct node_signaling *signaling = context;
    if (signaling->peer == NULL) return; /* it is being made */
    peerjs_peer_signaled(signaling->peer);
    tell_engine(signaling);
}

/* Connections that are no links are passed over: nobody here has anything to say to them. */

static bool offered(void *context, struct data_connection *connection) {
    const struct node_signaling *signaling = context;
    return signaled_link_set_offered(engine_host_signaled(signaling->host), connection);
}

static void opened(void *context, struct data_connection *connection) {
    const struct node_signaling *signaling = context;
    (void)signaled_link_set_opened(engine_host_signaled(signaling->host), connection);
}

static void arrived(void *context, struct data_connection *connection, const struct data_message *message) {
    const struct node_signaling *signaling = context;
    (void)signaled_link_set_arrived(engine_host_signaled(signaling->host), connection, message);
}

static void doubted(void *context, struct data_connection *connection) {
    const struct node_signaling *signaling = context;
    (void)signaled_link_set_doubted(engine_host_signaled(signaling->host), connection);
}

static void drained(void *context, struct data_connection *connection) {
    const struct node_signaling *signaling = context;
    (void)signaled_link_set_drained(engine_host_signaled(signaling->host), connection);
}

static void closed(void *context, struct data_connection *connection, enum data_end end, const char *detail) {
    const struct node_signaling *signaling = context;
    (void)signaled_link_set_closed(engine_host_signaled(signaling->host), connection, end, detail);
}

static void open_peer(struct node_signaling *signaling, const struct node_signaling_options *options) {
    const struct entropy entropy = entropy_of_system();
    struct peerjs_peer_options peer = {
        .loop = options->loop,
        .signal = signal_host_client(signaling->signal),
        .has_loopback = options->has_loopback,
        .callbacks = {.offered = offered,
                      .opened = opened,
                      .message = arrived,
                      .doubted = doubted,
                      .drained = drained,
                      .closed = closed},
        .context = signaling,
    };
    entropy_fill(&entropy, (uint8_t *)&peer.seed, sizeof peer.seed);
    signaling->peer = peerjs_peer_new(&peer);
    engine_host_join_signaling(signaling->host, signaling->peer);
}

static void use_ice(void *context) {
    struct node_signaling *signaling = context;
    const struct ice_credentials *credentials = ice_servers_credentials(signaling->ice);
    struct rtc_server servers[SETTINGS_ICE_SERVERS_MAX];
    struct ice_server named;
    struct address address;
    size_t count = 0;
    if (signaling->peer == NULL) return; /* it is being made */
    for (size_t i = 0; ice_servers_look(signaling->ice, i, &named, &address); i++) {
        if (address.family == ADDRESS_NONE) continue;
        servers[count] = (struct rtc_server){.address = address};
        if (named.is_turn) servers[count].user = credentials->user;
        if (named.is_turn) servers[count].password = credentials->password;
        count++;
    }
    peerjs_peer_use_servers(signaling->peer, servers, count);
}

static enum err open_ice(struct node_signaling *signaling, const struct node_signaling_options *options,
                         struct err_detail *detail) {
    const struct ice_servers_options ice = {
        .loop = options->loop, .settings = options->settings, .changed = use_ice, .context = signaling};
    return ice_servers_new(&signaling->ice, &ice, detail);
}

static enum err open_signal(struct node_signaling *signaling, const struct node_signaling_options *options,
                            struct err_detail *detail) {
    const char *urls[ENDPOINTS_MAX];
    const struct public_key key = sign_public_key(options->key);
    const struct node_id id = node_id_of_key(&key);
    for (size_t i = 0; i < options->settings->signal_count; i++) urls[i] = options->settings->signals[i];
    const struct signal_host_options signal = {
        .loop = options->loop,
        .streams = signaling->streams,
        .events = options->events,
        .engine = engine_host_engine(options->host),
        .folder = options->folder,
        .urls = urls,
        .url_count = options->settings->signal_count,
        .id = &id,
        .key = options->key,
        .message = heard,
        .changed = changed,
        .context = signaling,
    };
    return signal_host_new(&signaling->signal, &signal, detail);
}

enum err node_signaling_new(struct node_signaling **out, const struct node_signaling_options *options,
                            struct err_detail *detail) {
    struct node_signaling *signaling = memory_zeroed(1, sizeof *signaling);
    signaling->host = options->host;
    enum err err = open_ice(signaling, options, detail);
    if (err == ERR_OK && client_streams_new(&signaling->streams, options->loop) != ERR_OK)
        err = err_set(detail, ERR_MEMORY, "connections to signaling servers do not start");
    if (err == ERR_OK) err = open_signal(signaling, options, detail);
    if (err != ERR_OK) {
        node_signaling_free(signaling);
        return err;
    }
    open_peer(signaling, options);
    use_ice(signaling);
    tell_engine(signaling);
    *out = signaling;
    return ERR_OK;
}

void node_signaling_follow(struct node_signaling *signaling) {
    signal_host_follow(signaling->signal);
}

void node_signaling_retry(struct node_signaling *signaling) {
    signal_client_retry(signal_host_client(signaling->signal));
    ice_servers_again(signaling->ice);
}

const struct signal_host *node_signaling_host(const struct node_signaling *signaling) {
    return signaling->signal;
}

const struct ice_servers *node_signaling_ice(const struct node_signaling *signaling) {
    return signaling->ice;
}

void node_signaling_free(struct node_signaling *signaling) {
    if (signaling == NULL) return;
    peerjs_peer_free(signaling->peer);
    signal_host_free(signaling->signal);
    client_streams_free(signaling->streams);
    ice_servers_free(signaling->ice);
    memory_free(signaling);
}
