/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What a doctor found out about one's own node: from outside (folder, process, ports), from its API, and about its
 * beacons, its signaling endpoints and the routers on the way out. A figure that was not found out is negative, or an
 * enum's UNKNOWN.
 * Owns: its texts; JSON is borrowed from the client that asked for it.
 * Never: says what a fact means (judge.h does), changes anything, waits longer than FACTS_WAIT_MS for one answer, but
 * for names, which the system looks up in its own time.
 * Full: LIMIT_SOURCES_MAX beacons are looked at, no more can be set. */

#include "cli/api_client.h"
#include "daemon/config/config.h"

enum { FACTS_WAIT_MS = 3000, FACTS_TEXT_MAX = 320, FACTS_PORTS_MAX = 3, FACTS_NAME_MAX = 32 };

/* ---- From outside ---- */

struct facts_folder {
    bool is_there;
    bool is_folder;
    bool is_writable;           /* by us; the doctor may be another user than the node */
    bool is_foreign;            /* belongs to another user than the doctor, who is not root */
    unsigned mode;              /* permissions */
    char fault[FACTS_TEXT_MAX]; /* why it could not be written; empty: it could */
    int64_t free_bytes, total_bytes;
    int64_t sync_us; /* until 64 KiB were on the disk */
};

enum facts_run_file { FACTS_RUN_FILE_ABSENT, FACTS_RUN_FILE_DAMAGED, FACTS_RUN_FILE_THERE };

struct facts_process {
    enum facts_run_file run_file;
    int64_t pid;     /* that run.json names; 0 = none */
    bool is_alive;   /* there is a process with that number */
    bool is_stopped; /* by SIGSTOP, or a debugger */
    bool is_locked;  /* somebody has the folder */
    int64_t lock_pid;
    int64_t resident_bytes;
    int64_t descriptors, descriptors_max; /* open ones are only shown to its user and to root */
};

enum facts_database { FACTS_DATABASE_UNKNOWN, FACTS_DATABASE_ABSENT, FACTS_DATABASE_GOOD, FACTS_DATABASE_BAD };

enum facts_port_state {
    FACTS_PORT_ANSWERS,   /* somebody takes connections there, and a node is to */
    FACTS_PORT_SILENT,    /* nobody does, though a node says that it listens */
    FACTS_PORT_FREE,      /* no node runs, and one could have it */
    FACTS_PORT_TAKEN,     /* no node runs, and somebody else has it */
    FACTS_PORT_FORBIDDEN, /* the system does not let us have it */
};
struct facts_port {
    const char *option; /* "listen"; borrowed, static */
    struct address at;
    enum facts_port_state state;
    char holder[FACTS_NAME_MAX]; /* the program that has it; empty: /proc does not tell */
    int64_t holder_pid;
};

/* ---- Beacons ---- */

struct facts_beacon {
    char id[FACTS_NAME_MAX]; /* "beacon-1" */
    char url[LIMIT_URL_MAX + 1];
    char reason[FACTS_TEXT_MAX]; /* why the node's last request failed; empty: it did not, or there is no node */
    int64_t failure_streak;      /* negative: there is no node that asked */
    bool is_resolved;
    bool has_answered;
    int status;
    int64_t elapsed_ms;
    char fault[FACTS_TEXT_MAX]; /* why it did not answer us */
    int64_t its_clock_ms;       /* how far its clock is before ours, to the second; only with has_its_clock */
    bool has_its_clock;
};

/* ---- Signaling ---- */

struct facts_endpoint {
    char url[LIMIT_URL_MAX + 1];
    char state[FACTS_NAME_MAX]; /* as the node has it; empty: there is no node */
    char error[FACTS_TEXT_MAX]; /* what it failed of last there */
    bool has_answered;          /* us */
    int status;
    int64_t elapsed_ms;
    char fault[FACTS_TEXT_MAX]; /* why it did not */
};

/* ---- What is between this machine and the others ---- */

enum facts_relay {
    FACTS_RELAY_NONE, /* it is not asked for one: no TURN server, or it did not answer */
    FACTS_RELAY_GIVEN,
    FACTS_RELAY_REFUSED, /* relay_code and fault say why */
    FACTS_RELAY_UNKNOWN, /* the user and the password cannot be read here; fault says why */
};
struct facts_ice_server {
    struct ice_server server;
    struct address at; /* ADDRESS_NONE: the name has none */
    bool has_answered;
    int64_t elapsed_ms;
    struct address local, mapped; /* how this machine and how the server sees one and the same socket */
    enum facts_relay relay;
    bool is_given_back;
    unsigned relay_code;
    char fault[FACTS_TEXT_MAX];
};

/* ---- All of it ---- */

struct facts {
    const char *config_flag, *data_flag; /* as given; NULL: not */
    char folder_path[PATH_MAX];
    struct config *config;                         /* owned */
    struct api_client node, story, running, visit; /* four, since each keeps one answer */
    const struct json_value *snapshot, *events;    /* NULL: no node answers, or it did not say */
    struct err_detail complaint;                   /* why no node answers */
    int64_t now_ms;                                /* wall clock */
    struct facts_folder folder;
    struct facts_process process;
    enum facts_database database;
    struct err_detail database_fault;
    size_t port_count;
    struct facts_port ports[FACTS_PORTS_MAX];
    size_t beacon_count;
    struct facts_beacon beacons[LIMIT_SOURCES_MAX];
    char signaling[FACTS_NAME_MAX]; /* the state, as the node says; empty: there is no node */
    char signaling_reason[FACTS_TEXT_MAX];
    size_t endpoint_count;
    struct facts_endpoint endpoints[ENDPOINTS_MAX];
    bool has_ice_servers; /* it is known which there are */
    size_t ice_server_count;
    struct facts_ice_server ice_servers[SETTINGS_ICE_SERVERS_MAX];
};
void facts_take_config(struct facts *facts);
void facts_take_folder(struct facts *facts);
void facts_take_process(struct facts *facts);
void facts_take_node(struct facts *facts);     /* its snapshot, and its louder events */
void facts_take_database(struct facts *facts); /* only when no node has it open */
void facts_take_ports(struct facts *facts);
void facts_take_beacons(struct facts *facts);
void facts_take_signaling(struct facts *facts);
void facts_take_nat(struct facts *facts);
/* Whether somebody takes connections there, within FACTS_WAIT_MS; a wildcard means this machine. */
bool facts_connects(const struct address *at);
void facts_deinit(struct facts *facts);
