/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/daemon/store/content/content_fixture.h"

#include <sys/syscall.h>

enum { MIB = 1 << 20 };
static const uint64_t gib = 1ULL << 30;

/* Ours comes before the system's: a disk that has room for everything, when a test wants it. */
static bool is_disk_endless;

int fallocate(int fd, int mode, off_t from, off_t size) {
    if (is_disk_endless) return ftruncate(fd, from + size);
    return (int)syscall(SYS_fallocate, fd, mode, from, size);
}

/* ---- Written and found again ---- */

static void a_file_is_written_completed_and_read(void **state) {
    struct world w;
    world_open(&w, *state);
    const struct object_id manifest = file_fill(&w, 5 * MIB + 1, 1); /* 21 chunks, the last of one byte */
    const struct file_shape shape = shape_of(5 * MIB + 1);
    assert_int_equal(shape.chunk_count, 21);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(open_file(&w, &manifest, NULL), CONTENT_OK);
        const struct content_file_row row = content_file_row(w.file);
        assert_true(row.is_complete);
        assert_int_equal(row.chunks_here, 21);
        assert_int_equal(row.shape.size, 5 * MIB + 1);
        for (uint32_t index = 0; index < 21; index++) {
            struct object_id id, listed;
            size_t size;
            uint8_t *bytes = chunk_make(&shape, index, 1, &size, &id);
            assert_true(content_file_chunk_id(w.file, index, &listed));
            assert_true(object_id_equal(&id, &listed));
            w.waiting++;
            assert_int_equal(content_file_read_chunk(w.file, index, &id, on_loaded, &w), CONTENT_OK);
            await(&w, NULL);
            assert_int_equal(w.answer, CONTENT_OK);
            assert_int_equal(w.loaded.size, size);
            assert_memory_equal(w.loaded.bytes, bytes, size);
            memory_free(bytes);
        }
        content_file_close(w.file);
        assert_int_equal(content_store_usage(w.store).files, 1);
        world_reopen(&w);
    }
    assert_int_equal(sql_number(w.f, "SELECT is_complete FROM file"), 1);
    world_close(&w);
}

static void files_of_every_small_size_are_kept_whole(void **state) {
    static const uint64_t sizes[] = {0, 1, 65536, 65537, 262143, 262144, 262145, 524288};
    struct world w;
    world_open(&w, *state);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        const struct object_id manifest = file_fill(&w, sizes[i], 10 + i);
        const struct file_shape shape = shape_of(sizes[i]);
        struct object_id id;
        struct stat status;
        size_t size;
        assert_int_equal(stat(path_of(&w, &manifest), &status), 0);
        assert_int_equal(status.st_size, file_sealed_size(&shape));
        memory_free(chunk_make(&shape, shape.chunk_count - 1, 10 + i, &size, &id));
        assert_int_equal(load(&w, &id), CONTENT_OK);
        assert_int_equal(w.loaded.size, size);
    }
    world_close(&w);
}

static void any_blob_is_found_and_loaded_by_its_id(void **state) {
    struct world w;
    world_open(&w, *state);
    const struct object_id manifest = file_fill(&w, 3 * MIB, 1);
    const struct file_shape shape = shape_of(3 * MIB);
    struct object_id id;
    size_t size;
    uint8_t *chunk = chunk_make(&shape, 7, 1, &size, &id), *list = list_make(&shape, 0, 1, &size);
    assert_int_equal(find(&w, &id), CONTENT_OK);
    assert_true(w.place.is_chunk);
    assert_true(object_id_equal(&w.place.manifest, &manifest));
    assert_int_equal(w.place.index, 7);
    assert_int_equal(w.place.size, shape.chunk_size + FILE_SEAL_SIZE);
    assert_int_equal(load(&w, &id), CONTENT_OK);
    assert_int_equal(w.loaded.size, shape.chunk_size + FILE_SEAL_SIZE);
    assert_memory_equal(w.loaded.bytes, chunk, w.loaded.size);
    id = object_id_of_blob((struct span){list, size});
    assert_int_equal(load(&w, &id), CONTENT_OK);
    assert_int_equal(w.loaded.kind, OBJECT_LIST);
    assert_memory_equal(w.loaded.bytes, list, size);
    memory_free(chunk);
    memory_free(list);
    world_close(&w);
}

static void only_what_is_synced_is_found(void **state) {
    struct world w;
    world_open(&w, *state);
    const struct object_id manifest = id_numbered(1);
    const struct file_shape shape = shape_of(3 * MIB);
    struct object_id id;
    size_t size;
    memory_free(chunk_make(&shape, 0, 1, &size, &id));
    assert_int_equal(open_file(&w, &manifest, &shape), CONTENT_OK);
    assert_int_equal(put_list(&w, w.file, 0, 1), CONTENT_OK);
    assert_int_equal(find(&w, &id), CONTENT_NONE);
    write_chunks(&w, w.file, 0, 1, 1);
    assert_false(content_file_has(w.file, 0));
    assert_int_equal(find(&w, &id), CONTENT_NONE);
    assert_int_equal(sync_file(&w, w.file), CONTENT_OK);
    assert_true(content_file_has(w.file, 0));
    assert_int_equal(find(&w, &id), CONTENT_OK);
    content_file_close(w.file);
    world_close(&w);
}

