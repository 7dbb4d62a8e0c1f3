/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the hosts of one simulation share: time, the network, the beacons, and the tools that each would otherwise have
 * for itself. Filled by world.c.
 * Owns: nothing; world.c makes and frees what stands here. */

#include "sim/beacon_host.h"
#include "sim/file_book.h"
#include "sim/network.h"
#include "sim/trace.h"

enum { STAGE_BEACONS_MAX = 4 };

struct stage {
    struct timeline timeline;
    struct network *network;
    size_t beacon_count;
    struct beacon_host *beacons[STAGE_BEACONS_MAX];
    struct trace trace;
    struct actions *actions; /* one for all: each feed's actions are done before the next feed */
    struct verifier verifier;
    void *arena_memory;   /* ANSWER_ARENA_SIZE bytes, for one check at a time */
    void *lie_memory;     /* LIMIT_CHECK_ARENA bytes, for one lie or record at a time; it may fall into a check */
    int64_t wall_zero_ms; /* the true wall clock at virtual time 0 */
    const char *community;
    struct file_book files; /* that anybody ever published */
    uint64_t disks_wiped;   /* so far, with the files on them */
    uint64_t fed_most;      /* how often one engine was fed at one instant, at the most, and which */
    uint32_t fed_most_host;
};
