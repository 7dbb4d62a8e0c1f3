/* SPDX-License-Identifier: Apache-2.0 */
/* What is held for others: taken, let go of, and what has to make room. */
#include <sqlite3.h>

#include "unit/daemon/content/content_host_fixture.h"

enum { SIZE = 300000 };

static void hold(struct world *w, const struct object_id *file) {
    struct action action = {.kind = ACTION_HOLD};
    action.as.replica.file = *file;
    action.as.replica.bytes = SIZE;
    content_host_perform(w->host, &action);
}

static void release(struct world *w, const struct object_id *file) {
    struct action action = {.kind = ACTION_RELEASE};
    action.as.replica.file = *file;
    content_host_perform(w->host, &action);
}

static void a_replica_is_wanted_also_after_a_restart_until_it_is_released(void **state) {
    (void)state;
    struct world *w = world_open(0);
    const struct object_id file = {{9}};
    (void)await(w, INPUT_STORAGE, NULL);
    hold(w, &file);
    struct told told = await(w, INPUT_FILE, &file);
    assert_true(told.state == FILE_WANTED && told.role == HOLDING_REPLICA && told.bytes == SIZE);
    world_again(w);
    told = await(w, INPUT_FILE, &file);
    assert_true(told.state == FILE_WANTED && told.role == HOLDING_REPLICA);
    (void)await(w, INPUT_STORAGE, NULL);
    assert_string_equal(library_role_name(library_find(content_host_library(w->host), &file)), "replica");
    w->told_count = 0;
    release(w, &file);
    assert_int_equal(await(w, INPUT_FILE, &file).state, FILE_KNOWN);
    assert_null(library_find(content_host_library(w->host), &file));
    world_again(w);
    (void)await(w, INPUT_STORAGE, NULL);
    assert_int_equal(count_of(w, INPUT_FILE, &file), 0);
    world_close(w);
}

static void what_is_pinned_or_published_is_never_released(void **state) {
    (void)state;
    struct world *w = world_open(0);
    const struct object_id file = {{9}};
    (void)await(w, INPUT_STORAGE, NULL);
    hold(w, &file);
    assert_true(content_host_want(w->host, &file));
    (void)await(w, INPUT_FILE, &file);
    release(w, &file);
    assert_true(publish(w, SIZE, 1));
    release(w, &w->published);
    settle(w, 50);
    assert_int_equal(library_find(content_host_library(w->host), &w->published)->state, LIBRARY_HELD);
    world_again(w);
    const struct told told = await(w, INPUT_FILE, &file);
    assert_true(told.state == FILE_WANTED && told.role == HOLDING_PINNED);
    assert_int_equal(await(w, INPUT_FILE, &w->published).state, FILE_HELD);
    world_close(w);
}