static bool is_first_here(const struct world *w) {
    return content_file_has(w->file, 0);
}

static void what_was_written_is_claimed_within_a_second_or_so(void **state) {
    struct world w;
    world_open(&w, *state);
    const struct object_id manifest = id_numbered(1);
    const struct file_shape shape = shape_of(3 * MIB);
    assert_int_equal(open_file(&w, &manifest, &shape), CONTENT_OK);
    const int64_t begun_ms = loop_now_ms(w.loop);
    write_chunks(&w, w.file, 0, 1, 1);
    while (!is_first_here(&w)) { /* some callback comes after each sync */
        content_store_find(w.store, &manifest, on_place, &w);
        w.waiting++;
        await(&w, NULL);
    }
    assert_true(loop_now_ms(w.loop) - begun_ms < 5000);
    content_file_close(w.file);
    world_reopen(&w);
    assert_int_equal(open_file(&w, &manifest, NULL), CONTENT_OK);
    assert_int_equal(content_file_row(w.file).chunks_here, 1);
    content_file_close(w.file);
    world_close(&w);
}

static void closing_claims_what_was_written(void **state) {
    struct world w;
    world_open(&w, *state);
    const struct object_id one = id_numbered(1), other = id_numbered(2);
    const struct file_shape shape = shape_of(3 * MIB);
    assert_int_equal(open_file(&w, &one, &shape), CONTENT_OK);
    write_chunks(&w, w.file, 0, 5, 1);
    content_file_close(w.file);
    assert_int_equal(open_file(&w, &other, &shape), CONTENT_OK);
    write_chunks(&w, w.file, 3, 6, 2);
    world_reopen(&w); /* with that one still open */
    assert_int_equal(open_file(&w, &one, NULL), CONTENT_OK);
    assert_int_equal(content_file_row(w.file).chunks_here, 5);
    content_file_close(w.file);
    assert_int_equal(open_file(&w, &other, NULL), CONTENT_OK);
    assert_int_equal(content_file_row(w.file).chunks_here, 3);
    assert_true(content_file_has(w.file, 5));
    content_file_close(w.file);
    world_close(&w);
}

static void wrong_bytes_are_not_written(void **state) {
    struct world w;
    world_open(&w, *state);
    const struct object_id manifest = id_numbered(1);
    const struct file_shape shape = shape_of(3 * MIB);
    struct object_id id;
    size_t size;
    assert_int_equal(open_file(&w, &manifest, &shape), CONTENT_OK);
    uint8_t *bytes = chunk_make(&shape, 2, 1, &size, &id);
    bytes[77] ^= 1;
    const struct object_id actual = object_id_of_blob((struct span){bytes, size});
    w.waiting++;
    assert_int_equal(content_file_write_chunk(w.file, 2, bytes, size, &id, on_written, &w), CONTENT_OK);
    await(&w, NULL);
    assert_int_equal(w.answer, CONTENT_WRONG);
    assert_true(object_id_equal(&w.actual, &actual));
    bytes = memory_zeroed(10, 1); /* what it says it is, but no chunk of this file */
    id = object_id_of_blob((struct span){bytes, 10});
    w.waiting++;
    assert_int_equal(content_file_write_chunk(w.file, 2, bytes, 10, &id, on_written, &w), CONTENT_OK);
    await(&w, NULL);
    assert_int_equal(w.answer, CONTENT_WRONG);
    uint8_t *on_disk = memory_zeroed(size, 1), *zeros = memory_zeroed(size, 1);
    const int fd = open(path_of(&w, &manifest), O_RDONLY | O_CLOEXEC);
    assert_int_equal(pread(fd, on_disk, size, (off_t)file_chunk_place(&shape, 2)), size);
    assert_memory_equal(on_disk, zeros, size);
    assert_int_equal(close(fd), 0);
    memory_free(on_disk);
    memory_free(zeros);
    write_chunks(&w, w.file, 2, 3, 1); /* and it may come again */
    assert_int_equal(w.answer, CONTENT_OK);
    content_file_close(w.file);
    world_close(&w);
}

