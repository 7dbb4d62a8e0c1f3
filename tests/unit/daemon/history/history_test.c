/* SPDX-License-Identifier: Apache-2.0 */
/* The history over a real store: what a restart, a kill and a failing disk leave of it. Time is given, never waited
 * for. */
#include "daemon/history/history.h"

#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "daemon/history/history_range.h"
#include "daemon/store/store.h"
#include "unit/daemon/history/history_fixture.h"
#include "unit/daemon/store/store_fixture.h"

struct world {
    struct loop *loop;
    struct store *store;
    struct history *history;
    struct loop_timer *poll;
    struct seen seen;
    size_t failures;
    bool is_waiting, has_found;
    struct history_moment found;
};

static void failed(void *context, enum err err, const char *detail) {
    (void)err;
    (void)detail;
    ((struct world *)context)->failures++;
}

static void look_whether_loaded(void *context) {
    struct world *world = context;
    if (history_is_loaded(world->history))
        loop_stop(world->loop);
    else
        loop_timer_start(world->poll, 1);
}

static void run_until_loaded(struct world *world) {
    world->poll = loop_timer_open(world->loop, look_whether_loaded, world);
    loop_timer_start(world->poll, 0);
    loop_run(world->loop);
    loop_timer_close(world->poll);
}

static struct world *world_open(const char *folder) {
    struct world *world = memory_zeroed(1, sizeof *world);
    struct err_detail detail = {0};
    assert_true(sign_init());
    assert_int_equal(loop_new(&world->loop), ERR_OK);
    const struct store_options options = {.loop = world->loop, .folder = folder, .failed = failed, .context = world};
    if (store_open(&world->store, &options, &detail) != ERR_OK) fail_msg("%s", detail.text);
    world->history =
        history_new(&(struct history_options){.loop = world->loop, .store = world->store, .folder = folder});
    seen_init(&world->seen, 8);
    world->seen.evidence.now_ms = loop_now_ms(world->loop);
    return world;
}

static void world_close(struct world *world) {
    history_free(world->history);
    store_close(world->store);
    loop_free(world->loop);
    memory_free(world);
}

static void take(struct world *world, uint32_t from_s, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        world->seen.evidence.bytes_in += 100;
        history_take(world->history, seen_at(&world->seen, from_s + i));
    }
}

static uint32_t seconds_of(const struct world *world, enum history_tier tier, uint32_t at_s) {
    const struct history_row *row = row_at(history_rows(world->history), tier, at_s);
    return row == NULL ? 0 : row->seconds;
}

static uint64_t seconds_in(const struct world *world, uint32_t from_s, uint32_t end_s) {
    struct history_sum sum = {0};
    history_tiers_sum(history_rows(world->history), HISTORY_SECONDS, from_s, end_s, &sum);
    return sum.seconds;
}

static void found(void *context, const struct history_moment *moment) {
    struct world *world = context;
    world->found = *moment;
    world->has_found = true;
    if (world->is_waiting) loop_stop(world->loop);
}

static const struct history_moment *moment_at(struct world *world, uint32_t at_s) {
    world->is_waiting = world->has_found = false;
    history_find_moment(world->history, at_s, found, world);
    world->is_waiting = !world->has_found;
    if (world->is_waiting) loop_run(world->loop);
    assert_true(world->has_found);
    return &world->found;
}

static void sql(const struct fixture *f, const char *text) {
    sqlite3 *handle = NULL;
    char *words = NULL;
    assert_int_equal(sqlite3_open(in_folder(f, "skep.db"), &handle), SQLITE_OK);
    if (sqlite3_exec(handle, text, NULL, NULL, &words) != SQLITE_OK) fail_msg("%s: %s", text, words);
    assert_int_equal(sqlite3_close(handle), SQLITE_OK);
}

/* ---- Restarts ---- */

