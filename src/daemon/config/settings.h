/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the caretaker chose, as the daemon uses it: every value checked and typed.
 * Owns: all its values (copied).
 * Never: reads a file, resolves a name, knows where a value comes from (config.h does).
 * Full: the capacities are those of the options. */

#include "base/address.h"
#include "crypto/sign.h"
#include "daemon/config/ice_server.h"
#include "daemon/config/mistake.h"
#include "daemon/http/http_forwarded.h"
#include "daemon/http/http_place.h"
#include "daemon/log_topics.h"
#include "daemon/peer_name.h"
#include "swarm/limits.h"
#include "swarm/observe/event.h"
#include "swarm/signaling/endpoint_set.h"

enum {
    SETTINGS_PATH_MAX = 4096,
    SETTINGS_HOST_MAX = 255, /* a DNS name and a port */
    SETTINGS_HOSTS_MAX = 16,
    SETTINGS_CONTACT_MAX = 200, /* characters, of up to four bytes */
    SETTINGS_COMMUNITIES_MAX = 32,
    SETTINGS_KEYS_MAX = 256,
    SETTINGS_WORD_MAX = 64,
    SETTINGS_SIGNALING_HOSTS_MAX = 4,
    SETTINGS_ICE_SERVERS_MAX = 8,
};

enum node_role { NODE_ROLE_NODE = 1, NODE_ROLE_BEACON = 2, NODE_ROLE_SIGNALING = 4 };
const char *node_role_name(enum node_role role);
enum {
    NODE_ROLES_END = 8,                                          /* roles are bits below it */
    NODE_ROLES_SERVING = NODE_ROLE_BEACON | NODE_ROLE_SIGNALING, /* those that open the services listener */
};

struct settings {
    char data[SETTINGS_PATH_MAX]; /* as given; empty: data_folder_path knows */
    unsigned roles;               /* enum node_role */
    char community[LIMIT_COMMUNITY_MAX + 1];
    struct address listen;
    bool advertises_nothing;
    size_t advertise_count;
    struct address advertise[LIMIT_TICKET_ADDRS_MAX]; /* none given: found out */
    size_t beacon_count;
    char beacons[LIMIT_SOURCES_MAX][LIMIT_URL_MAX + 1];
    size_t ice_server_count;
    struct ice_server ice_servers[SETTINGS_ICE_SERVERS_MAX];
    char ice_credentials[SETTINGS_PATH_MAX]; /* of a file; empty: none */
    size_t signal_count;
    char signals[ENDPOINTS_MAX][LIMIT_URL_MAX + 1];
    size_t peer_count;
    struct peer_name peers[LIMIT_OPERATOR_PEERS_MAX];
    uint32_t max_links;
    uint64_t storage_max;                     /* bytes; 0: no limit of ours */
    uint64_t upload_rate;                     /* bytes of content a second; 0: no limit of ours */
    uint64_t download_rate;                   /* the same */
    uint64_t repair_rate;                     /* the same, of copies for others */
    uint64_t scrub_rate;                      /* bytes a second; 0: nothing is read again */
    char community_secret[SETTINGS_PATH_MAX]; /* of a file; empty: none */
    bool share_view;
    bool answer_doctor;

    struct http_place api;
    size_t api_host_count;
    char api_hosts[SETTINGS_HOSTS_MAX][SETTINGS_HOST_MAX + 1];

    struct http_place serve;
    char serve_cert[SETTINGS_PATH_MAX]; /* empty: plain HTTP */
    char serve_key[SETTINGS_PATH_MAX];
    struct http_trust trusted_proxies;

    char contact[4 * SETTINGS_CONTACT_MAX + 1];

    size_t beacon_community_count;
    char beacon_communities[SETTINGS_COMMUNITIES_MAX][LIMIT_COMMUNITY_MAX + 1];
    size_t beacon_trusted_key_count;
    struct public_key beacon_trusted_keys[SETTINGS_KEYS_MAX];
    bool beacon_rate_loopback;

    char signaling_key[SETTINGS_WORD_MAX + 1];
    size_t signaling_host_count;
    char signaling_hosts[SETTINGS_SIGNALING_HOSTS_MAX][SETTINGS_HOST_MAX + 1];
    uint32_t signaling_clients_max;
    bool signaling_discovery;

    enum event_level log;
    struct log_topics trace;
};

/* Takes one value of an option. False: it is not acceptable; `why` says so when there is more to say than what the
 * table of options expects, else it is empty. */
bool settings_take(struct settings *settings, enum option_id option, const char *text, char why[MISTAKE_TEXT_MAX]);
/* What single values cannot show: the option at fault and why; false when all is well. */
bool settings_contradict(const struct settings *settings, enum option_id *option, char why[MISTAKE_TEXT_MAX]);
