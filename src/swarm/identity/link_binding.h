/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What ties a node's key to a connection whose own handshake proved no key of ours: a signature over the certificates
 * of both ends of its DTLS session, and over whom it is meant for. Whoever stands in between has two sessions with two
 * pairs of certificates, so what it passes on does not hold. "skep-rtc-v1\0", SHA-256(own certificate), SHA-256(the
 * peer's), the peer's nodeId Owns: nothing.   Spec: WIRE W9 (`bind`). */

#include "swarm/identity/node_id.h"

enum { CERTIFICATE_HASH_SIZE = 32 };

/* As the session had them, not as somebody described them. */
struct link_binding {
    uint8_t own[CERTIFICATE_HASH_SIZE];
    uint8_t peer[CERTIFICATE_HASH_SIZE];
};

struct signature link_binding_sign(const struct link_binding *binding, const struct node_id *peer,
                                   const struct signing_key *key);
/* Whether the other end of the same session, which has `key`, signed it for `self`. */
bool link_binding_holds(const struct link_binding *binding, const struct node_id *self, const struct public_key *key,
                        const struct signature *signature, const struct verifier *verifier);