static void a_restart_shows_the_same(void **state) {
    const struct fixture *f = *state;
    static struct history_row rows[HISTORY_TIERS];
    struct world *world = world_open(f->folder);
    run_until_loaded(world);
    seen_find(&world->seen, FINDING_BEACON_SILENT, EVENT_LEVEL_WARN);
    world->seen.links[0].loss_in = 0.25;
    world->seen.source.attempts = 3;
    take(world, NOON_S, 3725);
    for (enum history_tier tier = 0; tier <= HISTORY_HOURS; tier++)
        rows[tier] = *row_at(history_rows(world->history), tier, NOON_S + 3700);
    world_close(world);
    world = world_open(f->folder);
    run_until_loaded(world);
    for (enum history_tier tier = 0; tier <= HISTORY_HOURS; tier++) {
        const struct history_row *row = row_at(history_rows(world->history), tier, NOON_S + 3700);
        assert_non_null(row);
        assert_int_equal(row->seconds, rows[tier].seconds);
        assert_int_equal(row->bytes_in, rows[tier].bytes_in);
        assert_int_equal(row->links, rows[tier].links);
        assert_int_equal(row->loss_in, rows[tier].loss_in);
        assert_int_equal(row->level, HISTORY_WARN);
        assert_int_equal(row->findings, 1U << FINDING_BEACON_SILENT);
        assert_memory_equal(&row->rtts, &rows[tier].rtts, sizeof row->rtts);
        assert_float_equal(row->rtt_p95_peak_ms, rows[tier].rtt_p95_peak_ms, 0.001);
    }
    assert_int_equal(seconds_in(world, NOON_S, NOON_S + 3725), 3600); /* the ring */
    assert_int_equal(seconds_of(world, HISTORY_HOURS, NOON_S), 3600);
    world_close(world);
}

static void the_minute_of_a_restart_is_made_of_both_lives(void **state) {
    const struct fixture *f = *state;
    struct world *world = world_open(f->folder);
    run_until_loaded(world);
    take(world, NOON_S, 17);
    world_close(world);
    world = world_open(f->folder);
    take(world, NOON_S + 40, 20); /* before the disk was read */
    run_until_loaded(world);
    take(world, NOON_S + 60, 5);
    assert_int_equal(seconds_of(world, HISTORY_MINUTES, NOON_S), 37);
    assert_int_equal(seconds_of(world, HISTORY_HOURS, NOON_S), 42);
    assert_null(row_at(history_rows(world->history), HISTORY_SECONDS, NOON_S + 20));
    world_close(world);
    world = world_open(f->folder);
    run_until_loaded(world);
    assert_int_equal(seconds_of(world, HISTORY_MINUTES, NOON_S), 37);
    assert_int_equal(seconds_of(world, HISTORY_HOURS, NOON_S), 42);
    world_close(world);
}

static void a_history_that_ends_while_it_loads_lets_the_store_go(void **state) {
    const struct fixture *f = *state;
    world_close(world_open(f->folder));
    struct world *world = world_open(f->folder);
    take(world, NOON_S, 300);
    history_find_moment(world->history, NOON_S, found, world);
    history_find_moment(world->history, NOON_S - 600, found, world);
    world->has_found = false;
    world_close(world); /* nobody is called, nothing leaks */
}

/* A child takes 95 s and is killed: at most the last ten of them are lost, in every tier. */
static void kill_minus_nine_loses_ten_seconds_at_most(void **state) {
    const struct fixture *f = *state;
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct world *world = world_open(f->folder);
        run_until_loaded(world);
        take(world, NOON_S, 95);
        store_flush(world->store);
        (void)raise(SIGKILL);
    }
    assert_int_equal(waitpid(child, NULL, 0), child);
    struct world *world = world_open(f->folder);
    run_until_loaded(world);
    const uint64_t kept = seconds_in(world, NOON_S, NOON_S + 95);
    assert_in_range(kept, 85, 95);
    assert_int_equal(seconds_of(world, HISTORY_MINUTES, NOON_S), 60);
    assert_int_equal(seconds_of(world, HISTORY_MINUTES, NOON_S + 60), kept - 60);
    assert_int_equal(seconds_of(world, HISTORY_HOURS, NOON_S), kept);
    assert_int_equal(moment_at(world, NOON_S)->count, 8);
    world_close(world);
}

