/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/store/content/task_thread.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/must.h"

struct task_list {
    struct task *first;
    struct task **end;
};

struct task_thread {
    struct task_thread_options options;
    pthread_t thread;
    struct loop_watch *watch;
    int fd;               /* eventfd, readable when something is finished */
    pthread_mutex_t lock; /* over all that follows */
    pthread_cond_t given;
    pthread_cond_t rested;
    struct task_list waiting;
    struct task_list finished;
    bool is_busy;
    bool is_stopping;
};

void task_fail(struct task *task, enum err err, const struct err_detail *detail) {
    task->err = err;
    if (task->detail == NULL) task->detail = memory_zeroed(1, sizeof *task->detail);
    *task->detail = *detail;
}

void task_free(struct task *task) {
    memory_free(task->detail);
    memory_free(task);
}

static void list_clear(struct task_list *list) {
    *list = (struct task_list){.end = &list->first};
}

/* All of it, in order. */
static struct task *list_take(struct task_list *list) {
    struct task *first = list->first;
    list_clear(list);
    return first;
}

static void list_append(struct task_list *list, struct task *first) {
    *list->end = first;
    while (*list->end != NULL) list->end = &(*list->end)->next;
}

/* ---- The thread ---- */

static void batch_run(struct task_thread *thread) {
    const uint64_t one = 1;
    struct task *batch = list_take(&thread->waiting);
    thread->is_busy = true;
    (void)pthread_mutex_unlock(&thread->lock);
    thread->options.run(thread->options.context, batch);
    (void)pthread_mutex_lock(&thread->lock);
    list_append(&thread->finished, batch);
    thread->is_busy = false;
    must(write(thread->fd, &one, sizeof one) == sizeof one);
}

static void *thread_run(void *context) {
    struct task_thread *thread = context;
    (void)pthread_mutex_lock(&thread->lock);
    while (!thread->is_stopping || thread->waiting.first != NULL) {
        if (thread->waiting.first != NULL) {
            batch_run(thread);
        } else {
            (void)pthread_cond_broadcast(&thread->rested);
            (void)pthread_cond_wait(&thread->given, &thread->lock);
        }
    }
    (void)pthread_mutex_unlock(&thread->lock);
    return NULL;
}

/* ---- The loop ---- */

static bool finished_deliver(struct task_thread *thread) {
    (void)pthread_mutex_lock(&thread->lock);
    struct task *task = list_take(&thread->finished);
    (void)pthread_mutex_unlock(&thread->lock);
    const bool has_some = task != NULL;
    for (struct task *next; task != NULL; task = next) {
        next = task->next;
        task->done(task);
    }
    return has_some;
}

static void ready(void *context, unsigned events) {
    struct task_thread *thread = context;
    uint64_t count;
    (void)events;
    const ssize_t got = read(thread->fd, &count, sizeof count);
    (void)got;
    (void)finished_deliver(thread);
}

void task_thread_put(struct task_thread *thread, struct task *task) {
    task->next = NULL;
    (void)pthread_mutex_lock(&thread->lock);
    list_append(&thread->waiting, task);
    (void)pthread_cond_signal(&thread->given);
    (void)pthread_mutex_unlock(&thread->lock);
}

bool task_thread_drain(struct task_thread *thread) {
    (void)pthread_mutex_lock(&thread->lock);
    while (thread->waiting.first != NULL || thread->is_busy) (void)pthread_cond_wait(&thread->rested, &thread->lock);
    (void)pthread_mutex_unlock(&thread->lock);
    return finished_deliver(thread);
}

/* ---- Making and freeing ---- */

/* Signals are for the loop's thread. */
static int thread_start(struct task_thread *thread) {
    sigset_t all, before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    const int failed = pthread_create(&thread->thread, NULL, thread_run, thread);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return failed;
}

static void release(struct task_thread *thread) {
    loop_watch_close(thread->watch);
    if (thread->fd >= 0) (void)close(thread->fd);
    (void)pthread_cond_destroy(&thread->rested);
    (void)pthread_cond_destroy(&thread->given);
    (void)pthread_mutex_destroy(&thread->lock);
    memory_free(thread);
}

enum err task_thread_new(struct task_thread **out, const struct task_thread_options *options,
                         struct err_detail *detail) {
    struct task_thread *thread = memory_zeroed(1, sizeof *thread);
    thread->options = *options;
    list_clear(&thread->waiting);
    list_clear(&thread->finished);
    must(pthread_mutex_init(&thread->lock, NULL) == 0);
    must(pthread_cond_init(&thread->given, NULL) == 0);
    must(pthread_cond_init(&thread->rested, NULL) == 0);
    enum err err = ERR_OK;
    thread->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (thread->fd < 0) err = err_set(detail, ERR_IO, "cannot make an eventfd: %s", strerror(errno));
    if (err == ERR_OK) thread->watch = loop_watch_open(options->loop, thread->fd, ready, thread);
    if (err == ERR_OK && thread->watch == NULL)
        err = err_set(detail, ERR_IO, "the loop takes no watch for the content store");
    if (err == ERR_OK && thread_start(thread) != 0)
        err = err_set(detail, ERR_IO, "cannot start a thread of the content store");
    if (err == ERR_OK) {
        loop_watch_want(thread->watch, LOOP_READABLE);
        *out = thread;
    } else {
        release(thread);
    }
    return err;
}

void task_thread_free(struct task_thread *thread) {
    if (thread == NULL) return;
    (void)pthread_mutex_lock(&thread->lock);
    must(thread->waiting.first == NULL && thread->finished.first == NULL);
    thread->is_stopping = true;
    (void)pthread_cond_signal(&thread->given);
    (void)pthread_mutex_unlock(&thread->lock);
    must(pthread_join(thread->thread, NULL) == 0);
    release(thread);
}
