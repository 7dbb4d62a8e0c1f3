/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What an outsider sent was not acceptable, and why. A refusal is a value, not a failure: 0 is "accepted", and an
 * object of a checked type does not exist unless it was accepted. The list is defs/refusals.def. */

#include "swarm/reason.h"

enum refusal {
    REFUSAL_NONE = 0,
#define REFUSAL(NAME, name, REASON_NAME) REFUSAL_##NAME,
#include "refusals.def"
#undef REFUSAL
    REFUSAL_COUNT
};
const char *refusal_name(enum refusal refusal);   /* "EXPIRED", "duplicate-member", ... */
enum reason refusal_reason(enum refusal refusal); /* what a goodbye for it says */
