/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* prune (45): what you send me comes by another way already; from now on only say what you have. No body.
 * Spec: WIRE W11. */

#include "swarm/wire/message.h"

struct prune {
    uint8_t nothing; /* C wants a member */
};
enum refusal prune_check(struct span body, const struct verifier *verifier, struct arena *arena, const void **checked);