static void missing_chunks_are_listed_without_those_under_way(void **state) {
    struct world w;
    uint32_t indices[32];
    world_open(&w, *state);
    const struct object_id manifest = id_numbered(1);
    const struct file_shape shape = shape_of(3 * MIB); /* 12 chunks */
    assert_int_equal(open_file(&w, &manifest, &shape), CONTENT_OK);
    assert_int_equal(content_file_next_missing(w.file, 0, indices, 32), 12);
    write_chunks(&w, w.file, 0, 3, 1);
    assert_int_equal(sync_file(&w, w.file), CONTENT_OK);
    write_chunks(&w, w.file, 4, 5, 1); /* written */
    write_chunk(&w, w.file, 6, 1);     /* on its way */
    assert_int_equal(content_file_next_missing(w.file, 0, indices, 32), 7);
    assert_int_equal(indices[0], 3);
    assert_int_equal(indices[1], 5);
    assert_int_equal(indices[2], 7);
    assert_int_equal(content_file_next_missing(w.file, 8, indices, 2), 2);
    assert_int_equal(indices[0], 8);
    assert_int_equal(indices[1], 9);
    assert_int_equal(content_file_next_missing(w.file, 12, indices, 2), 0);
    await(&w, NULL);
    content_file_close(w.file);
    world_close(&w);
}

static void a_chunk_that_comes_twice_is_fine(void **state) {
    struct world w;
    world_open(&w, *state);
    const struct object_id manifest = id_numbered(1);
    const struct file_shape shape = shape_of(3 * MIB);
    assert_int_equal(open_file(&w, &manifest, &shape), CONTENT_OK);
    write_chunk(&w, w.file, 0, 1);
    write_chunk(&w, w.file, 0, 1);
    await(&w, NULL);
    assert_int_equal(w.answer, CONTENT_OK);
    write_chunks(&w, w.file, 0, 1, 1);
    assert_int_equal(w.answer, CONTENT_OK);
    assert_int_equal(sync_file(&w, w.file), CONTENT_OK);
    assert_int_equal(content_file_row(w.file).chunks_here, 1);
    write_chunk(&w, w.file, 0, 2); /* other bytes of the same id are still wrong */
    await(&w, NULL);
    content_file_close(w.file);
    world_close(&w);
}

static void memory_for_chunks_is_bounded(void **state) {
    struct world w;
    world_open(&w, *state);
    const struct object_id manifest = id_numbered(1);
    const struct file_shape shape = shape_of(32ULL * MIB); /* 128 of 256 KiB */
    size_t taken = 0, peak = 0;
    assert_int_equal(open_file(&w, &manifest, &shape), CONTENT_OK);
    for (uint32_t index = 0; index < 128; index++) {
        struct object_id id;
        size_t size;
        uint8_t *bytes = chunk_make(&shape, index, 1, &size, &id);
        const enum content_answer answer = content_file_write_chunk(w.file, index, bytes, size, &id, on_written, &w);
        const size_t in_flight = content_store_usage(w.store).writes_in_flight;
        if (in_flight > peak) peak = in_flight;
        if (answer == CONTENT_BUSY) {
            memory_free(bytes); /* it is still ours */
            break;
        }
        w.waiting++;
        taken++;
    }
    assert_int_equal(taken, CONTENT_WRITES_MAX / (shape.chunk_size + FILE_SEAL_SIZE));
    assert_in_range(peak, 1, CONTENT_WRITES_MAX);
    assert_in_range(CONTENT_IN_FLIGHT_MAX, 1, (24 << 20) + 96);
    await(&w, NULL);
    assert_int_equal(content_store_usage(w.store).writes_in_flight, 0);
    content_file_close(w.file);
    world_close(&w);
}

static void a_buffer_that_was_written_is_used_again(void **state) {
    struct world w;
    world_open(&w, *state);
    const struct object_id manifest = id_numbered(1);
    const struct file_shape shape = shape_of(3 * MIB);
    const size_t size = file_chunk_sealed_size(&shape, 0);
    struct object_id id;
    assert_int_equal(open_file(&w, &manifest, &shape), CONTENT_OK);
    uint8_t *bytes = content_store_take_buffer(w.store, size);
    bytes_make(bytes, size, 1);
    id = object_id_of_blob((struct span){bytes, size});
    w.waiting++;
    assert_int_equal(content_file_write_chunk(w.file, 0, bytes, size, &id, on_written, &w), CONTENT_OK);
    await(&w, NULL);
    uint8_t *again = content_store_take_buffer(w.store, size);
    assert_ptr_equal(again, bytes);
    content_store_give_buffer(w.store, again, size);
    w.waiting++;
    assert_int_equal(content_file_read_chunk(w.file, 0, &id, on_loaded, &w), CONTENT_OK);
    await(&w, NULL);
    assert_ptr_equal(w.loaded.bytes, bytes); /* and read into */
    content_file_close(w.file);
    world_close(&w);
}

/* ---- Opening ---- */

