/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A thread that does tasks in the order they were given, all that wait at once, and hands them back on the loop.
 *
 *   task_thread_put --> [waiting] --run (the thread)--> [finished] --done (the loop)
 *
 * Owns: its thread, and each task from put until `done`, which frees it.
 * Never: drops a task; calls back from within put.   Full: cannot be; who puts bounds what is under way. */

#include "base/err.h"
#include "daemon/loop/loop.h"

struct task {
    struct task *next;                            /* the thread's */
    int (*run)(struct task *task, void *context); /* on the thread; an SQLite result code where that is what it does */
    void (*done)(struct task *task);              /* on the loop */
    enum err err;                                 /* how it went, with */
    struct err_detail *detail;                    /* words, when there are any; owned */
};
void task_fail(struct task *task, enum err err, const struct err_detail *detail); /* the detail is copied */
void task_free(struct task *task);                                                /* `task` begins its own block */

struct task_thread;
struct task_thread_options {
    struct loop *loop;                              /* borrowed */
    void (*run)(void *context, struct task *first); /* on the thread: everything that waited */
    void *context;
};
MUST_USE enum err task_thread_new(struct task_thread **thread, const struct task_thread_options *options,
                                  struct err_detail *detail);
void task_thread_put(struct task_thread *thread, struct task *task);
/* Waits until nothing waits, and calls every `done`; false when there was none. */
bool task_thread_drain(struct task_thread *thread);
void task_thread_free(struct task_thread *thread); /* after it was drained; accepts NULL */
