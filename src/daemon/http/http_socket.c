/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/http/http_socket.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum http_io http_socket_handshake(struct http_socket *socket) {
    return socket->tls == NULL ? HTTP_IO_DONE : http_tls_handshake(socket->tls);
}

static enum http_io io_of_error(enum http_io waits) {
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? waits : HTTP_IO_ENDED;
}

static enum http_io plain_read(int fd, uint8_t *into, size_t capacity, size_t *size) {
    const ssize_t got = recv(fd, into, capacity, MSG_DONTWAIT);
    *size = got > 0 ? (size_t)got : 0;
    if (got > 0) return HTTP_IO_DONE;
    return got == 0 ? HTTP_IO_ENDED : io_of_error(HTTP_IO_WANTS_READ);
}

enum http_io http_socket_read(struct http_socket *socket, uint8_t *into, size_t capacity, size_t *size) {
    return socket->tls == NULL ? plain_read(socket->fd, into, capacity, size)
                               : http_tls_read(socket->tls, into, capacity, size);
}

static enum http_io plain_write(int fd, struct span first, struct span second, size_t *size) {
    struct iovec pieces[2] = {{(void *)(uintptr_t)first.at, first.size}, {(void *)(uintptr_t)second.at, second.size}};
    struct msghdr message = {.msg_iov = pieces, .msg_iovlen = second.size > 0 ? 2 : 1};
    const ssize_t sent = sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    *size = sent > 0 ? (size_t)sent : 0;
    if (sent < 0) return io_of_error(HTTP_IO_WANTS_WRITE);
    return *size == first.size + second.size ? HTTP_IO_DONE : HTTP_IO_WANTS_WRITE;
}

static struct span part_of(struct span whole, size_t from, size_t size_max) {
    const size_t left = whole.size - from;
    return (struct span){whole.at + from, left < size_max ? left : size_max};
}

/* What the next record holds. Where the two pieces meet, both are copied into it: a short answer is one record. */
static struct span record_at(struct span first, struct span second, size_t from, uint8_t joined[HTTP_TLS_RECORD_MAX]) {
    if (from >= first.size) return part_of(second, from - first.size, HTTP_TLS_RECORD_MAX);
    const struct span head = part_of(first, from, HTTP_TLS_RECORD_MAX);
    if (head.size == HTTP_TLS_RECORD_MAX || second.size == 0) return head;
    const struct span tail = part_of(second, 0, HTTP_TLS_RECORD_MAX - head.size);
    memcpy(joined, head.at, head.size);
    memcpy(joined + head.size, tail.at, tail.size);
    return (struct span){joined, head.size + tail.size};
}

static enum http_io sealed_write(struct http_tls *tls, struct span first, struct span second, size_t *size) {
    uint8_t joined[HTTP_TLS_RECORD_MAX];
    enum http_io io = HTTP_IO_DONE;
    *size = 0;
    while (*size < first.size + second.size && io == HTTP_IO_DONE) {
        size_t taken;
        io = http_tls_write(tls, record_at(first, second, *size, joined), &taken);
        *size += taken;
    }
    return io;
}

enum http_io http_socket_write(struct http_socket *socket, struct span first, struct span second, size_t *size) {
    return socket->tls == NULL ? plain_write(socket->fd, first, second, size)
                               : sealed_write(socket->tls, first, second, size);
}

bool http_socket_end_writing(struct http_socket *socket) {
    if (socket->tls != NULL) http_tls_end(socket->tls);
    return shutdown(socket->fd, SHUT_WR) == 0;
}

enum http_io http_socket_discard(struct http_socket *socket, uint8_t *scratch, size_t capacity) {
    size_t size;
    return plain_read(socket->fd, scratch, capacity, &size);
}

void http_socket_close(struct http_socket *socket) {
    http_tls_free(socket->tls);
    (void)close(socket->fd);
    *socket = (struct http_socket){.fd = -1};
}
