/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/link/tls_context.h"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>

#include "daemon/link/tls_certificate.h"

enum { CERTIFICATE_LIST_MAX = 4096, SECURITY_LEVEL = 2 };
/* As ALPN travels: a length and the name. */
static const uint8_t protocol_name[] = {6, 's', 'k', 'e', 'p', '/', '1'};

static enum reason judge_key(struct tls_verdict *verdict, const struct public_key *key) {
    const struct node_id id = node_id_of_key(key);
    const struct node_id own = node_id_of_key(&verdict->own);
    char found[16], wanted[16];
    if (!public_key_is_valid(key)) {
        (void)snprintf(verdict->detail, sizeof verdict->detail, "its key is one that anybody could sign for");
        return REASON_IDENTITY;
    }
    if (node_id_equal(&id, &own)) {
        (void)snprintf(verdict->detail, sizeof verdict->detail, "it showed our own key");
        return REASON_SELF;
    }
    if (verdict->has_expected && !node_id_equal(&id, &verdict->expected)) {
        (void)snprintf(verdict->detail, sizeof verdict->detail, "it is %s, not %s", node_id_short(&id, found),
                       node_id_short(&verdict->expected, wanted));
        return REASON_IDENTITY;
    }
    return REASON_NONE;
}

static bool key_of_leaf(X509 *leaf, struct public_key *key) {
    EVP_PKEY *holder = leaf ? X509_get0_pubkey(leaf) : NULL;
    size_t size = sizeof key->bytes;
    return holder && EVP_PKEY_get_id(holder) == EVP_PKEY_ED25519 &&
           EVP_PKEY_get_raw_public_key(holder, key->bytes, &size) == 1 && size == sizeof key->bytes;
}

/* Stands in for OpenSSL's whole verification of the chain. That the peer holds the key is proven after this, by its
 * CertificateVerify. */
static int judge_certificate(X509_STORE_CTX *store, void *argument) {
    (void)argument;
    SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
    struct tls_verdict *verdict = SSL_get_app_data(ssl);
    struct public_key key;
    if (key_of_leaf(X509_STORE_CTX_get0_cert(store), &key)) {
        verdict->refused = judge_key(verdict, &key);
    } else {
        verdict->refused = REASON_IDENTITY;
        (void)snprintf(verdict->detail, sizeof verdict->detail, "its certificate holds no Ed25519 key");
    }
    verdict->is_key_accepted = verdict->refused == REASON_NONE;
    if (verdict->is_key_accepted) verdict->key = key;
    X509_STORE_CTX_set_error(store, verdict->is_key_accepted ? X509_V_OK : X509_V_ERR_CERT_REJECTED);
    return verdict->is_key_accepted;
}

static void refuse_version(SSL *ssl, const char *sentence) {
    struct tls_verdict *verdict = SSL_get_app_data(ssl);
    verdict->refused = REASON_VERSION;
    (void)snprintf(verdict->detail, sizeof verdict->detail, "%s", sentence);
}

static int choose_protocol(SSL *ssl, const unsigned char **chosen, unsigned char *chosen_size,
                           const unsigned char *offered, unsigned int offered_size, void *argument) {
    (void)argument;
    for (unsigned int at = 0; at < offered_size; at += 1U + offered[at]) {
        if (offered_size - at < sizeof protocol_name || memcmp(offered + at, protocol_name, sizeof protocol_name) != 0)
            continue;
        *chosen = protocol_name + 1;
        *chosen_size = sizeof protocol_name - 1;
        return SSL_TLSEXT_ERR_OK;
    }
    refuse_version(ssl, "it speaks no protocol of ours");
    return SSL_TLSEXT_ERR_ALERT_FATAL;
}

/* OpenSSL asks choose_protocol only when something was offered. Nothing at all is as foreign to us; but a peer that
 * cannot speak TLS 1.3 hears of that first. */
static int require_protocol(SSL *ssl, int *alert, void *argument) {
    (void)argument;
    const unsigned char *extension;
    size_t size;
    if (SSL_client_hello_get0_ext(ssl, TLSEXT_TYPE_application_layer_protocol_negotiation, &extension, &size) == 1 ||
        SSL_client_hello_get0_ext(ssl, TLSEXT_TYPE_supported_versions, &extension, &size) != 1)
        return SSL_CLIENT_HELLO_SUCCESS;
    refuse_version(ssl, "it names no protocol");
    *alert = SSL_AD_NO_APPLICATION_PROTOCOL;
    return SSL_CLIENT_HELLO_ERROR;
}

