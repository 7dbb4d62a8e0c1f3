/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What an engine can be asked: one look at one part, copied out. The API, the command line and the simulator's
 * checkers read it; none of them can change anything.
 * Never: makes a figure up; what is not known is negative, or 0 for a time. Times are the wall clock's. */

#include "swarm/control/operations.h"
#include "swarm/dial/dial_wait.h"
#include "swarm/engine.h"
#include "swarm/identity/clone_guard.h"
#include "swarm/link/examination_table.h"
#include "swarm/link/link_table.h"
#include "swarm/link/strength.h"
#include "swarm/observe/counter.h"
#include "swarm/reach/reachability.h"
#include "swarm/rendezvous/source.h"
#include "swarm/wire/view.h"

/* The other process that runs with this node's keys, as far as it is known. */
struct clone_view {
    enum clone_stand stand;
    bool has_other;     /* one was seen */
    const char *source; /* who told of it; borrowed until the engine changes */
    bool has_address;
    struct address address;
    int64_t since_ms, until_ms; /* it has run since; what it said last is good until */
};

struct node_view {
    struct node_id node_id;
    struct public_key key;
    const char *user_id;   /* borrowed until the engine changes */
    const char *community; /* borrowed until the engine changes */
    bool has_user;
    struct public_key user_key; /* zeros without one */
    uint8_t boot[8];
    int64_t started_at_ms;        /* 0 = not started */
    int64_t ticket_expires_at_ms; /* 0 = none yet */
    size_t addr_count;
    const struct address *addrs; /* advertised; borrowed until the engine changes */
    bool is_stopping;
    bool is_network_off; /* by the caretaker */
    struct clone_view clone;
};
void engine_view_node(const struct engine *engine, struct node_view *view);
const struct ticket *engine_view_ticket(const struct engine *engine); /* our newest */

/* How many linked peers say that they hold a file, or are asked for parts of it just now; -1: it is not known here. */
int engine_view_file_sources(const struct engine *engine, const struct object_id *file);

/* Records of our own that no neighbour is known to have yet: what was kept in the last LIMIT_OUTBOX_AGE_MS, until a
 * reconciliation has shown that somebody has it. */
struct outbox_view {
    size_t count;
    int64_t oldest_at_ms; /* as the record says; 0 = none waits */
};
/* Fills up to `max` ids, the oldest first. */
void engine_view_outbox(const struct engine *engine, struct outbox_view *view, struct object_id *ids, size_t max);

/* How well a file is kept: by this node, by those it is linked with, and by the adverts of others. */
struct redundancy_view {
    uint8_t target;
    size_t seen;      /* live nodes that say they hold it, and this one if it does */
    size_t others;    /* of those, all but this one */
    size_t coming;    /* nodes that have said they fetch it */
    size_t verified;  /* of the others, those that proved it to us within LIMIT_PROOF_KEPT_MS */
    size_t domains;   /* networks (or users) in which they live, ours with them */
    bool may_release; /* a replica that the store may drop when it needs the room: enough others hold it, one proved it
                       */
};
/* False: no manifest of that file is known here. */
bool engine_view_redundancy(const struct engine *engine, const struct object_id *file, struct redundancy_view *view,
                            int64_t now_ms);

struct mesh_view {
    size_t active, dialing, handshaking, passive, known;
    uint32_t min, target, max;
};
void engine_view_mesh(const struct engine *engine, struct mesh_view *view);

