/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* probed (07): how a probe ended.   Spec: WIRE W9. */

#include "swarm/limits.h"
#include "swarm/wire/probe.h"

struct probed {
    uint8_t nonce[PROBE_NONCE_SIZE];
    bool is_ok;
    enum reason reason; /* why not; NONE when ok, or for a word we do not know */
};
enum refusal probed_check(struct span body, const struct verifier *verifier, struct arena *arena, const void **checked);
void probed_build(struct buffer *out, const struct probed *probed);
