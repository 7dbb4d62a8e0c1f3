/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A verifier that takes every signature for good, so that a fuzzer, which cannot sign, reaches what lies behind it.
 * Never: is asked about more than what is signed may be long; the check stands before the signature's. */

#include "base/must.h"
#include "crypto/sign.h"
#include "swarm/limits.h"

static inline bool believer_verify(void *context, const struct public_key *key, struct span message,
                                   const struct signature *signature) {
    const size_t *size_max = context;
    (void)key;
    (void)signature;
    must_le(message.size, *size_max);
    return true;
}

static inline struct verifier believer_verifier(void) { /* of tickets */
    static size_t size_max = LIMIT_TICKET_PAYLOAD_MAX;
    return (struct verifier){.verify = believer_verify, .context = &size_max};
}

static inline struct verifier believer_verifier_of_records(void) {
    static size_t size_max = LIMIT_CONTROL_BODY_MAX;
    return (struct verifier){.verify = believer_verify, .context = &size_max};
}
