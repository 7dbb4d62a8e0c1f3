/* SPDX-License-Identifier: Apache-2.0 */
/* What is removed by hand: whatever it was here for, it goes for good, and not the last copy without a word. */
#include <sqlite3.h>

#include "unit/daemon/content/content_host_fixture.h"

enum { SIZE = 300000 };

struct removal_seen {
    struct world *w;
    size_t count;
    enum content_answer answer;
};

static void removed(void *context, const struct content_result *result) {
    struct removal_seen *seen = context;
    seen->count++;
    seen->answer = result->answer;
    loop_stop(seen->w->loop);
}

static enum content_removal begin(struct removal_seen *seen, struct world *w, const struct object_id *file,
                                  bool is_forced) {
    *seen = (struct removal_seen){.w = w};
    return content_host_remove(w->host, file, is_forced, (struct content_done){removed, seen});
}

/* Until it is gone from the disk. */
static void remove_now(struct world *w, const struct object_id *file, bool is_forced) {
    struct removal_seen seen;
    assert_int_equal(begin(&seen, w, file, is_forced), CONTENT_REMOVAL_BEGUN);
    assert_int_equal(seen.count, 0); /* never from within */
    while (seen.count == 0) loop_run(w->loop);
    assert_int_equal(seen.count, 1);
    assert_int_equal(seen.answer, CONTENT_OK);
}

static void refuse(struct world *w, const struct object_id *file, enum content_removal wanted) {
    struct removal_seen seen;
    assert_int_equal(begin(&seen, w, file, false), wanted);
    settle(w, 50);
    assert_int_equal(seen.count, 0);
}

static struct world *world_ready(void) {
    struct world *w = world_open(0);
    (void)await(w, INPUT_STORAGE, NULL);
    return w;
}

static void act(struct world *w, enum action_kind kind, const struct object_id *file) {
    struct action action = {.kind = kind};
    if (kind == ACTION_HOLD) {
        action.as.replica.file = *file;
        action.as.replica.bytes = SIZE;
    } else {
        action.as.list.file = *file;
    }
    content_host_perform(w->host, &action);
}

static const struct library_entry *entry_of(const struct world *w, const struct object_id *file) {
    return library_find(content_host_library(w->host), file);
}

/* Nothing holds it or wants it, and after a restart neither. */
static void check_gone(struct world *w, const struct object_id *file, bool is_manifest_here) {
    settle(w, 50);
    const struct library_entry *entry = entry_of(w, file);
    assert_true(is_manifest_here ? entry != NULL && entry->state == LIBRARY_KNOWN : entry == NULL);
    assert_int_equal(content_host_figures(w->host).files, 0);
    world_again(w);
    (void)await(w, INPUT_STORAGE, NULL);
    entry = entry_of(w, file);
    assert_true(is_manifest_here ? entry != NULL && entry->state == LIBRARY_KNOWN : entry == NULL);
    assert_int_equal(content_host_figures(w->host).files, 0);
    assert_int_equal(content_host_usage(w->host).files, 0);
}

/* ---- Whatever it was here for ---- */

static void what_was_published_goes_but_its_manifest_stays(void **state) {
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct world *w = world_ready();
        assert_true(publish(w, i == 0 ? SIZE : 5000, 1));
        const struct object_id file = w->published;
        (void)await(w, INPUT_FILE, &file);
        const uint64_t used = content_host_usage(w->host).bytes_used;
        w->redundancy = (struct redundancy_view){.target = 2, .seen = 2, .others = 1};
        w->told_count = 0;
        remove_now(w, &file, false);
        const struct told told = await(w, INPUT_FILE, &file);
        assert_true(told.state == FILE_KNOWN && told.is_declined);
        assert_true(content_host_usage(w->host).bytes_used + (i == 0 ? SIZE : 5000) <= used);
        check_gone(w, &file, true);
        world_close(w);
    }
}

static void what_is_wanted_and_nobody_knows_is_wanted_no_longer(void **state) {
    (void)state;
    struct world *w = world_ready();
    const struct object_id file = {{9}};
    assert_true(content_host_want(w->host, &file));
    assert_int_equal(await(w, INPUT_FILE, &file).state, FILE_WANTED);
    w->told_count = 0;
    remove_now(w, &file, false); /* it is not here: no last copy */
    const struct told told = await(w, INPUT_FILE, &file);
    assert_true(told.state == FILE_KNOWN && told.is_declined);
    check_gone(w, &file, false);
    assert_int_equal(count_of(w, INPUT_FILE, &file), 0);
    world_close(w);
}

