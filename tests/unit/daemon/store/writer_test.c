/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/store/writer.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"

/* A disk that can be told to fail. */
struct disk {
    pthread_mutex_t lock;
    enum err answer;
    size_t commits;
    size_t rows;
    size_t failures;
    enum err last_failure;
    uint64_t served;
    enum err served_err;
    int values[64]; /* by the first byte of the key */
};

static enum err disk_commit(void *context, const struct write *writes, size_t count, struct err_detail *detail) {
    struct disk *disk = context;
    (void)pthread_mutex_lock(&disk->lock);
    const enum err answer = disk->answer;
    disk->commits++;
    for (size_t i = 0; answer == ERR_OK && i < count; i++) {
        disk->rows++;
        disk->values[writes[i].key[0] % 64] = *(int *)writes[i].data;
    }
    (void)pthread_mutex_unlock(&disk->lock);
    return answer == ERR_OK ? ERR_OK : err_set(detail, answer, "the disk was told to fail");
}

static void disk_failed(void *context, enum err err, const struct err_detail *detail) {
    struct disk *disk = context;
    assert_true(detail->text[0] != '\0');
    (void)pthread_mutex_lock(&disk->lock);
    disk->failures++;
    disk->last_failure = err;
    (void)pthread_mutex_unlock(&disk->lock);
}

static struct disk disk_of(const struct disk *disk) {
    (void)pthread_mutex_lock((pthread_mutex_t *)(uintptr_t)&disk->lock);
    const struct disk copy = *disk;
    (void)pthread_mutex_unlock((pthread_mutex_t *)(uintptr_t)&disk->lock);
    return copy;
}

static void disk_answers(struct disk *disk, enum err answer) {
    (void)pthread_mutex_lock(&disk->lock);
    disk->answer = answer;
    (void)pthread_mutex_unlock(&disk->lock);
}

static struct writer *writer_over(struct disk *disk, size_t capacity) {
    struct writer *writer = NULL;
    *disk = (struct disk){.lock = PTHREAD_MUTEX_INITIALIZER};
    const struct writer_options options = {
        .capacity = capacity, .seed = 1, .commit = disk_commit, .failed = disk_failed, .context = disk};
    assert_int_equal(writer_new(&writer, &options, NULL), ERR_OK);
    return writer;
}

static void put(struct writer *writer, uint8_t key, int value) {
    struct write write = {.kind = 1, .size = sizeof value, .data = memory_zeroed(1, sizeof value)};
    write.key[0] = key;
    memcpy(write.data, &value, sizeof value);
    writer_put(writer, &write);
}

static void writes_are_committed_together(void **state) {
    (void)state;
    struct disk disk;
    struct writer *writer = writer_over(&disk, 64);
    for (int i = 0; i < 50; i++) put(writer, (uint8_t)i, 100 + i);
    writer_flush(writer);
    assert_int_equal(disk_of(&disk).rows, 50);
    assert_in_range(disk_of(&disk).commits, 1, 3);
    assert_int_equal(disk_of(&disk).values[49], 149);
    assert_int_equal(writer_count(writer).waiting, 0);
    assert_int_equal(writer_count(writer).committed, 50);
    writer_free(writer);
}

static void of_one_key_the_last_is_written(void **state) {
    (void)state;
    struct disk disk;
    struct writer *writer = writer_over(&disk, 2);
    for (int i = 0; i < 1000; i++) put(writer, 5, i);
    writer_free(writer); /* commits what waits */
    assert_int_equal(disk_of(&disk).values[5], 999);
    assert_true(disk_of(&disk).rows < 1000);
}

static void a_flush_of_nothing_returns(void **state) {
    (void)state;
    struct disk disk;
    struct writer *writer = writer_over(&disk, 2);
    for (int i = 0; i < 100; i++) writer_flush(writer);
    assert_int_equal(disk_of(&disk).commits, 0);
    writer_free(writer);
    writer_free(NULL);
}

static void what_failed_is_written_later_and_what_is_newer_stays(void **state) {
    (void)state;
    struct disk disk;
    struct writer *writer = writer_over(&disk, 8);
    disk_answers(&disk, ERR_IO);
    put(writer, 1, 10);
    put(writer, 2, 20);
    writer_flush(writer);
    assert_true(disk_of(&disk).failures >= 1);
    assert_int_equal(disk_of(&disk).last_failure, ERR_IO);
    assert_int_equal(writer_count(writer).waiting, 2);
    put(writer, 1, 11);
    writer_flush(writer);
    assert_int_equal(disk_of(&disk).rows, 0);
    disk_answers(&disk, ERR_OK);
    writer_flush(writer);
    assert_int_equal(disk_of(&disk).rows, 2);
    assert_int_equal(disk_of(&disk).values[1], 11);
    assert_int_equal(disk_of(&disk).values[2], 20);
    writer_free(writer);
}

/* Both say something that counts: here they are added up. */
static void add_up(const struct write *older, struct write *newer) {
    *(int *)newer->data += *(int *)older->data;
}

/* A disk that fails once, and is given more of the same key while it is at it. */
struct busy_disk {
    struct disk disk;
    struct writer *writer;
    bool has_failed;
};

