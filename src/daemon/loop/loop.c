/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/loop/loop.h"

#include <signal.h>

#include "base/memory.h"
#include "base/must.h"
#include "daemon/loop/clock.h"
#include "daemon/loop/state.h"

static void anchor_wake(uv_async_t *anchor) {
    (void)anchor;
}

enum err loop_new(struct loop **loop) {
    struct loop *l = memory_zeroed(1, sizeof *l);
    if (uv_loop_init(&l->uv) != 0) {
        memory_free(l);
        return ERR_IO;
    }
    if (uv_async_init(&l->uv, &l->anchor, anchor_wake) != 0) {
        must(uv_loop_close(&l->uv) == 0);
        memory_free(l);
        return ERR_IO;
    }
    /* A peer that has gone is an error of the write that finds it so, not the end of the process. */
    (void)signal(SIGPIPE, SIG_IGN);
    l->monotonic_at_start_us = clock_monotonic_us();
    l->wall_at_start_ms = clock_wall_ms();
    *loop = l;
    return ERR_OK;
}

void loop_run(struct loop *loop) {
    while (!loop->is_stopped) (void)uv_run(&loop->uv, UV_RUN_DEFAULT);
    loop->is_stopped = false;
}

void loop_stop(struct loop *loop) {
    loop->is_stopped = true;
    uv_stop(&loop->uv);
}

static void close_foreign(uv_handle_t *handle, void *argument) {
    (void)argument;
    if (!uv_is_closing(handle)) uv_close(handle, NULL);
}

void loop_free(struct loop *loop) {
    if (!loop) return;
    loop->is_ending = true;
    while (loop->handles) loop_handle_close(loop->handles);
    uv_walk(&loop->uv, close_foreign, NULL);
    /* Jobs and look-ups that a pool thread is at cannot be called back: this waits for them. A `done` may open and
     * close handles again, hence the outer loop. */
    while (uv_loop_close(&loop->uv) == UV_EBUSY) {
        (void)uv_run(&loop->uv, UV_RUN_DEFAULT);
        while (loop->handles) loop_handle_close(loop->handles);
    }
    memory_free(loop);
}

int64_t loop_now_ms(const struct loop *loop) {
    return loop_now_us(loop) / 1000;
}

int64_t loop_now_us(const struct loop *loop) {
    return loop->wall_at_start_ms * 1000 + (clock_monotonic_us() - loop->monotonic_at_start_us);
}

int64_t loop_wall_ms(const struct loop *loop) {
    (void)loop;
    return clock_wall_ms();
}

int64_t loop_slept_ms(const struct loop *loop) {
    (void)loop;
    return clock_slept_us() / 1000;
}

void loop_handle_opened(struct loop *loop, struct loop_handle *handle, void *context) {
    handle->uv.any.data = handle;
    handle->loop = loop;
    handle->context = context;
    handle->next = loop->handles;
    if (handle->next) handle->next->link_to_this = &handle->next;
    handle->link_to_this = &loop->handles;
    loop->handles = handle;
}

static void handle_closed(uv_handle_t *closed) {
    memory_free(closed->data);
}

void loop_handle_close(struct loop_handle *handle) {
    if (!handle) return;
    must(handle->link_to_this);
    *handle->link_to_this = handle->next;
    if (handle->next) handle->next->link_to_this = handle->link_to_this;
    handle->link_to_this = NULL;
    uv_close(&handle->uv.any, handle_closed);
}
