/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/store/sync_list.h"

#include <errno.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/must.h"

struct sync_waiter {
    struct sync_waiter *next;
    uint64_t number;
    void (*done)(void *context, bool is_synced);
    void *context;
};

static void tell(struct sync_list *list, uint64_t served, enum err err) {
    while (list->first != NULL && list->first->number <= served) {
        struct sync_waiter *waiter = list->first;
        list->first = waiter->next;
        if (list->first == NULL) list->last = NULL;
        waiter->done(waiter->context, err == ERR_OK);
        memory_free(waiter);
    }
}

static void ready(void *context, unsigned events) {
    struct sync_list *list = context;
    uint64_t count;
    (void)events;
    const ssize_t got = read(list->fd, &count, sizeof count);
    (void)got;
    (void)pthread_mutex_lock(&list->lock);
    const uint64_t served = list->served;
    const enum err err = list->err;
    (void)pthread_mutex_unlock(&list->lock);
    tell(list, served, err);
}

enum err sync_list_open(struct sync_list *list, struct loop *loop, struct err_detail *detail) {
    list->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (list->fd < 0) return err_set(detail, ERR_IO, "cannot make an eventfd: %s", strerror(errno));
    list->watch = loop_watch_open(loop, list->fd, ready, list);
    if (list->watch == NULL) return err_set(detail, ERR_IO, "the loop takes no watch for the store");
    loop_watch_want(list->watch, LOOP_READABLE);
    return ERR_OK;
}

void sync_list_close(struct sync_list *list) {
    for (struct sync_waiter *waiter = list->first, *next; waiter != NULL; waiter = next) {
        next = waiter->next;
        memory_free(waiter);
    }
    list->first = list->last = NULL;
    loop_watch_close(list->watch);
    if (list->fd >= 0) (void)close(list->fd);
}

void sync_list_add(struct sync_list *list, uint64_t number, void (*done)(void *context, bool is_synced),
                   void *context) {
    struct sync_waiter *waiter = memory_zeroed(1, sizeof *waiter);
    *waiter = (struct sync_waiter){NULL, number, done, context};
    *(list->last == NULL ? &list->first : &list->last->next) = waiter;
    list->last = waiter;
}

void sync_list_forget(struct sync_list *list, const void *context) {
    struct sync_waiter **place = &list->first;
    list->last = NULL;
    while (*place != NULL) {
        struct sync_waiter *waiter = *place;
        if (waiter->context != context) {
            list->last = waiter;
            place = &waiter->next;
            continue;
        }
        *place = waiter->next;
        memory_free(waiter);
    }
}

/* Of two that come before the loop looks the later counts: what failed was tried again with it, and who is told of a
 * failure that was none writes anew. */
void sync_list_serve(struct sync_list *list, uint64_t number, enum err err) {
    const uint64_t one = 1;
    (void)pthread_mutex_lock(&list->lock);
    list->served = number;
    list->err = err;
    (void)pthread_mutex_unlock(&list->lock);
    must(write(list->fd, &one, sizeof one) == sizeof one);
}
