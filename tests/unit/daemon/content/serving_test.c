/* SPDX-License-Identifier: Apache-2.0 */
/* Objects from a disk to links that ask, take it back, and ask again. */
#include "daemon/content/serving.h"

#include "swarm/limits.h"
#include "unit/daemon/store/content/content_fixture.h"

enum { SIZE = 300, LINK = 1 };

struct bench {
    struct world world;
    struct serving *serving;
    size_t sent, served, missed;
};

static void send(void *context, uint32_t link, uint8_t type, struct span body) {
    struct bench *bench = context;
    (void)link, (void)body;
    assert_int_equal(type, MESSAGE_DATA);
    bench->sent++;
}

static size_t unsent(void *context, uint32_t link) {
    (void)context, (void)link;
    return 0;
}

static void served(void *context, uint32_t link, uint32_t req, uint32_t bytes, enum miss_code miss) {
    struct bench *bench = context;
    (void)link, (void)req, (void)bytes;
    bench->served++;
    bench->missed += miss != 0;
    if (bench->world.waiting > 0) bench->world.waiting--;
    look(&bench->world);
}

static struct bench *bench_open(const struct fixture *f) {
    struct bench *bench = memory_zeroed(1, sizeof *bench);
    world_open(&bench->world, f);
    bench->serving = serving_new(&(struct serving_options){.loop = bench->world.loop,
                                                           .store = bench->world.store,
                                                           .send = send,
                                                           .unsent = unsent,
                                                           .served = served,
                                                           .context = bench});
    return bench;
}

static void bench_close(struct bench *bench) {
    content_store_close(bench->world.store);
    serving_free(bench->serving);
    loop_timer_close(bench->world.patience);
    loop_free(bench->world.loop);
    memory_free(bench);
}

static struct object_id keep(struct bench *bench) {
    uint8_t bytes[SIZE] = {7};
    const struct span blob = {bytes, sizeof bytes};
    const struct object_id id = object_id_of_blob(blob);
    assert_int_equal(put_and_wait(&bench->world, &id, OBJECT_CHUNK, blob), CONTENT_OK);
    return id;
}

/* As many as the engine has answered at once; and it counts no more with those that are taken back while they are being
 * read. */
static void what_is_taken_back_while_it_is_read_leaves_its_place(void **state) {
    struct bench *bench = bench_open(*state);
    const struct object_id id = keep(bench);
    uint32_t next = 0, oldest = 0, taken_back = 0;
    while (next < LIMIT_SERVING_MAX) serving_start(bench->serving, LINK, next++, &id, 0, 0);
    for (; taken_back < 64; taken_back++) {
        serving_stop(bench->serving, LINK, oldest++);
        serving_start(bench->serving, LINK, next++, &id, 0, 0);
    }
    bench->world.waiting = LIMIT_SERVING_MAX;
    await(&bench->world, NULL);
    assert_int_equal(bench->served, LIMIT_SERVING_MAX);
    assert_int_equal(bench->sent, LIMIT_SERVING_MAX);
    assert_int_equal(bench->missed, 0);
    bench_close(bench);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(what_is_taken_back_while_it_is_read_leaves_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
