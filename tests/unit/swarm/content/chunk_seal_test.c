/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/content/chunk_seal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/encoding.h"
#include "base/prng.h"
#include "lib/record_bench.h"
#include "lib/vectors.h"

enum { ROOM = 262144 + FILE_SEAL_SIZE };

static struct file_shape shape_of(uint64_t size) {
    struct file_shape shape;
    assert_true(file_shape_of(size, &shape));
    return shape;
}

static struct chunk_key key_of(const char *name) {
    struct file_key key;
    struct chunk_key chunk_key;
    record_bench_bytes(name, key.bytes);
    chunk_key_of(&key, &chunk_key);
    return chunk_key;
}

/* The text of the vectors' files, from a place in it. */
static void text_fill(uint8_t *text, size_t first, size_t size) {
    for (size_t i = 0; i < size; i++) {
        const size_t at = first + i;
        text[i] = (uint8_t)(at * 7 + (at >> 8) * 13 + 3);
    }
}

/* ---- Another implementation ---- */

static void check_chunk(const struct chunk_key *key, struct chunk_place place, const struct json_value *vector) {
    static uint8_t text[ROOM], sealed[ROOM], opened[ROOM];
    const uint32_t size = file_chunk_text_size(place.shape, place.index);
    struct buffer out = buffer_over(sealed, file_chunk_sealed_size(place.shape, place.index));
    struct buffer again = buffer_over(opened, size);
    struct object_id expected;
    text_fill(text, (size_t)place.index * place.shape->chunk_size, size);
    const struct object_id id = chunk_seal(key, place, (struct span){text, size}, &out);
    assert_true(object_id_read(vectors_string(vector, "id"), &expected));
    assert_true(object_id_equal(&id, &expected));
    assert_int_equal(chunk_open(key, place, buffer_span(&out), &again), REFUSAL_NONE);
    assert_int_equal(again.size, size);
    assert_memory_equal(opened, text, size);
    if (vectors_string(vector, "sealed").size == 0) return;
    struct buffer known = buffer_over(opened, sizeof opened);
    assert_true(hex_read(vectors_string(vector, "sealed"), &known));
    assert_true(span_equal(buffer_span(&known), buffer_span(&out)));
}

static void chunks_of_another_implementation_are_reproduced(void **state) {
    (void)state;
    struct vectors v = vectors_open("content");
    const struct json_value *files = vectors_array(v.tree, "files");
    for (size_t i = 0; i < files->count; i++) {
        const struct json_value *file = &files->as.items[i], *chunks = vectors_array(file, "chunks");
        const struct file_shape shape = shape_of((uint64_t)vectors_integer(file, "size"));
        struct file_key key;
        struct chunk_key chunk_key;
        struct buffer out = buffer_over(key.bytes, sizeof key.bytes);
        assert_true(hex_read(vectors_string(file, "key"), &out));
        chunk_key_of(&key, &chunk_key);
        assert_int_equal(chunks->count, shape.chunk_count);
        for (uint32_t at = 0; at < shape.chunk_count; at++)
            check_chunk(&chunk_key, (struct chunk_place){&shape, at}, &chunks->as.items[at]);
    }
    vectors_close(&v);
}

/* ---- What does not open ---- */

static void assert_does_not_open(const struct chunk_key *key, struct chunk_place place, struct span sealed,
                                 enum refusal expected) {
    static uint8_t opened[ROOM];
    struct buffer out = buffer_over(opened, sizeof opened);
    assert_string_equal(refusal_name(chunk_open(key, place, sealed, &out)), refusal_name(expected));
    assert_int_equal(out.size, 0);
}

static void any_bit_that_differs_has_another_id_and_does_not_open(void **state) {
    (void)state;
    uint8_t sealed[64];
    const struct chunk_key key = key_of("file key");
    const struct file_shape shape = shape_of(22);
    const struct chunk_place place = {&shape, 0};
    struct buffer out = buffer_over(sealed, sizeof sealed);
    const struct object_id id = chunk_seal(&key, place, SPAN_LITERAL("a chunk of a small one"), &out);
    for (size_t i = 0; i < 8 * out.size; i++) {
        sealed[i / 8] ^= (uint8_t)(1 << i % 8);
        const struct object_id other = object_id_of_blob(buffer_span(&out));
        assert_false(object_id_equal(&id, &other));
        assert_does_not_open(&key, place, buffer_span(&out), REFUSAL_CHUNK_DAMAGED);
        sealed[i / 8] ^= (uint8_t)(1 << i % 8);
    }
}

