/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/service/services.h"

#include "base/memory.h"
#include "crypto/entropy.h"
#include "daemon/http/http.h"
#include "daemon/service/beacon_service.h"
#include "daemon/service/certificate_watch.h"
#include "daemon/service/node_document.h"
#include "daemon/service/signaling_service.h"
#include "swarm/limits.h"

enum {
    CONNECTIONS_MAX = 1024,
    CONNECTIONS_PER_ADDRESS_MAX = 32, /* one address alone must not take what all others need */
    IDLE_MS = 30000,
};

/* What the server refuses by itself, a page from anywhere may read as well: it would see a network error instead. */
static const struct http_header_line OWN_HEADERS[] = {{"Access-Control-Allow-Origin", "*"}};

struct services {
    struct http_server *server;
    struct beacon_service *beacon;       /* NULL without the role */
    struct signaling_service *signaling; /* the same */
    struct certificate_watch *certificate;
    struct node_document document;
};

/* Each service looks whether the request is its own; what nobody wants is declined. */
static void handle(void *context, struct http_exchange *exchange) {
    const struct services *services = context;
    if (node_document_handle(&services->document, exchange)) return;
    if (services->beacon != NULL && beacon_service_handle(services->beacon, exchange)) return;
    if (services->signaling != NULL && signaling_service_handle(services->signaling, exchange)) return;
    beacon_service_decline(exchange);
}

static void gone(void *context, struct http_exchange *exchange) {
    (void)context;
    if (!signaling_service_gone(exchange)) beacon_service_gone(exchange); /* nobody else keeps one */
}

static void emit_restored(const struct services *services, const struct services_options *options) {
    struct beacon_counts counts;
    beacon_service_count(services->beacon, &counts);
    if (counts.entries == 0 || options->events == NULL) return;
    const struct event event = {
        .code = EVENT_BEACON_RESTORED, .at_ms = loop_wall_ms(options->loop), .figures = {(int64_t)counts.entries}};
    event_log_add(options->events, &event);
}

/* The community of the node itself keeps its place, and the one that is meant when none is named. */
enum { CONFIGURED_MAX = SETTINGS_COMMUNITIES_MAX + 2 };

static struct beacon_policy policy_of(const struct settings *settings, const char *configured[CONFIGURED_MAX]) {
    size_t count = 0;
    configured[count++] = "mainnet";
    configured[count++] = settings->community;
    for (size_t i = 0; i < settings->beacon_community_count; i++) configured[count++] = settings->beacon_communities[i];
    return (struct beacon_policy){
        .configured = configured,
        .configured_count = count,
        .trusted = settings->beacon_trusted_keys,
        .trusted_count = settings->beacon_trusted_key_count,
        .has_loopback_rate = settings->beacon_rate_loopback,
    };
}

static enum err open_beacon(struct services *services, const struct services_options *options,
                            struct err_detail *detail) {
    struct entropy entropy = entropy_of_system();
    uint64_t seed = 0;
    entropy_fill(&entropy, (uint8_t *)&seed, sizeof seed);
    const char *configured[CONFIGURED_MAX];
    struct beacon_service_options beacon = {
        .loop = options->loop,
        .store = options->store,
        .beacon = {.communities_max = LIMIT_BEACON_COMMUNITIES_MAX,
                   .tickets_max = LIMIT_BEACON_TICKETS_MAX,
                   .list_max = LIMIT_BEACON_LIST_MAX,
                   .policy = policy_of(options->settings, configured),
                   .verifier = sign_verifier(),
                   .seed = seed},
    };
    enum err err = beacon_service_new(&services->beacon, &beacon, detail);
    if (err == ERR_OK) emit_restored(services, options);
    return err;
}

/* ---- Signaling ---- */

static bool has_signaling(const struct services_options *options) {
    return (options->settings->roles & NODE_ROLE_SIGNALING) != 0;
}

/* Of all connections, those that are no clients of signaling keep their places. */
static size_t connections_max(const struct services_options *options) {
    const size_t clients = has_signaling(options) ? options->settings->signaling_clients_max : 0;
    const size_t needed = CONNECTIONS_MAX + clients, allowed = options->connections_max;
    return allowed == 0 || allowed > needed ? needed : allowed;
}