struct link_view {
    uint32_t id;
    bool has_peer;
    bool is_inbound;
    bool is_user_proven;
    struct node_id node_id;
    char user_id[LIMIT_TICKET_ID_MAX + 1]; /* empty = not known yet */
    enum link_transport transport;
    enum link_path path;
    struct link_route route;
    struct address address;
    enum link_state state;
    enum reason reason;
    int64_t since_ms, opened_at_ms, last_handshake_at_ms, last_activity_at_ms;
    double rtt_ms, rtt_p95_ms, jitter_ms, loss_in, loss_out;
    struct strength_inputs strength_inputs;
    int strength;
    uint64_t bytes_in, bytes_out;
    int64_t in_bytes_per_second, out_bytes_per_second;
    struct learned_from learned_from;
    enum mesh_wish wish; /* of the dialler; NONE: a link outside the view */
    bool is_operators;   /* the caretaker named it */
    bool is_anchor;      /* kept, and called first after a restart */
};
/* Fills up to `max` views, in the order of their ids; gives how many there are. */
size_t engine_view_links(const struct engine *engine, struct link_view *views, size_t max, int64_t now_ms);

/* A link without its figures, for who looks at thousands of them each second. Times are the engine's own. */
struct link_outline {
    uint32_t id;
    enum link_state state;
    bool is_inbound;
    bool has_peer;
    struct node_id node_id;
    struct address address;
    int64_t opened_at_ms, heard_at_ms; /* 0 = never */
};
/* Fills up to `max`, in no order that means anything; gives how many there are, closed ones among them. */
size_t engine_view_outlines(const struct engine *engine, struct link_outline *outlines, size_t max);
bool engine_view_is_open(const struct engine *engine, const struct node_id *peer); /* there is an open link with it */

/* What a neighbour says of its own links: its claim, and no more than that. */
struct neighbour_view {
    struct node_id node_id; /* who says it */
    int64_t at_ms;          /* when it came in */
    struct view view;
};
/* Fills up to `max` in the order of the ids; gives how many there are. */
size_t engine_view_neighbours(const struct engine *engine, struct neighbour_view *views, size_t max);

/* What a peer said of its end of the link, or that it has not (yet): its word, and no more than that. */
struct examination_view {
    enum examination_state state;
    int64_t asked_at_ms, ended_at_ms; /* ended 0 = it may still answer */
    struct findings findings;         /* when ANSWERED */
};
/* False: it was not asked, or so long ago that others took the place. */
bool engine_view_examination(const struct engine *engine, const struct node_id *peer, struct examination_view *view);

struct peer_view {
    struct node_id node_id;
    char user_id[LIMIT_TICKET_ID_MAX + 1]; /* empty = no ticket at hand */
    bool is_user_proven;
    size_t addr_count;
    struct address addrs[LIMIT_TICKET_ADDRS_MAX];
    int64_t ticket_expires_at_ms, last_seen_at_ms, linked_at_ms;
    enum dial_wait wait;        /* why it is not dialled now */
    int64_t next_attempt_at_ms; /* 0 = none is planned */
    uint32_t failures;          /* attempts that failed in a row */
    bool is_anchor;             /* kept over restarts, and called first */
    bool is_from_disk;          /* known from before this start */
    struct learned_from learned_from;
    bool has_link;
    enum link_state link_state; /* of its liveliest link */
    enum reason reason;         /* why the last link or dial ended */
};
/* The peers from place `cursor` (0 = the first) on, up to `max`; gives how many, and in *next the place to go on from
 * (0 = that was all). Places stay the same as long as the peer is known. */
size_t engine_view_peers(const struct engine *engine, size_t cursor, struct peer_view *views, size_t max, size_t *next,
                         int64_t now_ms);

/* The same of one peer; false: it is not known. */
bool engine_view_peer(const struct engine *engine, const struct node_id *id, struct peer_view *view, int64_t now_ms);
/* Whether controls and blocks let the caretaker have that peer dialled. */
bool engine_view_may_call(const struct engine *engine, const struct node_id *peer);
/* Whether this node would dial there of itself (WIRE W6), however often it did lately. */
bool engine_view_may_dial(const struct engine *engine, const struct address *address);

