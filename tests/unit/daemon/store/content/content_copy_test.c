/* SPDX-License-Identifier: Apache-2.0 */
/* The content of a node that is open all the while, copied: what is given out is what was written, and the copy of the
 * database claims that and nothing else. */
#include "daemon/store/content/content_copy.h"

#include "unit/daemon/store/content/content_fixture.h"

enum { MIB = 1 << 20 };

struct copied {
    struct content_copy *copy;
    struct content_copy_counts counts;
    uint64_t chunks, bytes;
};

static void copy_open(struct copied *copied, const struct fixture *f, bool leaves_files) {
    struct err_detail detail = {0};
    *copied = (struct copied){0};
    const struct content_copy_options options = {
        .folder = f->folder, .to = in_folder(f, "copy.db"), .leaves_files = leaves_files};
    if (content_copy_open(&copied->copy, &options, &detail) != ERR_OK) fail_msg("%s", detail.text);
    assert_int_equal(mode_of(in_folder(f, "copy.db")), 0600);
}

/* Each chunk is compared with the one of the file that its manifest stands for: `seeds` of them, from 1. */
static void chunk_check(const struct content_copy_chunk *chunk, const struct file_shape *shape, uint64_t seeds) {
    for (uint64_t seed = 1; seed <= seeds; seed++) {
        const struct object_id manifest = id_numbered(seed);
        if (!object_id_equal(&manifest, &chunk->manifest)) continue;
        const uint32_t index = (uint32_t)(chunk->place / file_chunk_sealed_size(shape, 0));
        struct object_id id;
        size_t size;
        uint8_t *bytes = chunk_make(shape, index, seed, &size, &id);
        assert_int_equal(size, chunk->bytes.size);
        assert_memory_equal(bytes, chunk->bytes.at, size);
        memory_free(bytes);
        return;
    }
    fail_msg("a chunk of a file that is none of ours");
}

static void copy_finish(struct copied *copied, uint64_t size, uint64_t seeds) {
    const struct file_shape shape = shape_of(size);
    struct content_copy_chunk chunk;
    struct err_detail detail = {0};
    for (;;) {
        if (content_copy_next(copied->copy, &chunk, &detail) != ERR_OK) fail_msg("%s", detail.text);
        if (chunk.bytes.size == 0) break;
        assert_int_equal(chunk.file_size, file_sealed_size(&shape));
        chunk_check(&chunk, &shape, seeds);
        copied->chunks++;
        copied->bytes += chunk.bytes.size;
    }
    assert_int_equal(content_copy_finish(copied->copy, &copied->counts, &detail), ERR_OK);
    content_copy_free(copied->copy);
}

