/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Who waits until what was put so far is on the disk: numbers go out with the waiters, and the writer's thread says up
 * to which of them all is done. Owns: its waiters, until they were told.   Never: blocks; tells anybody on another
 * thread than the loop's. Full: cannot be: whoever puts something that waits asks for one. */

#include <pthread.h>

#include "base/err.h"
#include "daemon/loop/loop.h"

struct sync_waiter;
struct sync_list {
    struct sync_waiter *first; /* the loop's alone, oldest first, as is `last` */
    struct sync_waiter *last;
    pthread_mutex_t lock; /* over the next two */
    uint64_t served;      /* up to here, and */
    enum err err;         /* this is how it went */
    int fd;               /* eventfd */
    struct loop_watch *watch;
};

MUST_USE enum err sync_list_open(struct sync_list *list, struct loop *loop, struct err_detail *detail);
void sync_list_close(struct sync_list *list); /* nobody is told any more */
void sync_list_add(struct sync_list *list, uint64_t number, void (*done)(void *context, bool is_synced), void *context);
void sync_list_forget(struct sync_list *list, const void *context);          /* who waits with it is not told */
void sync_list_serve(struct sync_list *list, uint64_t number, enum err err); /* from any thread */