static void chunk_opens_at_its_place_alone(void **state) {
    (void)state;
    static uint8_t text[ROOM], sealed[ROOM];
    const struct chunk_key key = key_of("file key"), other = key_of("another");
    const struct file_shape three = shape_of(3 * 262144), two = shape_of(2 * 262144);
    struct buffer out = buffer_over(sealed, sizeof sealed);
    text_fill(text, 0, 262144);
    (void)chunk_seal(&key, (struct chunk_place){&three, 1}, (struct span){text, 262144}, &out);
    assert_does_not_open(&key, (struct chunk_place){&three, 0}, buffer_span(&out), REFUSAL_CHUNK_DAMAGED);
    assert_does_not_open(&key, (struct chunk_place){&three, 2}, buffer_span(&out), REFUSAL_CHUNK_DAMAGED);
    /* the same index, but the last one: a file that was cut short */
    assert_does_not_open(&key, (struct chunk_place){&two, 1}, buffer_span(&out), REFUSAL_CHUNK_DAMAGED);
    assert_does_not_open(&other, (struct chunk_place){&three, 1}, buffer_span(&out), REFUSAL_CHUNK_DAMAGED);
}

static void chunk_of_another_size_is_refused(void **state) {
    (void)state;
    static uint8_t sealed[ROOM];
    const struct chunk_key key = key_of("file key");
    const struct file_shape shape = shape_of(100);
    const struct chunk_place place = {&shape, 0};
    for (size_t size = 0; size < 300; size++)
        if (size != 100 + FILE_SEAL_SIZE)
            assert_does_not_open(&key, place, (struct span){sealed, size}, REFUSAL_CHUNK_SIZE);
}

static void empty_file_is_a_chunk_of_nothing(void **state) {
    (void)state;
    uint8_t sealed[FILE_SEAL_SIZE];
    const struct chunk_key key = key_of("file key");
    const struct file_shape shape = shape_of(0);
    struct buffer out = buffer_over(sealed, sizeof sealed), nothing = buffer_over(NULL, 0);
    (void)chunk_seal(&key, (struct chunk_place){&shape, 0}, SPAN_NONE, &out);
    assert_int_equal(out.size, FILE_SEAL_SIZE);
    assert_int_equal(chunk_open(&key, (struct chunk_place){&shape, 0}, buffer_span(&out), &nothing), REFUSAL_NONE);
}

static void wiped_key_is_zero(void **state) {
    (void)state;
    const struct chunk_key zero = {0};
    struct chunk_key key = key_of("file key");
    chunk_key_wipe(&key);
    assert_memory_equal(&key, &zero, sizeof key);
}

static void thousand_chunks_come_back(void **state) {
    (void)state;
    static uint8_t text[2048], sealed[2048 + FILE_SEAL_SIZE], opened[2048];
    for (uint64_t seed = 0; seed < 1000; seed++) {
        struct prng dice = prng_seeded(seed);
        struct file_key file_key;
        struct chunk_key key;
        const uint32_t size = prng_below(&dice, sizeof text + 1);
        const struct file_shape shape = shape_of(prng_below(&dice, 64) * 262144ULL + size);
        const struct chunk_place place = {&shape, shape.chunk_count - 1};
        struct buffer out = buffer_over(sealed, sizeof sealed), again = buffer_over(opened, sizeof opened);
        if (file_chunk_text_size(&shape, place.index) != size) continue; /* of no rest, the last one is whole */
        for (size_t i = 0; i < sizeof file_key.bytes; i++) file_key.bytes[i] = (uint8_t)prng_next(&dice);
        for (size_t i = 0; i < size; i++) text[i] = (uint8_t)prng_next(&dice);
        chunk_key_of(&file_key, &key);
        const struct object_id id = chunk_seal(&key, place, (struct span){text, size}, &out);
        const struct object_id of_blob = object_id_of_blob(buffer_span(&out));
        assert_true(object_id_equal(&id, &of_blob));
        assert_int_equal(chunk_open(&key, place, buffer_span(&out), &again), REFUSAL_NONE);
        assert_int_equal(again.size, size);
        assert_memory_equal(opened, text, size);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chunks_of_another_implementation_are_reproduced),
        cmocka_unit_test(any_bit_that_differs_has_another_id_and_does_not_open),
        cmocka_unit_test(chunk_opens_at_its_place_alone),
        cmocka_unit_test(chunk_of_another_size_is_refused),
        cmocka_unit_test(empty_file_is_a_chunk_of_nothing),
        cmocka_unit_test(wiped_key_is_zero),
        cmocka_unit_test(thousand_chunks_come_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
