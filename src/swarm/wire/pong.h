/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* pong (41): the answer to a ping, and how long we held it.   Spec: WIRE W9. */

#include "swarm/wire/message.h"

enum { PONG_SIZE = 8 };

struct pong {
    uint32_t seq;
    uint32_t held_us;
};
enum refusal pong_check(struct span body, const struct verifier *verifier, struct arena *arena, const void **checked);
void pong_build(struct buffer *out, const struct pong *pong);
