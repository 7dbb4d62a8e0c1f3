/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Asks beacons: announces our ticket, fetches the tickets of others, has the answer checked on a worker thread and
 * hands it to the engine's host.
 * Owns: the calls under way.
 * Never: judges (the engine does), believes an unchecked answer, asks one source twice at once, follows a redirect.
 * Spec: reference 4 and 6.2, WIRE W13. */

#include "daemon/client/http_client.h"
#include "swarm/input.h"

struct beacon_client;

struct beacon_client_options {
    struct loop *loop;        /* borrowed until beacon_client_free */
    struct http_client *http; /* borrowed until beacon_client_free */
    const char *community;    /* copied */
    const char *const *urls;  /* base URLs, one for each source; copied */
    size_t url_count;
    int64_t timeout_ms; /* of a whole answer, its last byte included; 0 = LIMIT_HARVEST_TIMEOUT_MS */
    struct verifier verifier;
    /* The answer as an input for the engine; its reply is borrowed during the call. */
    void (*replied)(void *context, const struct input *input);
    void *context; /* borrowed */
};
struct beacon_client *beacon_client_new(const struct beacon_client_options *options);       /* NULL without memory */
void beacon_client_ask(struct beacon_client *client, uint8_t source, struct span announce); /* empty span = fetch */
/* Answers that arrive later are dropped; the memory goes when the last call under way has ended. The http client may be
 * freed before or after. Accepts NULL. */
void beacon_client_free(struct beacon_client *client);
