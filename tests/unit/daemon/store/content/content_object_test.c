/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/daemon/store/content/content_fixture.h"

/* ---- Put and found again ---- */

static struct span bytes_of(uint8_t *memory, size_t size, uint64_t seed) {
    bytes_make(memory, size, seed);
    return (struct span){memory, size};
}

static void an_object_comes_back_as_it_was(void **state) {
    struct world w;
    uint8_t memory[4096];
    const struct span bytes = bytes_of(memory, sizeof memory, 1);
    const struct object_id chunk = object_id_of_blob(bytes), record = id_numbered(7);
    world_open(&w, *state);
    assert_int_equal(load(&w, &chunk), CONTENT_NONE);
    assert_int_equal(find(&w, &chunk), CONTENT_NONE);
    assert_int_equal(put_and_wait(&w, &chunk, OBJECT_CHUNK, bytes), CONTENT_OK);
    assert_int_equal(put_and_wait(&w, &record, OBJECT_POST, bytes), CONTENT_OK);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(content_store_usage(w.store).objects, 2);
        assert_int_equal(content_store_usage(w.store).bytes_used, 8192);
        assert_int_equal(load(&w, &record), CONTENT_OK);
        assert_int_equal(w.loaded.kind, OBJECT_POST);
        assert_int_equal(w.loaded.at_ms, 1763640000000);
        assert_int_equal(w.loaded.size, sizeof memory);
        assert_memory_equal(w.loaded.bytes, memory, sizeof memory);
        assert_int_equal(find(&w, &chunk), CONTENT_OK);
        assert_false(w.place.is_chunk);
        assert_int_equal(w.place.kind, OBJECT_CHUNK);
        assert_int_equal(w.place.size, sizeof memory);
        world_reopen(&w);
    }
    world_close(&w);
}

static void what_is_there_already_is_acknowledged_and_counted_once(void **state) {
    struct world w;
    uint8_t memory[100];
    const struct object_id id = id_numbered(1);
    world_open(&w, *state);
    assert_int_equal(put_and_wait(&w, &id, OBJECT_POST, bytes_of(memory, 100, 1)), CONTENT_OK);
    assert_int_equal(put_and_wait(&w, &id, OBJECT_POST, bytes_of(memory, 50, 2)), CONTENT_OK);
    assert_int_equal(load(&w, &id), CONTENT_OK);
    assert_int_equal(w.loaded.size, 100);
    assert_int_equal(content_store_usage(w.store).objects, 1);
    assert_int_equal(content_store_usage(w.store).bytes_used, 100);
    world_close(&w);
}

static void a_chunk_that_is_not_what_its_id_says_is_not_stored(void **state) {
    struct world w;
    uint8_t memory[100];
    const struct object_id id = id_numbered(1);
    world_open(&w, *state);
    assert_int_equal(put_and_wait(&w, &id, OBJECT_CHUNK, bytes_of(memory, 100, 1)), CONTENT_WRONG);
    assert_int_equal(load(&w, &id), CONTENT_NONE);
    assert_int_equal(content_store_usage(w.store).bytes_used, 0);
    world_close(&w);
}

static void the_largest_object_is_taken(void **state) {
    struct world w;
    uint8_t *memory = memory_zeroed(CONTENT_OBJECT_SIZE_MAX, 1);
    const struct span bytes = bytes_of(memory, CONTENT_OBJECT_SIZE_MAX, 3);
    const struct object_id id = object_id_of_blob(bytes);
    world_open(&w, *state);
    assert_int_equal(put_and_wait(&w, &id, OBJECT_CHUNK, bytes), CONTENT_OK);
    assert_int_equal(load(&w, &id), CONTENT_OK);
    assert_memory_equal(w.loaded.bytes, memory, CONTENT_OBJECT_SIZE_MAX);
    memory_free(memory);
    world_close(&w);
}