/* What was published counts as a replica from now on. */
static void make_replicas(struct world *w) {
    char path[128];
    sqlite3 *handle;
    world_end(w);
    (void)snprintf(path, sizeof path, "%s/content/content.db", w->folder);
    assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
    assert_int_equal(sqlite3_exec(handle, "UPDATE holding SET role = 0; UPDATE file SET role = 0", NULL, NULL, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_close(handle), SQLITE_OK);
    world_begin(w);
    (void)await(w, INPUT_STORAGE, NULL);
}

static void use(struct world *w, const struct object_id *file, int64_t used_ms) {
    char path[128], sql[256];
    sqlite3 *handle;
    (void)snprintf(path, sizeof path, "%s/content/content.db", w->folder);
    (void)snprintf(sql, sizeof sql, "UPDATE holding SET used = %lld WHERE hex(substr(manifest, 1, 1)) = '%02X'",
                   (long long)used_ms, file->bytes[0]);
    assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
    assert_int_equal(sqlite3_exec(handle, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(handle), SQLITE_OK);
}

static enum library_state state_of(const struct world *w, const struct object_id *file) {
    return library_find(content_host_library(w->host), file)->state;
}

static void the_replica_that_was_not_used_for_longest_makes_room(void **state) {
    (void)state;
    struct world *w = world_open(0);
    assert_true(publish(w, SIZE, 1));
    const struct object_id first = w->published;
    assert_true(publish(w, SIZE, 2));
    const struct object_id second = w->published;
    use(w, &first, 2000);
    use(w, &second, 1000);
    make_replicas(w);
    const uint64_t used = content_host_usage(w->host).bytes_used;
    content_host_set_bytes_max(w->host, used + 1000);
    w->redundancy = (struct redundancy_view){.target = 2, .seen = 3, .others = 2};
    assert_true(publish(w, SIZE, 3));
    assert_int_equal(state_of(w, &second), LIBRARY_KNOWN); /* its manifest stays */
    assert_int_equal(state_of(w, &first), LIBRARY_HELD);
    assert_true(content_host_usage(w->host).bytes_used <= used + 1000);
    assert_int_equal(content_host_figures(w->host).replicas, 1);
    w->told_count = 0;
    world_again(w);
    assert_int_equal(await(w, INPUT_FILE, &second).state, FILE_KNOWN);
    assert_int_equal(await(w, INPUT_FILE, &first).state, FILE_HELD);
    world_close(w);
}

static void a_small_replica_makes_room_too(void **state) {
    (void)state;
    struct world *w = world_open(0);
    assert_true(publish(w, 60000, 1));
    const struct object_id small = w->published;
    make_replicas(w);
    content_host_set_bytes_max(w->host, content_host_usage(w->host).bytes_used + 100);
    w->redundancy = (struct redundancy_view){.target = 2, .seen = 3, .others = 2};
    assert_true(publish(w, 50000, 2));
    assert_int_equal(state_of(w, &small), LIBRARY_KNOWN);
    world_close(w);
}

/* A manifest of somebody else: a small file, whose only chunk is to be that. */
static struct foreign *small_file(const struct world *w, const struct object_id *chunk) {
    struct foreign *published = foreign_of((struct span){w->record, w->record_size});
    const struct checked_manifest *manifest = published->publication.as.manifest;
    struct buffer body = buffer_over(memory_zeroed(1, RECORD_SIZE_MAX), RECORD_SIZE_MAX);
    const struct file_about about = {.name = "another name", .mime = "text/plain"};
    struct manifest_draft draft = {
        .at_ms = manifest->at_ms + 1, .lists = chunk, .readers = &manifest->readers, .about = &about};
    assert_true(file_shape_of(60000, &draft.shape));
    struct chunk_tree tree;
    chunk_tree_init(&tree);
    chunk_tree_add(&tree, chunk);
    draft.root = chunk_tree_root(&tree);
    assert_true(manifest_build(&body, &draft));
    struct foreign *foreign = foreign_signed(buffer_span(&body), draft.at_ms, 1);
    memory_free(body.at);
    foreign_free(published);
    return foreign;
}

/* The first of the lists of what was published last, or its only chunk. */
static struct object_id part_of_published(const struct world *w) {
    struct foreign *published = foreign_of((struct span){w->record, w->record_size});
    const struct object_id part = published->publication.as.manifest->lists[0];
    foreign_free(published);
    return part;
}

/* A file of that size, whose manifest nobody can have the rest of. */
static struct foreign *large_file(const struct world *w, uint64_t size) {
    const struct object_id list = {{1}};
    struct foreign *published = foreign_of((struct span){w->record, w->record_size});
    struct buffer body = buffer_over(memory_zeroed(1, RECORD_SIZE_MAX), RECORD_SIZE_MAX);
    const struct file_about about = {.name = "large", .mime = ""};
    struct manifest_draft draft = {.at_ms = published->publication.record.at_ms + 1,
                                   .lists = &list,
                                   .readers = &published->publication.as.manifest->readers,
                                   .about = &about};
    assert_true(file_shape_of(size, &draft.shape));
    assert_true(manifest_build(&body, &draft));
    struct foreign *foreign = foreign_signed(buffer_span(&body), draft.at_ms, 1);
    memory_free(body.at);
    foreign_free(published);
    return foreign;
}

static void begin_to_fetch(struct world *w, const struct foreign *foreign) {
    struct action action = {.kind = ACTION_LIST_MISSING};
    action.as.list.file = foreign->publication.record.id;
    give(w, foreign);
    (void)await(w, INPUT_RECORD_KEPT, &action.as.list.file);
    hold(w, &action.as.list.file);
    content_host_perform(w->host, &action);
}

static void what_two_files_share_and_both_manifests_stay_when_one_goes(void **state) {
    (void)state;
    struct world *w = world_open(0);
    (void)await(w, INPUT_STORAGE, NULL);
    assert_true(publish(w, 60000, 1));
    const struct object_id chunk = part_of_published(w);
    struct foreign *foreign = small_file(w, &chunk);
    const struct object_id published = w->published, other = foreign->publication.record.id;
    begin_to_fetch(w, foreign);
    while (state_of(w, &other) != LIBRARY_HELD) loop_run(w->loop);
    release(w, &other);
    settle(w, 200);
    world_again(w);
    (void)await(w, INPUT_STORAGE, NULL);
    assert_int_equal(count_of(w, INPUT_RECORD_KEPT, &other), 1);
    assert_int_equal(await(w, INPUT_FILE, &published).state, FILE_HELD);
    assert_int_equal(state_of(w, &other), LIBRARY_KNOWN);
    foreign_free(foreign);
    world_close(w);
}

/* Whoever signs a manifest says what its chunk is to be; also that it is the list of a file of ours, or a record. */
static void what_a_foreign_manifest_calls_its_chunk_is_not_removed_with_it(void **state) {
    (void)state;
    struct world *w = world_open(0);
    (void)await(w, INPUT_STORAGE, NULL);
    assert_true(publish(w, SIZE, 1));
    const struct object_id published = w->published, list = part_of_published(w);
    const struct object_id *const targets[] = {&list, &published};
    for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
        struct foreign *foreign = small_file(w, targets[i]);
        const struct object_id other = foreign->publication.record.id;
        begin_to_fetch(w, foreign);
        settle(w, 200);
        assert_int_equal(state_of(w, &other), LIBRARY_FETCHING); /* that is no chunk */
        release(w, &other);
        settle(w, 200);
        foreign_free(foreign);
    }
    world_again(w);
    assert_int_equal(await(w, INPUT_FILE, &published).state, FILE_HELD);
    (void)await(w, INPUT_STORAGE, NULL);
    assert_int_equal(count_of(w, INPUT_RECORD_KEPT, &published), 1);
    world_close(w);
}

/* The disk is not asked for the blocks of it. */
static void for_one_that_is_larger_than_it_was_offered_nothing_is_set_aside(void **state) {
    (void)state;
    struct world *w = world_open(0);
    (void)await(w, INPUT_STORAGE, NULL);
    assert_true(publish(w, 1000, 1));
    struct foreign *foreign = large_file(w, UINT64_C(64) << 20);
    const struct object_id other = foreign->publication.record.id;
    const uint64_t files = content_host_usage(w->host).files;
    give(w, foreign);
    (void)await(w, INPUT_RECORD_KEPT, &other);
    w->told_count = 0;
    struct action action = {.kind = ACTION_LIST_MISSING};
    action.as.list.file = other;
    hold(w, &other); /* SIZE bytes of it */
    content_host_perform(w->host, &action);
    settle(w, 200);
    assert_int_equal(content_host_usage(w->host).files, files);
    assert_int_equal(await(w, INPUT_FILE, &other).state, FILE_KNOWN);
    foreign_free(foreign);
    world_close(w);
}

static void nothing_goes_of_which_too_few_are_known(void **state) {
    (void)state;
    struct world *w = world_open(0);
    assert_true(publish(w, SIZE, 1));
    const struct object_id first = w->published;
    make_replicas(w);
    content_host_set_bytes_max(w->host, content_host_usage(w->host).bytes_used + 1000);
    w->redundancy = (struct redundancy_view){.target = 2, .seen = 2, .others = 1};
    assert_false(publish(w, SIZE, 2));
    assert_non_null(strstr(w->why, "content is full"));
    w->redundancy.target = 0; /* nothing is known */
    assert_false(publish(w, SIZE, 3));
    assert_int_equal(state_of(w, &first), LIBRARY_HELD);
    world_close(w);
}

static void what_is_ours_makes_no_room(void **state) {
    (void)state;
    struct world *w = world_open(0);
    assert_true(publish(w, SIZE, 1));
    content_host_set_bytes_max(w->host, content_host_usage(w->host).bytes_used + 1000);
    w->redundancy = (struct redundancy_view){.target = 2, .seen = 9, .others = 8, .may_release = true};
    assert_false(publish(w, SIZE, 2));
    world_close(w);
}

static void the_room_that_is_told_is_that_of_the_budget(void **state) {
    (void)state;
    struct world *w = world_open(0);
    assert_true(await(w, INPUT_STORAGE, NULL).bytes > 0);
    w->bytes_max = 1000000;
    world_again(w);
    assert_int_equal(await(w, INPUT_STORAGE, NULL).bytes, 1000000);
    world_close(w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_replica_is_wanted_also_after_a_restart_until_it_is_released),
        cmocka_unit_test(what_is_pinned_or_published_is_never_released),
        cmocka_unit_test(the_replica_that_was_not_used_for_longest_makes_room),
        cmocka_unit_test(a_small_replica_makes_room_too),
        cmocka_unit_test(what_two_files_share_and_both_manifests_stay_when_one_goes),
        cmocka_unit_test(what_a_foreign_manifest_calls_its_chunk_is_not_removed_with_it),
        cmocka_unit_test(for_one_that_is_larger_than_it_was_offered_nothing_is_set_aside),
        cmocka_unit_test(nothing_goes_of_which_too_few_are_known),
        cmocka_unit_test(what_is_ours_makes_no_room),
        cmocka_unit_test(the_room_that_is_told_is_that_of_the_budget),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
