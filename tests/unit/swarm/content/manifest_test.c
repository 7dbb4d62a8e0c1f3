/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/content/manifest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/encoding.h"
#include "base/memory.h"
#include "base/prng.h"
#include "lib/record_bench.h"
#include "lib/vectors.h"
#include "swarm/content/chunk_seal.h"

enum { BODY_ROOM = 32768 };

static struct checked_record record_of(struct span text) {
    struct checked_record record;
    assert_string_equal(refusal_name(record_bench_check(text, &record)), "none");
    return record;
}

static struct checked_manifest manifest_of(struct span text) {
    struct checked_manifest manifest;
    const struct checked_record record = record_of(text);
    assert_string_equal(refusal_name(manifest_check(&record, &manifest)), "none");
    return manifest;
}

static void bytes_of(const struct json_value *vector, const char *name, uint8_t *bytes, size_t size) {
    struct buffer out = buffer_over(bytes, size);
    assert_true(hex_read(vectors_string(vector, name), &out));
    assert_int_equal(out.size, size);
}

static struct span record_text(const struct json_value *vector) {
    return vectors_string(vectors_member(vector, "record"), "text");
}

static void assert_text(const char *text, struct span expected) {
    assert_true(span_equal(span_of_text(text), expected));
}

/* ---- Another implementation ---- */

static enum readers_kind kind_of(const struct json_value *vector) {
    enum readers_kind kind = READERS_PUBLIC;
    while (!span_equal_text(vectors_string(vector, "kind"), readers_kind_name(kind))) kind++;
    return kind;
}

/* Each file of the vectors is for alice, by one way or another. */
static struct reader alice_reader(void) {
    static struct signing_key alice;
    static struct community_secret secret;
    alice = record_bench_key("alice");
    record_bench_bytes("community secret", secret.bytes);
    return (struct reader){.user = &alice, .community = &secret};
}

static void check_file(const struct json_value *vector) {
    const struct checked_manifest manifest = manifest_of(record_text(vector));
    const struct json_value *about = vectors_member(vector, "about");
    const struct reader reader = alice_reader();
    struct file_key key;
    struct file_about read;
    uint8_t expected[32];
    assert_int_equal(manifest.shape.size, vectors_integer(vector, "size"));
    assert_int_equal(manifest.readers.kind, kind_of(vector));
    assert_int_equal(manifest.target, vectors_integer(vector, "target"));
    bytes_of(vector, "root", expected, sizeof expected);
    assert_memory_equal(manifest.root.bytes, expected, sizeof expected);
    assert_int_equal(manifest_open(&manifest, &reader, &key, &read), REFUSAL_NONE);
    bytes_of(vector, "key", expected, sizeof expected);
    assert_memory_equal(key.bytes, expected, sizeof expected);
    assert_text(read.name, vectors_string(about, "name"));
    assert_text(read.mime, vectors_string(about, "mime"));
}

static void readers_make(const struct manifest_draft *draft, enum readers_kind kind, struct readers *readers) {
    struct community_secret secret;
    uint8_t dice[32];
    const struct public_key users[] = {record_bench_public("bob")};
    const struct readers_list list = {.users = users, .user_count = 1, .own = record_bench_public("alice")};
    record_bench_bytes("community secret", secret.bytes);
    record_bench_bytes("ephemeral", dice);
    const struct entropy entropy = record_bench_entropy(dice);
    if (kind == READERS_PUBLIC) readers_for_public(readers, draft->key);
    if (kind == READERS_COMMUNITY) readers_for_community(readers, draft->key, &draft->root, &secret);
    if (kind == READERS_USERS) assert_true(readers_for_users(readers, draft->key, &draft->root, &list, &entropy));
}

static void about_fill(const struct json_value *vector, struct file_about *about) {
    const struct json_value *object = vectors_member(vector, "about");
    assert_true(span_copy_text(vectors_string(object, "name"), about->name, sizeof about->name));
    assert_true(span_copy_text(vectors_string(object, "mime"), about->mime, sizeof about->mime));
}

