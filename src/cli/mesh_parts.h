/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The parts that a node's neighbours would fall into without it, as far as their own words go: who names whom, or a
 * third in common, is in one part. It is how one sees from one place whether this node, or one of its links, holds
 * parts of the mesh together.
 *
 *     mesh_parts_add(&parts, span of "a");              a neighbour that tells of its links, and what it tells
 *     mesh_parts_join(&parts, span of "a", span of "x");
 *
 * Owns: its places, by value; texts are borrowed.
 * Never: knows more than it was told: beyond the neighbours of the neighbours there may be other ways.
 * Full: as many nodes as all neighbours together can name; more are left out. */

#include "base/bytes.h"
#include "swarm/limits.h"

enum { MESH_PARTS_NODES_MAX = LIMIT_VIEW_MAX * (1 + LIMIT_VIEW_LINKS_MAX) };
struct mesh_parts_node {
    struct span id;
    size_t towards; /* another of its part; itself: it stands for the part */
    bool is_neighbour;
};
struct mesh_parts {
    size_t count;
    struct mesh_parts_node nodes[MESH_PARTS_NODES_MAX];
};
void mesh_parts_add(struct mesh_parts *parts, struct span neighbour);
void mesh_parts_join(struct mesh_parts *parts, struct span neighbour, struct span other);
/* How many parts have a neighbour in them. */
size_t mesh_parts_count(const struct mesh_parts *parts);
/* The neighbours of part `part`, from 0 on: up to `max` ids; gives how many there are. */
size_t mesh_parts_list(const struct mesh_parts *parts, size_t part, struct span *ids, size_t max);
