/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The server's side of one TLS connection over a connected socket. Each call does what it can without waiting and says
 * what it waits for.
 * Owns: the SSL; the descriptor stays the caller's and outlives it.
 * Never: blocks; holds bytes of a record back from a read of at least HTTP_TLS_RECORD_MAX.
 * Full: HTTP_IO_WANTS_WRITE; the same bytes must then come first again. */

#include "base/bytes.h"
#include "daemon/http/tls/http_tls_context.h"

enum { HTTP_TLS_RECORD_MAX = 16384 };

enum http_io {
    HTTP_IO_DONE,
    HTTP_IO_WANTS_READ,
    HTTP_IO_WANTS_WRITE,
    HTTP_IO_ENDED, /* the other end closed, or broke the protocol */
};

struct http_tls;

struct http_tls *http_tls_new(const struct http_tls_context *context, int fd); /* owned; NULL without memory */
void http_tls_free(struct http_tls *tls);                                      /* accepts NULL */

enum http_io http_tls_handshake(struct http_tls *tls);
/* After the handshake. */
enum http_io http_tls_read(struct http_tls *tls, uint8_t *into, size_t capacity, size_t *size);
/* At most one record; DONE: `size` bytes, at least 1, are on their way. */
enum http_io http_tls_write(struct http_tls *tls, struct span bytes, size_t *size);
void http_tls_end(struct http_tls *tls); /* says that no more comes, as far as that can be said without waiting */