/* Where the process may open too few files, what there is is shared: half for everybody else, at most. */
static size_t clients_max(const struct services_options *options) {
    const size_t wanted = options->settings->signaling_clients_max, places = connections_max(options);
    const size_t left = places > 2 * CONNECTIONS_MAX ? places - CONNECTIONS_MAX : (places + 1) / 2;
    return left < wanted ? left : wanted;
}

static void emit(const struct services_options *options, const struct event *event) {
    struct event stamped = *event;
    stamped.at_ms = loop_wall_ms(options->loop);
    if (options->events != NULL) event_log_add(options->events, &stamped);
}

static void emit_lacks(const struct services_options *options, size_t hosts) {
    const size_t wanted = options->settings->signaling_clients_max, places = clients_max(options);
    const struct event few = {.code = EVENT_SIGNALING_PLACES, .figures = {(int64_t)places, (int64_t)wanted}};
    if (places < wanted) emit(options, &few);
    if (hosts == 0) emit(options, &(struct event){.code = EVENT_SIGNALING_NAMELESS});
}

/* The names that we go by: those of the options, and the addresses that we listen at and tell others. */
struct host_list {
    char texts[LIMIT_SIGNAL_HOSTS][ADDRESS_TEXT_MAX];
    const char *names[LIMIT_SIGNAL_HOSTS];
    size_t count;
};

static void host_add(struct host_list *list, const struct address *address) {
    struct buffer out = buffer_over((uint8_t *)list->texts[list->count], ADDRESS_TEXT_MAX - 1);
    if (address->family == ADDRESS_NONE || address_scope(address) == ADDRESS_SCOPE_UNSPECIFIED) return;
    address_write_ip(&out, address);
    list->texts[list->count][out.size] = '\0';
    list->names[list->count] = list->texts[list->count];
    list->count++;
}

static void hosts_gather(struct host_list *list, const struct settings *settings) {
    const struct address *serve = &settings->serve.address;
    for (size_t i = 0; i < settings->signaling_host_count; i++)
        list->names[list->count++] = settings->signaling_hosts[i];
    for (size_t i = 0; i < settings->advertise_count; i++) host_add(list, &settings->advertise[i]);
    host_add(list, serve);
    if (address_scope(serve) == ADDRESS_SCOPE_LOOPBACK) list->names[list->count++] = "localhost";
}
_Static_assert(SETTINGS_SIGNALING_HOSTS_MAX + LIMIT_TICKET_ADDRS_MAX + 2 <= LIMIT_SIGNAL_HOSTS, "they all fit");

static enum err open_signaling(struct services *services, const struct services_options *options,
                               struct err_detail *detail) {
    struct host_list hosts = {.count = 0};
    hosts_gather(&hosts, options->settings);
    emit_lacks(options, hosts.count);
    return signaling_service_new(
        &services->signaling,
        &(struct signaling_service_options){.loop = options->loop,
                                            .key = options->settings->signaling_key,
                                            .hosts = hosts.names,
                                            .host_count = hosts.count,
                                            .clients_max = clients_max(options),
                                            .has_discovery = options->settings->signaling_discovery,
                                            .is_blocked = options->is_blocked,
                                            .context = options->context},
        detail);
}

/* ---- The listener ---- */

/* A client of signaling holds its connection for as long as it is there. */
static size_t connections_per_address_max(const struct services_options *options) {
    return CONNECTIONS_PER_ADDRESS_MAX + (has_signaling(options) ? LIMIT_SIGNAL_CLIENTS_PER_ADDRESS : 0);
}

static enum err open_server(struct services *services, const struct services_options *options, struct http_place *bound,
                            struct err_detail *detail) {
    struct http_options http = {
        .loop = options->loop,
        .at = options->settings->serve,
        .option = "--serve",
        .certificate_file = options->settings->serve_cert,
        .key_file = options->settings->serve_key,
        .trust = options->settings->trusted_proxies,
        .head_bytes_max = BEACON_SERVICE_HEAD_MAX,
        .body_bytes_max = BEACON_SERVICE_BODY_MAX,
        .request_ms_max = BEACON_SERVICE_REQUEST_MS,
        .idle_ms_max = IDLE_MS,
        .connections_max = connections_max(options),
        .connections_per_address_max = connections_per_address_max(options),
        .own_headers = OWN_HEADERS,
        .own_header_count = sizeof OWN_HEADERS / sizeof OWN_HEADERS[0],
        .handle = handle,
        .gone = gone,
        .context = services,
    };
    return http_server_new(&services->server, &http, bound, detail);
}

