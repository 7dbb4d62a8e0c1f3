/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/daemon/store/content/content_fixture.h"

enum { MIB = 1 << 20 };

static void all_that_is_right_passes(void **state) {
    struct world w;
    uint8_t memory[5000];
    world_open(&w, *state);
    const struct object_id manifest = file_fill(&w, 3 * MIB, 1);
    for (uint64_t i = 0; i < 300; i++) {
        bytes_make(memory, sizeof memory, i);
        const struct object_id id = id_numbered(i);
        assert_int_equal(put(&w, &id, OBJECT_POST, (struct span){memory, sizeof memory}), CONTENT_OK);
    }
    await(&w, NULL);
    scrub(&w);
    const struct content_scrub view = content_store_scrub_view(w.store);
    assert_false(view.is_running);
    assert_int_equal(view.passes, 1);
    assert_int_equal(view.faults, 0);
    assert_true(view.bytes > 3 * MIB + 300 * sizeof memory);
    assert_true(view.ended_at_ms > 0);
    assert_int_equal(w.fault_count, 0);
    assert_int_equal(open_file(&w, &manifest, NULL), CONTENT_OK);
    content_file_close(w.file);
    assert_int_equal(sql_number(w.f, "SELECT verified_at > 0 FROM file"), 1);
    world_close(&w);
}

/* Whichever byte of a chunk is another one: here each of a chunk of 40 bytes, and one of each chunk of a larger file.
 */
static void a_flipped_byte_of_a_chunk_is_found_wherever_it_is(void **state) {
    struct world w;
    world_open(&w, *state);
    const struct object_id manifest = file_fill(&w, 40 - FILE_SEAL_SIZE, 1);
    assert_int_equal(open_file(&w, &manifest, NULL), CONTENT_OK);
    for (off_t at = 0; at < 40; at++) {
        flip_byte(path_of(&w, &manifest), at);
        w.fault_count = 0;
        scrub(&w);
        if (w.fault_count != 1) fail_msg("byte %d was not found", (int)at);
        assert_false(content_file_has(w.file, 0));
        write_chunks(&w, w.file, 0, 1, 1);
        assert_int_equal(sync_file(&w, w.file), CONTENT_OK);
    }
    w.fault_count = 0;
    scrub(&w);
    assert_int_equal(w.fault_count, 0);
    content_file_close(w.file);
    world_close(&w);
}

static void rotten_and_vanished_chunks_are_told_and_counted_missing(void **state) {
    struct world w;
    uint32_t missing[16];
    world_open(&w, *state);
    const struct object_id rotten = file_fill(&w, 3 * MIB, 1), cut = file_fill(&w, 3 * MIB, 2),
                           gone = file_fill(&w, 3 * MIB, 3), fine = file_fill(&w, 3 * MIB, 4);
    const struct file_shape shape = shape_of(3 * MIB);
    flip_byte(path_of(&w, &rotten), (off_t)file_chunk_place(&shape, 2));
    flip_byte(path_of(&w, &rotten), (off_t)file_chunk_place(&shape, 9) + 77);
    assert_int_equal(truncate(path_of(&w, &cut), (off_t)file_chunk_place(&shape, 6)), 0);
    assert_int_equal(unlink(path_of(&w, &gone)), 0);
    scrub(&w);
    assert_int_equal(w.fault_count, 4);
    assert_int_equal(content_store_scrub_view(w.store).faults, 4);
    assert_int_equal(w.faults[0].cause, CONTENT_FAULT_ROTTEN);
    assert_int_equal(w.faults[0].index, 2);
    assert_int_equal(w.faults[1].index, 9);
    assert_int_equal(w.faults[2].cause, CONTENT_FAULT_VANISHED);
    assert_int_equal(w.faults[2].index, 6);
    assert_int_equal(w.faults[2].count, 6);
    assert_true(object_id_equal(&w.faults[3].id, &gone));
    assert_int_equal(w.faults[3].count, 12);
    assert_int_equal(open_file(&w, &rotten, NULL), CONTENT_OK);
    assert_int_equal(content_file_next_missing(w.file, 0, missing, 16), 2);
    content_file_close(w.file);
    assert_int_equal(open_file(&w, &fine, NULL), CONTENT_OK);
    assert_true(content_file_row(w.file).is_complete);
    content_file_close(w.file);
    assert_int_equal(sql_number(w.f, "SELECT count(*) FROM file WHERE verified_at > 0"), 1);
    assert_int_equal(sql_number(w.f, "SELECT sum(is_complete) FROM file"), 1);
    world_close(&w);
}

