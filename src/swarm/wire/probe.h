/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* probe (06): please dial me there, and see whether you get through. The address must be the sender's own as the
 * receiver sees it, but for the port.   Spec: WIRE W9. */

#include "base/address.h"
#include "swarm/wire/message.h"

enum { PROBE_NONCE_SIZE = 8 };

struct probe {
    uint8_t nonce[PROBE_NONCE_SIZE]; /* comes back in the hello of the test, and in the answer */
    struct address address;
};
enum refusal probe_check(struct span body, const struct verifier *verifier, struct arena *arena, const void **checked);
void probe_build(struct buffer *out, const struct probe *probe);
