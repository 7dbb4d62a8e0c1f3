/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/mesh_parts.h"

/* The place of a node, a new one if need be; MESH_PARTS_NODES_MAX: there is none. */
static size_t place_of(struct mesh_parts *parts, struct span id) {
    size_t at = 0;
    while (at < parts->count && !span_equal(parts->nodes[at].id, id)) at++;
    if (at == parts->count && at < MESH_PARTS_NODES_MAX)
        parts->nodes[parts->count++] = (struct mesh_parts_node){.id = id, .towards = at};
    return at;
}

static size_t end_of(const struct mesh_parts *parts, size_t at) {
    while (parts->nodes[at].towards != at) at = parts->nodes[at].towards;
    return at;
}

void mesh_parts_add(struct mesh_parts *parts, struct span neighbour) {
    size_t at = place_of(parts, neighbour);
    if (at < MESH_PARTS_NODES_MAX) parts->nodes[at].is_neighbour = true;
}

void mesh_parts_join(struct mesh_parts *parts, struct span neighbour, struct span other) {
    size_t a = place_of(parts, neighbour);
    size_t b = place_of(parts, other);
    if (a == MESH_PARTS_NODES_MAX || b == MESH_PARTS_NODES_MAX) return;
    parts->nodes[end_of(parts, a)].towards = end_of(parts, b);
}

/* Whether no neighbour before it is in its part. */
static bool is_first_of_part(const struct mesh_parts *parts, size_t at) {
    if (!parts->nodes[at].is_neighbour) return false;
    for (size_t i = 0; i < at; i++)
        if (parts->nodes[i].is_neighbour && end_of(parts, i) == end_of(parts, at)) return false;
    return true;
}

size_t mesh_parts_count(const struct mesh_parts *parts) {
    size_t count = 0;
    for (size_t i = 0; i < parts->count; i++) count += is_first_of_part(parts, i);
    return count;
}

static size_t first_of(const struct mesh_parts *parts, size_t part) {
    size_t at = 0;
    for (; at < parts->count; at++)
        if (is_first_of_part(parts, at) && part-- == 0) return at;
    return at;
}

size_t mesh_parts_list(const struct mesh_parts *parts, size_t part, struct span *ids, size_t max) {
    size_t count = 0;
    const size_t first = first_of(parts, part);
    for (size_t i = first; i < parts->count && count < max; i++)
        if (parts->nodes[i].is_neighbour && end_of(parts, i) == end_of(parts, first)) ids[count++] = parts->nodes[i].id;
    return count;
}
