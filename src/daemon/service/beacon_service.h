/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The HTTP face of the beacon: POST /announce and GET /peers, the way browsers of the original app ask them, and its
 * presence on its way to the store and back. Who may announce what is for swarm/rendezvous/beacon.h alone.
 * Owns: the beacon, its timers, the announces whose signature is being checked. It has no listener: the one of all
 * services hands it requests.
 * Never: blocks, trusts a header (whom a listed proxy asks for, http.h knows), keeps an exchange longer than a
 * signature takes. Full: see the beacon. Threads: the loop's; signatures are checked on the pool. Spec: WIRE W13,
 * reference 4.1, 4.2. */

#include "daemon/http/http.h"
#include "daemon/store/store.h"
#include "swarm/rendezvous/beacon.h"

/* What the listener should hold requests to. */
enum {
    BEACON_SERVICE_HEAD_MAX = 8192,
    BEACON_SERVICE_BODY_MAX = LIMIT_BEACON_BODY_MAX,
    BEACON_SERVICE_REQUEST_MS = 10000
};

struct beacon_service;
struct beacon_service_options {
    struct loop *loop;            /* borrowed until beacon_service_free */
    struct store *store;          /* borrowed until beacon_service_free; NULL: a restart forgets who was there */
    struct beacon_options beacon; /* what it points to is copied, but for the verifier's context */
};
/* Takes back what the store kept. ERR_MEMORY, or what the store says. */
MUST_USE enum err beacon_service_new(struct beacon_service **service, const struct beacon_service_options *options,
                                     struct err_detail *detail);
void beacon_service_free(struct beacon_service *service); /* hands the store what has changed; accepts NULL */

/* Answers the exchange and gives true, when its method and path are the beacon's. */
bool beacon_service_handle(struct beacon_service *service, struct http_exchange *exchange);
void beacon_service_gone(struct http_exchange *exchange); /* whoever asked left before the answer */
/* What a beacon says to everything else, once no other service wants it either: 204 to OPTIONS, else 404. */
void beacon_service_decline(struct http_exchange *exchange);

MUST_USE bool beacon_service_set_policy(struct beacon_service *service, const struct beacon_policy *policy);
void beacon_service_count(const struct beacon_service *service, struct beacon_counts *counts);
