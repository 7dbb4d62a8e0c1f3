/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/http/tls/http_tls.h"

#include <openssl/err.h>

#include "base/memory.h"
#include "base/must.h"
#include "daemon/http/tls/state.h"

struct http_tls {
    SSL *ssl;
};

struct http_tls *http_tls_new(const struct http_tls_context *context, int fd) {
    struct http_tls *tls = memory_try_zeroed(1, sizeof *tls);
    if (tls == NULL) return NULL;
    tls->ssl = SSL_new(context->ctx);
    if (tls->ssl == NULL || SSL_set_fd(tls->ssl, fd) != 1) {
        http_tls_free(tls);
        return NULL;
    }
    SSL_set_accept_state(tls->ssl);
    return tls;
}

void http_tls_free(struct http_tls *tls) {
    if (tls == NULL) return;
    SSL_free(tls->ssl);
    memory_free(tls);
}

/* The error queue belongs to the thread and was empty before the call: what another part left there must not be read as
 * ours, nor ours as another's. */
static enum http_io io_of(const struct http_tls *tls, int returned) {
    const int error = SSL_get_error(tls->ssl, returned);
    if (error == SSL_ERROR_NONE) return HTTP_IO_DONE;
    if (error == SSL_ERROR_WANT_READ) return HTTP_IO_WANTS_READ;
    if (error == SSL_ERROR_WANT_WRITE) return HTTP_IO_WANTS_WRITE;
    ERR_clear_error();
    return HTTP_IO_ENDED;
}

enum http_io http_tls_handshake(struct http_tls *tls) {
    ERR_clear_error();
    return io_of(tls, SSL_do_handshake(tls->ssl));
}

enum http_io http_tls_read(struct http_tls *tls, uint8_t *into, size_t capacity, size_t *size) {
    must(capacity >= HTTP_TLS_RECORD_MAX);
    *size = 0;
    ERR_clear_error();
    return io_of(tls, SSL_read_ex(tls->ssl, into, capacity, size));
}

enum http_io http_tls_write(struct http_tls *tls, struct span bytes, size_t *size) {
    must(bytes.size > 0);
    *size = 0;
    ERR_clear_error();
    return io_of(tls, SSL_write_ex(tls->ssl, bytes.at, bytes.size, size));
}

void http_tls_end(struct http_tls *tls) {
    if (!SSL_is_init_finished(tls->ssl)) return;
    ERR_clear_error();
    (void)SSL_shutdown(tls->ssl); /* their own end may come or not: what they send now is thrown away */
    ERR_clear_error();
}