/* From the same secrets comes the same record, to the byte. */
static void build_file(const struct json_value *vector) {
    uint8_t memory[BODY_ROOM];
    struct buffer body = buffer_over(memory, sizeof memory);
    struct file_key key;
    struct file_about about;
    struct readers readers;
    struct object_id list;
    struct checked_record record;
    struct manifest_draft draft = {
        .at_ms = BENCH_AT, .lists = &list, .readers = &readers, .about = &about, .key = &key};
    bytes_of(vector, "key", key.bytes, sizeof key.bytes);
    bytes_of(vector, "root", draft.root.bytes, sizeof draft.root.bytes);
    about_fill(vector, &about);
    draft.target = (uint8_t)vectors_integer(vector, "target");
    assert_true(file_shape_of((uint64_t)vectors_integer(vector, "size"), &draft.shape));
    assert_true(object_ids_read(vectors_array(vector, "lists"), &list));
    readers_make(&draft, kind_of(vector), &readers);
    assert_true(manifest_build(&body, &draft));
    assert_int_equal(record_bench_sign(buffer_span(&body), true, &record), REFUSAL_NONE);
    assert_true(span_equal(record.text, record_text(vector)));
}

static void files_of_another_implementation_are_reproduced(void **state) {
    (void)state;
    struct vectors v = vectors_open("content");
    const struct json_value *files = vectors_array(v.tree, "files");
    for (size_t i = 0; i < files->count; i++) {
        check_file(&files->as.items[i]);
        build_file(&files->as.items[i]);
    }
    vectors_close(&v);
}

static void any_bit_of_a_manifest_that_differs_is_refused(void **state) {
    (void)state;
    struct vectors v = vectors_open("content");
    const struct json_value *files = vectors_array(v.tree, "files");
    for (size_t i = 0; i < files->count; i++) record_bench_flip_everywhere(record_text(&files->as.items[i]));
    vectors_close(&v);
}

/* ---- Lists and root ---- */

/* The ids of the vectors' large file: SHA-256 of the number. */
static struct span numbered_list(const struct file_shape *shape, uint32_t list, uint8_t *memory) {
    const uint32_t size = file_list_size(shape, list);
    for (uint32_t at = 0; at < size; at += OBJECT_ID_SIZE) {
        uint8_t number[4];
        struct buffer out = buffer_over(number, sizeof number);
        buffer_put_u32(&out, list * FILE_LIST_CHUNKS + at / OBJECT_ID_SIZE);
        memcpy(memory + at, object_id_of_blob(buffer_span(&out)).bytes, OBJECT_ID_SIZE);
    }
    return (struct span){memory, size};
}

static void lists_are_proven_one_by_one_and_the_root_by_all(void **state) {
    (void)state;
    struct vectors v = vectors_open("content");
    const struct json_value *large = &vectors_array(v.tree, "large")->as.items[0];
    struct checked_manifest manifest = manifest_of(record_text(large));
    uint8_t *memory = memory_zeroed(FILE_LIST_CHUNKS, OBJECT_ID_SIZE);
    struct chunk_tree tree;
    chunk_tree_init(&tree);
    assert_int_equal(manifest.shape.list_count, 2);
    for (uint32_t list = 0; list < manifest.shape.list_count; list++) {
        const struct span blob = numbered_list(&manifest.shape, list, memory);
        assert_int_equal(manifest_list_check(&manifest, list, blob), REFUSAL_NONE);
        chunk_tree_add_list(&tree, blob);
    }
    assert_int_equal(manifest_root_check(&manifest, &tree), REFUSAL_NONE);
    manifest.root.bytes[0] ^= 1; /* an author who contradicts himself */
    assert_int_equal(manifest_root_check(&manifest, &tree), REFUSAL_MANIFEST_ROOT);
    memory_free(memory);
    vectors_close(&v);
}

static void list_that_differs_anywhere_is_refused(void **state) {
    (void)state;
    struct vectors v = vectors_open("content");
    const struct json_value *file = &vectors_array(v.tree, "files")->as.items[2];
    const struct checked_manifest manifest = manifest_of(record_text(file));
    uint8_t list[2 * OBJECT_ID_SIZE + 1] = {0};
    bytes_of(file, "list", list, 2 * OBJECT_ID_SIZE);
    const struct span whole = {list, 2 * OBJECT_ID_SIZE};
    assert_int_equal(manifest_list_check(&manifest, 0, whole), REFUSAL_NONE);
    for (size_t i = 0; i < 8 * whole.size; i++) {
        list[i / 8] ^= (uint8_t)(1 << i % 8);
        assert_int_equal(manifest_list_check(&manifest, 0, whole), REFUSAL_CHUNK_LIST_ID);
        list[i / 8] ^= (uint8_t)(1 << i % 8);
    }
    for (size_t size = 0; size <= sizeof list; size++)
        if (size != whole.size)
            assert_int_equal(manifest_list_check(&manifest, 0, (struct span){list, size}), REFUSAL_CHUNK_LIST_SIZE);
    vectors_close(&v);
}

