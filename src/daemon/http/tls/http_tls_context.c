/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/http/tls/http_tls_context.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"
#include "daemon/http/tls/state.h"

enum { SECURITY_LEVEL = 2, ANYBODY = 07 };

static enum err file_failed(const char *path, int error, struct err_detail *detail) {
    const enum err err = error == ENOENT ? ERR_NOT_FOUND : error == EACCES || error == EPERM ? ERR_PERMISSION : ERR_IO;
    return err_set(detail, err, "cannot read %s: %s", path, strerror(error));
}

/* OpenSSL would wait on a pipe, and says little about a file that is not there. */
static enum err check_file(const char *path, struct stat *status, struct err_detail *detail) {
    if (stat(path, status) != 0 || access(path, R_OK) != 0) return file_failed(path, errno, detail);
    if (!S_ISREG(status->st_mode)) return err_set(detail, ERR_IO, "%s is no file", path);
    return ERR_OK;
}

/* OpenSSL would ask at the terminal. */
static int no_passphrase(char *text, int size, int is_writing, void *context) {
    bool *was_asked = context;
    (void)text;
    (void)size;
    (void)is_writing;
    *was_asked = true;
    return -1;
}

static enum err load_certificate(SSL_CTX *ctx, const char *path, struct err_detail *detail) {
    struct stat status;
    bool was_asked = false;
    enum err err = check_file(path, &status, detail);
    if (err != ERR_OK) return err;
    ERR_clear_error();
    SSL_CTX_set_default_passwd_cb(ctx, no_passphrase);
    SSL_CTX_set_default_passwd_cb_userdata(ctx, &was_asked);
    const bool is_loaded = SSL_CTX_use_certificate_chain_file(ctx, path) == 1;
    SSL_CTX_set_default_passwd_cb_userdata(ctx, NULL);
    SSL_CTX_set_default_passwd_cb(ctx, NULL);
    if (is_loaded) return ERR_OK;
    const int reason = ERR_GET_REASON(ERR_peek_error());
    if (reason == SSL_R_EE_KEY_TOO_SMALL || reason == SSL_R_CA_KEY_TOO_SMALL || reason == SSL_R_CA_MD_TOO_WEAK)
        return err_set(detail, ERR_DAMAGED, "%s holds a certificate that is too weak (%s); make one with a larger key",
                       path, ERR_reason_error_string(ERR_peek_error()));
    return err_set(detail, ERR_DAMAGED, "%s holds no PEM certificate that can be read", path);
}

static enum err load_key(SSL_CTX *ctx, const char *path, const char *certificate_path, bool *is_open,
                         struct err_detail *detail) {
    struct stat status;
    bool was_asked = false;
    enum err err = check_file(path, &status, detail);
    if (err != ERR_OK) return err;
    *is_open = (status.st_mode & ANYBODY) != 0;
    BIO *file = BIO_new_file(path, "r");
    if (file == NULL) return file_failed(path, errno, detail);
    EVP_PKEY *key = PEM_read_bio_PrivateKey(file, NULL, no_passphrase, &was_asked);
    BIO_free(file);
    if (key == NULL && was_asked)
        return err_set(detail, ERR_DAMAGED, "the key in %s is sealed with a passphrase; give one without", path);
    if (key == NULL) return err_set(detail, ERR_DAMAGED, "%s holds no PEM private key that can be read", path);
    const bool fits = SSL_CTX_use_PrivateKey(ctx, key) == 1 && SSL_CTX_check_private_key(ctx) == 1;
    EVP_PKEY_free(key);
    if (fits) return ERR_OK;
    return err_set(detail, ERR_DAMAGED, "the key in %s is not that of the certificate in %s", path, certificate_path);
}

/* Whoever offers protocols must offer ours; whoever offers none means HTTP/1.1. */
static int choose_protocol(SSL *ssl, const unsigned char **chosen, unsigned char *chosen_size,
                           const unsigned char *offered, unsigned int offered_size, void *context) {
    static const uint8_t name[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
    (void)ssl;
    (void)context;
    for (unsigned int at = 0; at < offered_size; at += 1U + offered[at]) {
        if (offered_size - at < sizeof name || memcmp(offered + at, name, sizeof name) != 0) continue;
        *chosen = name + 1;
        *chosen_size = sizeof name - 1;
        return SSL_TLSEXT_ERR_OK;
    }
    return SSL_TLSEXT_ERR_ALERT_FATAL;
}

static bool set_manners(SSL_CTX *ctx) {
    SSL_CTX_set_security_level(ctx, SECURITY_LEVEL);
    SSL_CTX_set_options(ctx, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                 SSL_OP_PRIORITIZE_CHACHA);
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(ctx,
                     SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    /* Otherwise a flood of key updates would keep one read busy for as long as it lasts. */
    SSL_CTX_clear_mode(ctx, SSL_MODE_AUTO_RETRY);
    SSL_CTX_set_alpn_select_cb(ctx, choose_protocol, NULL);
    return SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) == 1 &&
           SSL_CTX_set_cipher_list(ctx, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1 && SSL_CTX_set_num_tickets(ctx, 1) == 1 &&
           SSL_CTX_set_max_early_data(ctx, 0) == 1;
}

static int64_t expiry_of(SSL_CTX *ctx) {
    struct tm end;
    const X509 *leaf = SSL_CTX_get0_certificate(ctx);
    if (leaf == NULL || ASN1_TIME_to_tm(X509_get0_notAfter(leaf), &end) != 1) return 0;
    return (int64_t)timegm(&end) * 1000;
}

enum err http_tls_context_new(struct http_tls_context **context, const char *certificate_file, const char *key_file,
                              struct err_detail *detail) {
    struct http_tls_context *made = memory_zeroed(1, sizeof *made);
    enum err err = ERR_OK;
    made->ctx = SSL_CTX_new(TLS_server_method());
    if (made->ctx == NULL || !set_manners(made->ctx))
        err = err_set(detail, ERR_CRYPTO, "OpenSSL refuses what HTTPS needs: check its configuration file");
    if (err == ERR_OK) err = load_certificate(made->ctx, certificate_file, detail);
    if (err == ERR_OK) err = load_key(made->ctx, key_file, certificate_file, &made->has_open_key, detail);
    ERR_clear_error();
    if (err != ERR_OK) {
        http_tls_context_free(made);
        return err;
    }
    made->expires_at_ms = expiry_of(made->ctx);
    *context = made;
    return ERR_OK;
}

void http_tls_context_free(struct http_tls_context *context) {
    if (context == NULL) return;
    SSL_CTX_free(context->ctx);
    memory_free(context);
}

int64_t http_tls_context_expires_at_ms(const struct http_tls_context *context) {
    return context->expires_at_ms;
}

bool http_tls_context_has_open_key(const struct http_tls_context *context) {
    return context->has_open_key;
}
