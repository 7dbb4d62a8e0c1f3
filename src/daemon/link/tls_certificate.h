/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The certificate that a node shows: a carrier for its key, and a pure function of it. Every node can so compute the
 * certificate of every other, and nothing in it says more than the key does.
 * Owns: nothing.   Full: cannot be.   Spec: WIRE W7. */

#include "crypto/sign.h"

enum { TLS_CERTIFICATE_SIZE = 206 };

/* X.509 v3 in DER: serial 1, issuer and subject CN=skep, 2020 to the end of time, no extensions, signed by itself. */
void tls_certificate_make(const struct signing_key *key, uint8_t der[TLS_CERTIFICATE_SIZE]);
