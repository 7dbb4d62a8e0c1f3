/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/doctor/knock.h"

#include "daemon/link/socket.h"

#include <errno.h>
#include <unistd.h>

static void close_all(struct knock *knock) {
    loop_watch_close(knock->watch);
    loop_timer_close(knock->timer);
    if (knock->fd >= 0) (void)close(knock->fd);
    knock->watch = NULL;
    knock->timer = NULL;
    knock->fd = -1;
}

static void finish(struct knock *knock, enum reason reason) {
    knock->is_over = true;
    knock->reason = reason;
    knock->elapsed_ms = loop_now_ms(knock->loop) - knock->began_ms;
    close_all(knock);
    knock->ended(knock->context);
}

static void ready(void *context, unsigned events) {
    struct knock *knock = context;
    const int error = socket_connect_result(knock->fd);
    (void)events;
    finish(knock, error == 0 ? REASON_NONE : socket_reason(error));
}

/* Time is up; or there was nothing to wait for, and `reason` says why. */
static void timed_out(void *context) {
    struct knock *knock = context;
    finish(knock, knock->fd < 0 ? knock->reason : REASON_TIMEOUT);
}

void knock_begin(struct knock *knock, struct loop *loop, const struct address *at, void (*ended)(void *context),
                 void *context) {
    *knock = (struct knock){.loop = loop, .began_ms = loop_now_ms(loop), .ended = ended, .context = context};
    knock->timer = loop_timer_open(loop, timed_out, knock);
    knock->fd = socket_connect(at);
    if (knock->fd < 0) knock->reason = socket_reason(errno);
    if (knock->fd >= 0) knock->watch = loop_watch_open(loop, knock->fd, ready, knock);
    if (knock->watch != NULL) loop_watch_want(knock->watch, LOOP_WRITABLE);
    loop_timer_start(knock->timer, knock->fd < 0 ? 0 : KNOCK_MS);
}

void knock_end(struct knock *knock) {
    if (knock->loop != NULL) close_all(knock);
    knock->loop = NULL;
}