/* A record is named by the hash of a part of it; whoever signs it can make that part a chunk, too. */
static void of_a_record_and_a_blob_of_one_name_the_first_stays_and_the_other_is_refused(void **state) {
    struct world w;
    uint8_t memory[2][100];
    const struct span blob = bytes_of(memory[0], sizeof memory[0], 1), text = bytes_of(memory[1], 90, 2);
    const struct object_id id = object_id_of_blob(blob);
    world_open(&w, *state);
    assert_int_equal(put_and_wait(&w, &id, OBJECT_POST, text), CONTENT_OK);
    assert_int_equal(put_and_wait(&w, &id, OBJECT_POST, text), CONTENT_OK);
    assert_int_equal(put_and_wait(&w, &id, OBJECT_CHUNK, blob), CONTENT_WRONG);
    assert_int_equal(load(&w, &id), CONTENT_OK);
    assert_int_equal(w.loaded.size, text.size);
    content_store_remove_object(w.store, &id, OBJECT_POST, done_of(&w));
    await(&w, NULL);
    assert_int_equal(put_and_wait(&w, &id, OBJECT_CHUNK, blob), CONTENT_OK);
    assert_int_equal(put_and_wait(&w, &id, OBJECT_POST, text), CONTENT_WRONG);
    assert_int_equal(content_store_usage(w.store).objects, 1);
    assert_int_equal(content_store_usage(w.store).bytes_used, blob.size);
    world_close(&w);
}

static void a_removed_object_is_gone_and_may_come_again(void **state) {
    struct world w;
    uint8_t memory[100];
    const struct span bytes = bytes_of(memory, sizeof memory, 1);
    const struct object_id id = id_numbered(1);
    world_open(&w, *state);
    assert_int_equal(put_and_wait(&w, &id, OBJECT_POST, bytes), CONTENT_OK);
    content_store_remove_object(w.store, &id, OBJECT_CHUNK, done_of(&w));
    await(&w, NULL);
    assert_int_equal(w.answer, CONTENT_NONE);
    assert_int_equal(load(&w, &id), CONTENT_OK);
    content_store_remove_object(w.store, &id, OBJECT_POST, done_of(&w));
    await(&w, NULL);
    assert_int_equal(w.answer, CONTENT_OK);
    content_store_remove_object(w.store, &id, OBJECT_POST, done_of(&w));
    await(&w, NULL);
    assert_int_equal(w.answer, CONTENT_NONE);
    assert_int_equal(load(&w, &id), CONTENT_NONE);
    assert_int_equal(content_store_usage(w.store).bytes_used, 0);
    assert_int_equal(put_and_wait(&w, &id, OBJECT_POST, bytes), CONTENT_OK);
    world_reopen(&w);
    assert_int_equal(content_store_usage(w.store).objects, 1);
    assert_int_equal(load(&w, &id), CONTENT_OK);
    world_close(&w);
}

/* ---- Limits ---- */

static void over_the_budget_nothing_is_taken_and_the_figures_are_said(void **state) {
    const struct fixture *f = *state;
    struct world w;
    uint8_t memory[600];
    const struct object_id first = id_numbered(1), second = id_numbered(2), third = id_numbered(3);
    assert_int_equal(world_try(&w, f, f->folder, 1000, NULL), ERR_OK);
    assert_int_equal(put_and_wait(&w, &first, OBJECT_POST, bytes_of(memory, 600, 1)), CONTENT_OK);
    assert_int_equal(put_and_wait(&w, &second, OBJECT_POST, bytes_of(memory, 401, 2)), CONTENT_FULL);
    assert_non_null(strstr(w.last_detail, "600 of 1000 bytes are used, and this needs 401 more"));
    assert_int_equal(put_and_wait(&w, &third, OBJECT_POST, bytes_of(memory, 400, 3)), CONTENT_OK);
    content_store_set_bytes_max(w.store, 2000);
    assert_int_equal(put_and_wait(&w, &second, OBJECT_POST, bytes_of(memory, 401, 2)), CONTENT_OK);
    assert_int_equal(content_store_usage(w.store).bytes_used, 1401);
    world_close(&w);
}

