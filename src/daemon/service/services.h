/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The services listener: one HTTP port for every role that serves strangers (the beacon and signaling now; capsules
 * and bridges join here). It opens only with a role that needs it, and knows no route of the API.
 * Owns: its HTTP server and the services behind it.
 * Full: see http.h for connections, each service for its own tables.   Spec: WIRE W5, W13. */

#include "daemon/config/settings.h"
#include "daemon/event_log.h"
#include "daemon/http/http.h"
#include "daemon/store/store.h"
#include "swarm/signaling/switchboard.h"

struct services;

struct services_options {
    struct loop *loop; /* all borrowed until services_free */
    struct store *store;
    struct event_log *events;
    const struct settings *settings; /* borrowed during the call; its roles say which services there are */
    struct node_id id;
    size_t connections_max; /* 0 = as many as the roles may need: 1024, and a place for each client of signaling */
    bool (*is_blocked)(void *context, const struct node_id *id); /* by the caretaker; may be NULL */
    void *context;                                               /* borrowed until services_free */
};
MUST_USE enum err services_new(struct services **services, const struct services_options *options,
                               struct http_place *bound, struct err_detail *detail);
/* Puts an option of theirs into force as it is in `settings` now; no connection notices. */
MUST_USE enum err services_apply(struct services *services, enum option_id option, const struct settings *settings,
                                 struct err_detail *detail);
struct http_counts services_count_http(const struct services *services);
struct http_tls_facts services_tls(const struct services *services);
bool services_count_beacon(const struct services *services, struct beacon_counts *counts); /* false: there is none */
bool services_count_signaling(const struct services *services, struct switchboard_counts *counts); /* the same */
void services_blocks_changed(struct services *services);                                           /* the caretaker's */
void services_free(struct services *services);                                                     /* accepts NULL */
