/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What all TLS connections of a listener have in common: the certificate with what leads to its root, its key, and how
 * we speak: TLS 1.2 and 1.3, forward secrecy and AEAD alone, ALPN http/1.1, any name (SNI is not looked at).
 * Owns: one SSL_CTX; connections keep what they use of it, so it may be freed and replaced while they live.
 * Never: asks for a passphrase, compresses, renegotiates, takes early data, keeps sessions (tickets do, in the client).
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct http_tls_context;

/* Reads both files. The detail names the file and what is wrong with it. ERR_NOT_FOUND, ERR_PERMISSION, ERR_IO,
 * ERR_DAMAGED (no PEM, the wrong kind, a key of another certificate), ERR_CRYPTO. */
MUST_USE enum err http_tls_context_new(struct http_tls_context **context, const char *certificate_file,
                                       const char *key_file, struct err_detail *detail);
void http_tls_context_free(struct http_tls_context *context); /* accepts NULL */

int64_t http_tls_context_expires_at_ms(const struct http_tls_context *context); /* of the leaf; may be over */
/* Everybody on this machine may read or change the key file. */
bool http_tls_context_has_open_key(const struct http_tls_context *context);