static void what_waits_is_bounded(void **state) {
    struct world w;
    uint8_t memory[32768];
    const struct span bytes = bytes_of(memory, sizeof memory, 1);
    size_t taken = 0;
    world_open(&w, *state);
    for (;; taken++) {
        const struct object_id id = id_numbered(taken);
        if (put(&w, &id, OBJECT_POST, bytes) == CONTENT_BUSY) break;
    }
    assert_int_equal(taken, CONTENT_PUTS_MAX / (sizeof memory + CONTENT_PUT_COST));
    assert_non_null(strstr(w.last_detail, "wait for the disk"));
    await(&w, NULL);
    const struct object_id id = id_numbered(taken);
    assert_int_equal(put_and_wait(&w, &id, OBJECT_POST, bytes), CONTENT_OK);
    assert_int_equal(content_store_usage(w.store).puts_in_flight, 0);
    world_close(&w);
}

/* ---- Many ---- */

enum { MANY = 10000 };

struct walk {
    struct world *world;
    size_t count;
    uint64_t bytes;
};

static void take_object(void *context, const struct content_object *object) {
    struct walk *walk = context;
    walk->count++;
    walk->bytes += object->bytes.size;
}

static void on_walked(void *context, const struct content_result *result) {
    const struct walk *walk = context;
    note_result(walk->world, result);
}

static struct walk walk_through(struct world *w, enum object_kind kind) {
    struct walk walk = {.world = w};
    w->waiting++;
    content_store_each(w->store, kind, take_object, (struct content_done){on_walked, &walk});
    await(w, NULL);
    assert_int_equal(w->answer, CONTENT_OK);
    return walk;
}

static void put_many(struct world *w, enum object_kind kind, size_t size) {
    uint8_t memory[4096];
    for (uint64_t i = 0; i < MANY; i++) {
        memcpy(memory, &i, sizeof i);
        const struct object_id id = id_numbered(i * 16 + kind);
        while (put(w, &id, kind, (struct span){memory, size}) == CONTENT_BUSY) await(w, NULL);
    }
    await(w, NULL);
}

static void many_objects_share_few_syncs_and_are_walked_through(void **state) {
    struct world w;
    world_open(&w, *state);
    const int64_t begun_ms = loop_now_ms(w.loop);
    put_many(&w, OBJECT_MANIFEST, 4096);
    put_many(&w, OBJECT_POST, 700);
    const int64_t put_ms = loop_now_ms(w.loop) - begun_ms;
    const uint64_t commits = content_store_usage(w.store).commits;
    assert_int_equal(content_store_usage(w.store).objects, 2 * MANY);
    world_reopen(&w);
    const int64_t walk_from_ms = loop_now_ms(w.loop);
    const struct walk posts = walk_through(&w, OBJECT_POST);
    const int64_t walk_ms = loop_now_ms(w.loop) - walk_from_ms;
    const struct walk manifests = walk_through(&w, OBJECT_MANIFEST);
    assert_int_equal(posts.count, MANY);
    assert_int_equal(posts.bytes, MANY * 700);
    assert_int_equal(manifests.count, MANY);
    assert_int_equal(walk_through(&w, OBJECT_ADVERT).count, 0);
    assert_in_range(commits, 1, 200);
    print_message("20,000 objects (48 MB) put and synced in %lld ms, %llu commits; 10,000 of 700 B walked in %lld ms\n",
                  (long long)put_ms, (unsigned long long)commits, (long long)walk_ms);
    world_close(&w);
}

/* ---- Rot ---- */