static int64_t copy_number(const struct fixture *f, const char *text) {
    sqlite3 *handle = NULL;
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_open(in_folder(f, "copy.db"), &handle), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(handle, text, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    const int64_t number = sqlite3_column_int64(statement, 0);
    assert_int_equal(sqlite3_finalize(statement), SQLITE_OK);
    assert_int_equal(sqlite3_close(handle), SQLITE_OK);
    return number;
}

static void all_of_it_is_given_out_and_claimed(void **state) {
    struct world w;
    struct copied copied;
    const struct object_id post = id_numbered(77);
    world_open(&w, *state);
    (void)file_fill(&w, 3 * MIB, 1);
    (void)file_fill(&w, 3 * MIB, 2);
    assert_int_equal(put_and_wait(&w, &post, OBJECT_POST, SPAN_LITERAL("a post")), CONTENT_OK);
    copy_open(&copied, *state, false);
    copy_finish(&copied, 3 * MIB, 2);
    const struct file_shape shape = shape_of(3 * MIB);
    assert_int_equal(copied.chunks, 2 * shape.chunk_count);
    assert_int_equal(copied.bytes, 2 * file_sealed_size(&shape));
    assert_int_equal(copied.counts.files, 2);
    assert_int_equal(copied.counts.posts, 1);
    assert_int_equal(copied.counts.chunks_lost, 0);
    assert_int_equal(copy_number(*state, "SELECT sum(chunks_here) FROM file"), copied.chunks);
    assert_int_equal(access(in_folder(*state, "copy.db-wal"), F_OK), -1);
    world_close(&w);
}

static void of_a_file_on_its_way_only_what_is_claimed_is_given_out(void **state) {
    struct world w;
    struct copied copied;
    world_open(&w, *state);
    const struct object_id manifest = id_numbered(1);
    const struct file_shape shape = shape_of(3 * MIB);
    assert_int_equal(open_file(&w, &manifest, &shape), CONTENT_OK);
    assert_int_equal(put_list(&w, w.file, 0, 1), CONTENT_OK);
    write_chunks(&w, w.file, 2, 5, 1);
    assert_int_equal(sync_file(&w, w.file), CONTENT_OK);
    write_chunks(&w, w.file, 6, 7, 1); /* written, perhaps not synced when the database is copied */
    copy_open(&copied, *state, false);
    copy_finish(&copied, 3 * MIB, 1);
    assert_true(copied.chunks == 3 || copied.chunks == 4);
    assert_int_equal(copy_number(*state, "SELECT chunks_here FROM file"), copied.chunks);
    content_file_close(w.file);
    world_close(&w);
}

static void what_is_not_there_as_it_was_is_claimed_no_more(void **state) {
    struct world w;
    struct copied copied;
    world_open(&w, *state);
    const struct object_id rotten = file_fill(&w, 3 * MIB, 1), cut = file_fill(&w, 3 * MIB, 2);
    const struct object_id gone = file_fill(&w, 3 * MIB, 3);
    (void)file_fill(&w, 3 * MIB, 4);
    const struct file_shape shape = shape_of(3 * MIB);
    flip_byte(path_of(&w, &rotten), (off_t)file_chunk_place(&shape, 2));
    assert_int_equal(truncate(path_of(&w, &cut), (off_t)file_chunk_place(&shape, 6)), 0);
    copy_open(&copied, *state, false);
    assert_int_equal(unlink(path_of(&w, &gone)), 0); /* between the database and the files */
    copy_finish(&copied, 3 * MIB, 4);
    const uint64_t lost = 1 + (shape.chunk_count - 6) + shape.chunk_count;
    assert_int_equal(copied.counts.chunks_lost, lost);
    assert_int_equal(copied.chunks, 4 * shape.chunk_count - lost);
    assert_int_equal(copied.counts.files, 3);
    assert_int_equal(copy_number(*state, "SELECT sum(chunks_here) FROM file"), copied.chunks);
    assert_int_equal(copy_number(*state, "SELECT sum(is_complete) FROM file"), 1);
    /* The node's own is as it was: its scrub will find it. */
    assert_int_equal(sql_number(*state, "SELECT sum(chunks_here) FROM file"), 4 * shape.chunk_count);
    world_close(&w);
}

static void what_was_published_stays_when_files_are_left_out(void **state) {
    struct world w;
    struct copied copied;
    world_open(&w, *state);
    const struct object_id published = file_fill(&w, 3 * MIB, 1), pinned = file_fill(&w, 3 * MIB, 2);
    (void)file_fill(&w, 3 * MIB, 3);
    content_store_set_role(w.store, &published, HOLDING_PUBLISHED, done_of(&w));
    content_store_set_role(w.store, &pinned, HOLDING_PINNED, done_of(&w));
    await(&w, NULL);
    copy_open(&copied, *state, true);
    copy_finish(&copied, 3 * MIB, 1);
    const struct file_shape shape = shape_of(3 * MIB);
    assert_int_equal(copied.chunks, shape.chunk_count);
    assert_int_equal(copied.counts.files, 1);
    assert_int_equal(copied.counts.files_left, 2);
    assert_int_equal(copied.counts.chunks_lost, 0);
    assert_int_equal(copy_number(*state, "SELECT count(*) FROM file"), 3); /* known, to be fetched again */
    assert_int_equal(copy_number(*state, "SELECT sum(is_complete) FROM file"), 1);
    world_close(&w);
}

static void a_folder_without_content_is_told(void **state) {
    const struct fixture *f = *state;
    struct content_copy *copy = NULL;
    const struct content_copy_options options = {.folder = f->folder, .to = in_folder(f, "copy.db")};
    assert_int_equal(content_copy_open(&copy, &options, NULL), ERR_NOT_FOUND);
    assert_null(copy);
}

static void nothing_is_written_over_a_file_that_is_there(void **state) {
    struct world w;
    struct content_copy *copy = NULL;
    const struct fixture *f = *state;
    world_open(&w, *state);
    file_put_text(in_folder(f, "copy.db"), "mine");
    const struct content_copy_options options = {.folder = f->folder, .to = in_folder(f, "copy.db")};
    assert_int_equal(content_copy_open(&copy, &options, NULL), ERR_EXISTS);
    world_close(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(all_of_it_is_given_out_and_claimed),
        TEST(of_a_file_on_its_way_only_what_is_claimed_is_given_out),
        TEST(what_is_not_there_as_it_was_is_claimed_no_more),
        TEST(what_was_published_stays_when_files_are_left_out),
        TEST(a_folder_without_content_is_told),
        TEST(nothing_is_written_over_a_file_that_is_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
