/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The root of a file: the tree hash of RFC 6962, section 2.1, over the ids of its chunks, in one pass over them and in
 * the memory of one branch. A leaf is hashed behind 00, two halves behind 01, so that no node passes for a leaf; the
 * left half of n leaves is the largest power of two below n.
 *
 *     the peaks after 7 leaves: 4, 2, 1, as the bits of 7; the eighth joins them all
 *
 * Owns: nothing.   Never: asks for all ids at once.   Full: more than a file can have is a mistake of the caller.
 * Spec: WIRE W12. */

#include "swarm/content/file_shape.h"
#include "swarm/content/object_id.h"

enum { CHUNK_TREE_LEAVES_MAX = FILE_LISTS_MAX * FILE_LIST_CHUNKS, CHUNK_TREE_PEAKS_MAX = 23 };
_Static_assert(CHUNK_TREE_LEAVES_MAX < 1 << CHUNK_TREE_PEAKS_MAX, "a peak for each bit of the count");

struct chunk_tree {
    uint32_t leaf_count;
    struct sha256 peaks[CHUNK_TREE_PEAKS_MAX]; /* as many as leaf_count has bits set, the highest first */
    uint32_t peak_count;
};
void chunk_tree_init(struct chunk_tree *tree);
void chunk_tree_add(struct chunk_tree *tree, const struct object_id *chunk);
void chunk_tree_add_list(struct chunk_tree *tree, struct span list); /* ids one after another, in order */
struct sha256 chunk_tree_root(const struct chunk_tree *tree);        /* of what was added; at least one */