/* Whichever byte of what is stored is another one, it is not given out, and the scrub finds it. */
static void a_flipped_byte_is_found_wherever_it_is(void **state) {
    const struct fixture *f = *state;
    struct world w;
    uint8_t memory[180];
    const struct span bytes = bytes_of(memory, sizeof memory, 9);
    const struct object_id id = object_id_of_blob(bytes);
    char text[200];
    world_open(&w, f);
    for (unsigned at = 0; at < sizeof memory; at++) {
        assert_int_equal(put_and_wait(&w, &id, OBJECT_CHUNK, bytes), CONTENT_OK);
        (void)snprintf(text, sizeof text,
                       "UPDATE object SET bytes = CAST(substr(bytes, 1, %u) || x'%02x' || substr(bytes, %u) AS BLOB)",
                       at, memory[at] ^ 1u << at % 8, at + 2);
        sql(f, text);
        w.fault_count = 0;
        scrub(&w);
        if (content_store_scrub_view(w.store).faults != 1) fail_msg("byte %u was not found", at);
        assert_int_equal(load(&w, &id), CONTENT_NONE); /* and is out, so that it can be put again */
        assert_int_equal(w.fault_count, 1);
        assert_true(w.faults[0].is_object && object_id_equal(&w.faults[0].id, &id));
        assert_int_equal(w.faults[0].cause, CONTENT_FAULT_ROTTEN);
    }
    assert_int_equal(content_store_usage(w.store).bytes_used, 0);
    world_close(&w);
}

static void a_record_whose_row_was_changed_is_not_given_out(void **state) {
    static const char *const changes[] = {"UPDATE object SET at = at + 1", "UPDATE object SET kind = 5",
                                          "UPDATE object SET bytes = x'00'", "UPDATE object SET sum = zeroblob(32)"};
    const struct fixture *f = *state;
    struct world w;
    uint8_t memory[100];
    const struct span bytes = bytes_of(memory, sizeof memory, 9);
    const struct object_id id = id_numbered(1);
    world_open(&w, f);
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        assert_int_equal(put_and_wait(&w, &id, OBJECT_POST, bytes), CONTENT_OK);
        sql(f, changes[i]);
        w.fault_count = 0;
        assert_int_equal(load(&w, &id), CONTENT_ROTTEN);
        await(&w, has_fault);
        assert_int_equal(load(&w, &id), CONTENT_NONE);
        assert_int_equal(w.fault_count, 1);
        assert_int_equal(walk_through(&w, OBJECT_POST).count, 0);
    }
    world_close(&w);
}

static void a_rotten_object_is_left_out_of_a_walk_and_told(void **state) {
    const struct fixture *f = *state;
    struct world w;
    uint8_t memory[100];
    world_open(&w, f);
    for (uint64_t i = 0; i < 5; i++) {
        const struct object_id id = id_numbered(i);
        assert_int_equal(put_and_wait(&w, &id, OBJECT_POST, bytes_of(memory, 100, i)), CONTENT_OK);
    }
    sql(f, "UPDATE object SET bytes = x'0102' WHERE number = 3");
    assert_int_equal(walk_through(&w, OBJECT_POST).count, 4);
    await(&w, has_fault);
    assert_int_equal(walk_through(&w, OBJECT_POST).count, 4);
    assert_int_equal(w.fault_count, 1);
    world_close(&w);
}

/* ---- Databases that are not ours ---- */

static void assert_not_opened(const struct fixture *f, enum err expected, const char *words) {
    struct world w;
    struct err_detail detail = {0};
    size_t size_before, size_after;
    uint8_t *before = file_get(in_folder(f, "content/content.db"), &size_before);
    assert_int_equal(world_try(&w, f, f->folder, 0, &detail), expected);
    if (strstr(detail.text, words) == NULL) fail_msg("\"%s\" does not say \"%s\"", detail.text, words);
    assert_int_equal(content_store_look(f->folder, &detail), expected);
    uint8_t *after = file_get(in_folder(f, "content/content.db"), &size_after);
    assert_int_equal(size_before, size_after);
    assert_memory_equal(before, after, size_after);
    memory_free(before);
    memory_free(after);
}

static void a_database_that_is_not_ours_or_newer_is_left_alone(void **state) {
    const struct fixture *f = *state;
    struct world w;
    assert_int_equal(content_store_look(f->folder, NULL), ERR_NOT_FOUND);
    world_open(&w, f);
    world_close(&w);
    assert_int_equal(content_store_look(f->folder, NULL), ERR_OK);
    sql(f, "PRAGMA user_version = 1000");
    assert_not_opened(f, ERR_FOREIGN, "newer skep");
    sql(f, "PRAGMA application_id = 1936418160"); /* skep.db's: also not this one */
    assert_not_opened(f, ERR_FOREIGN, "another program");
}

