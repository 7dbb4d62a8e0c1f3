/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* One look at the whole node, taken at one moment: everything that an answer says comes from the same look, so that no
 * two of its figures contradict each other.
 * Owns: the views, and what has to be remembered between looks (findings' beginnings, bytes of links that are gone).
 * Never: changes the engine.   Full: the views have a place for every row. */

#include "daemon/api/api.h"
#include "daemon/api/tally.h"
#include "swarm/observe/finding.h"
#include "swarm/signaling/endpoint_set.h"

enum { LOOK_PEERS_MAX = 200 /* of one page */, LOOK_OPERATIONS_MAX = 50 /* the newest */ };

struct content_host;
struct ice_servers;
struct doctor;
struct look {
    const struct engine *engine; /* borrowed; for what has a place of its own there; NULL: not looked yet */
    int64_t now_ms;              /* of the engine */
    int64_t wall_ms;             /* the same moment by the wall clock: the answer's asOf */
    const struct api_facts *facts;
    const struct event_log *events;
    const struct doctor *doctor;        /* NULL: there is none */
    const char *disk_trouble;           /* what the disk refuses; NULL: nothing. Borrowed, as the node says it */
    int64_t disk_since_ms;              /* wall clock */
    const struct content_host *content; /* NULL: this process moves no files */
    struct http_place api_place;
    struct node_view node;
    struct mesh_view mesh;
    struct rendezvous_view rendezvous;
    struct reachability_view reachability;
    struct outage_view outage;
    struct outbox_view outbox;
    const struct endpoint_set *signaling; /* NULL: none is configured. Borrowed, as the node says it */
    const struct ice_servers *ice;        /* the same */
    struct signaling_view signaling_view;
    size_t link_count;
    struct link_view links[LIMIT_LINKS_MAX];
    size_t neighbour_count;
    struct neighbour_view neighbours[LIMIT_VIEW_MAX];
    struct tally tally;
    struct finding_list findings;
    enum verdict verdict;
    struct control_view controls[SWITCH_COUNT];
    size_t operation_count;
    struct operation_view operations[LOOK_OPERATIONS_MAX];
    size_t pending_count;
    struct pending_view pending[LIMIT_APPROVALS_MAX];
    bool has_beacon;
    struct beacon_counts beacon;
    size_t peer_count; /* one page of them, from the cursor asked for */
    size_t peer_next;  /* 0 = that was all */
    struct peer_view peers[LOOK_PEERS_MAX];
};
/* A process that only serves (a beacon alone) has an engine that stands still: its figures would be made up. */
bool look_takes_part(const struct look *look);
/* Everything but the peers and the beacon. */
void look_take(struct look *look, const struct engine *engine, int64_t now_ms);
void look_take_peers(struct look *look, const struct engine *engine, size_t cursor, size_t max);
