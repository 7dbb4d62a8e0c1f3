/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* One question to a STUN or TURN server, repeated while nobody answers, for STUN_CALL_WAIT_MS at most.
 * Owns: the answer's bytes, and a key, which the caller wipes.
 * Never: closes the socket, takes an answer from elsewhere.   Spec: RFC 8489 section 6.2.1, RFC 8656. */

#include "swarm/reach/stun_message.h"

enum { STUN_CALL_WAIT_MS = 3000 };
enum stun_code { STUN_UNAUTHORIZED = 401, STUN_STALE_NONCE = 438, STUN_QUOTA = 486, STUN_FULL = 508 };

struct stun_call {
    int fd; /* borrowed: of UDP, of the family of `to` */
    struct address to;
    struct stun_request request; /* without its transaction */
    struct stun_answer answer;
    int64_t elapsed_ms;
    uint8_t room[STUN_MESSAGE_MAX];
    uint8_t kept[STUN_MESSAGE_MAX]; /* the realm and the nonce of the first answer */
    uint8_t key[STUN_KEY_SIZE];
};
bool stun_call_make(struct stun_call *call); /* false: nobody answered */
/* The same of a request that needs a user: the first answer says for which realm. */
bool stun_call_authenticate(struct stun_call *call, struct span user, struct span password);
