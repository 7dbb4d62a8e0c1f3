/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"
#include "base/must.h"
#include "daemon/loop/state.h"

struct signal_watch {
    struct loop_handle handle; /* first, so that closing frees the whole */
    void (*arrived)(void *context, int number);
};

static void signal_arrived(uv_signal_t *signal, int number) {
    struct signal_watch *watch = signal->data;
    watch->arrived(watch->handle.context, number);
}

void loop_on_signal(struct loop *loop, int number, void (*arrived)(void *context, int number), void *context) {
    struct signal_watch *watch = memory_zeroed(1, sizeof *watch);
    must(uv_signal_init(&loop->uv, &watch->handle.uv.signal) == 0);
    watch->arrived = arrived;
    loop_handle_opened(loop, &watch->handle, context);
    must(uv_signal_start(&watch->handle.uv.signal, signal_arrived, number) == 0);
}