static void watch_certificate(struct services *services, const struct settings *settings) {
    const struct http_tls_facts facts = http_server_tls(services->server);
    certificate_watch_set(services->certificate, &facts, settings->serve_key);
}

enum err services_new(struct services **out, const struct services_options *options, struct http_place *bound,
                      struct err_detail *detail) {
    struct services *services = memory_zeroed(1, sizeof *services);
    const bool has_beacon = (options->settings->roles & NODE_ROLE_BEACON) != 0;
    enum err err = has_beacon ? open_beacon(services, options, detail) : ERR_OK;
    if (err == ERR_OK && has_signaling(options)) err = open_signaling(services, options, detail);
    node_document_write(&services->document, &options->id, options->settings);
    if (err == ERR_OK) err = open_server(services, options, bound, detail);
    services->certificate = certificate_watch_new(options->loop, options->events);
    if (err == ERR_OK) watch_certificate(services, options->settings);
    *out = services;
    if (err == ERR_OK) return ERR_OK;
    services_free(services);
    *out = NULL;
    return err;
}

static enum err apply_policy(struct services *services, const struct settings *settings, struct err_detail *detail) {
    const char *configured[CONFIGURED_MAX];
    const struct beacon_policy policy = policy_of(settings, configured);
    if (services->beacon == NULL || beacon_service_set_policy(services->beacon, &policy)) return ERR_OK;
    return err_set(detail, ERR_MEMORY, "there is no memory for the trusted keys");
}

static enum err apply_certificate(struct services *services, const struct settings *settings,
                                  struct err_detail *detail) {
    enum err err = http_server_set_tls(services->server, settings->serve_cert, settings->serve_key, detail);
    if (err == ERR_OK) watch_certificate(services, settings);
    return err;
}

enum err services_apply(struct services *services, enum option_id option, const struct settings *settings,
                        struct err_detail *detail) {
    switch (option) {
    case OPTION_BEACON_COMMUNITIES:
    case OPTION_BEACON_TRUSTED_KEYS:
    case OPTION_BEACON_RATE_LOOPBACK: return apply_policy(services, settings, detail);
    case OPTION_CONTACT: node_document_write(&services->document, &services->document.id, settings); return ERR_OK;
    case OPTION_SIGNALING_DISCOVERY:
        if (services->signaling != NULL)
            signaling_service_set_discovery(services->signaling, settings->signaling_discovery);
        return ERR_OK;
    case OPTION_SERVE_CERT:
    case OPTION_SERVE_KEY: return apply_certificate(services, settings, detail);
    case OPTION_TRUSTED_PROXIES: http_server_set_trust(services->server, &settings->trusted_proxies); return ERR_OK;
    default: return ERR_OK; /* not theirs */
    }
}

struct http_counts services_count_http(const struct services *services) {
    return http_server_counts(services->server);
}

struct http_tls_facts services_tls(const struct services *services) {
    return http_server_tls(services->server);
}

bool services_count_beacon(const struct services *services, struct beacon_counts *counts) {
    if (services->beacon == NULL) return false;
    beacon_service_count(services->beacon, counts);
    return true;
}

bool services_count_signaling(const struct services *services, struct switchboard_counts *counts) {
    if (services->signaling == NULL) return false;
    signaling_service_count(services->signaling, counts);
    return true;
}

void services_blocks_changed(struct services *services) {
    if (services->signaling != NULL) signaling_service_blocks_changed(services->signaling);
}

void services_free(struct services *services) {
    if (services == NULL) return;
    certificate_watch_free(services->certificate);
    http_server_free(services->server);
    beacon_service_free(services->beacon);
    signaling_service_free(services->signaling);
    memory_free(services);
}
