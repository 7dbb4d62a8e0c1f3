/* SPDX-License-Identifier: Apache-2.0 */
/* A child writes rows and says which are synced; it is killed at any moment, twenty times. What it said must be there
 * each time, and the file must be whole. */
#include <signal.h>
#include <sys/wait.h>

#include "base/prng.h"
#include "daemon/store/store.h"
#include "unit/daemon/store/store_fixture.h"

enum { KILLS = 20, ROWS_PER_FLUSH = 10, FLUSHES_MAX = 40 };

static struct book_row row_of(uint32_t number) {
    struct book_row row = {.last_seen_at_ms = number};
    memcpy(row.node_id.bytes, &number, sizeof number);
    row.node_id.bytes[19] = 1;
    return row;
}

static struct store *store_at(struct loop *loop, const char *folder) {
    struct store *store = NULL;
    struct err_detail detail = {0};
    const struct store_options options = {.loop = loop, .folder = folder};
    if (store_open(&store, &options, &detail) != ERR_OK) fail_msg("%s", detail.text);
    return store;
}

/* Writes for ever; a number on the pipe says that all rows up to it are synced. */
static _Noreturn void child_run(const char *folder, uint32_t first, int pipe_fd) {
    struct loop *loop = NULL;
    if (!sign_init() || loop_new(&loop) != ERR_OK) _exit(1);
    struct store *store = store_at(loop, folder);
    for (uint32_t number = first;; number++) {
        const struct book_row row = row_of(number);
        store_put_book_row(store, &row);
        if (number % ROWS_PER_FLUSH != 0) continue;
        store_flush(store);
        if (write(pipe_fd, &number, sizeof number) != sizeof number) _exit(2);
    }
}

struct found {
    uint32_t highest;
    size_t count;
};

static void take_row(void *context, const struct book_row *row) {
    struct found *found = context;
    if (row->last_seen_at_ms > found->highest) found->highest = (uint32_t)row->last_seen_at_ms;
    found->count++;
}

static struct found look(const char *folder) {
    struct loop *loop = NULL;
    struct found found = {0};
    assert_int_equal(loop_new(&loop), ERR_OK);
    struct store *store = store_at(loop, folder);
    assert_int_equal(store_load_book(store, 1000000, take_row, &found, NULL), ERR_OK);
    assert_int_equal(store_count(store).rows_refused, 0);
    store_close(store);
    loop_free(loop);
    return found;
}

/* Gives the last number that the child vouched for. */
static uint32_t write_until_killed(const char *folder, uint32_t first, size_t flushes, unsigned spins) {
    int ends[2];
    uint32_t synced = first - 1, number;
    assert_int_equal(pipe(ends), 0);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) child_run(folder, first, ends[1]);
    assert_int_equal(close(ends[1]), 0);
    for (size_t i = 0; i < flushes; i++) {
        assert_int_equal(read(ends[0], &number, sizeof number), sizeof number);
        synced = number;
    }
    for (volatile unsigned i = 0; i < spins;) i = i + 1; /* so that it falls anywhere in a commit */
    assert_int_equal(kill(child, SIGKILL), 0);
    while (read(ends[0], &number, sizeof number) == sizeof number) synced = number;
    assert_int_equal(close(ends[0]), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    return synced;
}

static void what_was_synced_survives_a_kill_at_any_moment(void **state) {
    const struct fixture *f = *state;
    struct prng prng = prng_seeded(20);
    uint32_t next = 1;
    assert_true(sign_init());
    for (int i = 0; i < KILLS; i++) {
        const size_t flushes = 1 + prng_below(&prng, FLUSHES_MAX);
        const uint32_t synced = write_until_killed(f->folder, next, flushes, prng_below(&prng, 1000000));
        const struct found found = look(f->folder);
        if (found.highest < synced) fail_msg("kill %d: %u was synced, %u is there", i, synced, found.highest);
        assert_int_equal(found.count, found.highest); /* no gap, none twice */
        next = found.highest + 1;
    }
    print_message("%d kills, %u rows\n", KILLS, next - 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {TEST(what_was_synced_survives_a_kill_at_any_moment)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
