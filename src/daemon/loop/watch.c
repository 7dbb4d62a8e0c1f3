/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"
#include "base/must.h"
#include "daemon/loop/state.h"

struct loop_watch {
    struct loop_handle handle; /* first, so that closing frees the whole */
    void (*ready)(void *context, unsigned events);
    unsigned wanted;
};

static void watch_ready(uv_poll_t *poll, int status, int events) {
    struct loop_watch *watch = poll->data;
    if (status < 0) {
        /* libuv has stopped the poll. The owner meets the error in its next read or write. */
        watch->wanted = 0;
        watch->ready(watch->handle.context, LOOP_READABLE | LOOP_WRITABLE);
        return;
    }
    unsigned ready = (events & UV_READABLE ? LOOP_READABLE : 0U) | (events & UV_WRITABLE ? LOOP_WRITABLE : 0U);
    watch->ready(watch->handle.context, ready);
}

struct loop_watch *loop_watch_open(struct loop *loop, int fd, void (*ready)(void *context, unsigned events),
                                   void *context) {
    struct loop_watch *watch = memory_zeroed(1, sizeof *watch);
    if (uv_poll_init(&loop->uv, &watch->handle.uv.poll, fd) != 0) {
        memory_free(watch);
        return NULL;
    }
    watch->ready = ready;
    loop_handle_opened(loop, &watch->handle, context);
    return watch;
}

void loop_watch_want(struct loop_watch *watch, unsigned events) {
    if (events == watch->wanted) return;
    watch->wanted = events;
    if (events == 0) {
        (void)uv_poll_stop(&watch->handle.uv.poll);
        return;
    }
    int native = (events & LOOP_READABLE ? UV_READABLE : 0) | (events & LOOP_WRITABLE ? UV_WRITABLE : 0);
    must(uv_poll_start(&watch->handle.uv.poll, native, watch_ready) == 0);
}

void loop_watch_close(struct loop_watch *watch) {
    if (watch) loop_handle_close(&watch->handle);
}