/* At each moment of its beginning: what comes of its calls is not heard any more. */
static void one_that_is_fetched_ends(void **state) {
    (void)state;
    for (int64_t ms = 0; ms < 4; ms++) {
        struct world *w = world_ready();
        const struct object_id file = {{9}};
        assert_true(content_host_want(w->host, &file));
        act(w, ACTION_LIST_MISSING, &file);
        if (ms > 0) settle(w, ms - 1);
        w->told_count = 0;
        remove_now(w, &file, false);
        act(w, ACTION_LIST_MISSING, &file); /* the engine has not heard of it yet */
        check_gone(w, &file, false);
        assert_int_equal(count_of(w, INPUT_FILE, &file), 0);
        world_close(w);
    }
}

static void what_is_held_for_others_goes_too(void **state) {
    (void)state;
    struct world *w = world_ready();
    const struct object_id file = {{9}};
    act(w, ACTION_HOLD, &file);
    (void)await(w, INPUT_FILE, &file);
    remove_now(w, &file, false);
    check_gone(w, &file, false);
    world_close(w);
}

static void what_is_surveyed_or_waits_for_that_goes_too(void **state) {
    (void)state;
    enum { FILES = 100 }; /* of which some are looked at, and some wait */
    struct world *w = world_ready();
    struct removal_seen seen[FILES];
    size_t begun = 0;
    for (uint8_t i = 0; i < FILES; i++) assert_true(content_host_want(w->host, &(struct object_id){{9, i}}));
    settle(w, 200);
    world_again(w);
    while (begin(&seen[0], w, &(struct object_id){{8}}, true) == CONTENT_REMOVAL_LATER) settle(w, 1);
    for (uint8_t i = 0; i < FILES; i++)
        begun += begin(&seen[i], w, &(struct object_id){{9, i}}, true) == CONTENT_REMOVAL_BEGUN;
    assert_int_equal(begun, FILES);
    settle(w, 300);
    for (uint8_t i = 0; i < FILES; i++) assert_int_equal(seen[i].count, 1);
    check_gone(w, &(struct object_id){{9, 1}}, false);
    world_close(w);
}

static void one_that_is_not_here_is_absent(void **state) {
    (void)state;
    struct world *w = world_ready();
    const struct object_id file = {{9}};
    refuse(w, &file, CONTENT_REMOVAL_ABSENT);
    assert_true(content_host_want(w->host, &file));
    remove_now(w, &file, false);
    refuse(w, &file, CONTENT_REMOVAL_ABSENT);
    world_close(w);
}

static void before_the_disk_was_listed_nothing_is_removed(void **state) {
    (void)state;
    struct world *w = world_open(0);
    refuse(w, &(struct object_id){{9}}, CONTENT_REMOVAL_LATER);
    world_close(w);
}

/* ---- The last copy ---- */

static void the_last_copy_that_is_known_of_goes_by_force_alone(void **state) {
    (void)state;
    struct world *w = world_ready();
    assert_true(publish(w, SIZE, 1));
    const struct object_id file = w->published;
    refuse(w, &file, CONTENT_REMOVAL_LAST_COPY); /* nothing is known of the others */
    w->redundancy = (struct redundancy_view){.target = 2, .seen = 1};
    refuse(w, &file, CONTENT_REMOVAL_LAST_COPY); /* there are none */
    assert_int_equal(entry_of(w, &file)->state, LIBRARY_HELD);
    remove_now(w, &file, true);
    check_gone(w, &file, true);
    world_close(w);
}

/* ---- Again ---- */