static void a_damaged_database_is_told_and_left_alone(void **state) {
    const struct fixture *f = *state;
    struct world w;
    uint8_t memory[4096];
    world_open(&w, f);
    for (uint64_t i = 0; i < 50; i++) {
        const struct object_id id = id_numbered(i);
        assert_int_equal(put_and_wait(&w, &id, OBJECT_POST, bytes_of(memory, 2000, i)), CONTENT_OK);
    }
    world_close(&w);
    memset(memory, 0xa5, sizeof memory);
    const int fd = open(in_folder(f, "content/content.db"), O_WRONLY | O_CLOEXEC);
    assert_int_equal(pwrite(fd, memory, 4096, 4096), 4096); /* a page within */
    assert_int_equal(close(fd), 0);
    assert_not_opened(f, ERR_DAMAGED, "is damaged");
    file_put_text(in_folder(f, "content/content.db"), "short");
    assert_not_opened(f, ERR_DAMAGED, "not a database");
}

static void the_folder_and_its_files_are_ours_alone(void **state) {
    const struct fixture *f = *state;
    struct world w;
    const mode_t before = umask(0);
    world_open(&w, f);
    const struct file_shape shape = shape_of(100000);
    const struct object_id manifest = id_numbered(1);
    assert_int_equal(open_file(&w, &manifest, &shape), CONTENT_OK);
    (void)umask(before);
    assert_int_equal(mode_of(in_folder(f, "content")), 0700);
    assert_int_equal(mode_of(in_folder(f, "content/files")), 0700);
    assert_int_equal(mode_of(in_folder(f, "content/quarantine")), 0700);
    assert_int_equal(mode_of(in_folder(f, "content/content.db")), 0600);
    assert_int_equal(mode_of(path_of(&w, &manifest)), 0600);
    content_file_close(w.file);
    world_close(&w);
}

static void a_store_may_be_closed_with_everything_under_way(void **state) {
    const struct fixture *f = *state;
    struct world w;
    uint8_t memory[700];
    const struct span bytes = bytes_of(memory, sizeof memory, 1);
    world_open(&w, f);
    for (uint64_t i = 0; i < 100; i++) {
        const struct object_id id = id_numbered(i);
        assert_int_equal(put(&w, &id, OBJECT_POST, bytes), CONTENT_OK);
        content_store_find(w.store, &id, on_place, &w);
        if (i < CONTENT_READS_MAX)
            assert_int_equal(content_store_load(w.store, &id, on_loaded, &w), CONTENT_OK);
        else
            assert_int_equal(content_store_load(w.store, &id, on_loaded, &w), CONTENT_BUSY);
    }
    world_reopen(&w); /* nobody was told, and all that was given is there */
    assert_int_equal(content_store_usage(w.store).objects, 100);
    world_close(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(an_object_comes_back_as_it_was),
        TEST(what_is_there_already_is_acknowledged_and_counted_once),
        TEST(a_chunk_that_is_not_what_its_id_says_is_not_stored),
        TEST(the_largest_object_is_taken),
        TEST(of_a_record_and_a_blob_of_one_name_the_first_stays_and_the_other_is_refused),
        TEST(a_removed_object_is_gone_and_may_come_again),
        TEST(over_the_budget_nothing_is_taken_and_the_figures_are_said),
        TEST(what_waits_is_bounded),
        TEST(many_objects_share_few_syncs_and_are_walked_through),
        TEST(a_flipped_byte_is_found_wherever_it_is),
        TEST(a_record_whose_row_was_changed_is_not_given_out),
        TEST(a_rotten_object_is_left_out_of_a_walk_and_told),
        TEST(a_database_that_is_not_ours_or_newer_is_left_alone),
        TEST(a_damaged_database_is_told_and_left_alone),
        TEST(the_folder_and_its_files_are_ours_alone),
        TEST(a_store_may_be_closed_with_everything_under_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
