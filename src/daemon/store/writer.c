/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/store/writer.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/map.h"
#include "base/memory.h"
#include "base/must.h"

enum {
    COLLECT_MS = 250, /* well under the second that the store promises */
    RETRY_MS = 1000,
    MAP_KEY_SIZE = WRITE_KEY_SIZE + 1,
};

/* Writes in the order they were first put, and where each key stands. */
struct queue {
    struct write *writes;
    size_t count;
    struct map *index;
};

struct writer {
    struct writer_options options;
    pthread_t thread;
    pthread_mutex_t lock; /* over all that follows */
    pthread_cond_t given; /* something to do */
    pthread_cond_t served;
    struct queue queue; /* what waits */
    struct queue batch; /* what is being committed; the thread's alone meanwhile */
    int hurry_fd;       /* readable: do not collect any longer */
    bool is_stopping;
    bool has_dropped; /* since it was last served: whoever waits must not take that for written */
    uint64_t flushes_wanted;
    uint64_t flushes_served;
    struct writer_counts counts;
};

/* ---- Queues ---- */

static bool queue_init(struct queue *queue, size_t capacity, uint64_t seed) {
    queue->writes = memory_try_zeroed(capacity, sizeof *queue->writes);
    queue->index = map_new(capacity, MAP_KEY_SIZE, seed);
    return queue->writes != NULL && queue->index != NULL;
}

static void queue_clear(struct queue *queue) {
    for (size_t i = 0; i < queue->count; i++) memory_free(queue->writes[i].data);
    queue->count = 0;
    map_clear(queue->index);
}

static void queue_deinit(struct queue *queue) {
    if (queue->index != NULL) queue_clear(queue);
    map_free(queue->index);
    memory_free(queue->writes);
}

static void map_key(const struct write *write, uint8_t key[MAP_KEY_SIZE]) {
    key[0] = write->kind;
    memcpy(key + 1, write->key, WRITE_KEY_SIZE);
}

/* Where the key waits; NULL when it does not. */
static struct write *queue_find(const struct queue *queue, const struct write *write) {
    uint8_t key[MAP_KEY_SIZE];
    uint32_t at;
    map_key(write, key);
    return map_find(queue->index, key, &at) ? &queue->writes[at] : NULL;
}

/* A write under a new key; `data` is the queue's when it gives true. */
static bool queue_add(struct queue *queue, const struct write *write) {
    uint8_t key[MAP_KEY_SIZE];
    map_key(write, key);
    if (!map_put(queue->index, key, (uint32_t)queue->count)) return false;
    queue->writes[queue->count++] = *write;
    return true;
}

/* The newer write of a key stands for both; the older one's data are freed. */
static void join(const struct writer *writer, struct write *older, struct write *newer) {
    if (writer->options.join != NULL) writer->options.join(older, newer);
    memory_free(older->data);
    older->data = NULL;
}

/* `data` is the queue's when it gives true. */
static bool queue_put(struct writer *writer, const struct write *write) {
    struct write newer = *write, *older = queue_find(&writer->queue, write);
    if (older == NULL) return queue_add(&writer->queue, write);
    join(writer, older, &newer);
    *older = newer;
    return true;
}

/* ---- The thread ---- */

static void drain(int fd) {
    uint64_t count;
    const ssize_t got = read(fd, &count, sizeof count);
    (void)got; /* nothing to read is fine */
}

/* Waits, but not when somebody is in a hurry. Uses poll, whose time is relative, so that no clock is read here. */
static void pause_ms(struct writer *writer, int milliseconds) {
    struct pollfd wait = {.fd = writer->hurry_fd, .events = POLLIN};
    (void)pthread_mutex_unlock(&writer->lock);
    if (poll(&wait, 1, milliseconds) > 0) drain(writer->hurry_fd);
    (void)pthread_mutex_lock(&writer->lock);
}

static void drop(struct writer *writer) {
    writer->counts.dropped++;
    writer->has_dropped = true;
}

/* The batch could not be written: it waits again, under what was put anew meanwhile. */
static void batch_return(struct writer *writer) {
    struct queue *batch = &writer->batch;
    for (size_t i = 0; i < batch->count; i++) {
        struct write *older = &batch->writes[i], *newer = queue_find(&writer->queue, older);
        if (newer != NULL)
            join(writer, older, newer);
        else if (queue_add(&writer->queue, older))
            older->data = NULL;
        else
            drop(writer);
    }
    queue_clear(batch);
}

/* Commits what waits, with the lock open meanwhile. */
static enum err attempt(struct writer *writer) {
    struct err_detail detail = {0};
    const uint64_t serving = writer->flushes_wanted;
    const struct queue taken = writer->queue;
    enum err err = ERR_OK;
    writer->queue = writer->batch;
    writer->batch = taken;
    drain(writer->hurry_fd);
    (void)pthread_mutex_unlock(&writer->lock);
    if (taken.count > 0) err = writer->options.commit(writer->options.context, taken.writes, taken.count, &detail);
    if (err != ERR_OK) writer->options.failed(writer->options.context, err, &detail);
    (void)pthread_mutex_lock(&writer->lock);
    if (err == ERR_OK && taken.count > 0) {
        writer->counts.committed += taken.count;
        writer->counts.commits++;
        queue_clear(&writer->batch);
    } else if (err != ERR_OK) {
        writer->counts.failures++;
        batch_return(writer);
    }
    const bool has_served = writer->flushes_served != serving;
    writer->flushes_served = serving;
    if (has_served && writer->options.served != NULL)
        writer->options.served(writer->options.context, serving, writer->has_dropped ? ERR_LIMIT : err);
    if (has_served) writer->has_dropped = false;
    (void)pthread_cond_broadcast(&writer->served);
    return err;
}

