/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* How every TLS connection of this node behaves, said once: the protocol version, the algorithms, our certificate,
 * and whom we accept.
 * Owns: one SSL_CTX for each direction.
 * Never: trusts a name, a date or a chain; resumes a session; sends or takes early data.
 * Spec: WIRE W7. */

#include <openssl/ssl.h>

#include "base/err.h"
#include "crypto/sign.h"
#include "swarm/identity/node_id.h"
#include "swarm/reason.h"

enum { TLS_DETAIL_MAX = 160 };

struct tls_context {
    SSL_CTX *dialling;
    SSL_CTX *accepting;
};

/* What one connection must find and what it has found; its SSL knows it from tls_context_attach on. */
struct tls_verdict {
    struct public_key own;
    bool has_expected;
    struct node_id expected;
    bool is_key_accepted;
    struct public_key key;       /* the peer's, once accepted */
    enum reason refused;         /* why we refused; NONE: we did not */
    int alert;                   /* fatal one that the peer sent, or -1 */
    char detail[TLS_DETAIL_MAX]; /* for people, when refused */
};

MUST_USE enum err tls_context_init(struct tls_context *context, const struct signing_key *key,
                                   struct err_detail *detail);
void tls_context_deinit(struct tls_context *context); /* connections keep what they use of it */
/* `verdict` is borrowed until the SSL is freed. */
void tls_context_attach(SSL *ssl, struct tls_verdict *verdict);
/* After the handshake: is the protocol that was agreed on ours? */
bool tls_context_has_protocol(const SSL *ssl);
