/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/content/chunk_tree.h"

#include "base/must.h"

static struct sha256 hash_leaf(const struct object_id *chunk) {
    uint8_t text[1 + OBJECT_ID_SIZE] = {0x00};
    memcpy(text + 1, chunk->bytes, OBJECT_ID_SIZE);
    return hash_sha256((struct span){text, sizeof text});
}

static struct sha256 hash_halves(const struct sha256 *left, const struct sha256 *right) {
    uint8_t text[1 + 2 * sizeof left->bytes] = {0x01};
    memcpy(text + 1, left->bytes, sizeof left->bytes);
    memcpy(text + 1 + sizeof left->bytes, right->bytes, sizeof right->bytes);
    return hash_sha256((struct span){text, sizeof text});
}

void chunk_tree_init(struct chunk_tree *tree) {
    *tree = (struct chunk_tree){0};
}

/* Like adding one to a binary number: each carry joins two trees of one size. */
void chunk_tree_add(struct chunk_tree *tree, const struct object_id *chunk) {
    must(tree->leaf_count < CHUNK_TREE_LEAVES_MAX);
    struct sha256 joined = hash_leaf(chunk);
    for (uint32_t carry = tree->leaf_count; carry % 2 == 1; carry /= 2)
        joined = hash_halves(&tree->peaks[--tree->peak_count], &joined);
    tree->peaks[tree->peak_count++] = joined;
    tree->leaf_count++;
}

void chunk_tree_add_list(struct chunk_tree *tree, struct span list) {
    must(list.size % OBJECT_ID_SIZE == 0);
    for (size_t at = 0; at < list.size; at += OBJECT_ID_SIZE) {
        struct object_id id;
        memcpy(id.bytes, list.at + at, OBJECT_ID_SIZE);
        chunk_tree_add(tree, &id);
    }
}

/* The smaller peaks are the right halves. */
struct sha256 chunk_tree_root(const struct chunk_tree *tree) {
    must(tree->peak_count > 0);
    struct sha256 root = tree->peaks[tree->peak_count - 1];
    for (uint32_t i = tree->peak_count - 1; i > 0; i--) root = hash_halves(&tree->peaks[i - 1], &root);
    return root;
}