static bool is_hurried(const struct writer *writer) {
    return writer->is_stopping || writer->flushes_wanted != writer->flushes_served;
}

static void *writer_run(void *context) {
    struct writer *writer = context;
    (void)pthread_mutex_lock(&writer->lock);
    for (;;) {
        while (writer->queue.count == 0 && !is_hurried(writer)) (void)pthread_cond_wait(&writer->given, &writer->lock);
        if (!is_hurried(writer)) pause_ms(writer, COLLECT_MS);
        const bool was_stopping = writer->is_stopping;
        const enum err err = attempt(writer);
        if (was_stopping) break;
        if (err != ERR_OK && !is_hurried(writer)) pause_ms(writer, RETRY_MS);
    }
    (void)pthread_mutex_unlock(&writer->lock);
    return NULL;
}

/* ---- Who puts ---- */

static void hurry(struct writer *writer) {
    const uint64_t one = 1;
    (void)pthread_cond_signal(&writer->given);
    must(write(writer->hurry_fd, &one, sizeof one) == sizeof one);
}

void writer_put(struct writer *writer, const struct write *write) {
    (void)pthread_mutex_lock(&writer->lock);
    const bool is_in = queue_put(writer, write);
    if (!is_in) drop(writer);
    if (writer->queue.count == 1) (void)pthread_cond_signal(&writer->given);
    (void)pthread_mutex_unlock(&writer->lock);
    if (is_in) return;
    memory_free(write->data);
    struct err_detail detail;
    const enum err err =
        err_set(&detail, ERR_LIMIT, "%zu writes wait for the disk; no more are taken", writer->options.capacity);
    writer->options.failed(writer->options.context, err, &detail);
}

void writer_flush(struct writer *writer) {
    (void)pthread_mutex_lock(&writer->lock);
    const uint64_t mine = ++writer->flushes_wanted;
    hurry(writer);
    while (writer->flushes_served < mine) (void)pthread_cond_wait(&writer->served, &writer->lock);
    (void)pthread_mutex_unlock(&writer->lock);
}

uint64_t writer_ask(struct writer *writer) {
    (void)pthread_mutex_lock(&writer->lock);
    const uint64_t mine = ++writer->flushes_wanted;
    hurry(writer);
    (void)pthread_mutex_unlock(&writer->lock);
    return mine;
}

struct writer_counts writer_count(struct writer *writer) {
    (void)pthread_mutex_lock(&writer->lock);
    struct writer_counts counts = writer->counts;
    counts.waiting = writer->queue.count;
    (void)pthread_mutex_unlock(&writer->lock);
    return counts;
}

/* ---- Making and freeing ---- */

static void release(struct writer *writer) {
    if (writer->hurry_fd >= 0) (void)close(writer->hurry_fd);
    queue_deinit(&writer->batch);
    queue_deinit(&writer->queue);
    (void)pthread_cond_destroy(&writer->served);
    (void)pthread_cond_destroy(&writer->given);
    (void)pthread_mutex_destroy(&writer->lock);
    memory_free(writer);
}

/* Signals are for the loop's thread. */
static int thread_start(struct writer *writer) {
    sigset_t all, before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    const int failed = pthread_create(&writer->thread, NULL, writer_run, writer);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return failed;
}

enum err writer_new(struct writer **out, const struct writer_options *options, struct err_detail *detail) {
    struct writer *writer = memory_zeroed(1, sizeof *writer);
    writer->options = *options;
    must(pthread_mutex_init(&writer->lock, NULL) == 0);
    must(pthread_cond_init(&writer->given, NULL) == 0);
    must(pthread_cond_init(&writer->served, NULL) == 0);
    writer->hurry_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    enum err err = ERR_OK;
    if (writer->hurry_fd < 0) err = err_set(detail, ERR_IO, "cannot make an eventfd: %s", strerror(errno));
    if (err == ERR_OK && (!queue_init(&writer->queue, options->capacity, options->seed) ||
                          !queue_init(&writer->batch, options->capacity, options->seed)))
        err = err_set(detail, ERR_MEMORY, "there is no memory for the queue of the store");
    if (err == ERR_OK && thread_start(writer) != 0)
        err = err_set(detail, ERR_IO, "cannot start the thread of the store");
    if (err == ERR_OK) {
        *out = writer;
    } else {
        release(writer);
    }
    return err;
}

void writer_free(struct writer *writer) {
    if (writer == NULL) return;
    (void)pthread_mutex_lock(&writer->lock);
    writer->is_stopping = true;
    hurry(writer);
    (void)pthread_mutex_unlock(&writer->lock);
    must(pthread_join(writer->thread, NULL) == 0);
    release(writer);
}