static void a_file_that_is_not_there_is_made_only_with_a_shape(void **state) {
    struct world w;
    world_open(&w, *state);
    const struct object_id manifest = id_numbered(1);
    const struct file_shape shape = shape_of(3 * MIB), other = shape_of(4 * MIB);
    assert_int_equal(open_file(&w, &manifest, NULL), CONTENT_NONE);
    /* Two at once: who would have it made gets it, whoever asked first. */
    w.waiting += 2;
    content_store_open_file(w.store, &manifest, NULL, HOLDING_REPLICA, on_opened, &w);
    content_store_open_file(w.store, &manifest, &shape, HOLDING_PINNED, on_opened, &w);
    await(&w, NULL);
    assert_int_equal(w.answer, CONTENT_OK);
    struct content_file *file = w.file;
    assert_int_equal(content_file_row(file).role, HOLDING_PINNED);
    assert_int_equal(open_file(&w, &manifest, &other), CONTENT_WRONG);
    assert_int_equal(open_file(&w, &manifest, &shape), CONTENT_OK);
    assert_ptr_equal(w.file, file); /* one, for all who have it open */
    content_file_close(file);
    content_file_close(file);
    assert_int_equal(open_file(&w, &manifest, &other), CONTENT_WRONG);
    world_close(&w);
}

static void a_file_over_the_budget_is_refused_with_the_figures(void **state) {
    const struct fixture *f = *state;
    struct world w;
    assert_int_equal(world_try(&w, f, f->folder, 4 * MIB, NULL), ERR_OK);
    const struct object_id one = id_numbered(1), other = id_numbered(2);
    const struct file_shape shape = shape_of(3 * MIB);
    assert_int_equal(open_file(&w, &one, &shape), CONTENT_OK);
    content_file_close(w.file);
    assert_int_equal(open_file(&w, &other, &shape), CONTENT_FULL);
    assert_non_null(strstr(w.last_detail, "3145920 of 4194304 bytes are used"));
    assert_int_equal(open_file(&w, &one, &shape), CONTENT_OK); /* that one is counted already */
    content_file_close(w.file);
    assert_int_equal(content_store_usage(w.store).bytes_used, file_sealed_size(&shape));
    content_store_remove_file(w.store, &one, done_of(&w));
    await(&w, NULL);
    assert_int_equal(content_store_usage(w.store).bytes_used, 0);
    assert_int_equal(open_file(&w, &other, &shape), CONTENT_OK);
    content_file_close(w.file);
    world_close(&w);
}

/* ---- What vanishes ---- */

static void a_file_that_vanished_counts_as_missing(void **state) {
    struct world w;
    world_open(&w, *state);
    const struct object_id manifest = file_fill(&w, 3 * MIB, 1);
    assert_int_equal(unlink(path_of(&w, &manifest)), 0);
    assert_int_equal(open_file(&w, &manifest, NULL), CONTENT_OK);
    await(&w, has_fault);
    assert_int_equal(w.faults[0].cause, CONTENT_FAULT_VANISHED);
    assert_int_equal(w.faults[0].index, 0);
    assert_int_equal(w.faults[0].count, 12);
    assert_false(content_file_row(w.file).is_complete);
    write_chunks(&w, w.file, 0, 12, 1); /* all of it anew */
    assert_int_equal(sync_file(&w, w.file), CONTENT_OK);
    assert_int_equal(w.completed, 2);
    content_file_close(w.file);
    world_close(&w);
}

static void a_file_that_was_cut_off_keeps_what_is_left(void **state) {
    struct world w;
    world_open(&w, *state);
    const struct object_id manifest = file_fill(&w, 3 * MIB, 1);
    const struct file_shape shape = shape_of(3 * MIB);
    world_close(&w);
    assert_int_equal(truncate(path_of(&w, &manifest), (off_t)file_chunk_place(&shape, 7) + 5), 0);
    world_open(&w, *state);
    assert_int_equal(open_file(&w, &manifest, NULL), CONTENT_OK);
    await(&w, has_fault);
    assert_int_equal(w.faults[0].index, 7);
    assert_int_equal(w.faults[0].count, 5);
    assert_int_equal(content_file_row(w.file).chunks_here, 7);
    content_file_close(w.file);
    assert_int_equal(sql_number(w.f, "SELECT chunks_here FROM file"), 7);
    world_close(&w);
}

static void a_file_removed_under_us_is_told_and_made_anew(void **state) {
    struct world w;
    world_open(&w, *state);
    const struct object_id manifest = id_numbered(1);
    const struct file_shape shape = shape_of(3 * MIB);
    assert_int_equal(open_file(&w, &manifest, &shape), CONTENT_OK);
    write_chunks(&w, w.file, 0, 4, 1);
    assert_int_equal(sync_file(&w, w.file), CONTENT_OK);
    assert_int_equal(unlink(path_of(&w, &manifest)), 0);
    write_chunks(&w, w.file, 4, 5, 1);
    assert_int_equal(sync_file(&w, w.file), CONTENT_NONE);
    write_chunks(&w, w.file, 5, 6, 1);
    assert_int_equal(w.answer, CONTENT_NONE);
    content_file_close(w.file);
    assert_int_equal(open_file(&w, &manifest, NULL), CONTENT_OK);
    assert_int_equal(content_file_row(w.file).chunks_here, 0);
    write_chunks(&w, w.file, 0, 12, 1);
    assert_int_equal(sync_file(&w, w.file), CONTENT_OK);
    assert_int_equal(w.completed, 1);
    content_file_close(w.file);
    world_close(&w);
}

