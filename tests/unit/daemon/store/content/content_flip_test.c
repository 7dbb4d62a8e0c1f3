/* SPDX-License-Identifier: Apache-2.0 */
/* Every byte of what is stored, another one: on its way in it is refused, on the disk the scrub finds it. Of a chunk in
 * a file of its own the scrub's half is in content_scrub_test.c, of a small chunk in content_object_test.c. */
#include "unit/daemon/store/content/content_fixture.h"

enum { CHUNKS = 3, RECORD_SIZE = 700 };

/* ---- On its way in ---- */

static void a_chunk_with_another_byte_is_not_written(void **state) {
    struct world w;
    size_t size;
    struct object_id id;
    const struct object_id manifest = id_numbered(1);
    const struct file_shape shape = shape_of(500);
    uint8_t *good = chunk_make(&shape, 0, 1, &size, &id);
    world_open(&w, *state);
    assert_int_equal(open_file(&w, &manifest, &shape), CONTENT_OK);
    for (size_t at = 0; at < size; at++) {
        uint8_t *bytes = memory_zeroed(size, 1);
        memcpy(bytes, good, size);
        bytes[at] ^= (uint8_t)(1u << at % 8);
        w.waiting++;
        assert_int_equal(content_file_write_chunk(w.file, 0, bytes, size, &id, on_written, &w), CONTENT_OK);
        await(&w, NULL);
        if (w.answer != CONTENT_WRONG) fail_msg("taken with another byte %zu", at);
        assert_false(object_id_equal(&w.actual, &id));
    }
    assert_int_equal(sync_file(&w, w.file), CONTENT_OK);
    assert_false(content_file_has(w.file, 0));
    write_chunk(&w, w.file, 0, 1);
    await(&w, NULL);
    assert_int_equal(w.answer, CONTENT_OK);
    content_file_close(w.file);
    memory_free(good);
    world_close(&w);
}

static void a_list_with_another_byte_is_not_put(void **state) {
    struct world w;
    size_t size;
    const struct object_id manifest = id_numbered(1);
    const struct file_shape shape = shape_of(CHUNKS * 262144);
    uint8_t *ids = list_make(&shape, 0, 1, &size);
    const struct object_id id = object_id_of_blob((struct span){ids, size});
    world_open(&w, *state);
    assert_int_equal(open_file(&w, &manifest, &shape), CONTENT_OK);
    for (size_t at = 0; at < size; at++) {
        ids[at] ^= (uint8_t)(1u << at % 8);
        const enum content_answer answer =
            content_file_put_list(w.file, 0, (struct span){ids, size}, &id, done_of(&w), NULL);
        if (answer == CONTENT_OK) {
            await(&w, NULL);
        } else {
            w.waiting--;
            w.answer = answer;
        }
        if (w.answer != CONTENT_WRONG) fail_msg("taken with another byte %zu", at);
        ids[at] ^= (uint8_t)(1u << at % 8);
    }
    assert_false(content_file_has_list(w.file, 0));
    content_file_close(w.file);
    memory_free(ids);
    world_close(&w);
}

static void a_small_chunk_with_another_byte_is_not_put(void **state) {
    struct world w;
    uint8_t memory[516];
    world_open(&w, *state);
    bytes_make(memory, sizeof memory, 3);
    const struct object_id id = object_id_of_blob((struct span){memory, sizeof memory});
    for (size_t at = 0; at < sizeof memory; at++) {
        memory[at] ^= (uint8_t)(1u << at % 8);
        if (put_and_wait(&w, &id, OBJECT_CHUNK, (struct span){memory, sizeof memory}) != CONTENT_WRONG)
            fail_msg("taken with another byte %zu", at);
        memory[at] ^= (uint8_t)(1u << at % 8);
    }
    assert_int_equal(find(&w, &id), CONTENT_NONE);
    world_close(&w);
}

/* ---- On the disk ---- */

/* As many copies as bytes, and of each another byte is changed. */
static void each_byte_of_a_record_is_missed_by_the_scrub(const struct fixture *f, enum object_kind kind) {
    struct world w;
    uint8_t memory[RECORD_SIZE];
    uint8_t *statements = memory_zeroed(RECORD_SIZE, 200);
    size_t used = 0;
    world_open(&w, f);
    bytes_make(memory, sizeof memory, (uint64_t)kind);
    for (size_t at = 0; at < RECORD_SIZE; at++) {
        const struct object_id id = id_numbered(at);
        assert_int_equal(put(&w, &id, kind, (struct span){memory, sizeof memory}), CONTENT_OK);
        used += (size_t)snprintf((char *)statements + used, 200,
                                 "UPDATE object SET bytes = CAST(substr(bytes, 1, %zu) || x'%02x' || "
                                 "substr(bytes, %zu) AS BLOB) WHERE number = (SELECT min(number) + %zu FROM object);",
                                 at, memory[at] ^ 1u << at % 8, at + 2, at);
    }
    await(&w, NULL);
    scrub(&w);
    assert_int_equal(w.fault_count, 0);
    sql(f, (const char *)statements);
    scrub(&w);
    assert_int_equal(w.fault_count, RECORD_SIZE);
    for (size_t i = 0; i < w.fault_count; i++) assert_int_equal(w.faults[i].kind, kind);
    assert_int_equal(content_store_usage(w.store).objects, 0); /* none of them is given out any more */
    scrub(&w);
    assert_int_equal(w.fault_count, RECORD_SIZE);
    memory_free(statements);
    world_close(&w);
}

static void any_byte_of_a_record_is_missed_by_the_scrub(void **state) {
    static const enum object_kind kinds[] = {OBJECT_MANIFEST, OBJECT_POST, OBJECT_ADVERT, OBJECT_OTHER};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        each_byte_of_a_record_is_missed_by_the_scrub(*state, kinds[i]);
}

static void any_byte_of_a_list_is_missed_by_the_scrub(void **state) {
    struct world w;
    char text[200];
    size_t size;
    world_open(&w, *state);
    const struct object_id manifest = file_fill(&w, CHUNKS * 262144, 1);
    const struct file_shape shape = shape_of(CHUNKS * 262144);
    uint8_t *ids = list_make(&shape, 0, 1, &size);
    const struct object_id id = object_id_of_blob((struct span){ids, size});
    assert_int_equal(open_file(&w, &manifest, NULL), CONTENT_OK);
    for (size_t at = 0; at < size; at++) {
        (void)snprintf(text, sizeof text,
                       "UPDATE object SET bytes = CAST(substr(bytes, 1, %zu) || x'%02x' || substr(bytes, %zu) AS BLOB)",
                       at, ids[at] ^ 1u << at % 8, at + 2);
        sql(w.f, text);
        w.fault_count = 0;
        scrub(&w);
        if (w.fault_count != 1) fail_msg("byte %zu was not found", at);
        assert_int_equal(w.faults[0].kind, OBJECT_LIST);
        assert_true(object_id_equal(&w.faults[0].id, &id));
        assert_true(object_id_equal(&w.faults[0].file, &manifest)); /* whoever hears of it knows what to fetch */
        assert_false(content_file_has_list(w.file, 0));
        assert_int_equal(put_list(&w, w.file, 0, 1), CONTENT_OK);
    }
    content_file_close(w.file);
    memory_free(ids);
    world_close(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_chunk_with_another_byte_is_not_written),   TEST(a_list_with_another_byte_is_not_put),
        TEST(a_small_chunk_with_another_byte_is_not_put), TEST(any_byte_of_a_record_is_missed_by_the_scrub),
        TEST(any_byte_of_a_list_is_missed_by_the_scrub),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
