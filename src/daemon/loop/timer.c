/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"
#include "base/must.h"
#include "daemon/loop/state.h"

struct loop_timer {
    struct loop_handle handle; /* first, so that closing frees the whole */
    void (*fire)(void *context);
};

static void timer_fired(uv_timer_t *fired) {
    struct loop_timer *timer = fired->data;
    timer->fire(timer->handle.context);
}

struct loop_timer *loop_timer_open(struct loop *loop, void (*fire)(void *context), void *context) {
    struct loop_timer *timer = memory_zeroed(1, sizeof *timer);
    must(uv_timer_init(&loop->uv, &timer->handle.uv.timer) == 0); /* libuv: cannot fail */
    timer->fire = fire;
    loop_handle_opened(loop, &timer->handle, context);
    return timer;
}

void loop_timer_start(struct loop_timer *timer, int64_t delay_ms) {
    /* libuv counts from the time at which it woke; a long turn would make the timer early. */
    uv_update_time(&timer->handle.loop->uv);
    must(uv_timer_start(&timer->handle.uv.timer, timer_fired, delay_ms > 0 ? (uint64_t)delay_ms : 0, 0) == 0);
}

void loop_timer_stop(struct loop_timer *timer) {
    (void)uv_timer_stop(&timer->handle.uv.timer);
}

void loop_timer_close(struct loop_timer *timer) {
    if (timer) loop_handle_close(&timer->handle);
}
