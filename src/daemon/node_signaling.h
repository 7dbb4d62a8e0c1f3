/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A node at its signaling servers: its client under the controls, and the WebRTC peer through which the engine calls
 * other nodes and is called. Puts them together; each knows nothing of the other.
 *
 * Owns: the streams, the client, the peer and the servers of ICE.
 * Never: loads WebRTC before somebody calls or is called; answers pages (skep echo does).
 * Threads: the loop's alone. */

#include "daemon/config/settings.h"
#include "daemon/engine_host.h"
#include "daemon/signaling/ice_servers.h"
#include "daemon/signaling/signal_host.h"

struct node_signaling;

struct node_signaling_options {
    struct loop *loop; /* all borrowed until node_signaling_free */
    struct event_log *events;
    struct engine_host *host;        /* begun */
    const char *folder;              /* the data folder */
    const struct settings *settings; /* borrowed during the call; it names a server at least */
    bool has_loopback;               /* candidates of this machine's own: the node listens on loopback only */
    const struct signing_key *key;
};
MUST_USE enum err node_signaling_new(struct node_signaling **signaling, const struct node_signaling_options *options,
                                     struct err_detail *detail);
void node_signaling_follow(struct node_signaling *signaling); /* the controls may have changed */
void node_signaling_retry(struct node_signaling *signaling);  /* the network is another, or back */
const struct signal_host *node_signaling_host(const struct node_signaling *signaling); /* borrowed */
const struct ice_servers *node_signaling_ice(const struct node_signaling *signaling);  /* the same */
void node_signaling_free(struct node_signaling *signaling); /* before the engine host; accepts NULL */
