/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* examine (09): please say how you see this very link, and me. The answer is findings.
 * Only to a peer that listed the feature in its hello: others take the type for a fault.   Spec: WIRE W19. */

#include "swarm/wire/message.h"

enum { EXAMINE_NONCE_SIZE = 8 };

struct examine {
    uint8_t nonce[EXAMINE_NONCE_SIZE];
};
enum refusal examine_check(struct span body, const struct verifier *verifier, struct arena *arena,
                           const void **checked);
void examine_build(struct buffer *out, const struct examine *examine);
