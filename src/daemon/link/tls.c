/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/link/tls.h"

#include <errno.h>
#include <openssl/err.h>
#include <stdio.h>

#include "base/memory.h"
#include "base/must.h"
#include "daemon/link/socket.h"

struct tls {
    SSL *ssl;
    struct tls_verdict verdict;
    enum reason failure;
    char detail[TLS_DETAIL_MAX];
};

struct tls *tls_new(const struct tls_options *options) {
    const struct tls_context *context = options->context;
    struct tls *tls = memory_try_zeroed(1, sizeof *tls);
    if (!tls) return NULL;
    tls->ssl = SSL_new(options->is_accepting ? context->accepting : context->dialling);
    if (!tls->ssl || SSL_set_fd(tls->ssl, options->fd) != 1) {
        tls_free(tls);
        return NULL;
    }
    tls->verdict.own = options->own;
    tls->verdict.has_expected = options->expected != NULL;
    if (options->expected) tls->verdict.expected = *options->expected;
    tls_context_attach(tls->ssl, &tls->verdict);
    if (options->is_accepting)
        SSL_set_accept_state(tls->ssl);
    else
        SSL_set_connect_state(tls->ssl);
    return tls;
}

static void tls_failed(struct tls *tls, enum reason reason, const char *detail) {
    if (tls->failure != REASON_NONE) return;
    tls->failure = reason;
    (void)snprintf(tls->detail, sizeof tls->detail, "%s", detail);
}

/* Whoever refused names the reason; who was refused knows but the alert. */
static void tls_failed_in_protocol(struct tls *tls) {
    const struct tls_verdict *verdict = &tls->verdict;
    char sentence[TLS_DETAIL_MAX];
    if (verdict->refused != REASON_NONE) {
        tls_failed(tls, verdict->refused, verdict->detail);
        return;
    }
    if (verdict->alert >= 0) {
        const bool is_version = verdict->alert == SSL_AD_NO_APPLICATION_PROTOCOL;
        (void)snprintf(sentence, sizeof sentence, "it refused our handshake: %s",
                       SSL_alert_desc_string_long(verdict->alert));
        tls_failed(tls, is_version ? REASON_VERSION : REASON_TLS_FAILED, sentence);
        return;
    }
    /* Of the extensions a server may answer with, only ALPN leaves it a choice that it can make wrongly. */
    if (!SSL_is_server(tls->ssl) && ERR_GET_REASON(ERR_peek_error()) == SSL_R_BAD_EXTENSION) {
        tls_failed(tls, REASON_VERSION, "it chose a protocol that we did not offer");
        return;
    }
    const char *reason = ERR_reason_error_string(ERR_peek_error());
    (void)snprintf(sentence, sizeof sentence, "what it sent is not our TLS: %s", reason ? reason : "no reason given");
    tls_failed(tls, REASON_TLS_FAILED, sentence);
}

/* `error` is the errno right after the call; the error queue was empty before it. */
static enum tls_result result_of(struct tls *tls, int returned, int error) {
    switch (SSL_get_error(tls->ssl, returned)) {
    case SSL_ERROR_NONE: return TLS_DONE;
    case SSL_ERROR_WANT_READ: return TLS_WANTS_READ;
    case SSL_ERROR_WANT_WRITE: return TLS_WANTS_WRITE;
    case SSL_ERROR_ZERO_RETURN: tls_failed(tls, REASON_RESET, "it closed the connection"); return TLS_ENDED;
    case SSL_ERROR_SYSCALL:
        tls_failed(tls, error == 0 ? REASON_RESET : socket_reason(error), "it dropped the connection");
        return TLS_ENDED;
    case SSL_ERROR_SSL:
        if (ERR_GET_REASON(ERR_peek_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
            tls_failed(tls, REASON_RESET, "it closed the connection");
            return TLS_ENDED;
        }
        tls_failed_in_protocol(tls);
        return TLS_BROKEN;
    default: tls_failed(tls, REASON_INTERNAL, "OpenSSL waits for something that we never ask for"); return TLS_BROKEN;
    }
}

/* OpenSSL's error queue belongs to the thread: what another library left there must not be read as ours. */
static void errors_forget(void) {
    ERR_clear_error();
    errno = 0;
}

enum tls_result tls_handshake(struct tls *tls) {
    errors_forget();
    const int returned = SSL_do_handshake(tls->ssl);
    const enum tls_result result = result_of(tls, returned, errno);
    if (result != TLS_DONE) return result;
    if (!tls->verdict.is_key_accepted) { /* cannot be without resumption, which is off */
        tls_failed(tls, REASON_IDENTITY, "it showed no key");
        return TLS_BROKEN;
    }
    if (!tls_context_has_protocol(tls->ssl)) {
        tls_failed(tls, REASON_VERSION, "it chose no protocol of ours");
        return TLS_BROKEN;
    }
    return TLS_DONE;
}

struct public_key tls_peer_key(const struct tls *tls) {
    must(tls->verdict.is_key_accepted);
    return tls->verdict.key;
}

enum tls_result tls_read(struct tls *tls, struct buffer *into) {
    size_t size = 0;
    must(into->size < into->capacity);
    errors_forget();
    const int returned = SSL_read_ex(tls->ssl, into->at + into->size, into->capacity - into->size, &size);
    const enum tls_result result = result_of(tls, returned, errno);
    if (result == TLS_DONE) into->size += size;
    return result;
}

bool tls_has_unread(const struct tls *tls) {
    return SSL_pending(tls->ssl) > 0;
}

enum tls_result tls_write(struct tls *tls, struct span bytes, size_t *written) {
    *written = 0;
    must(bytes.size > 0);
    errors_forget();
    const int returned = SSL_write_ex(tls->ssl, bytes.at, bytes.size, written);
    return result_of(tls, returned, errno);
}

enum tls_result tls_end(struct tls *tls) {
    if (!SSL_is_init_finished(tls->ssl) || (SSL_get_shutdown(tls->ssl) & SSL_SENT_SHUTDOWN)) return TLS_DONE;
    errors_forget();
    const int returned = SSL_shutdown(tls->ssl);
    if (returned >= 0) return TLS_DONE; /* 0: theirs has not come; we do not wait for it here */
    const enum tls_result result = result_of(tls, returned, errno);
    return result == TLS_WANTS_WRITE ? result : TLS_DONE;
}

enum reason tls_failure(const struct tls *tls, const char **detail) {
    *detail = tls->detail;
    return tls->failure;
}

void tls_free(struct tls *tls) {
    if (!tls) return;
    SSL_free(tls->ssl);
    memory_free(tls);
}
