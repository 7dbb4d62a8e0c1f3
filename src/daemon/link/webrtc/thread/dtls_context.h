/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What DTLS must be, said once for all sessions: version 1.2, authenticated encryption, both ends show a certificate,
 * no renegotiation, no resumption; and how OpenSSL sends and receives a datagram.
 * Owns: the certificate, and OpenSSL's context and method.
 * Never: memory BIOs (they lose where a datagram ends).   Full: cannot be.   Spec: RFC 8827 section 6.5, RFC 6347. */

#include "daemon/link/webrtc/thread/rtc_certificate.h"

struct bio_method_st;
struct ssl_ctx_st;

enum {
    DTLS_DATAGRAM_MAX = 1200, /* fits every path that browsers expect to work (IPv6's 1280 less headers and TURN) */
    DTLS_RECORD_OVERHEAD = 13 + 8 + 16, /* header, explicit nonce, tag of AES-GCM */
};

struct dtls_context {
    struct rtc_certificate certificate; /* owned */
    struct ssl_ctx_st *ssl;             /* owned */
    struct bio_method_st *method;       /* owned */
};
MUST_USE enum err dtls_context_init(struct dtls_context *context); /* ERR_CRYPTO */
void dtls_context_deinit(struct dtls_context *context);
