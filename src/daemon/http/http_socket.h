/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The descriptor of one connection, and the TLS over it if there is any: where bytes come from and go to.
 * Owns: both.   Never: blocks, copies what it can send as it is, raises SIGPIPE. */

#include "daemon/http/tls/http_tls.h"

struct http_socket {
    int fd;
    struct http_tls *tls; /* NULL: plain */
};

enum http_io http_socket_handshake(struct http_socket *socket); /* plain: done */
enum http_io http_socket_read(struct http_socket *socket, uint8_t *into, size_t capacity, size_t *size);
/* Both pieces as one: one call of the system when plain, full records when not. `size` = what was taken of them, which
 * after HTTP_IO_WANTS_... may be all but the last; what was not must come first the next time. */
enum http_io http_socket_write(struct http_socket *socket, struct span first, struct span second, size_t *size);
/* No more from us. False: the connection is gone. */
bool http_socket_end_writing(struct http_socket *socket);
/* Reads and forgets, whatever it is; `scratch` is written over. */
enum http_io http_socket_discard(struct http_socket *socket, uint8_t *scratch, size_t capacity);
void http_socket_close(struct http_socket *socket);
