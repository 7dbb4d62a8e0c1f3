/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What goes wrong in a run, as numbers with names: rolled from a seed, once every virtual second.
 * Owns: its own generator, so that a run without faults and one with them differ in nothing else.
 * Never: touches more than the options say; ends a stall or a cut before its time. */

#include "sim/world.h"

struct faults_options {
    double stalls_per_minute; /* of the whole swarm: a running node stands still */
    int64_t stall_ms_min, stall_ms_max;

    double crashes_per_minute;        /* of the whole swarm: a running node ends without a word */
    uint32_t machine_percent;         /* how many of these take the machine with them: nobody is told */
    int64_t down_ms_min, down_ms_max; /* until it starts again */
    uint32_t forget_percent;          /* how many come back with an empty disk */

    int64_t cut_every_ms; /* 0 = never: the network falls in two */
    int64_t cut_ms;       /* for so long */
    uint32_t cut_percent; /* so many of the nodes on the far side, where no beacon is */
    bool severs;          /* connections across are lost for good; else their data waits */
};
struct faults {
    struct faults_options options;
    struct prng prng;
    int64_t next_second_ms;
    int64_t next_cut_ms;
    int64_t heal_at_ms;   /* INT64_MAX: nothing is cut */
    int64_t *start_at_ms; /* of each node that is down because of us; INT64_MAX: not */
    size_t node_count;
    uint64_t stalls, crashes, cuts; /* so far */
};

void faults_init(struct faults *faults, const struct faults_options *options, uint64_t seed, const struct world *world);
void faults_deinit(struct faults *faults);
/* Runs the world and lets things go wrong in it. Stops early at a violation. */
void faults_run(struct faults *faults, struct world *world, int64_t for_ms);
/* Ends every fault: the cut heals, who is down starts. */
void faults_end(struct faults *faults, struct world *world);