/* ---- Moments ---- */

static void the_worst_second_of_a_minute_is_its_moment(void **state) {
    const struct fixture *f = *state;
    struct world *world = world_open(f->folder);
    run_until_loaded(world);
    take(world, NOON_S, 30);
    world->seen.link_count = 2;
    seen_find(&world->seen, FINDING_NO_PEERS, EVENT_LEVEL_ERROR);
    take(world, NOON_S + 30, 1);
    world->seen.findings.count = 0;
    world->seen.link_count = 5;
    take(world, NOON_S + 31, 29);
    assert_int_equal(moment_at(world, NOON_S + 59)->count, 2);
    assert_int_equal(world->found.at_s, NOON_S + 30);
    take(world, NOON_S + 60, 180); /* now it comes from the disk */
    store_flush(world->store);
    assert_int_equal(moment_at(world, NOON_S + 1)->count, 2);
    assert_int_equal(world->found.at_s, NOON_S + 30);
    assert_int_equal(moment_at(world, NOON_S + 200)->count, 5);
    assert_int_equal(moment_at(world, NOON_S - 60)->at_s, 0);
    world_close(world);
}

static void a_moment_that_was_written_over_is_not_given_for_its_slot(void **state) {
    const struct fixture *f = *state;
    struct world *world = world_open(f->folder);
    run_until_loaded(world);
    take(world, NOON_S, 240);
    store_flush(world->store);
    assert_int_equal(moment_at(world, NOON_S)->count, 8);
    assert_int_equal(moment_at(world, NOON_S + HISTORY_MINUTE_ROWS * 60)->at_s, 0);
    world_close(world);
}

static void who_has_left_is_not_called(void **state) {
    const struct fixture *f = *state;
    struct world *world = world_open(f->folder);
    run_until_loaded(world);
    take(world, NOON_S, 240);
    store_flush(world->store);
    struct world other = {.loop = world->loop};
    history_find_moment(world->history, NOON_S, found, &other);
    history_forget(world->history, &other);
    assert_int_equal(moment_at(world, NOON_S + 60)->count, 8);
    assert_false(other.has_found);
    world_close(world);
}

/* ---- The disk ---- */

static void a_disk_that_takes_nothing_leaves_the_rest_working(void **state) {
    const struct fixture *f = *state;
    struct rlimit before, none;
    struct world *world = world_open(f->folder);
    run_until_loaded(world);
    take(world, NOON_S, 60);
    store_flush(world->store);
    (void)signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    none = (struct rlimit){0, before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0); /* as a full disk */
    take(world, NOON_S + 60, 7200);
    store_flush(world->store);
    const struct store_counts counts = store_count(world->store);
    assert_true(counts.failures > 0);
    assert_int_equal(counts.dropped, 0);
    assert_in_range(counts.waiting, 1, 125); /* two hours: their rows as one, and a moment for each minute */
    assert_int_equal(seconds_in(world, NOON_S + 3660, NOON_S + 7260), 3600); /* shown all the same */
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    world_close(world);
    world = world_open(f->folder);
    run_until_loaded(world);
    assert_int_equal(seconds_in(world, NOON_S + 3660, NOON_S + 7260), 3600); /* written when it could be */
    assert_int_equal(seconds_of(world, HISTORY_MINUTES, NOON_S + 600), 60);
    world_close(world);
}