static void a_rotten_chunk_is_not_given_out_and_is_fetched_again(void **state) {
    struct world w;
    uint32_t missing[2];
    world_open(&w, *state);
    const struct object_id manifest = file_fill(&w, 3 * MIB, 1);
    const struct file_shape shape = shape_of(3 * MIB);
    struct object_id id;
    size_t size;
    memory_free(chunk_make(&shape, 4, 1, &size, &id));
    flip_byte(path_of(&w, &manifest), (off_t)file_chunk_place(&shape, 4) + 100);
    assert_int_equal(open_file(&w, &manifest, NULL), CONTENT_OK);
    assert_int_equal(load(&w, &id), CONTENT_ROTTEN);
    await(&w, has_fault);
    assert_int_equal(w.faults[0].index, 4);
    assert_int_equal(content_file_next_missing(w.file, 0, missing, 2), 1);
    assert_int_equal(missing[0], 4);
    assert_int_equal(load(&w, &id), CONTENT_NONE);
    write_chunks(&w, w.file, 4, 5, 1);
    assert_int_equal(sync_file(&w, w.file), CONTENT_OK);
    assert_int_equal(w.completed, 2);
    assert_int_equal(load(&w, &id), CONTENT_OK);
    content_file_close(w.file);
    world_close(&w);
}

/* ---- Removed, listed ---- */

static void a_removed_file_leaves_nothing_behind(void **state) {
    struct world w;
    world_open(&w, *state);
    const struct object_id manifest = file_fill(&w, 3 * MIB, 1), twin = id_numbered(99);
    const struct file_shape shape = shape_of(3 * MIB);
    struct object_id id;
    size_t size;
    memory_free(chunk_make(&shape, 0, 1, &size, &id));
    /* Another manifest of the same chunks shares the list. */
    assert_int_equal(open_file(&w, &twin, &shape), CONTENT_OK);
    struct content_file *file = w.file;
    assert_int_equal(put_list(&w, file, 0, 1), CONTENT_OK);
    write_chunks(&w, file, 0, 12, 1);
    assert_int_equal(sync_file(&w, file), CONTENT_OK);
    content_store_remove_file(w.store, &manifest, done_of(&w));
    await(&w, NULL);
    assert_int_equal(w.answer, CONTENT_OK);
    assert_int_not_equal(access(path_of(&w, &manifest), F_OK), 0);
    assert_int_equal(load(&w, &id), CONTENT_OK); /* of the other */
    content_store_remove_file(w.store, &twin, done_of(&w));
    await(&w, NULL);
    write_chunks(&w, file, 0, 1, 1); /* who has it open is told */
    assert_int_equal(w.answer, CONTENT_NONE);
    content_file_close(file);
    content_store_remove_file(w.store, &twin, done_of(&w));
    await(&w, NULL);
    assert_int_equal(w.answer, CONTENT_NONE);
    assert_int_equal(load(&w, &id), CONTENT_NONE);
    world_reopen(&w);
    /* The ids went step by step; with the list, put again, they are all out. */
    assert_int_equal(open_file(&w, &manifest, &shape), CONTENT_OK);
    assert_int_equal(put_list(&w, w.file, 0, 1), CONTENT_OK);
    assert_int_equal(sql_number(w.f, "SELECT count(*) FROM chunk"), 12);
    assert_int_equal(sql_number(w.f, "SELECT count(*) FROM file_list"), 1);
    assert_int_equal(sql_number(w.f, "SELECT count(*) FROM object"), 1);
    assert_int_equal(content_store_usage(w.store).bytes_used, file_sealed_size(&shape) + 12 * 32);
    content_file_close(w.file);
    world_close(&w);
}