/* ---- What is refused ---- */

static enum refusal check(const struct checked_record *record) {
    struct checked_manifest manifest;
    return manifest_check(record, &manifest);
}

static struct span body_of(const struct json_value *vector) {
    return vectors_string(vectors_member(vector, "record"), "body");
}

static void public_bodies_out_of_form_are_refused(void **state) {
    (void)state;
    static const struct body_fault faults[] = {
        {"\"type\":\"manifest\"", "\"type\":\"manifesto\"", REFUSAL_RECORD_TYPE_OTHER},
        {"\"size\":11", "\"sizf\":11", REFUSAL_MEMBER_MISSING},
        {"\"size\":11", "\"size\":-1", REFUSAL_MEMBER_MISTYPED},
        {"\"size\":11", "\"size\":17592186044417", REFUSAL_MEMBER_MISTYPED},
        {"\"size\":11", "\"size\":1.5", REFUSAL_MEMBER_MISTYPED},
        {"\"size\":11", "\"size\":262145", REFUSAL_MANIFEST_SHAPE},
        {"\"size\":11", "\"size\":268435457", REFUSAL_MANIFEST_SHAPE},
        {"\"chunkSize\":262144", "\"chunkSize\":262143", REFUSAL_MANIFEST_SHAPE},
        {"\"chunkSize\":262144", "\"chunkSize\":1048576", REFUSAL_MANIFEST_SHAPE},
        {"\"chunkSize\":262144", "\"chunkSize\":0", REFUSAL_MEMBER_MISTYPED},
        {"\"chunkSize\"", "\"chunkSizf\"", REFUSAL_MEMBER_MISSING},
        {"\"chunks\":1", "\"chunks\":2", REFUSAL_MANIFEST_SHAPE},
        {"\"chunks\":1", "\"chunks\":0", REFUSAL_MEMBER_MISTYPED},
        {"\"chunks\"", "\"chunkt\"", REFUSAL_MEMBER_MISSING},
        {"\"lists\"", "\"listt\"", REFUSAL_MEMBER_MISSING},
        {"\"lists\":[\"6994", "\"lists\":[\"699", REFUSAL_MANIFEST_LISTS},
        {"\"lists\":[\"6994f8", "\"lists\":[\"6994F8", REFUSAL_MANIFEST_LISTS},
        {"\"lists\":[", "\"lists\":[1,", REFUSAL_MANIFEST_LISTS},
        {"\"lists\":[", "\"lists\":[],\"x\":[", REFUSAL_MANIFEST_LISTS},
        {"\"lists\":[", "\"lists\":{},\"x\":[", REFUSAL_MEMBER_MISTYPED},
        {"\"lists\":[\"6994", "\"lists\":[\"6995", REFUSAL_MANIFEST_ROOT}, /* another chunk than the root says */
        {"\"root\":\"12db", "\"root\":\"12dc", REFUSAL_MANIFEST_ROOT},
        {"\"root\":\"12db", "\"root\":\"12d", REFUSAL_MEMBER_MISTYPED},
        {"\"root\"", "\"roof\"", REFUSAL_MEMBER_MISSING},
        {"\"target\":3", "\"target\":0", REFUSAL_MEMBER_MISTYPED},
        {"\"target\":3", "\"target\":17", REFUSAL_MEMBER_MISTYPED},
        {"\"target\"", "\"targes\"", REFUSAL_MEMBER_MISSING},
        {"\"readers\"", "\"readert\"", REFUSAL_MEMBER_MISSING},
        {"\"readers\":{", "\"readers\":1,\"x\":{", REFUSAL_MEMBER_MISTYPED},
        {"\"for\":\"public\"", "\"for\":\"users\"", REFUSAL_MANIFEST_READERS},
        {"\"for\":\"public\"", "\"for\":\"friends\"", REFUSAL_MANIFEST_READERS},
        {"\"about\"", "\"abouu\"", REFUSAL_MEMBER_MISSING},
        {"\"about\":{", "\"about\":\"AAAA\",\"x\":{", REFUSAL_MANIFEST_ABOUT},
        {"hello.txt", "../hello.txt", REFUSAL_MANIFEST_ABOUT},
        {"text/plain", "text/\\u0001", REFUSAL_MANIFEST_ABOUT},
        {"{\"about\"", "{\"later\":true,\"about\"", REFUSAL_NONE}, /* what we do not know may be there */
    };
    struct vectors v = vectors_open("content");
    const struct json_value *file = &vectors_array(v.tree, "files")->as.items[0];
    record_bench_faults(body_of(file), faults, sizeof faults / sizeof faults[0], check);
    vectors_close(&v);
}

