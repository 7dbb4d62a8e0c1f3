/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/content/chunk_tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/encoding.h"
#include "lib/vectors.h"

/* The ids of the vectors' trees: SHA-256 of the number. */
static struct object_id numbered(uint32_t number) {
    uint8_t memory[4];
    struct buffer out = buffer_over(memory, sizeof memory);
    buffer_put_u32(&out, number);
    return object_id_of_blob(buffer_span(&out));
}

static struct sha256 root_of(uint32_t count) {
    struct chunk_tree tree;
    chunk_tree_init(&tree);
    for (uint32_t i = 0; i < count; i++) {
        const struct object_id id = numbered(i);
        chunk_tree_add(&tree, &id);
    }
    return chunk_tree_root(&tree);
}

static void trees_of_another_implementation_have_the_same_roots(void **state) {
    (void)state;
    struct vectors v = vectors_open("content");
    const struct json_value *trees = vectors_array(v.tree, "trees");
    assert_true(trees->count > 10);
    for (size_t i = 0; i < trees->count; i++) {
        const struct json_value *vector = &trees->as.items[i];
        struct object_id expected;
        const struct sha256 root = root_of((uint32_t)vectors_integer(vector, "count"));
        assert_true(object_id_read(vectors_string(vector, "root"), &expected));
        assert_memory_equal(root.bytes, expected.bytes, sizeof root.bytes);
    }
    vectors_close(&v);
}

/* RFC 6962 defines the root by halves; here it is, as it is defined, beside the one that is made in one pass. */
static struct sha256 root_by_halves(uint32_t first, uint32_t count) {
    uint8_t memory[65];
    struct buffer text = buffer_over(memory, sizeof memory);
    if (count == 1) {
        const struct object_id id = numbered(first);
        buffer_put_u8(&text, 0x00);
        buffer_put(&text, (struct span){id.bytes, sizeof id.bytes});
        return hash_sha256(buffer_span(&text));
    }
    uint32_t half = 1;
    while (2 * half < count) half *= 2;
    const struct sha256 left = root_by_halves(first, half), right = root_by_halves(first + half, count - half);
    buffer_put_u8(&text, 0x01);
    buffer_put(&text, (struct span){left.bytes, sizeof left.bytes});
    buffer_put(&text, (struct span){right.bytes, sizeof right.bytes});
    return hash_sha256(buffer_span(&text));
}

static void root_is_the_same_by_halves_for_every_small_count(void **state) {
    (void)state;
    for (uint32_t count = 1; count <= 140; count++) {
        const struct sha256 root = root_of(count), expected = root_by_halves(0, count);
        assert_memory_equal(root.bytes, expected.bytes, sizeof root.bytes);
    }
}

static void lists_give_the_root_of_their_ids_wherever_they_are_cut(void **state) {
    (void)state;
    enum { COUNT = 37 };
    uint8_t ids[COUNT * OBJECT_ID_SIZE];
    const struct sha256 expected = root_of(COUNT);
    for (uint32_t i = 0; i < COUNT; i++) memcpy(ids + i * OBJECT_ID_SIZE, numbered(i).bytes, OBJECT_ID_SIZE);
    for (uint32_t cut = 0; cut <= COUNT; cut++) {
        struct chunk_tree tree;
        const size_t at = (size_t)cut * OBJECT_ID_SIZE;
        chunk_tree_init(&tree);
        chunk_tree_add_list(&tree, (struct span){ids, at});
        chunk_tree_add_list(&tree, (struct span){ids + at, sizeof ids - at});
        const struct sha256 root = chunk_tree_root(&tree);
        assert_int_equal(tree.leaf_count, COUNT);
        assert_memory_equal(root.bytes, expected.bytes, sizeof root.bytes);
    }
}

static void root_may_be_asked_for_in_between(void **state) {
    (void)state;
    struct chunk_tree tree;
    chunk_tree_init(&tree);
    for (uint32_t i = 0; i < 20; i++) {
        const struct object_id id = numbered(i);
        chunk_tree_add(&tree, &id);
        const struct sha256 root = chunk_tree_root(&tree), expected = root_of(i + 1);
        assert_memory_equal(root.bytes, expected.bytes, sizeof root.bytes);
    }
}

static void id_that_differs_anywhere_gives_another_root(void **state) {
    (void)state;
    enum { COUNT = 5 };
    uint8_t ids[COUNT * OBJECT_ID_SIZE];
    const struct sha256 genuine = root_of(COUNT);
    for (uint32_t i = 0; i < COUNT; i++) memcpy(ids + i * OBJECT_ID_SIZE, numbered(i).bytes, OBJECT_ID_SIZE);
    for (size_t i = 0; i < sizeof ids; i++) {
        struct chunk_tree tree;
        ids[i] ^= 1;
        chunk_tree_init(&tree);
        chunk_tree_add_list(&tree, (struct span){ids, sizeof ids});
        const struct sha256 root = chunk_tree_root(&tree);
        assert_memory_not_equal(root.bytes, genuine.bytes, sizeof root.bytes);
        ids[i] ^= 1;
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trees_of_another_implementation_have_the_same_roots),
        cmocka_unit_test(root_is_the_same_by_halves_for_every_small_count),
        cmocka_unit_test(lists_give_the_root_of_their_ids_wherever_they_are_cut),
        cmocka_unit_test(root_may_be_asked_for_in_between),
        cmocka_unit_test(id_that_differs_anywhere_gives_another_root),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
