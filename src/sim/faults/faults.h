/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What goes wrong in a run, as numbers with names: rolled from a seed, once every virtual second.
 *
 *     faults_init     before the nodes start: what is wrong from the beginning (clocks, bad paths)
 *     faults_run      things go wrong
 *     faults_end      what can end has ended; a massacre is the last thing that happens
 *
 * Owns: its own generator, so that a run without faults and one with them differ in nothing else.
 * Never: touches more than the options say; ends a stall before its time.   Full: cannot be. */

#include "sim/world.h"

/* A running node stands still: nothing is read, sent or timed. */
struct fault_stalls {
    uint32_t percent;  /* of the nodes, at any time; */
    double per_minute; /* or so many in the whole swarm */
    int64_t ms_min, ms_max;
};
/* A running node ends without a word and starts again later. */
struct fault_crashes {
    double per_minute;                /* of the whole swarm */
    uint32_t machine_percent;         /* how many take the machine with them: nobody is told */
    int64_t down_ms_min, down_ms_max; /* until it starts again */
    uint32_t forget_percent;          /* how many come back with an empty disk */
};
/* The network falls in two; no beacon is on the far side. */
struct fault_cuts {
    int64_t every_ms;         /* 0 = never, unless */
    bool is_once;             /* one, in the middle of the run */
    int64_t ms;               /* for so long */
    uint32_t percent;         /* so many of the nodes on the far side */
    uint32_t one_way_percent; /* how many of the cuts let one direction pass, by chance which */
    bool severs;              /* connections across are lost for good; else their data waits */
};
/* One node reaches nobody, and nobody it: its cable is pulled. */
struct fault_cables {
    double per_minute; /* of the whole swarm */
    int64_t ms_min, ms_max;
};
/* Wall clocks that are wrong from the beginning, and such that jump during the run. */
struct fault_clocks {
    uint32_t wrong_percent; /* of the nodes */
    int64_t wrong_ms_max;   /* early or late */
    double jumps_per_minute;
    int64_t jump_ms_max; /* to so much early or late */
};
/* Nodes die in one instant, at the end of the run, and never come back. */
struct fault_massacre {
    uint32_t percent;
    enum network_death death;
};

enum fault_kind {
    FAULT_STALLS,
    FAULT_CRASHES,
    FAULT_CUTS,
    FAULT_CABLES,
    FAULT_SLOW,
    FAULT_LOSSY,
    FAULT_CLOCKS,
    FAULT_MASSACRE,
    FAULT_KIND_COUNT,
};
const char *fault_kind_name(enum fault_kind kind);

struct faults_options {
    struct fault_stalls stalls;
    struct fault_crashes crashes;
    struct fault_cuts cuts;
    struct fault_cables cables;
    struct weather weather; /* SLOW and LOSSY: some paths, for the whole run */
    struct fault_clocks clocks;
    struct fault_massacre massacre;
};
bool faults_options_have(const struct faults_options *options, enum fault_kind kind);
void faults_options_drop(struct faults_options *options, enum fault_kind kind); /* as if it had not been asked for */

struct faults {
    struct faults_options options;
    struct prng prng;
    int64_t next_second_ms;
    int64_t next_cut_ms; /* INT64_MAX: none is planned */
    int64_t heal_at_ms;  /* INT64_MAX: nothing is cut */
    size_t node_count;
    int64_t *start_at_ms;              /* of each node that is down because of us; INT64_MAX: not */
    int64_t *plug_at_ms;               /* of each whose cable is pulled; INT64_MAX: not */
    uint64_t counts[FAULT_KIND_COUNT]; /* so far */
};

void faults_init(struct faults *faults, const struct faults_options *options, uint64_t seed, struct world *world);
void faults_deinit(struct faults *faults);
/* Runs the world and lets things go wrong in it. Stops early at a violation. */
void faults_run(struct faults *faults, struct world *world, int64_t for_ms);
/* The cut heals, cables go back, who is down starts; stalls run out by themselves. */
void faults_end(struct faults *faults, struct world *world);

/* For the kinds: dice. */
uint32_t faults_rolled(struct faults *faults, double per_minute); /* how often in this second */
bool faults_is_lucky(struct faults *faults, uint32_t percent);
uint32_t faults_any_node(struct faults *faults);

/* The kinds, one file each: what they do before the nodes start, each second, and at the end. */
void fault_stalls_second(struct faults *faults, struct world *world);
void fault_crashes_second(struct faults *faults, struct world *world);
void fault_crashes_end(struct faults *faults, struct world *world);
void fault_cuts_plan(struct faults *faults, int64_t for_ms, int64_t now_ms);
void fault_cuts_second(struct faults *faults, struct world *world);
void fault_cuts_end(struct faults *faults, struct world *world);
void fault_cables_second(struct faults *faults, struct world *world);
void fault_cables_end(struct faults *faults, struct world *world);
void fault_clocks_begin(struct faults *faults, struct world *world);
void fault_clocks_second(struct faults *faults, struct world *world);
void fault_massacre_end(struct faults *faults, struct world *world);
