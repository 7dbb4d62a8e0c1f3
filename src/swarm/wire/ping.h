/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* ping (40): are you there, and what we lose between us.   Spec: WIRE W9, W17. */

#include "swarm/wire/message.h"

enum { PING_SIZE = 12 };
#define PING_LOSS_UNKNOWN UINT32_MAX

struct ping {
    uint32_t seq;
    uint32_t loss_in_ppm; /* PING_LOSS_UNKNOWN, or millionths */
    uint32_t loss_out_ppm;
};
enum refusal ping_check(struct span body, const struct verifier *verifier, struct arena *arena, const void **checked);
void ping_build(struct buffer *out, const struct ping *ping);