/* Whether strangers can dial us; [0] IPv4, [1] IPv6. Times are the engine's. */
struct reachability_view {
    const struct reachability_family *families; /* REACHABILITY_FAMILIES; borrowed until the engine changes */
    int64_t wall_offset_ms;
};
void engine_view_reachability(const struct engine *engine, struct reachability_view *view);

/* Whether this node's own network seems to be down: no link, and whatever is dialled fails. */
struct outage_view {
    bool is_out;
    int64_t since_ms;        /* wall clock */
    int64_t next_attempt_ms; /* wall clock; 0 = a dial is under way, or nobody is known */
};
void engine_view_outage(const struct engine *engine, struct outage_view *view);

/* What has happened since the engine began. Borrowed; it counts on. */
const struct counter_set *engine_view_counters(const struct engine *engine);
/* The clock of the middle one of our peers less ours; false: too few of them say. */
bool engine_view_clock_skew(const struct engine *engine, int64_t *skew_ms);

struct rendezvous_view {
    int64_t last_harvest_at_ms, next_harvest_at_ms, next_announce_at_ms;
    int64_t first_peer_ms;                /* negative = none yet */
    bool is_on_fallback;                  /* no source answers: peers come from the book */
    int64_t fallback_since_ms;            /* wall clock */
    uint32_t known_of[LIMIT_SOURCES_MAX]; /* nodes in the book of which each source told first */
    size_t known_max;                     /* so many one source may have */
    uint32_t links_of[LIMIT_SOURCES_MAX]; /* open links with such nodes */
    size_t open_links;                    /* with all nodes */
    size_t source_count;
    const struct source
        *sources; /* borrowed until the engine changes; next_at_ms is engine time, the rest wall clock */
    int64_t wall_offset_ms;
};
void engine_view_rendezvous(const struct engine *engine, struct rendezvous_view *view);

/* What the caretaker did, newest first; how many. Times are the wall clock's, 0 = none. */
struct operation_view {
    struct operation operation;
    bool is_keeping; /* that it is kept is being written */
    bool can_revert;
    int64_t ends_at_ms;    /* by itself */
    int64_t reverts_at_ms; /* unless it is kept */
};
size_t engine_view_operations(const struct engine *engine, struct operation_view *views, size_t max);
bool engine_view_operation(const struct engine *engine, uint64_t id, struct operation_view *view);
/* The id of the one asked for by this key; 0: there is none. */
uint64_t engine_view_operation_of_key(const struct engine *engine, const char *key);

struct control_view {
    bool is_on;
    bool is_resting;    /* it holds nobody back */
    uint64_t operation; /* that holds it where it is; 0 = none */
};
void engine_view_controls(const struct engine *engine, struct control_view views[SWITCH_COUNT]);
/* What may be done at signaling endpoints, and which one the caretaker wants. */
struct signaling_view {
    enum leave leave;       /* GIVEN, HEARTBEAT or DENIED */
    enum control_switch by; /* that forbids it; SWITCH_COUNT: none does */
    const char
        *endpoint; /* the URL of the caretaker's choice; "": whichever is best. Borrowed until the engine changes */
    uint64_t operation; /* that chose; 0: none did */
};
void engine_view_signaling(const struct engine *engine, struct signaling_view *view);
/* Another one after each change of a control; 0 at first. */
uint64_t engine_view_control_revision(const struct engine *engine);
struct operation_impact engine_view_impact(const struct engine *engine, const struct operation_request *request);
/* Who waits for the caretaker's approval, the longest waiting first; times are the wall clock's. Returns the count. */
struct pending_view {
    struct node_id node_id;
    const char *user_id; /* empty: it says none; borrowed until the engine changes */
    bool is_user_proven;
    struct address address;
    uint32_t calls;
    int64_t since_ms, last_ms, lapses_at_ms;
};
size_t engine_view_pending(const struct engine *engine, struct pending_view *views, size_t max);
/* The blocks that hold, newest first. Borrowed until the engine changes. */
const struct block_list *engine_view_blocks(const struct engine *engine);