/* Strangers say which blob is whose list, and the name of a record is the hash of a text. */
static void what_has_the_name_of_a_list_stays_what_it_is(void **state) {
    struct world w;
    world_open(&w, *state);
    const struct object_id manifest = id_numbered(1), other = id_numbered(2);
    const struct file_shape shape = shape_of(3 * MIB);
    uint8_t memory[40];
    size_t size;
    uint8_t *list = list_make(&shape, 0, 1, &size);
    const struct span ids = {list, size}, text = {memory, sizeof memory};
    const struct object_id id = object_id_of_blob(ids);
    bytes_make(memory, sizeof memory, 1);
    assert_int_equal(put_and_wait(&w, &id, OBJECT_POST, text), CONTENT_OK);
    assert_int_equal(open_file(&w, &manifest, &shape), CONTENT_OK);
    assert_int_equal(put_list(&w, w.file, 0, 1), CONTENT_WRONG);
    assert_false(content_file_has_list(w.file, 0));
    content_store_remove_object(w.store, &id, OBJECT_POST, done_of(&w));
    await(&w, NULL);
    assert_int_equal(w.answer, CONTENT_OK);
    assert_int_equal(put_and_wait(&w, &id, OBJECT_CHUNK, ids), CONTENT_OK); /* of a small file */
    assert_int_equal(put_list(&w, w.file, 0, 1), CONTENT_OK);
    content_store_remove_object(w.store, &id, OBJECT_CHUNK, done_of(&w)); /* which goes, while it is a list */
    await(&w, NULL);
    assert_int_equal(w.answer, CONTENT_NONE);
    content_file_close(w.file);
    content_store_remove_file(w.store, &manifest, done_of(&w)); /* as that one does, while it is a chunk */
    await(&w, NULL);
    world_reopen(&w);
    assert_int_equal(open_file(&w, &other, &shape), CONTENT_OK);
    assert_int_equal(put_list(&w, w.file, 0, 2), CONTENT_OK); /* the index has come to its end */
    content_file_close(w.file);
    assert_int_equal(load(&w, &id), CONTENT_OK);
    memory_free(list);
    world_close(&w);
}

static void what_a_cut_off_removal_left_is_swept(void **state) {
    struct world w;
    struct stat status;
    world_open(&w, *state);
    const struct object_id manifest = file_fill(&w, 3 * MIB, 1), kept = file_fill(&w, 3 * MIB, 2);
    char foreign[256];
    (void)snprintf(foreign, sizeof foreign, "%.*s/notes", (int)(strlen(path_of(&w, &kept)) - 65), path_of(&w, &kept));
    file_put_text(foreign, "not ours");
    world_close(&w);
    sql(w.f, "DELETE FROM file WHERE number = 1"); /* where a kill may fall */
    world_open(&w, *state);
    /* Both threads have done what they found at the start, once they did this. */
    assert_int_equal(open_file(&w, &kept, NULL), CONTENT_OK);
    assert_int_equal(put_list(&w, w.file, 0, 2), CONTENT_OK);
    content_file_close(w.file);
    assert_int_not_equal(stat(path_of(&w, &manifest), &status), 0);
    assert_int_equal(stat(path_of(&w, &kept), &status), 0);
    assert_int_equal(stat(foreign, &status), 0);
    assert_int_equal(sql_number(w.f, "SELECT count(*) FROM chunk WHERE file = 1"), 0);
    assert_int_equal(sql_number(w.f, "SELECT count(*) FROM file_list WHERE file = 1"), 0);
    world_close(&w);
}

struct rows {
    struct world *world;
    size_t count;
    struct content_file_row rows[8];
};

static void take_row(void *context, const struct content_file_row *row) {
    struct rows *rows = context;
    assert_true(rows->count < 8);
    rows->rows[rows->count++] = *row;
}

static void on_listed(void *context, const struct content_result *result) {
    const struct rows *rows = context;
    note_result(rows->world, result);
}

static struct rows list_files(struct world *w, enum content_files which, size_t max) {
    struct rows rows = {.world = w};
    w->waiting++;
    content_store_list_files(w->store, which, max, take_row, (struct content_done){on_listed, &rows});
    await(w, NULL);
    return rows;
}

static void replicas_that_were_not_used_for_long_are_listed_for_eviction(void **state) {
    struct world w;
    world_open(&w, *state);
    struct object_id ids[4];
    for (size_t i = 0; i < 4; i++) ids[i] = file_fill(&w, 100000 + i, i);
    content_store_set_role(w.store, &ids[1], HOLDING_PINNED, done_of(&w));
    await(&w, NULL);
    assert_int_equal(w.answer, CONTENT_OK);
    sql(w.f, "UPDATE file SET used_at = 1000 - number");
    assert_int_equal(list_files(&w, CONTENT_FILES_ALL, 8).count, 4);
    struct rows rows = list_files(&w, CONTENT_FILES_TO_EVICT, 8);
    assert_int_equal(rows.count, 3);
    assert_true(object_id_equal(&rows.rows[0].manifest, &ids[3]));
    assert_true(object_id_equal(&rows.rows[2].manifest, &ids[0]));
    assert_int_equal(list_files(&w, CONTENT_FILES_TO_EVICT, 2).count, 2);
    /* Opening is using; and what is open is no candidate. */
    assert_int_equal(open_file(&w, &ids[3], NULL), CONTENT_OK);
    assert_int_equal(list_files(&w, CONTENT_FILES_TO_EVICT, 8).count, 2);
    content_file_close(w.file);
    rows = list_files(&w, CONTENT_FILES_TO_EVICT, 8);
    assert_true(object_id_equal(&rows.rows[2].manifest, &ids[3]));
    const struct object_id nobody = id_numbered(1234);
    content_store_set_role(w.store, &nobody, HOLDING_PINNED, done_of(&w));
    await(&w, NULL);
    assert_int_equal(w.answer, CONTENT_NONE);
    world_close(&w);
}

