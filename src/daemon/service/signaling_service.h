/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The role `signaling`: a PeerServer at /peerjs of the services listener, with GET /, /{key}/id and /{key}/peers beside
 * it. Who has which id and what is passed on is swarm/signaling/switchboard's to say; this brings it what comes over
 * WebSockets, and what time brings.
 * Owns: the switchboard, and a line for each client, which goes with its WebSocket.
 * Never: looks at a message; believes a header about who asks (http_client knows which it may).
 * Full: see switchboard.h. A client that does not read is hung up on with SIGNALING_SERVICE_WAITING_MAX before it.
 * Spec: reference 7.2, CONTRACT 5, WIRE W14. */

#include "daemon/http/http.h"
#include "swarm/signaling/switchboard.h"

enum { SIGNALING_SERVICE_WAITING_MAX = 512 * 1024 /* all that may wait for one id, and as much again */ };

struct signaling_service;

struct signaling_service_options {
    struct loop *loop; /* borrowed until signaling_service_free */
    const char *key;   /* copied */
    const char *const *hosts;
    size_t host_count;
    size_t clients_max;
    bool has_discovery;
    bool (*is_blocked)(void *context, const struct node_id *id); /* may be NULL */
    void *context;                                               /* borrowed */
};
MUST_USE enum err signaling_service_new(struct signaling_service **service,
                                        const struct signaling_service_options *options, struct err_detail *detail);
/* After the HTTP server, whose connections its clients are. Accepts NULL. */
void signaling_service_free(struct signaling_service *service);
/* True: the request is its own, and answered or taken over. */
bool signaling_service_handle(struct signaling_service *service, struct http_exchange *exchange);
bool signaling_service_gone(struct http_exchange *exchange); /* false: it is not one of ours */
void signaling_service_set_discovery(struct signaling_service *service, bool has_discovery);
void signaling_service_blocks_changed(struct signaling_service *service);
void signaling_service_count(const struct signaling_service *service, struct switchboard_counts *counts);
