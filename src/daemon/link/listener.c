/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/link/listener.h"

#include <errno.h>
#include <unistd.h>

#include "base/memory.h"
#include "daemon/link/socket.h"

enum { ACCEPT_TURN = 16, PAUSE_MS = 100 };

struct listener {
    int fd;
    struct loop_watch *watch;
    struct loop_timer *pause;
    void (*accepted)(void *context, int fd, const struct address *remote);
    void *context;
    bool is_accepting; /* a callback runs: closing waits for its return */
    bool is_closed;
};

static void listener_free(struct listener *l) {
    loop_watch_close(l->watch);
    loop_timer_close(l->pause);
    (void)close(l->fd);
    memory_free(l);
}

static void listener_resume(void *context) {
    const struct listener *l = context;
    loop_watch_want(l->watch, LOOP_READABLE);
}

/* A connection that died in the queue is no trouble of ours; a lack of descriptors is, and it would make the socket
 * readable at once again. */
static void listener_failed(struct listener *l, int error) {
    if (error == EAGAIN || error == EWOULDBLOCK || error == ECONNABORTED || error == EINTR) return;
    loop_watch_want(l->watch, 0);
    loop_timer_start(l->pause, PAUSE_MS);
}

static void listener_ready(void *context, unsigned events) {
    struct listener *l = context;
    (void)events;
    l->is_accepting = true;
    for (int turn = 0; turn < ACCEPT_TURN && !l->is_closed; turn++) {
        struct address remote;
        const int fd = socket_accept(l->fd, &remote);
        if (fd < 0) {
            listener_failed(l, errno);
            break;
        }
        l->accepted(l->context, fd, &remote);
    }
    l->is_accepting = false;
    if (l->is_closed) listener_free(l);
}

enum err listener_open(struct listener **listener, struct loop *loop, const struct address *at,
                       void (*accepted)(void *context, int fd, const struct address *remote), void *context,
                       struct address *bound, struct err_detail *detail) {
    int fd = -1;
    enum err err = socket_listen(at, &fd, bound, detail);
    if (err != ERR_OK) return err;
    struct listener *l = memory_zeroed(1, sizeof *l);
    *l = (struct listener){.fd = fd, .accepted = accepted, .context = context};
    l->watch = loop_watch_open(loop, fd, listener_ready, l);
    if (!l->watch) {
        listener_free(l);
        return err_set(detail, ERR_IO, "the system has no room to watch one more socket");
    }
    l->pause = loop_timer_open(loop, listener_resume, l);
    loop_watch_want(l->watch, LOOP_READABLE);
    *listener = l;
    return ERR_OK;
}

void listener_close(struct listener *l) {
    if (!l) return;
    l->is_closed = true;
    if (!l->is_accepting) listener_free(l);
}