static void what_is_wanted_again_is_fetched_again(void **state) {
    (void)state;
    struct world *w = world_ready();
    assert_true(publish(w, SIZE, 1));
    const struct object_id file = w->published;
    (void)await(w, INPUT_FILE, &file);
    struct removal_seen seen;
    assert_int_equal(begin(&seen, w, &file, true), CONTENT_REMOVAL_BEGUN);
    assert_true(content_host_want(w->host, &file)); /* while it leaves */
    while (seen.count == 0) loop_run(w->loop);
    settle(w, 100);
    const struct told told = await(w, INPUT_FILE, &file);
    assert_true(told.state == FILE_WANTED && !told.is_declined && told.role == HOLDING_PINNED);
    world_again(w);
    (void)await(w, INPUT_STORAGE, NULL);
    assert_int_equal(entry_of(w, &file)->state, LIBRARY_FETCHING);
    assert_string_equal(library_role_name(entry_of(w, &file)), "wanted");
    world_close(w);
}

/* ---- Who reads it ---- */

struct reader_seen {
    struct world *w;
    size_t pieces, ended;
};

static void opened(void *context, const struct checked_manifest *manifest, const struct file_about *about) {
    (void)context, (void)manifest, (void)about;
}

static size_t take_piece(void *context, struct span text) {
    struct reader_seen *seen = context;
    seen->pieces++;
    loop_stop(seen->w->loop);
    return text.size;
}

static void reading_over(void *context, enum refusal refusal, const char *why) {
    struct reader_seen *seen = context;
    (void)refusal, (void)why;
    seen->ended++;
    loop_stop(seen->w->loop);
}

static void a_reading_under_way_comes_to_its_end(void **state) {
    (void)state;
    struct world *w = world_ready();
    assert_true(publish(w, 20 * SIZE, 1));
    const struct object_id file = w->published;
    struct reader_seen reader = {.w = w};
    const struct reading_options options = {
        .opened = opened, .piece = take_piece, .ended = reading_over, .context = &reader};
    struct reading *reading = content_host_read(w->host, &options, &file, 0, UINT64_MAX);
    while (reader.pieces == 0) loop_run(w->loop);
    remove_now(w, &file, true);
    while (reader.ended == 0) loop_run(w->loop);
    reading_close(reading);
    check_gone(w, &file, true);
    world_close(w);
}

/* ---- What the disk does not do ---- */

static void what_the_disk_keeps_is_here_as_before(void **state) {
    (void)state;
    struct world *w = world_ready();
    struct removal_seen seen;
    char path[128];
    sqlite3 *handle;
    assert_true(publish(w, SIZE, 1));
    const struct object_id file = w->published;
    (void)await(w, INPUT_FILE, &file);
    (void)snprintf(path, sizeof path, "%s/content/content.db", w->folder);
    assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
    assert_int_equal(sqlite3_exec(handle,
                                  "CREATE TRIGGER no BEFORE DELETE ON holding BEGIN SELECT RAISE(ABORT, 'no'); END;"
                                  "CREATE TRIGGER nor BEFORE DELETE ON file BEGIN SELECT RAISE(ABORT, 'no'); END",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    w->told_count = 0;
    assert_int_equal(begin(&seen, w, &file, true), CONTENT_REMOVAL_BEGUN);
    while (seen.count == 0) loop_run(w->loop);
    assert_int_equal(seen.answer, CONTENT_FAILED);
    assert_string_equal(library_role_name(entry_of(w, &file)), "published");
    settle(w, 50);
    const struct told told = await(w, INPUT_FILE, &file);
    assert_true(told.state == FILE_WANTED && told.role == HOLDING_PUBLISHED);
    act(w, ACTION_LIST_MISSING, &file); /* as the engine does with what is wanted */
    assert_int_equal(sqlite3_exec(handle, "DROP TRIGGER no; DROP TRIGGER nor", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(handle), SQLITE_OK);
    world_close(w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_published_goes_but_its_manifest_stays),
        cmocka_unit_test(what_is_wanted_and_nobody_knows_is_wanted_no_longer),
        cmocka_unit_test(one_that_is_fetched_ends),
        cmocka_unit_test(what_is_held_for_others_goes_too),
        cmocka_unit_test(what_is_surveyed_or_waits_for_that_goes_too),
        cmocka_unit_test(one_that_is_not_here_is_absent),
        cmocka_unit_test(before_the_disk_was_listed_nothing_is_removed),
        cmocka_unit_test(the_last_copy_that_is_known_of_goes_by_force_alone),
        cmocka_unit_test(what_is_wanted_again_is_fetched_again),
        cmocka_unit_test(a_reading_under_way_comes_to_its_end),
        cmocka_unit_test(what_the_disk_keeps_is_here_as_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