/* ---- Everything at once ---- */

static void one_damaged_row_fails_nobody_else(void **state) {
    struct world w;
    world_open(&w, *state);
    const struct object_id damaged = file_fill(&w, 3 * MIB, 1), fine = id_numbered(2);
    const struct file_shape shape = shape_of(3 * MIB);
    sql(w.f, "UPDATE file SET size = -1");
    for (uint64_t i = 0; i < 50; i++) { /* so that some of them share a transaction with what cannot be done */
        const struct object_id id = id_numbered(100 + i);
        assert_int_equal(put(&w, &id, OBJECT_POST, SPAN_LITERAL("text")), CONTENT_OK);
        if (i % 10 != 5) continue;
        w.waiting++;
        content_store_open_file(w.store, &damaged, &shape, HOLDING_REPLICA, on_opened, &w);
    }
    await(&w, NULL);
    for (uint64_t i = 0; i < 50; i++) {
        const struct object_id id = id_numbered(100 + i);
        assert_int_equal(load(&w, &id), CONTENT_OK);
    }
    assert_int_equal(open_file(&w, &damaged, NULL), CONTENT_FAILED);
    assert_int_equal(w.last_failure, ERR_DAMAGED);
    assert_int_equal(open_file(&w, &fine, &shape), CONTENT_OK);
    content_file_close(w.file);
    world_close(&w);
}

static void a_store_may_be_closed_with_files_under_way(void **state) {
    struct world w;
    world_open(&w, *state);
    const struct object_id whole = file_fill(&w, 3 * MIB, 1), part = id_numbered(2), other = id_numbered(3);
    const struct file_shape shape = shape_of(16 * MIB);
    for (int i = 0; i < 10; i++) {
        assert_int_equal(open_file(&w, &part, &shape), CONTENT_OK);
        size_t size;
        uint8_t *ids = list_make(&shape, 0, 2, &size);
        const struct object_id id = object_id_of_blob((struct span){ids, size});
        assert_int_equal(content_file_put_list(w.file, 0, (struct span){ids, size}, &id, done_of(&w), NULL),
                         CONTENT_OK);
        memory_free(ids);
        for (uint32_t index = 5 * (uint32_t)i; index < 5 * (uint32_t)i + 5; index++) write_chunk(&w, w.file, index, 2);
        content_file_sync(w.file, done_of(&w));
        content_file_load_list(w.file, 0, done_of(&w));
        for (uint32_t index = 0; index < 5; index++)
            assert_int_equal(content_file_read_chunk(w.file, index, NULL, on_loaded, &w), CONTENT_OK);
        content_store_open_file(w.store, &whole, NULL, HOLDING_REPLICA, on_opened, &w);
        content_store_open_file(w.store, &other, &shape, HOLDING_REPLICA, on_opened, &w);
        content_store_remove_file(w.store, &other, done_of(&w));
        content_store_scrub(w.store, 1 << 20);
        w.waiting += 7;
        w.stop_after = 2 * (unsigned)i;
        if (i > 0) loop_run(w.loop);
        world_reopen(&w);
    }
    scrub(&w);
    assert_int_equal(w.fault_count, 0);
    assert_int_equal(w.failures, 0);
    world_close(&w);
}

/* ---- Large lists ---- */

static void a_list_that_is_not_what_its_id_says_is_refused(void **state) {
    struct world w;
    world_open(&w, *state);
    const struct object_id manifest = id_numbered(1), wrong = id_numbered(2);
    const struct file_shape shape = shape_of(3 * MIB);
    uint8_t ids[12 * 32] = {0};
    assert_int_equal(open_file(&w, &manifest, &shape), CONTENT_OK);
    assert_int_equal(content_file_put_list(w.file, 0, (struct span){ids, sizeof ids}, &wrong, done_of(&w), NULL),
                     CONTENT_OK);
    await(&w, NULL);
    assert_int_equal(w.answer, CONTENT_WRONG);
    assert_int_equal(content_file_put_list(w.file, 0, (struct span){ids, 32}, &wrong, (struct content_done){0}, NULL),
                     CONTENT_WRONG);
    assert_false(content_file_has_list(w.file, 0));
    content_file_load_list(w.file, 0, done_of(&w));
    await(&w, NULL);
    assert_int_equal(w.answer, CONTENT_NONE);
    content_file_close(w.file);
    world_close(&w);
}

