/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Simulated swarms for tests: made, started and judged in a line each, so that a test shows only what matters to it.
 * Never: passes over a violation; it ends the test with the seed that shows it. */

#include "sim/world.h"

struct world *swarm_begun(uint64_t seed, size_t nodes);         /* started, nothing has happened yet */
struct world *swarm_settled(uint64_t seed, size_t nodes);       /* one component and thirty quiet seconds later */
void swarm_end(struct world *world);                            /* fails on a violation; frees */
bool swarm_is_one(const struct world *world);                   /* all nodes run and are one component */
bool swarm_is_whole(const struct world *world);                 /* the running nodes are one component */
size_t swarm_seen_by(const struct world *world, uint32_t node); /* how many others have a link with it open */
uint64_t swarm_losses(const struct world *world);    /* links that broke so far, not those that were given up */
size_t swarm_least_links(const struct world *world); /* of the running node that has fewest */
/* The node publishes a record of now, of that number; gives its id. */
struct object_id swarm_publish(struct world *world, uint32_t node, uint32_t number);
/* Prints the newest events of a node (all: node_count) to stderr, for a test that is about to fail. */
void swarm_tell(const struct world *world, uint32_t node);