static enum err busy_commit(void *context, const struct write *writes, size_t count, struct err_detail *detail) {
    struct busy_disk *busy = context;
    if (busy->has_failed) return disk_commit(&busy->disk, writes, count, detail);
    busy->has_failed = true;
    put(busy->writer, 1, 100);
    put(busy->writer, 1, 1000);
    return err_set(detail, ERR_IO, "the disk was told to fail");
}

static void busy_failed(void *context, enum err err, const struct err_detail *detail) {
    disk_failed(&((struct busy_disk *)context)->disk, err, detail);
}

static void writes_of_one_key_are_joined_wherever_they_meet(void **state) {
    (void)state;
    struct busy_disk busy = {.disk.lock = PTHREAD_MUTEX_INITIALIZER};
    const struct writer_options options = {
        .capacity = 4, .seed = 1, .join = add_up, .commit = busy_commit, .failed = busy_failed, .context = &busy};
    assert_int_equal(writer_new(&busy.writer, &options, NULL), ERR_OK);
    put(busy.writer, 1, 1);
    put(busy.writer, 1, 10);
    writer_flush(busy.writer);
    writer_free(busy.writer);
    assert_int_equal(busy.disk.failures, 1);
    assert_int_equal(busy.disk.values[1], 1111);
}

static void disk_served(void *context, uint64_t number, enum err err) {
    struct disk *disk = context;
    (void)pthread_mutex_lock(&disk->lock);
    disk->served = number;
    disk->served_err = err;
    (void)pthread_mutex_unlock(&disk->lock);
}

/* What was dropped before the disk came back is not on it, however well the next commit goes. */
static void who_waits_is_not_told_that_a_dropped_write_is_written(void **state) {
    (void)state;
    struct disk disk = {.lock = PTHREAD_MUTEX_INITIALIZER, .answer = ERR_IO};
    struct writer *writer = NULL;
    const struct writer_options options = {.capacity = 2,
                                           .seed = 1,
                                           .commit = disk_commit,
                                           .failed = disk_failed,
                                           .served = disk_served,
                                           .context = &disk};
    assert_int_equal(writer_new(&writer, &options, NULL), ERR_OK);
    put(writer, 1, 1);
    put(writer, 2, 2);
    writer_flush(writer);
    put(writer, 3, 3); /* no room */
    disk_answers(&disk, ERR_OK);
    writer_flush(writer);
    assert_true(disk_of(&disk).served > 0);
    assert_int_equal(disk_of(&disk).served_err, ERR_LIMIT);
    put(writer, 3, 3);
    const uint64_t asked = writer_ask(writer);
    writer_flush(writer);
    assert_true(disk_of(&disk).served >= asked);
    assert_int_equal(disk_of(&disk).served_err, ERR_OK);
    writer_free(writer);
}

static void a_full_queue_drops_new_keys_and_tells(void **state) {
    (void)state;
    struct disk disk;
    struct writer *writer = writer_over(&disk, 4);
    disk_answers(&disk, ERR_IO);
    for (int i = 0; i < 4; i++) put(writer, (uint8_t)i, i);
    writer_flush(writer);
    put(writer, 9, 9);
    assert_int_equal(disk_of(&disk).last_failure, ERR_LIMIT);
    put(writer, 3, 33); /* a key that waits may change */
    disk_answers(&disk, ERR_OK);
    writer_flush(writer);
    assert_int_equal(disk_of(&disk).rows, 4);
    assert_int_equal(disk_of(&disk).values[3], 33);
    assert_int_equal(disk_of(&disk).values[9], 0);
    assert_int_equal(writer_count(writer).dropped, 1);
    writer_free(writer);
}

static void it_ends_while_the_disk_fails(void **state) {
    (void)state;
    struct disk disk;
    struct writer *writer = writer_over(&disk, 4);
    disk_answers(&disk, ERR_IO);
    put(writer, 1, 1);
    writer_free(writer);
    assert_true(disk_of(&disk).failures >= 1);
}

static void *putter(void *context) {
    for (int i = 0; i < 5000; i++) {
        put(context, (uint8_t)(i % 64), i);
        if (i % 1000 == 0) writer_flush(context);
    }
    return NULL;
}

static void several_threads_may_put(void **state) {
    (void)state;
    struct disk disk;
    struct writer *writer = writer_over(&disk, 64);
    pthread_t threads[4];
    for (size_t i = 0; i < 4; i++) assert_int_equal(pthread_create(&threads[i], NULL, putter, writer), 0);
    for (size_t i = 0; i < 4; i++) assert_int_equal(pthread_join(threads[i], NULL), 0);
    writer_free(writer);
    for (int i = 0; i < 64; i++) assert_true(disk.values[i] >= 4936);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_are_committed_together),
        cmocka_unit_test(of_one_key_the_last_is_written),
        cmocka_unit_test(a_flush_of_nothing_returns),
        cmocka_unit_test(what_failed_is_written_later_and_what_is_newer_stays),
        cmocka_unit_test(writes_of_one_key_are_joined_wherever_they_meet),
        cmocka_unit_test(who_waits_is_not_told_that_a_dropped_write_is_written),
        cmocka_unit_test(a_full_queue_drops_new_keys_and_tells),
        cmocka_unit_test(it_ends_while_the_disk_fails),
        cmocka_unit_test(several_threads_may_put),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