/* The ids of a file of 100 GiB, whose bytes are not there. */
static void a_list_of_25600_chunks_is_indexed_quickly(void **state) {
    struct world w;
    is_disk_endless = true;
    world_open(&w, *state);
    const struct object_id manifest = id_numbered(1);
    const struct file_shape shape = shape_of(100 * gib);
    assert_int_equal(shape.chunk_count, 25600);
    assert_int_equal(open_file(&w, &manifest, &shape), CONTENT_OK);
    size_t size = file_list_size(&shape, 0);
    uint8_t *ids = memory_zeroed(size, 1);
    bytes_make(ids, size, 5);
    const struct object_id id = object_id_of_blob((struct span){ids, size});
    const int64_t begun_ms = loop_now_ms(w.loop);
    assert_int_equal(content_file_put_list(w.file, 0, (struct span){ids, size}, &id, done_of(&w), NULL), CONTENT_OK);
    await(&w, NULL);
    const int64_t took_ms = loop_now_ms(w.loop) - begun_ms;
    assert_int_equal(w.answer, CONTENT_OK);
    assert_int_equal(sql_number(w.f, "SELECT count(*) FROM chunk"), 25600);
    print_message("25,600 ids synced and indexed in %lld ms\n", (long long)took_ms);
    struct object_id listed;
    assert_true(content_file_chunk_id(w.file, 25599, &listed));
    assert_memory_equal(listed.bytes, ids + 32 * 25599, 32);
    content_store_remove_file(w.store, &manifest, done_of(&w));
    await(&w, NULL);
    content_file_close(w.file);
    memory_free(ids);
    world_close(&w);
    is_disk_endless = false;
}

/* Lists of many open files are more than what is kept in memory: the least recently used go, and come when asked. */
static void lists_in_memory_are_bounded(void **state) {
    enum { FILES = 24 };
    struct world w;
    struct content_file *files[FILES];
    struct object_id id;
    is_disk_endless = true;
    world_open(&w, *state);
    const struct file_shape shape = shape_of(100 * gib); /* 800 KiB of ids: 20 in 16 MiB */
    const size_t size = file_list_size(&shape, 0);
    uint8_t *ids = memory_zeroed(size, 1);
    for (uint64_t i = 0; i < FILES; i++) {
        const struct object_id manifest = id_numbered(i);
        memcpy(ids, &i, sizeof i);
        const struct object_id list = object_id_of_blob((struct span){ids, size});
        assert_int_equal(open_file(&w, &manifest, &shape), CONTENT_OK);
        files[i] = w.file;
        assert_int_equal(content_file_put_list(files[i], 0, (struct span){ids, size}, &list, done_of(&w), NULL),
                         CONTENT_OK);
        await(&w, NULL);
        assert_int_equal(w.answer, CONTENT_OK);
    }
    assert_false(content_file_chunk_id(files[0], 0, &id));
    assert_true(content_file_chunk_id(files[FILES - 1], 0, &id));
    content_file_load_list(files[0], 0, done_of(&w));
    await(&w, NULL);
    assert_int_equal(w.answer, CONTENT_OK);
    assert_true(content_file_chunk_id(files[0], 0, &id));
    assert_int_equal(id.bytes[0], 0);
    for (size_t i = 0; i < FILES; i++) content_file_close(files[i]);
    memory_free(ids);
    world_close(&w);
    is_disk_endless = false;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_file_is_written_completed_and_read),
        TEST(files_of_every_small_size_are_kept_whole),
        TEST(any_blob_is_found_and_loaded_by_its_id),
        TEST(only_what_is_synced_is_found),
        TEST(what_was_written_is_claimed_within_a_second_or_so),
        TEST(closing_claims_what_was_written),
        TEST(wrong_bytes_are_not_written),
        TEST(missing_chunks_are_listed_without_those_under_way),
        TEST(a_chunk_that_comes_twice_is_fine),
        TEST(memory_for_chunks_is_bounded),
        TEST(a_buffer_that_was_written_is_used_again),
        TEST(a_file_that_is_not_there_is_made_only_with_a_shape),
        TEST(a_file_over_the_budget_is_refused_with_the_figures),
        TEST(a_file_that_vanished_counts_as_missing),
        TEST(a_file_that_was_cut_off_keeps_what_is_left),
        TEST(a_file_removed_under_us_is_told_and_made_anew),
        TEST(a_rotten_chunk_is_not_given_out_and_is_fetched_again),
        TEST(a_removed_file_leaves_nothing_behind),
        TEST(what_has_the_name_of_a_list_stays_what_it_is),
        TEST(what_a_cut_off_removal_left_is_swept),
        TEST(replicas_that_were_not_used_for_long_are_listed_for_eviction),
        TEST(one_damaged_row_fails_nobody_else),
        TEST(a_store_may_be_closed_with_files_under_way),
        TEST(a_list_that_is_not_what_its_id_says_is_refused),
        TEST(a_list_of_25600_chunks_is_indexed_quickly),
        TEST(lists_in_memory_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
