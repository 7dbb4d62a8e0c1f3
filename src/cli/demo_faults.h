/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What `skep demo --faults` has happen to its own nodes: which is stopped, goes on, is killed, is started again, and
 * when. Who does it is the demo, one act at a time:
 *
 *     while (demo_faults_next(&faults, now_ms, &act)) do_it(&act);
 *
 * A stall is 5 to 30 s long: some are over before the others call it a timeout, some are not. Stalls are handed out so
 * that their share of all the nodes' time is the one that was asked for.
 * Owns: the state of each node as far as faults go.
 * Never: reads the clock, touches a process, harms the first node, whose dashboard is shown.
 * Full: with nobody left to harm it waits; what it owes by then is at most one long stall. */

#include "base/prng.h"

#include <stdbool.h>
#include <stddef.h>

enum { DEMO_NODES_MAX = 64, DEMO_STALL_MS_MIN = 5000, DEMO_STALL_MS_MAX = 30000, DEMO_DOWN_MS = 3000 };

/* For messages: what --faults takes. */
#define DEMO_FAULTS_WANTED "stall=N% (1 to 90) or churn=N/min (1 to 60), or both with a comma between"

struct demo_faults_wish {
    uint32_t stall_percent;    /* of the nodes that may be harmed, at any time; 0 = none */
    uint32_t churn_per_minute; /* killed and started again; 0 = none */
};
/* "stall=2%,churn=6/min", each at most once. */
bool demo_faults_read(const char *text, struct demo_faults_wish *wish);

/* running -> stalled -> running; running -> down -> running; any -> gone, for good */
enum demo_node_state { DEMO_NODE_RUNNING, DEMO_NODE_STALLED, DEMO_NODE_DOWN, DEMO_NODE_GONE };
enum demo_act_kind { DEMO_ACT_STOP, DEMO_ACT_CONTINUE, DEMO_ACT_KILL, DEMO_ACT_START };
struct demo_act {
    enum demo_act_kind kind;
    size_t node;    /* index; never 0 */
    int64_t for_ms; /* of a stop and a kill: until it goes on */
};

struct demo_faults {
    struct demo_faults_wish wish;
    struct prng prng;
    size_t node_count;
    int64_t looked_at_ms;
    int64_t owed_ms; /* of stalls; negative: given ahead */
    int64_t next_kill_at_ms;
    struct {
        enum demo_node_state state;
        int64_t until_ms; /* of stalled and down */
    } nodes[DEMO_NODES_MAX];
};
void demo_faults_init(struct demo_faults *faults, const struct demo_faults_wish *wish, size_t node_count, uint64_t seed,
                      int64_t now_ms);
/* What is to be done now; false = nothing more. */
bool demo_faults_next(struct demo_faults *faults, int64_t now_ms, struct demo_act *act);
void demo_faults_lost(struct demo_faults *faults, size_t node); /* it ended by itself, and stays that way */