static void sealed_bodies_out_of_form_are_refused(void **state) {
    (void)state;
    static const struct body_fault faults[] = {
        {"{\"about\":\"", "{\"about\":\"=", REFUSAL_MANIFEST_ABOUT},
        {"{\"about\":\"", "{\"about\":{\"mime\":\"\",\"name\":\"x\"},\"x\":\"", REFUSAL_MANIFEST_ABOUT},
        {"{\"about\":\"", "{\"about\":\"AAAA\",\"x\":\"", REFUSAL_MANIFEST_ABOUT}, /* less than a tag */
        {"\"from\"", "\"frog\"", REFUSAL_MANIFEST_READERS},
        {"\"keys\":[", "\"keys\":[],\"x\":[", REFUSAL_MANIFEST_READERS},
        {"\"lists\":[", "\"lists\":[\"0000000000000000000000000000000000000000000000000000000000000000\",",
         REFUSAL_MANIFEST_LISTS},
        {"\"chunks\":2", "\"chunks\":1", REFUSAL_MANIFEST_SHAPE},
    };
    struct vectors v = vectors_open("content");
    const struct json_value *file = &vectors_array(v.tree, "files")->as.items[2];
    record_bench_faults(body_of(file), faults, sizeof faults / sizeof faults[0], check);
    vectors_close(&v);
}

static void longest_sealed_about_is_taken_and_one_byte_more_is_not(void **state) {
    (void)state;
    struct vectors v = vectors_open("content");
    const struct json_value *file = &vectors_array(v.tree, "files")->as.items[2];
    for (size_t size = FILE_ABOUT_SEALED_MAX; size <= FILE_ABOUT_SEALED_MAX + 1; size++) {
        uint8_t zeros[FILE_ABOUT_SEALED_MAX + 1] = {0};
        char text[2048] = "{\"about\":\"";
        struct buffer out = buffer_over((uint8_t *)text, sizeof text - 1);
        out.size = strlen(text);
        base64_write(&out, (struct span){zeros, size});
        buffer_put_text(&out, "\",\"x\":\"");
        const struct body_fault fault = {"{\"about\":\"", text,
                                         size > FILE_ABOUT_SEALED_MAX ? REFUSAL_MANIFEST_ABOUT : REFUSAL_NONE};
        record_bench_faults(body_of(file), &fault, 1, check);
    }
    vectors_close(&v);
}

static void who_may_not_read_is_told_why(void **state) {
    (void)state;
    struct vectors v = vectors_open("content");
    const struct json_value *files = vectors_array(v.tree, "files");
    const struct checked_manifest community = manifest_of(record_text(&files->as.items[1]));
    struct checked_manifest users = manifest_of(record_text(&files->as.items[2]));
    const struct signing_key alice = record_bench_key("alice"), carol = record_bench_key("carol");
    const struct reader as_alice = {.user = &alice}, as_carol = {.user = &carol};
    const struct file_key zero = {0};
    struct file_about about;
    struct file_key key;
    assert_int_equal(manifest_open(&community, &as_alice, &key, &about), REFUSAL_FILE_KEY_NO_COMMUNITY_SECRET);
    assert_int_equal(manifest_open(&users, &as_carol, &key, &about), REFUSAL_FILE_KEY_NOT_A_READER);
    assert_int_equal(manifest_open(&users, &as_alice, &key, &about), REFUSAL_NONE);
    users.sealed_about.bytes[0] ^= 1;
    assert_int_equal(manifest_open(&users, &as_alice, &key, &about), REFUSAL_ABOUT_DAMAGED);
    assert_memory_equal(&key, &zero, sizeof key);
    vectors_close(&v);
}

/* ---- The way out ---- */