static void a_rotten_list_is_told_and_may_be_put_again(void **state) {
    struct world w;
    world_open(&w, *state);
    const struct object_id manifest = file_fill(&w, 3 * MIB, 1);
    assert_int_equal(open_file(&w, &manifest, NULL), CONTENT_OK);
    assert_true(content_file_has_list(w.file, 0));
    sql(w.f, "UPDATE object SET bytes = zeroblob(length(bytes))");
    scrub(&w);
    assert_int_equal(w.fault_count, 1);
    assert_true(w.faults[0].is_object);
    assert_false(content_file_has_list(w.file, 0));
    assert_int_equal(put_list(&w, w.file, 0, 1), CONTENT_OK);
    assert_true(content_file_has_list(w.file, 0));
    w.fault_count = 0;
    scrub(&w);
    assert_int_equal(w.fault_count, 0);
    content_file_close(w.file);
    world_close(&w);
}

/* Nothing is known of chunks whose ids are not here: neither that they are right nor that they are not. */
static void what_has_no_list_is_passed_over(void **state) {
    struct world w;
    world_open(&w, *state);
    const struct object_id manifest = id_numbered(1);
    const struct file_shape shape = shape_of(3 * MIB);
    assert_int_equal(open_file(&w, &manifest, &shape), CONTENT_OK);
    write_chunks(&w, w.file, 0, 12, 1);
    assert_int_equal(sync_file(&w, w.file), CONTENT_OK);
    flip_byte(path_of(&w, &manifest), 100);
    scrub(&w);
    assert_int_equal(w.fault_count, 0);
    assert_int_equal(sql_number(w.f, "SELECT verified_at FROM file"), 0);
    assert_true(content_store_scrub_view(w.store).has_skipped);
    assert_int_equal(put_list(&w, w.file, 0, 1), CONTENT_OK);
    scrub(&w);
    assert_int_equal(w.fault_count, 1);
    write_chunks(&w, w.file, 0, 1, 1);
    assert_int_equal(sync_file(&w, w.file), CONTENT_OK);
    scrub(&w);
    assert_int_equal(w.fault_count, 1);
    assert_int_equal(sql_number(w.f, "SELECT verified_at > 0 FROM file"), 1);
    content_file_close(w.file);
    world_close(&w);
}

static bool has_looked_at_some(const struct world *w) {
    return content_store_scrub_view(w->store).bytes >= 2 * MIB;
}

/* Chunks of 256 KiB at 8 MiB a second: 32 a second, so that it is in the middle of it when it is stopped. */
static void a_scrub_is_slow_and_goes_on_after_a_restart(void **state) {
    struct world w;
    world_open(&w, *state);
    (void)file_fill(&w, 8 * MIB, 1);
    const int64_t begun_ms = loop_now_ms(w.loop);
    content_store_scrub(w.store, 8 * MIB);
    while (!has_looked_at_some(&w)) (void)find(&w, &(struct object_id){{0}});
    assert_true(loop_now_ms(w.loop) - begun_ms >= 200);
    const uint64_t before = content_store_scrub_view(w.store).bytes;
    assert_true(before < 8 * MIB);
    world_reopen(&w);
    assert_in_range(content_store_scrub_view(w.store).bytes, before, before + MIB);
    assert_false(content_store_scrub_view(w.store).is_running);
    scrub(&w);
    /* The rest, not all of it again: the objects, their cost, and each chunk once. */
    assert_in_range(content_store_scrub_view(w.store).bytes, 8 * MIB, 8 * MIB + 4096);
    assert_int_equal(content_store_scrub_view(w.store).passes, 1);
    world_close(&w);
}

static void a_stopped_scrub_looks_at_nothing(void **state) {
    struct world w;
    world_open(&w, *state);
    (void)file_fill(&w, 3 * MIB, 1);
    content_store_scrub(w.store, 1);
    content_store_scrub(w.store, 0);
    assert_false(content_store_scrub_view(w.store).is_running);
    scrub(&w);
    assert_int_equal(content_store_scrub_view(w.store).passes, 1);
    world_close(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(all_that_is_right_passes),
        TEST(a_flipped_byte_of_a_chunk_is_found_wherever_it_is),
        TEST(rotten_and_vanished_chunks_are_told_and_counted_missing),
        TEST(a_rotten_list_is_told_and_may_be_put_again),
        TEST(what_has_no_list_is_passed_over),
        TEST(a_scrub_is_slow_and_goes_on_after_a_restart),
        TEST(a_stopped_scrub_looks_at_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
