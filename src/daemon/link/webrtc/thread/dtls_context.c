/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/link/webrtc/thread/dtls_context.h"

#include <openssl/ssl.h>
#include <string.h>

#include "daemon/link/webrtc/thread/dtls_session.h"

/* A datagram that is not sent is a datagram lost: what is above repeats it. So this never fails and never waits. */
static int bio_write(BIO *bio, const char *bytes, int size) {
    BIO_clear_retry_flags(bio);
    if (size <= 0) return 0;
    dtls_session_write_datagram(BIO_get_data(bio), (struct span){(const uint8_t *)bytes, (size_t)size});
    return size;
}

static int bio_read(BIO *bio, char *into, int capacity) {
    BIO_clear_retry_flags(bio);
    const struct span datagram = dtls_session_take_datagram(BIO_get_data(bio));
    if (datagram.size == 0 || capacity <= 0) {
        BIO_set_retry_read(bio);
        return -1;
    }
    const size_t size = datagram.size < (size_t)capacity ? datagram.size : (size_t)capacity;
    memcpy(into, datagram.at, size);
    return (int)size;
}

static long bio_control(BIO *bio, int command, long number, void *pointer) {
    (void)bio, (void)number, (void)pointer;
    switch (command) {
    case BIO_CTRL_FLUSH: return 1;
    case BIO_CTRL_DGRAM_QUERY_MTU:
    case BIO_CTRL_DGRAM_GET_MTU:
    case BIO_CTRL_DGRAM_GET_FALLBACK_MTU: return DTLS_DATAGRAM_MAX;
    case BIO_CTRL_DGRAM_GET_MTU_OVERHEAD: return DTLS_UDP_OVERHEAD;
    default: return 0;
    }
}

static int bio_create(BIO *bio) {
    BIO_set_init(bio, 1);
    return 1;
}

static bool method_make(struct dtls_context *context) {
    const int type = BIO_get_new_index();
    context->method = type > 0 ? BIO_meth_new(type | BIO_TYPE_SOURCE_SINK, "datagrams of a peer") : NULL;
    return context->method && BIO_meth_set_write(context->method, bio_write) == 1 &&
           BIO_meth_set_read(context->method, bio_read) == 1 && BIO_meth_set_ctrl(context->method, bio_control) == 1 &&
           BIO_meth_set_create(context->method, bio_create) == 1;
}

static bool ssl_make(struct dtls_context *context) {
    SSL_CTX *const ssl = SSL_CTX_new(DTLS_method());
    context->ssl = ssl;
    if (!ssl) return false;
    SSL_CTX_set_options(ssl, SSL_OP_NO_QUERY_MTU | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET);
    SSL_CTX_set_verify(ssl, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    SSL_CTX_set_cert_verify_callback(ssl, dtls_session_judge, NULL);
    SSL_CTX_set_session_cache_mode(ssl, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_read_ahead(ssl, 1);
    return SSL_CTX_set_min_proto_version(ssl, DTLS1_2_VERSION) == 1 &&
           SSL_CTX_set_cipher_list(ssl, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1 &&
           SSL_CTX_use_certificate(ssl, context->certificate.x509) == 1 &&
           SSL_CTX_use_PrivateKey(ssl, context->certificate.key) == 1;
}

enum err dtls_context_init(struct dtls_context *context) {
    memset(context, 0, sizeof *context);
    if (rtc_certificate_init(&context->certificate) == ERR_OK && ssl_make(context) && method_make(context))
        return ERR_OK;
    dtls_context_deinit(context);
    return ERR_CRYPTO;
}

void dtls_context_deinit(struct dtls_context *context) {
    SSL_CTX_free(context->ssl);
    BIO_meth_free(context->method);
    rtc_certificate_deinit(&context->certificate);
    memset(context, 0, sizeof *context);
}
