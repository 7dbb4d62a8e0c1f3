/* SPDX-License-Identifier: Apache-2.0 */
/* Files on their way to the disk: those that are ended or begun anew while calls of theirs are under way. */
#include "daemon/content/fetches.h"

#include "unit/daemon/content/content_host_fixture.h"

/* The fetches of a folder in which something was published, without the rest of a host. */
struct bench {
    struct world *world;
    struct loop *loop;
    struct content_store *store;
    struct tether_list tethers;
    struct input_queue *queue;
    struct manifest_checks *checks;
    struct fetches *fetches;
    bool holds_turns; /* what has ended is not closed yet: the next turn has not come */
    size_t named, ended;
    struct object_id *moved; /* its place changes when one waits for its turn, as those of a library do */
};

static void bench_feed(void *context, const struct input *input) {
    (void)context, (void)input;
}

static void bench_turned(void *context) {
    struct bench *bench = context;
    if (!bench->holds_turns) fetches_turned(bench->fetches);
}

static void bench_refused(void *context, const struct quarantine_entry *entry, struct span bytes) {
    (void)context, (void)entry, (void)bytes;
}

static void bench_named(void *context, const struct fetch *fetch) {
    struct bench *bench = context;
    (void)fetch;
    bench->named++;
}

static void bench_kept(void *context, const struct fetch *fetch) {
    (void)context, (void)fetch;
}

static bool bench_room(void *context, uint64_t bytes) {
    (void)context, (void)bytes;
    return false;
}

static bool bench_may_hold(void *context, const struct fetch *fetch, uint64_t bytes) {
    (void)context, (void)fetch, (void)bytes;
    return true;
}

static void bench_ended(void *context, const struct fetch *fetch, const char *why) {
    struct bench *bench = context;
    (void)fetch;
    assert_null(why);
    bench->ended++;
}

static void bench_waits(void *context, const struct object_id *file) {
    struct bench *bench = context;
    (void)file;
    memory_free(bench->moved);
    bench->moved = NULL;
}

static void bench_surveyed(void *context) {
    (void)context;
}

static struct bench *bench_open(size_t size) {
    struct bench *bench = memory_zeroed(1, sizeof *bench);
    struct err_detail detail;
    bench->world = world_open(0);
    assert_true(publish(bench->world, size, 1));
    world_end(bench->world);
    assert_int_equal(loop_new(&bench->loop), ERR_OK);
    const struct content_store_options options = {.loop = bench->loop, .folder = bench->world->folder};
    assert_int_equal(content_store_open(&bench->store, &options, &detail), ERR_OK);
    bench->queue = input_queue_new(&(struct input_queue_options){bench->loop, bench_feed, bench_turned, bench});
    bench->checks = manifest_checks_new(bench->loop);
    bench->fetches = fetches_new(&(struct fetches_options){.loop = bench->loop,
                                                           .store = bench->store,
                                                           .checks = bench->checks,
                                                           .tethers = &bench->tethers,
                                                           .queue = bench->queue,
                                                           .refused = bench_refused,
                                                           .named = bench_named,
                                                           .kept = bench_kept,
                                                           .make_room = bench_room,
                                                           .may_hold = bench_may_hold,
                                                           .lacks = bench_kept,
                                                           .ended = bench_ended,
                                                           .waits = bench_waits,
                                                           .surveyed = bench_surveyed,
                                                           .context = bench});
    return bench;
}

static void bench_close(struct bench *bench) {
    fetches_free(bench->fetches);
    content_store_close(bench->store);
    tether_list_abandon(&bench->tethers);
    manifest_checks_free(bench->checks);
    input_queue_free(bench->queue);
    loop_free(bench->loop);
    world_begin(bench->world);
    world_close(bench->world);
    memory_free(bench);
}

static void live(struct bench *bench, int64_t ms) {
    struct loop_timer *timer = loop_timer_open(bench->loop, stop, bench->loop);
    loop_timer_start(timer, ms);
    loop_run(bench->loop);
    loop_timer_close(timer);
}

static void what_lies_here_whole_is_found_whole(void **state) {
    (void)state;
    struct bench *bench = bench_open(1000);
    assert_non_null(fetches_begin(bench->fetches, &bench->world->published, HOLDING_PINNED));
    for (size_t i = 0; i < 200 && bench->ended == 0; i++) live(bench, 10);
    assert_int_equal(bench->named, 1);
    assert_int_equal(bench->ended, 1);
    bench_close(bench);
}

/* A store that answers before the turn in which what has ended is closed. */
static void of_one_that_was_ended_nothing_more_is_said(void **state) {
    (void)state;
    struct bench *bench = bench_open(1000);
    assert_non_null(fetches_begin(bench->fetches, &bench->world->published, HOLDING_REPLICA));
    bench->holds_turns = true;
    fetches_end(bench->fetches, &bench->world->published);
    assert_null(fetches_find(bench->fetches, &bench->world->published));
    live(bench, 200);
    assert_int_equal(bench->named, 0);
    assert_int_equal(bench->ended, 0);
    bench->holds_turns = false;
    fetches_turned(bench->fetches);
    bench_close(bench);
}

static struct object_id numbered(size_t number) {
    struct object_id id = {{7}};
    memcpy(id.bytes + 1, &number, sizeof number);
    return id;
}

static void one_begins_anew_while_others_wait_for_their_turn(void **state) {
    (void)state;
    struct bench *bench = bench_open(1000);
    for (size_t i = 0; i < FETCHES_MAX + 10; i++) {
        const struct object_id file = numbered(i);
        if (i < FETCHES_MAX / 2) (void)fetches_begin(bench->fetches, &file, HOLDING_PINNED);
        if (i >= FETCHES_MAX / 2) fetches_survey(bench->fetches, &file, HOLDING_PINNED);
    }
    const struct object_id surveyed = numbered(FETCHES_MAX / 2);
    bench->moved = memory_zeroed(1, sizeof *bench->moved);
    *bench->moved = surveyed;
    for (size_t i = 2 * FETCHES_MAX; i < 3 * FETCHES_MAX; i++) { /* until there is no place any more */
        const struct object_id file = numbered(i);
        if (fetches_begin(bench->fetches, &file, HOLDING_PINNED) == NULL) break;
    }
    (void)fetches_begin_anew(bench->fetches, bench->moved, HOLDING_PINNED);
    assert_null(bench->moved);
    assert_non_null(fetches_find(bench->fetches, &surveyed));
    bench_close(bench);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_begins_anew_while_others_wait_for_their_turn),
        cmocka_unit_test(what_lies_here_whole_is_found_whole),
        cmocka_unit_test(of_one_that_was_ended_nothing_more_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
