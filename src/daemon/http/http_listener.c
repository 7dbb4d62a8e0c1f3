/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/http/http_listener.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "daemon/http/http_unix.h"
#include "daemon/loop/socket_address.h"

enum {
    LISTEN_BACKLOG = 511,
    ACCEPTED_PER_TURN_MAX = 64, /* then the others of the loop have their turn */
    UNIX_MODE = 0660,
};

struct http_listener {
    struct http_listener_options options;
    struct loop_watch *watch;
    struct http_unix file;
    int fd;
    int reserve_fd; /* given up for a moment when there are no descriptors left */
};

static enum err listen_failed(const struct http_listener_options *options, int error, struct err_detail *detail) {
    char text[ADDRESS_TEXT_MAX];
    const char *with = options->option == NULL ? "" : " with ",
               *option = options->option == NULL ? "" : options->option;
    (void)address_text(&options->at.address, text);
    switch (error) {
    case EADDRINUSE:
        return err_set(detail, ERR_IN_USE, "%s is in use by another program; stop that one, or choose another port%s%s",
                       text, with, option);
    case EACCES:
        return err_set(detail, ERR_PERMISSION,
                       "the system does not let this user listen on %s; choose a port of 1024 or above%s%s", text, with,
                       option);
    case EADDRNOTAVAIL:
        return err_set(detail, ERR_NOT_FOUND,
                       "this machine does not have the address of %s; choose one that it has%s%s", text, with, option);
    default: return err_set(detail, ERR_IO, "cannot listen on %s: %s", text, strerror(error));
    }
}

static bool is_unix(const struct http_listener *listener) {
    return http_place_is_unix(&listener->options.at);
}

/* "[::]" takes IPv4 as well, whatever the system's own default is. */
static bool listener_bind(int fd, const struct address *at) {
    union socket_address name;
    int yes = 1, only_ipv6 = address_scope(at) != ADDRESS_SCOPE_UNSPECIFIED;
    socklen_t size = socket_address_of(at, &name);
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0) return false;
    if (at->family == ADDRESS_IPV6 && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only_ipv6, sizeof only_ipv6) != 0)
        return false;
    return bind(fd, &name.any, size) == 0 && listen(fd, LISTEN_BACKLOG) == 0;
}

/* Without this, a full table of descriptors leaves the socket readable for ever, and the loop busy with it. */
static bool listener_shed(struct http_listener *listener) {
    if (listener->reserve_fd < 0) listener->reserve_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (listener->reserve_fd < 0) return false;
    (void)close(listener->reserve_fd);
    int fd = accept4(listener->fd, NULL, NULL, SOCK_CLOEXEC);
    if (fd >= 0) (void)close(fd);
    if (fd >= 0) listener->options.shed(listener->options.context);
    listener->reserve_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    return fd >= 0;
}

/* Answers leave at once, and a client whose machine is gone is noticed. */
static void set_manners(int fd) {
    int yes = 1;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    (void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &yes, sizeof yes);
}

static bool listener_accept(struct http_listener *listener) {
    union socket_address name;
    socklen_t size = sizeof name;
    int fd = accept4(listener->fd, &name.any, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) {
        if (errno == EMFILE || errno == ENFILE) return listener_shed(listener);
        return errno == EINTR || errno == ECONNABORTED;
    }
    if (!is_unix(listener)) set_manners(fd);
    struct address remote = socket_address_read(&name);
    listener->options.accepted(listener->options.context, fd, &remote);
    return true;
}

static void listener_ready(void *context, unsigned events) {
    struct http_listener *listener = context;
    (void)events;
    for (int i = 0; i < ACCEPTED_PER_TURN_MAX; i++)
        if (!listener_accept(listener)) return;
}

static void listener_bound(const struct http_listener *listener, struct http_place *bound) {
    union socket_address name;
    socklen_t size = sizeof name;
    if (bound == NULL) return;
    *bound = listener->options.at;
    if (is_unix(listener)) return;
    if (getsockname(listener->fd, &name.any, &size) == 0) bound->address = socket_address_read(&name);
}

static enum err listener_open(struct http_listener *listener, struct err_detail *detail) {
    const struct http_listener_options *options = &listener->options;
    const int family = is_unix(listener) ? AF_UNIX : options->at.address.family == ADDRESS_IPV6 ? AF_INET6 : AF_INET;
    listener->fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (listener->fd < 0) return listen_failed(options, errno, detail);
    if (family == AF_UNIX) {
        const struct http_unix_options file = {.fd = listener->fd,
                                               .mode = options->unix_mode != 0 ? options->unix_mode : UNIX_MODE,
                                               .backlog = LISTEN_BACKLOG};
        return http_unix_listen(&listener->file, &options->at, &file, detail);
    }
    return listener_bind(listener->fd, &options->at.address) ? ERR_OK : listen_failed(options, errno, detail);
}

static enum err listener_watch(struct http_listener *listener, struct err_detail *detail) {
    listener->watch = loop_watch_open(listener->options.loop, listener->fd, listener_ready, listener);
    if (listener->watch == NULL) return err_set(detail, ERR_IO, "the system has no room to watch a listener");
    listener->reserve_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    loop_watch_want(listener->watch, LOOP_READABLE);
    return ERR_OK;
}

enum err http_listener_open(struct http_listener **listener, const struct http_listener_options *options,
                            struct http_place *bound, struct err_detail *detail) {
    struct http_listener *l = memory_zeroed(1, sizeof *l);
    *l = (struct http_listener){.options = *options, .fd = -1, .reserve_fd = -1};
    enum err err = listener_open(l, detail);
    if (err == ERR_OK) err = listener_watch(l, detail);
    if (err != ERR_OK) {
        http_listener_close(l);
        return err;
    }
    listener_bound(l, bound);
    *listener = l;
    return ERR_OK;
}

void http_listener_close(struct http_listener *listener) {
    if (listener == NULL) return;
    loop_watch_close(listener->watch);
    if (listener->reserve_fd >= 0) (void)close(listener->reserve_fd);
    http_unix_remove(&listener->file, &listener->options.at);
    if (listener->fd >= 0) (void)close(listener->fd);
    memory_free(listener);
}
