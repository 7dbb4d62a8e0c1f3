/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A running node: everything of the daemon, wired. It opens the data folder, the store, the listeners and the links,
 * hosts the engine, and takes it all down again.
 * Owns: all of it, from node_run's begin to its end.
 * Never: decides anything about the swarm (the engine does). */

#include "base/address.h"
#include "base/err.h"
#include "daemon/peer_name.h"
#include "swarm/engine.h"

enum { NODE_PATH_MAX = 4096 };

enum node_role { NODE_ROLE_NODE = 1, NODE_ROLE_BEACON = 2 };
bool node_role_read(struct span text, enum node_role *role); /* one word of --roles */

struct node_options {
    char folder[NODE_PATH_MAX];
    struct address api;
    struct address listen;
    struct address serve;
    unsigned roles; /* enum node_role */
    char community[LIMIT_COMMUNITY_MAX + 1];
    bool advertises_nothing;
    size_t advertise_count;
    struct address advertise[LIMIT_TICKET_ADDRS_MAX]; /* none given: found out */
    size_t beacon_count;
    char beacons[LIMIT_SOURCES_MAX][LIMIT_URL_MAX + 1];
    size_t peer_count;
    struct peer_name peers[LIMIT_OPERATOR_PEERS_MAX];
    enum event_level log_level;
};
/* Runs until SIGTERM, SIGINT, or a start that fails. Gives ERR_OK after an orderly end. */
MUST_USE enum err node_run(const struct node_options *options, struct err_detail *detail);
