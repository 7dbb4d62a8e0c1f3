/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"
#include "base/must.h"
#include "daemon/loop/state.h"

/* Thirty thousand years: "never" for whoever asks for it with INT64_MAX. */
#define DELAY_MS_MAX (INT64_C(1) << 50)

struct loop_timer {
    struct loop_handle handle; /* first, so that closing frees the whole */
    void (*fire)(void *context);
};

static void timer_fired(uv_timer_t *fired) {
    struct loop_timer *timer = fired->data;
    struct loop *loop = timer->handle.loop;
    loop->is_firing = true;
    timer->fire(timer->handle.context);
    loop->is_firing = false;
}

struct loop_timer *loop_timer_open(struct loop *loop, void (*fire)(void *context), void *context) {
    struct loop_timer *timer = memory_zeroed(1, sizeof *timer);
    must(uv_timer_init(&loop->uv, &timer->handle.uv.timer) == 0); /* libuv: cannot fail */
    timer->fire = fire;
    loop_handle_opened(loop, &timer->handle, context);
    return timer;
}

/* libuv counts from the time at which it last woke, so a long turn would make the timer early: what has passed since is
 * added. (Moving libuv's time instead would make more timers due in the turn that runs them.) And it runs what is due
 * until nothing is, so a timer that starts itself again at once would keep everything else from its turn. */
void loop_timer_start(struct loop_timer *timer, int64_t delay_ms) {
    const struct loop *loop = timer->handle.loop;
    const int64_t passed_ms = (int64_t)(uv_hrtime() / 1000000) - (int64_t)uv_now(&loop->uv);
    const int64_t delay_ms_min = loop->is_firing ? 1 : 0;
    if (delay_ms < delay_ms_min) delay_ms = delay_ms_min;
    if (delay_ms > DELAY_MS_MAX) delay_ms = DELAY_MS_MAX;
    if (passed_ms > 0) delay_ms += passed_ms;
    must(uv_timer_start(&timer->handle.uv.timer, timer_fired, (uint64_t)delay_ms, 0) == 0);
}

void loop_timer_stop(struct loop_timer *timer) {
    (void)uv_timer_stop(&timer->handle.uv.timer);
}

void loop_timer_close(struct loop_timer *timer) {
    if (timer) loop_handle_close(&timer->handle);
}
