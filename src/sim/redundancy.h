/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* How well the files of a simulated swarm are kept, by what really lies on the disks: who knows everything can tell
 * what no node can.
 * Owns: nothing.   Never: changes a world. */

#include "sim/world.h"

struct redundancy {
    size_t files;
    size_t lost;          /* on no disk */
    size_t unreadable;    /* on no disk of a host that runs */
    size_t under;         /* on fewer such than its manifest wants; so many running hosts there must be */
    size_t most_holders;  /* of any file, among hosts that run */
    uint64_t moved_bytes; /* of parts, sent by all hosts so far */
};
struct redundancy redundancy_look(const struct world *world);
bool redundancy_is_good(const struct world *world);                     /* none is under its target */
uint64_t redundancy_bytes_on(const struct world *world, uint32_t node); /* of whole files on that disk, sealed */
size_t redundancy_holders(const struct world *world, const struct object_id *id); /* that run */

/* Publishes so many files of all sizes from small to some chunks, each by another node in turn; all of them run. */
void redundancy_publish(struct world *world, size_t count, uint8_t target, uint64_t seed);
