/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A node's signaling client under its controls: what the engine's switches allow, and the endpoint that the caretaker
 * chose, become stop, hold and use; what worked last is remembered.
 * Owns: the client.   Never: decides what a control means (defs/switches.def does). Threads: the loop's alone. */

#include "daemon/signaling/signal_client.h"
#include "swarm/engine_view.h"

struct signal_host;

struct signal_host_options {
    struct loop *loop; /* all borrowed until signal_host_free */
    struct client_streams *streams;
    struct event_log *events;
    const struct engine *engine; /* begun: what was stopped before a restart is so now */
    const char *folder;          /* the data folder */
    const char *const *urls;     /* copied */
    size_t url_count;
    const struct node_id *id; /* copied */
    const struct signing_key *key;
    void (*message)(void *context, const struct signal_message *message); /* NULL: nobody listens */
    void (*changed)(void *context);                                       /* as the client's; NULL */
    void *context;
};
MUST_USE enum err signal_host_new(struct signal_host **host, const struct signal_host_options *options,
                                  struct err_detail *detail);
void signal_host_follow(struct signal_host *host); /* the controls may have changed */
struct signal_client *signal_host_client(const struct signal_host *host);
void signal_host_free(struct signal_host *host); /* accepts NULL */
