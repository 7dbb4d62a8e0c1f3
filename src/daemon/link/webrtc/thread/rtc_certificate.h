/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The certificate that DTLS shows: made for this run, signed by itself, and nobody's name in it. The description says
 * its SHA-256, and that is all there is to check.
 * P-256, because every browser takes it; not the node's own key, because a page that meets us should not learn by the
 * handshake alone which node we are, and Ed25519 is not for DTLS 1.2 in browsers.
 * Owns: the key and the certificate, until rtc_certificate_deinit.   Full: cannot be.   Spec: RFC 8827 section 6.5. */

#include "base/err.h"
#include "crypto/hash.h"

struct evp_pkey_st;
struct x509_st;

struct rtc_certificate {
    struct evp_pkey_st *key; /* owned */
    struct x509_st *x509;    /* owned */
    struct sha256 fingerprint;
};
MUST_USE enum err rtc_certificate_init(struct rtc_certificate *certificate); /* ERR_CRYPTO */
void rtc_certificate_deinit(struct rtc_certificate *certificate);
