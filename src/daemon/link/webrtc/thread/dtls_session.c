/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/link/webrtc/thread/dtls_session.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/must.h"

struct dtls_session {
    SSL *ssl; /* owned */
    struct sha256 expected, remote;
    bool is_refused;
    struct span incoming; /* borrowed: not handed to OpenSSL yet */
    struct span counting; /* borrowed: handed over, not counted yet */
    void (*send)(void *context_of, struct span datagram);
    void *context_of;
    struct dtls_record_count count;
    char detail[DTLS_DETAIL_MAX];
};

struct dtls_session *dtls_session_new(const struct dtls_options *options) {
    struct dtls_session *session = memory_try_zeroed(1, sizeof *session);
    if (!session) return NULL;
    session->expected = options->expected;
    session->send = options->send;
    session->context_of = options->context_of;
    session->ssl = SSL_new(options->context->ssl);
    BIO *const bio = session->ssl ? BIO_new(options->context->method) : NULL;
    if (!bio) {
        dtls_session_free(session);
        return NULL;
    }
    BIO_set_data(bio, session);
    SSL_set_bio(session->ssl, bio, bio);
    SSL_set_app_data(session->ssl, session);
    (void)SSL_set_mtu(session->ssl, DTLS_DATAGRAM_MAX);
    (void)DTLS_set_link_mtu(session->ssl, DTLS_DATAGRAM_MAX + DTLS_UDP_OVERHEAD);
    if (options->is_client)
        SSL_set_connect_state(session->ssl);
    else
        SSL_set_accept_state(session->ssl);
    return session;
}

void dtls_session_free(struct dtls_session *session) {
    if (!session) return;
    SSL_free(session->ssl);
    memory_free(session);
}

/* The fingerprint is the whole check: there is no authority, no name and no date in it. */
int dtls_session_judge(X509_STORE_CTX *store, void *context) {
    (void)context;
    SSL *const ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
    struct dtls_session *const session = SSL_get_app_data(ssl);
    X509 *const shown = X509_STORE_CTX_get0_cert(store);
    unsigned size = sizeof session->remote.bytes;
    const bool is_hashed = shown && X509_digest(shown, EVP_sha256(), session->remote.bytes, &size) == 1;
    if (is_hashed && memcmp(session->remote.bytes, session->expected.bytes, sizeof session->expected.bytes) == 0)
        return 1;
    session->is_refused = true;
    X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_REJECTED);
    return 0;
}

void dtls_session_write_datagram(struct dtls_session *session, struct span datagram) {
    session->send(session->context_of, datagram);
}

struct span dtls_session_take_datagram(struct dtls_session *session) {
    const struct span taken = session->incoming;
    session->incoming = SPAN_NONE;
    return taken;
}

void dtls_session_feed(struct dtls_session *session, struct span datagram) {
    session->incoming = session->counting = datagram;
}

static enum dtls_result broken(struct dtls_session *session) {
    const char *const reason = ERR_reason_error_string(ERR_peek_error());
    (void)snprintf(session->detail, sizeof session->detail, "%s",
                   session->is_refused ? "its certificate is not the one it described"
                   : reason            ? reason
                                       : "no reason given");
    return session->is_refused ? DTLS_REFUSED : DTLS_BROKEN;
}

static enum dtls_result result_of(struct dtls_session *session, int returned) {
    switch (SSL_get_error(session->ssl, returned)) {
    case SSL_ERROR_NONE: return DTLS_DONE;
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE: return DTLS_WAITS;
    case SSL_ERROR_ZERO_RETURN: return DTLS_ENDED;
    default: return broken(session);
    }
}

enum dtls_result dtls_session_handshake(struct dtls_session *session) {
    ERR_clear_error();
    return result_of(session, SSL_do_handshake(session->ssl));
}

enum dtls_result dtls_session_tick(struct dtls_session *session) {
    ERR_clear_error();
    return DTLSv1_handle_timeout(session->ssl) >= 0 ? DTLS_WAITS : broken(session);
}

/* Only what OpenSSL has taken for genuine is counted; else anybody who can reach our port could make up a loss. */
static void count_records(struct dtls_session *session) {
    dtls_record_count_datagram(&session->count, session->counting);
    session->counting = SPAN_NONE;
}

enum dtls_result dtls_session_read(struct dtls_session *session, uint8_t *into, size_t capacity, size_t *size) {
    ERR_clear_error();
    const int returned = SSL_read_ex(session->ssl, into, capacity, size);
    const enum dtls_result result = result_of(session, returned);
    if (result == DTLS_DONE) count_records(session);
    return result;
}

/* It cannot fail for the other end's sake: a record goes out, or OpenSSL is out of memory and it is lost. */
void dtls_session_write(struct dtls_session *session, struct span bytes) {
    size_t written;
    ERR_clear_error();
    (void)SSL_write_ex(session->ssl, bytes.at, bytes.size, &written);
}

void dtls_session_end(struct dtls_session *session) {
    if (!SSL_is_init_finished(session->ssl)) return;
    ERR_clear_error();
    (void)SSL_shutdown(session->ssl);
}

const struct dtls_record_count *dtls_session_count(const struct dtls_session *session) {
    return &session->count;
}

const struct sha256 *dtls_session_remote(const struct dtls_session *session) {
    return &session->remote;
}

const char *dtls_session_detail(const struct dtls_session *session) {
    return session->detail;
}