static void draft_out_of_bounds_is_not_built(void **state) {
    (void)state;
    uint8_t memory[BODY_ROOM];
    struct file_key key = {{1}};
    struct file_about about = {.name = "x"};
    struct readers readers;
    const struct object_id list = {{0}};
    struct manifest_draft draft = {.lists = &list, .readers = &readers, .about = &about, .key = &key};
    struct buffer out = buffer_over(memory, sizeof memory), narrow = buffer_over(memory, 300);
    readers_for_public(&readers, &key);
    assert_true(file_shape_of(5, &draft.shape));
    assert_true(manifest_build(&out, &draft));
    assert_false(manifest_build(&narrow, &draft));
    draft.target = MANIFEST_TARGET_MAX + 1;
    assert_false(manifest_build(&out, &draft));
    draft.target = 1;
    draft.shape.chunk_count = 2;
    assert_false(manifest_build(&out, &draft));
    draft.shape.chunk_count = 1;
    about.name[0] = '/';
    assert_false(manifest_build(&out, &draft));
}

/* A draft of a file of any size, its ids made up; of one chunk, with the root that it must have. */
static void draft_by_dice(struct prng *dice, struct manifest_draft *draft, struct object_id lists[FILE_LISTS_MAX]) {
    const uint64_t size_max = 1ULL << prng_below(dice, 45);
    assert_true(file_shape_of(prng_next(dice) % (size_max + 1), &draft->shape));
    for (size_t i = 0; i < FILE_LISTS_MAX; i++)
        for (size_t k = 0; k < OBJECT_ID_SIZE; k++) lists[i].bytes[k] = (uint8_t)prng_next(dice);
    for (size_t k = 0; k < sizeof draft->root.bytes; k++) draft->root.bytes[k] = (uint8_t)prng_next(dice);
    if (draft->shape.list_count == 0) {
        struct chunk_tree tree;
        chunk_tree_init(&tree);
        chunk_tree_add(&tree, &lists[0]);
        draft->root = chunk_tree_root(&tree);
    }
    draft->at_ms = BENCH_AT;
    draft->target = (uint8_t)prng_below(dice, MANIFEST_TARGET_MAX + 1);
    draft->lists = lists;
}

static void thousand_manifests_come_back_and_open(void **state) {
    (void)state;
    for (uint64_t seed = 0; seed < 1000; seed++) {
        uint8_t memory[BODY_ROOM];
        struct prng dice = prng_seeded(seed);
        struct buffer body = buffer_over(memory, sizeof memory);
        struct object_id lists[FILE_LISTS_MAX];
        struct readers readers;
        struct file_key key, opened;
        struct file_about about = {.name = "a name", .mime = "a/kind"}, read;
        struct manifest_draft draft = {.readers = &readers, .about = &about, .key = &key};
        struct checked_record record;
        const struct reader reader = alice_reader();
        for (size_t i = 0; i < sizeof key.bytes; i++) key.bytes[i] = (uint8_t)prng_next(&dice);
        draft_by_dice(&dice, &draft, lists);
        readers_make(&draft, (enum readers_kind)prng_below(&dice, 3), &readers);
        assert_true(manifest_build(&body, &draft));
        assert_int_equal(record_bench_sign(buffer_span(&body), seed % 2 == 0, &record), REFUSAL_NONE);
        const struct checked_manifest manifest = manifest_of(record.text);
        const size_t ids = draft.shape.list_count == 0 ? 1 : draft.shape.list_count;
        assert_memory_equal(&manifest.shape, &draft.shape, sizeof draft.shape);
        assert_memory_equal(manifest.lists, lists, ids * sizeof lists[0]);
        assert_memory_equal(&manifest.readers, &readers, sizeof readers);
        assert_int_equal(manifest.target, draft.target == 0 ? MANIFEST_TARGET_DEFAULT : draft.target);
        assert_int_equal(manifest_open(&manifest, &reader, &opened, &read), REFUSAL_NONE);
        assert_memory_equal(&opened, &key, sizeof key);
        assert_string_equal(read.name, about.name);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_of_another_implementation_are_reproduced),
        cmocka_unit_test(any_bit_of_a_manifest_that_differs_is_refused),
        cmocka_unit_test(lists_are_proven_one_by_one_and_the_root_by_all),
        cmocka_unit_test(list_that_differs_anywhere_is_refused),
        cmocka_unit_test(public_bodies_out_of_form_are_refused),
        cmocka_unit_test(sealed_bodies_out_of_form_are_refused),
        cmocka_unit_test(longest_sealed_about_is_taken_and_one_byte_more_is_not),
        cmocka_unit_test(who_may_not_read_is_told_why),
        cmocka_unit_test(draft_out_of_bounds_is_not_built),
        cmocka_unit_test(thousand_manifests_come_back_and_open),
    };
    if (!sign_init()) return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