static void damaged_rows_are_gaps(void **state) {
    const struct fixture *f = *state;
    struct world *world = world_open(f->folder);
    run_until_loaded(world);
    take(world, NOON_S, 100);
    world_close(world);
    sql(f, "UPDATE history SET at = at + 1000 WHERE tier = 0 AND slot = 1;" /* not of its slot */
           "UPDATE history SET rtts = x'00' WHERE tier = 0 AND slot = 2;"
           "UPDATE history SET links = -1 WHERE tier = 0 AND slot = 3;"
           "UPDATE history SET tier = 9 WHERE tier = 0 AND slot = 4;"
           "UPDATE history SET seconds = 2 WHERE tier = 0 AND slot = 5;"
           "UPDATE history SET level = 7 WHERE tier = 0 AND slot = 6;"
           "UPDATE history SET rtts = CAST(x'ff' || zeroblob(64) AS BLOB) WHERE tier = 0 AND slot = 7;"
           "UPDATE history_moment SET links = x'00'");
    world = world_open(f->folder);
    run_until_loaded(world);
    assert_int_equal(seconds_in(world, NOON_S, NOON_S + 100), 93);
    assert_int_equal(moment_at(world, NOON_S)->at_s, 0);
    world_close(world);
}

static void an_unknown_code_of_a_finding_is_left_out(void **state) {
    const struct fixture *f = *state;
    struct world *world = world_open(f->folder);
    run_until_loaded(world);
    take(world, NOON_S, 1);
    world_close(world);
    sql(f, "UPDATE history SET findings = 'from-tomorrow no-peers'");
    world = world_open(f->folder);
    run_until_loaded(world);
    assert_int_equal(row_at(history_rows(world->history), HISTORY_SECONDS, NOON_S)->findings, 1U << FINDING_NO_PEERS);
    world_close(world);
}

/* Every slot of every tier, with as many links as a moment takes. */
static void full_tiers_take_three_megabytes_and_no_more(void **state) {
    const struct fixture *f = *state;
    struct stat file;
    struct world *world = world_open(f->folder);
    run_until_loaded(world);
    seen_init(&world->seen, LIMIT_LINKS_MAX);
    static struct history_entry entries[HISTORY_HOUR_ROWS + HISTORY_MINUTE_ROWS];
    take(world, NOON_S, 3600);
    const struct history_row row = *row_at(history_rows(world->history), HISTORY_MINUTES, NOON_S);
    for (uint32_t i = 0; i < HISTORY_HOUR_ROWS + HISTORY_MINUTE_ROWS; i++) {
        const bool is_hour = i < HISTORY_HOUR_ROWS;
        entries[i] = (struct history_entry){is_hour ? HISTORY_HOURS : HISTORY_MINUTES, row};
        entries[i].row.at_s = NOON_S + (is_hour ? i * 3600 : (i - HISTORY_HOUR_ROWS) * 60);
    }
    store_put_history(world->store, entries, sizeof entries / sizeof entries[0]);
    for (uint32_t i = 0; i < HISTORY_MINUTE_ROWS; i++) {
        struct history_moment moment;
        history_moment_take(&moment, world->seen.links, world->seen.link_count, NOON_S + i * 60);
        store_put_moment(world->store, &moment);
    }
    world_close(world);
    sql(f, "DELETE FROM book; VACUUM");
    assert_int_equal(stat(in_folder(f, "skep.db"), &file), 0);
    print_message("full: %lld bytes\n", (long long)file.st_size);
    assert_in_range(file.st_size, 2000000, 3200000);
    world = world_open(f->folder);
    run_until_loaded(world);
    assert_int_equal(seconds_in(world, NOON_S, NOON_S + 3600), 3600);
    assert_int_equal(seconds_of(world, HISTORY_HOURS, NOON_S + 743 * 3600), 60);
    assert_int_equal(moment_at(world, NOON_S + 2000 * 60)->count, HISTORY_LINKS_MAX);
    world_close(world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_restart_shows_the_same),
        TEST(the_minute_of_a_restart_is_made_of_both_lives),
        TEST(a_history_that_ends_while_it_loads_lets_the_store_go),
        TEST(kill_minus_nine_loses_ten_seconds_at_most),
        TEST(the_worst_second_of_a_minute_is_its_moment),
        TEST(a_moment_that_was_written_over_is_not_given_for_its_slot),
        TEST(who_has_left_is_not_called),
        TEST(a_disk_that_takes_nothing_leaves_the_rest_working),
        TEST(damaged_rows_are_gaps),
        TEST(an_unknown_code_of_a_finding_is_left_out),
        TEST(full_tiers_take_three_megabytes_and_no_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
