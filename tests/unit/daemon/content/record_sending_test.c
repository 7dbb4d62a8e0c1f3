/* SPDX-License-Identifier: Apache-2.0 */
/* Records from a disk to links that take more or less, or end meanwhile. */
#include "daemon/content/record_sending.h"

#include "daemon/link/link.h"
#include "swarm/limits.h"
#include "unit/daemon/store/content/content_fixture.h"

enum { LINKS = 8, SIZE = 300, FRAMES_MAX = 512 };

struct bench {
    struct world world;
    struct record_sending *sending;
    size_t unsent[LINKS]; /* SIZE_MAX: that link has ended */
    bool stands[LINKS];   /* what is sent there waits */
    size_t frame_count;   /* sent, and over which link */
    uint32_t frame_links[FRAMES_MAX];
    uint64_t frames[FRAMES_MAX]; /* which record: the number in its bytes */
    size_t answered, missed;
};

static void send(void *context, uint32_t link, uint8_t type, struct span body) {
    struct bench *bench = context;
    assert_int_equal(type, MESSAGE_RECORD_FRAME);
    assert_true(bench->unsent[link] < LINK_BULK_LOW);
    assert_in_range(bench->frame_count, 0, FRAMES_MAX - 1);
    bench->frame_links[bench->frame_count] = link;
    memcpy(&bench->frames[bench->frame_count++], body.at, sizeof bench->frames[0]);
    if (bench->stands[link]) bench->unsent[link] += LINK_BULK_LOW / 2;
}

static size_t unsent(void *context, uint32_t link) {
    const struct bench *bench = context;
    return bench->unsent[link];
}

static void sent(void *context, uint32_t link, const struct object_id *id, uint32_t bytes) {
    struct bench *bench = context;
    (void)link, (void)id;
    bench->answered++;
    bench->missed += bytes == 0;
    if (bench->world.waiting > 0) bench->world.waiting--;
    look(&bench->world);
}

static struct bench *bench_open(const struct fixture *f) {
    struct bench *bench = memory_zeroed(1, sizeof *bench);
    world_open(&bench->world, f);
    bench->sending = record_sending_new(
        &(struct record_sending_options){bench->world.loop, bench->world.store, send, unsent, sent, bench});
    return bench;
}

static void bench_close(struct bench *bench) {
    content_store_close(bench->world.store);
    record_sending_free(bench->sending);
    loop_timer_close(bench->world.patience);
    loop_free(bench->world.loop);
    memory_free(bench);
}

static void keep(struct bench *bench, uint64_t number, enum object_kind kind) {
    uint8_t bytes[SIZE] = {0};
    memcpy(bytes, &number, sizeof number);
    const struct object_id id = id_numbered(number);
    assert_int_equal(put_and_wait(&bench->world, &id, kind, (struct span){bytes, sizeof bytes}), CONTENT_OK);
}

/* `awaited`: its answer comes without anything else happening. */
static void ask(struct bench *bench, uint32_t link, uint64_t number, bool is_awaited) {
    const struct object_id id = id_numbered(number);
    bench->world.waiting += is_awaited;
    record_sending_start(bench->sending, link, &id);
}

static void records_go_in_the_order_in_which_they_were_asked_for(void **state) {
    struct bench *bench = bench_open(*state);
    for (uint64_t i = 0; i < 20; i++) keep(bench, i, OBJECT_POST + i % 3);
    for (uint64_t i = 20; i-- > 0;) ask(bench, i % 2, i, true);
    await(&bench->world, NULL);
    assert_int_equal(bench->frame_count, 20);
    uint64_t last[2] = {20, 20};
    for (size_t i = 0; i < 20; i++) {
        assert_true(bench->frames[i] < last[bench->frame_links[i]]);
        last[bench->frame_links[i]] = bench->frames[i];
    }
    assert_int_equal(bench->missed, 0);
    bench_close(bench);
}

static void what_is_not_here_or_no_record_is_answered_and_not_sent(void **state) {
    struct bench *bench = bench_open(*state);
    uint8_t bytes[100] = {1};
    const struct span blob = {bytes, sizeof bytes};
    const struct object_id chunk = object_id_of_blob(blob);
    keep(bench, 1, OBJECT_OTHER);
    assert_int_equal(put_and_wait(&bench->world, &chunk, OBJECT_CHUNK, blob), CONTENT_OK);
    ask(bench, 0, 77, true);
    bench->world.waiting++;
    record_sending_start(bench->sending, 0, &chunk);
    ask(bench, 0, 1, true);
    await(&bench->world, NULL);
    assert_int_equal(bench->answered, 3);
    assert_int_equal(bench->missed, 2);
    assert_int_equal(bench->frame_count, 1);
    bench_close(bench);
}

static void a_link_that_stands_holds_up_itself_alone(void **state) {
    struct bench *bench = bench_open(*state);
    for (uint64_t i = 0; i < 10; i++) keep(bench, i, OBJECT_POST);
    bench->stands[0] = true;
    for (uint64_t i = 0; i < 5; i++) ask(bench, 0, i, i < 2);
    for (uint64_t i = 5; i < 10; i++) ask(bench, 1, i, true);
    await(&bench->world, NULL);
    assert_int_equal(bench->answered, 7);
    bench->stands[0] = false;
    bench->unsent[0] = 0;
    bench->world.waiting = 3;
    record_sending_drained(bench->sending, 0);
    await(&bench->world, NULL);
    assert_int_equal(bench->answered, 10);
    bench_close(bench);
}

/* The engine forgets a link that ended, and asks for as many over the next. */
static void links_that_end_leave_their_places(void **state) {
    enum { LAST = LINKS - 1 };
    struct bench *bench = bench_open(*state);
    keep(bench, 1, OBJECT_POST);
    for (uint32_t link = 0; link < LAST; link++) {
        bench->stands[link] = true;
        for (size_t i = 0; i < LIMIT_SENDING_RECORDS; i++) ask(bench, link, 1, false);
        bench->unsent[link] = SIZE_MAX;
    }
    for (size_t i = 0; i < LIMIT_SENDING_RECORDS; i++) ask(bench, LAST, 1, false);
    while (bench->answered < LINKS * LIMIT_SENDING_RECORDS) {
        bench->world.waiting = 1;
        await(&bench->world, NULL);
    }
    assert_int_equal(bench->frame_count, LIMIT_SENDING_RECORDS);
    assert_int_equal(bench->missed, LAST * LIMIT_SENDING_RECORDS);
    bench_close(bench);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(records_go_in_the_order_in_which_they_were_asked_for),
        TEST(what_is_not_here_or_no_record_is_answered_and_not_sent),
        TEST(a_link_that_stands_holds_up_itself_alone),
        TEST(links_that_end_leave_their_places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
