/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A whole swarm in one process: hosts with engines, the network between them, beacons, and time that passes only when
 * told to. One seed is one run, to the last byte.
 *
 *     struct world *world = world_new(&(struct world_options){.seed = 7, .node_count = 20});
 *     world_start_all(world);
 *     world_run_for(world, 10000);
 *     world_component_count(world) == 1
 *
 * Checkers look at everything as it goes; the first thing that must not be is kept as the violation, and the world
 * stands still from then on.
 * Owns: everything in it.
 * Never: reads a clock, draws real randomness, does I/O.
 * Full: ends the process without memory. */

#include "sim/host.h"

struct world;

struct world_options {
    uint64_t seed;
    size_t node_count;
    bool has_no_beacon;
    size_t beacon_count;                           /* 0 = one, unless has_no_beacon */
    bool has_no_users;                             /* nodes without a user key */
    uint32_t closed_percent, mapped_percent;       /* nodes behind a router, without and with a forwarded port */
    bool has_signaling;                            /* all can be called through a server, routers or not */
    uint32_t liar_percent;                         /* nodes that lie, */
    enum liar_kind liar_kind;                      /* all in one way; LIAR_NONE = each in another */
    int64_t delay_ms_min, delay_ms_max, jitter_ms; /* of the network, one way; all 0 = 5..60, 10 */
    size_t book_rows, passive_tickets, links;      /* 0 = 128, 32, 32 */
    size_t records;                                /* that a node compares with others; 0 = 2048 */
    size_t files;                                  /* each knows of; 0 = 256 */
    int64_t room_bytes;                            /* each keeps for others; 0 = nothing is replicated */
    int64_t uplink_bytes_per_second;               /* for slices of files; 0 = 2,500,000 */
    size_t trace_lines;                            /* 0 = 4096 */
    const char *community;                         /* borrowed until world_free; NULL = "simulated" */
};

struct world *world_new(const struct world_options *options);
void world_free(struct world *world); /* accepts NULL */

/* Time. Running stops early at a violation. */
int64_t world_now_ms(const struct world *world);
void world_run_until(struct world *world, int64_t at_ms);
void world_run_for(struct world *world, int64_t for_ms);
/* Runs until `is_so`, at most `for_ms`; gives how long it took, or -1. Asked every 100 ms of virtual time. */
int64_t world_run_while_not(struct world *world, bool (*is_so)(const struct world *world), int64_t for_ms);

/* Nodes. */
size_t world_node_count(const struct world *world);
struct host *world_host(struct world *world, uint32_t node); /* borrowed until world_free */
const struct host *world_look(const struct world *world, uint32_t node);
bool world_find(const struct world *world, const struct node_id *id, uint32_t *node); /* false: nobody has this id */
void world_start(struct world *world, uint32_t node);
void world_start_all(struct world *world); /* spread over the first second */
void world_stop(struct world *world, uint32_t node);
void world_crash(struct world *world, uint32_t node, enum network_death death);
void world_stall(struct world *world, uint32_t node, int64_t for_ms);
void world_operator_peer(struct world *world, uint32_t node, uint32_t peer, bool has_id); /* before it starts */
void world_make_liar(struct world *world, uint32_t node, enum liar_kind kind);            /* the same; NONE: honest */

/* The network and the beacons. */
enum world_cut_passes {
    WORLD_CUT_PASSES_NOTHING,
    WORLD_CUT_PASSES_OUT, /* to the far side, nothing comes back */
    WORLD_CUT_PASSES_IN,  /* from the far side, nothing goes there */
};
struct world_cut {
    uint32_t first, count; /* those go to the far side, where no beacon is */
    enum world_cut_passes passes;
    bool severs; /* connections across are lost for good; else their data waits */
};
void world_cut(struct world *world, const struct world_cut *cut);
void world_heal(struct world *world);                                 /* ends the cut */
void world_plug(struct world *world, uint32_t node, bool is_plugged); /* false: its cable is pulled */
void world_weather(struct world *world, const struct weather *weather);
void world_beacons(struct world *world, enum beacon_mood mood);

/* What is. A link counts when both ends have it open. */
bool world_is_linked(const struct world *world, uint32_t a, uint32_t b);
size_t world_open_count(const struct world *world, uint32_t node);   /* open links as this node sees them */
size_t world_linked_count(const struct world *world, uint32_t node); /* those that are open at both ends */
bool world_sees_open(const struct world *world, uint32_t node, uint32_t peer);
size_t world_link_total(const struct world *world);
size_t world_component_count(const struct world *world); /* among running nodes */
const struct trace *world_trace(const struct world *world);
uint64_t world_hash(const struct world *world);
uint64_t world_event_count(const struct world *world, enum event_code code);
const char *world_violation(const struct world *world); /* NULL: none */
