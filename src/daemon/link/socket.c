/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/link/socket.h"

#include <errno.h>
#include <linux/tcp.h> /* the C library's struct tcp_info lacks the counters of data segments */
#include <string.h>
#include <unistd.h>

#include "daemon/loop/socket_address.h"

/* Somebody's burst of connections waits in the kernel rather than being dropped. */
enum { BACKLOG = 128 };

/* Closes without losing the errno that is being reported. */
static int closed_for_error(int fd) {
    const int error = errno;
    if (fd >= 0) (void)close(fd);
    errno = error;
    return -1;
}

static int socket_open(const struct address *address) {
    const int family = address->family == ADDRESS_IPV4 ? AF_INET : AF_INET6;
    return socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
}

static void set_on(int fd, int level, int option, int value) {
    (void)setsockopt(fd, level, option, &value, sizeof value);
}

int socket_connect(const struct address *to) {
    if (to->family == ADDRESS_NONE || to->port == 0) {
        errno = EADDRNOTAVAIL;
        return -1;
    }
    const int fd = socket_open(to);
    if (fd < 0) return -1;
    set_on(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    union socket_address native;
    const socklen_t size = socket_address_of(to, &native);
    if (connect(fd, &native.any, size) == 0 || errno == EINPROGRESS) return fd;
    return closed_for_error(fd);
}

int socket_connect_result(int fd) {
    int error = 0;
    socklen_t size = sizeof error;
    return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

enum reason socket_reason(int error) {
    switch (error) {
    case ECONNREFUSED: return REASON_REFUSED;
    case ETIMEDOUT: return REASON_TIMEOUT;
    case ECONNRESET:
    case ECONNABORTED:
    case EPIPE: return REASON_RESET;
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM: return REASON_RESOURCES;
    default: return REASON_UNREACHABLE;
    }
}

static bool address_is_any_ipv6(const struct address *address) {
    return address->family == ADDRESS_IPV6 && address_scope(address) == ADDRESS_SCOPE_UNSPECIFIED;
}

static int listen_at(const struct address *at) {
    const int fd = socket_open(at);
    if (fd < 0) return -1;
    set_on(fd, SOL_SOCKET, SO_REUSEADDR, 1);
    if (at->family == ADDRESS_IPV6) set_on(fd, IPPROTO_IPV6, IPV6_V6ONLY, !address_is_any_ipv6(at));
    union socket_address native;
    const socklen_t size = socket_address_of(at, &native);
    if (bind(fd, &native.any, size) != 0 || listen(fd, BACKLOG) != 0) return closed_for_error(fd);
    return fd;
}

static enum err listen_failed(const struct address *at, int error, struct err_detail *detail) {
    char text[ADDRESS_TEXT_MAX];
    const char *where = address_text(at, text);
    switch (error) {
    case EADDRINUSE:
        return err_set(detail, ERR_IN_USE,
                       "another program listens on %s already; stop it, or give another port with --listen", where);
    case EACCES:
    case EPERM:
        return err_set(detail, ERR_PERMISSION,
                       "the system does not let this user listen on %s; give a port of 1024 or above", where);
    case EADDRNOTAVAIL:
    case EAFNOSUPPORT:
        return err_set(detail, ERR_NOT_FOUND,
                       "this machine has no address to listen on at %s; give one of its own, or [::] for all", where);
    default: return err_set(detail, ERR_IO, "cannot listen on %s: %s", where, strerror(error));
    }
}

enum err socket_listen(const struct address *at, int *fd, struct address *bound, struct err_detail *detail) {
    int opened = at->family == ADDRESS_NONE ? (errno = EADDRNOTAVAIL, -1) : listen_at(at);
    if (opened < 0 && address_is_any_ipv6(at) && (errno == EAFNOSUPPORT || errno == EADDRNOTAVAIL)) {
        const struct address any_ipv4 = {.family = ADDRESS_IPV4, .port = at->port};
        opened = listen_at(&any_ipv4);
    }
    if (opened < 0) return listen_failed(at, errno, detail);
    union socket_address native;
    socklen_t size = sizeof native;
    if (getsockname(opened, &native.any, &size) != 0) {
        (void)closed_for_error(opened);
        return listen_failed(at, errno, detail);
    }
    *fd = opened;
    *bound = socket_address_read(&native);
    return ERR_OK;
}

int socket_accept(int listener, struct address *remote) {
    union socket_address native;
    socklen_t size = sizeof native;
    memset(&native, 0, sizeof native);
    const int fd = accept4(listener, &native.any, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return -1;
    set_on(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    *remote = socket_address_read(&native);
    return fd;
}

void socket_end_writing(int fd) {
    (void)shutdown(fd, SHUT_WR);
}

enum socket_discarded socket_discard(int fd, size_t size) {
    uint8_t unread[16384];
    while (size > 0) {
        const ssize_t got = recv(fd, unread, size < sizeof unread ? size : sizeof unread, 0);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return SOCKET_DISCARDED_ALL;
        if (got <= 0) return SOCKET_DISCARDED_END;
        size -= (size_t)got;
    }
    return SOCKET_DISCARDED_MORE;
}

bool socket_measure(int fd, struct socket_measure *measure) {
    struct tcp_info info;
    socklen_t size = sizeof info;
    memset(&info, 0, sizeof info); /* an older kernel fills less */
    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return false;
    *measure =
        (struct socket_measure){.segments_out = info.tcpi_data_segs_out, .segments_resent = info.tcpi_total_retrans};
    return true;
}
