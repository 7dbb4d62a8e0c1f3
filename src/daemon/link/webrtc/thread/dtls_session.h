/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* One DTLS session, from datagram to datagram: the caller feeds what came, asks what is in it, and is told what must
 * go out.
 *
 *     BEGUN --handshake--> UP --close_notify--> ENDED        any --what is not DTLS, a refusal--> BROKEN
 *
 * Owns: OpenSSL's session.
 * Never: waits; is UP with a certificate whose SHA-256 is not the one that was expected.
 * Full: cannot be; one datagram at a time.   Spec: RFC 6347, RFC 8122. */

#include "daemon/link/webrtc/thread/dtls_context.h"
#include "swarm/webrtc/dtls_record.h"

enum { DTLS_UDP_OVERHEAD = 28, DTLS_DETAIL_MAX = 160 };
enum dtls_result {
    DTLS_DONE,    /* the handshake is done; or bytes were read */
    DTLS_WAITS,   /* for a datagram */
    DTLS_ENDED,   /* the other end closed in order */
    DTLS_REFUSED, /* its certificate is not the one that was expected */
    DTLS_BROKEN,
};

struct dtls_options {
    const struct dtls_context *context; /* borrowed until dtls_session_free */
    bool is_client;
    struct sha256 expected;                               /* of the other end's certificate */
    void (*send)(void *context_of, struct span datagram); /* from within any call */
    void *context_of;
};
struct dtls_session;
struct dtls_session *dtls_session_new(const struct dtls_options *options); /* NULL without memory */
void dtls_session_free(struct dtls_session *session);                      /* accepts NULL */

/* A datagram came: borrowed until the next call of handshake or read says DTLS_WAITS. */
void dtls_session_feed(struct dtls_session *session, struct span datagram);
enum dtls_result dtls_session_handshake(struct dtls_session *session);
/* Repeats a flight whose time has come; for every tick while the handshake runs. DTLS_BROKEN: too often. */
enum dtls_result dtls_session_tick(struct dtls_session *session);
/* One record's bytes; at most `capacity`. */
enum dtls_result dtls_session_read(struct dtls_session *session, uint8_t *into, size_t capacity, size_t *size);
void dtls_session_write(struct dtls_session *session, struct span bytes); /* one record, in one datagram */
void dtls_session_end(struct dtls_session *session);                      /* close_notify */

const struct dtls_record_count *dtls_session_count(const struct dtls_session *session);
const struct sha256 *dtls_session_remote(const struct dtls_session *session); /* of the certificate that it showed */
const char *dtls_session_detail(const struct dtls_session *session);          /* why REFUSED or BROKEN */

/* For dtls_context alone. */
struct x509_store_ctx_st;
int dtls_session_judge(struct x509_store_ctx_st *store, void *context);
void dtls_session_write_datagram(struct dtls_session *session, struct span datagram);
struct span dtls_session_take_datagram(struct dtls_session *session); /* empty: there is none */