static void note_alert(const SSL *ssl, int where, int value) {
    const int level = value >> 8;
    const int alert = value & 0xff;
    struct tls_verdict *verdict = SSL_get_app_data(ssl);
    if ((where & SSL_CB_READ_ALERT) == SSL_CB_READ_ALERT && level == SSL3_AL_FATAL) verdict->alert = alert;
}

static bool set_certificate(SSL_CTX *ctx, const struct signing_key *key) {
    uint8_t der[TLS_CERTIFICATE_SIZE];
    tls_certificate_make(key, der);
    EVP_PKEY *holder = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, key->seed, sizeof key->seed);
    const bool is_set = holder && SSL_CTX_use_certificate_ASN1(ctx, sizeof der, der) == 1 &&
                        SSL_CTX_use_PrivateKey(ctx, holder) == 1 && SSL_CTX_check_private_key(ctx) == 1;
    EVP_PKEY_free(holder); /* the context keeps its own reference */
    return is_set;
}

static bool set_algorithms(SSL_CTX *ctx) {
    SSL_CTX_set_security_level(ctx, SECURITY_LEVEL);
    return SSL_CTX_set_min_proto_version(ctx, TLS1_3_VERSION) == 1 &&
           SSL_CTX_set_max_proto_version(ctx, TLS1_3_VERSION) == 1 && SSL_CTX_set1_groups_list(ctx, "X25519") == 1 &&
           SSL_CTX_set1_sigalgs_list(ctx, "ed25519") == 1 && SSL_CTX_set1_client_sigalgs_list(ctx, "ed25519") == 1 &&
           SSL_CTX_set_ciphersuites(ctx,
                                    "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256") == 1;
}

static bool set_common(SSL_CTX *ctx, const struct signing_key *key) {
    SSL_CTX_set_options(ctx, SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_max_cert_list(ctx, CERTIFICATE_LIST_MAX);
    SSL_CTX_set_mode(ctx,
                     SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    /* Otherwise a flood of key updates would keep one read busy for as long as it lasts. */
    SSL_CTX_clear_mode(ctx, SSL_MODE_AUTO_RETRY);
    SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    SSL_CTX_set_cert_verify_callback(ctx, judge_certificate, NULL);
    SSL_CTX_set_info_callback(ctx, note_alert);
    return set_algorithms(ctx) && set_certificate(ctx, key);
}

static SSL_CTX *dialling_new(const struct signing_key *key) {
    SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
    /* Alone among its like, set_alpn_protos gives 0 for success. */
    if (ctx && set_common(ctx, key) && SSL_CTX_set_alpn_protos(ctx, protocol_name, sizeof protocol_name) == 0)
        return ctx;
    SSL_CTX_free(ctx);
    return NULL;
}

static SSL_CTX *accepting_new(const struct signing_key *key) {
    SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
    if (!ctx || !set_common(ctx, key) || SSL_CTX_set_num_tickets(ctx, 0) != 1 ||
        SSL_CTX_set_max_early_data(ctx, 0) != 1) {
        SSL_CTX_free(ctx);
        return NULL;
    }
    SSL_CTX_set_alpn_select_cb(ctx, choose_protocol, NULL);
    SSL_CTX_set_client_hello_cb(ctx, require_protocol, NULL);
    return ctx;
}

enum err tls_context_init(struct tls_context *context, const struct signing_key *key, struct err_detail *detail) {
    ERR_clear_error();
    *context = (struct tls_context){.dialling = dialling_new(key), .accepting = accepting_new(key)};
    if (context->dialling && context->accepting) return ERR_OK;
    const char *sentence = ERR_reason_error_string(ERR_peek_last_error());
    tls_context_deinit(context);
    return err_set(detail, ERR_CRYPTO, "OpenSSL refuses what TLS links need (%s): check its configuration file",
                   sentence ? sentence : "no reason given");
}

void tls_context_deinit(struct tls_context *context) {
    SSL_CTX_free(context->dialling);
    SSL_CTX_free(context->accepting);
    *context = (struct tls_context){0};
}

void tls_context_attach(SSL *ssl, struct tls_verdict *verdict) {
    verdict->alert = -1;
    SSL_set_app_data(ssl, verdict);
}

bool tls_context_has_protocol(const SSL *ssl) {
    const unsigned char *name = NULL;
    unsigned int size = 0;
    SSL_get0_alpn_selected(ssl, &name, &size);
    return size == sizeof protocol_name - 1 && memcmp(name, protocol_name + 1, size) == 0;
}
