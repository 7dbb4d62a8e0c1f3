/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/service/services.h"

#include "base/memory.h"
#include "crypto/entropy.h"
#include "daemon/http/http.h"
#include "daemon/service/beacon_service.h"

enum { CONNECTIONS_MAX = 1024, IDLE_MS = 30000 };

struct services {
    struct http_server *server;
    struct beacon_service *beacon; /* NULL without the role */
};

/* Each service looks whether the request is its own; what nobody wants is declined. */
static void handle(void *context, struct http_exchange *exchange) {
    const struct services *services = context;
    if (services->beacon != NULL && beacon_service_handle(services->beacon, exchange)) return;
    beacon_service_decline(exchange);
}

/* Every answer is given at once, so nothing is held that could go. */
static void gone(void *context, struct http_exchange *exchange) {
    (void)context;
    (void)exchange;
}

static enum err open_beacon(struct services *services, const struct services_options *options,
                            struct err_detail *detail) {
    struct entropy entropy = entropy_of_system();
    uint64_t seed = 0;
    entropy_fill(&entropy, (uint8_t *)&seed, sizeof seed);
    struct beacon_service_options beacon = {
        .loop = options->loop,
        .store = options->store,
        .beacon = {.communities_max = LIMIT_BEACON_COMMUNITIES_MAX,
                   .tickets_max = LIMIT_BEACON_TICKETS_MAX,
                   .list_max = LIMIT_BEACON_LIST_MAX,
                   .verifier = sign_verifier(),
                   .seed = seed},
    };
    return beacon_service_new(&services->beacon, &beacon, detail);
}

static enum err open_server(struct services *services, const struct services_options *options, struct address *bound,
                            struct err_detail *detail) {
    struct http_options http = {
        .loop = options->loop,
        .at = options->at,
        .head_bytes_max = BEACON_SERVICE_HEAD_MAX,
        .body_bytes_max = BEACON_SERVICE_BODY_MAX,
        .request_ms_max = BEACON_SERVICE_REQUEST_MS,
        .idle_ms_max = IDLE_MS,
        .connections_max = CONNECTIONS_MAX,
        .handle = handle,
        .gone = gone,
        .context = services,
    };
    return http_server_new(&services->server, &http, bound, detail);
}

enum err services_new(struct services **out, const struct services_options *options, struct address *bound,
                      struct err_detail *detail) {
    struct services *services = memory_zeroed(1, sizeof *services);
    enum err err = options->has_beacon ? open_beacon(services, options, detail) : ERR_OK;
    if (err == ERR_OK) err = open_server(services, options, bound, detail);
    *out = services;
    if (err == ERR_OK) return ERR_OK;
    services_free(services);
    *out = NULL;
    return err;
}

void services_free(struct services *services) {
    if (services == NULL) return;
    http_server_free(services->server);
    beacon_service_free(services->beacon);
    memory_free(services);
}
