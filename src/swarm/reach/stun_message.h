/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What is said to a STUN or TURN server, and what it answers: as much as it takes to see how one looks from outside and
 * whether a relay is to be had. ICE itself is libnice's.
 * Owns: nothing; the spans of an answer are borrowed from its bytes.
 * Never: allocates, believes an answer to another question than its own.
 * Full: a datagram over STUN_MESSAGE_MAX is refused; of an attribute that comes twice the first counts.
 * Spec: RFC 8489, RFC 8656. */

#include "base/address.h"
#include "crypto/stun_integrity.h"
#include "swarm/refusal.h"

enum { STUN_MESSAGE_MAX = 1280, STUN_TRANSACTION_SIZE = 12 };
enum stun_method { STUN_BINDING = 1, STUN_ALLOCATE = 3, STUN_REFRESH = 4 };

struct stun_request {
    enum stun_method method;
    uint8_t transaction[STUN_TRANSACTION_SIZE]; /* new for each request, by chance */
    bool has_lifetime;                          /* REFRESH */
    uint32_t lifetime_s;                        /* 0: the relay is given back */
    struct span user, realm, nonce;             /* empty: without credentials */
    const uint8_t *key;                         /* with them; NULL: without */
};
/* Full: the buffer has overflowed. ALLOCATE asks for UDP. */
void stun_request_write(const struct stun_request *request, struct buffer *out);

struct stun_answer {
    bool is_error;
    unsigned code; /* of an error: 300..699; 0: it has none */
    struct span reason, realm, nonce;
    struct address mapped;  /* how the server sees us; ADDRESS_NONE: it does not say */
    struct address relayed; /* ALLOCATE: where others reach us by it */
};
/* STUN_SIZE, _SYNTAX, _UNASKED. */
enum refusal stun_answer_read(struct span datagram, const struct stun_request *request, struct stun_answer *answer);
