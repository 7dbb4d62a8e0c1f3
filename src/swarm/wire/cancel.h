/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* cancel (49): that question needs no answer any more; slices on their way may still come.   Spec: WIRE W12. */

#include "swarm/wire/message.h"

enum { CANCEL_SIZE = 4 };

struct cancel {
    uint32_t req;
};
enum refusal cancel_check(struct span body, const struct verifier *verifier, struct arena *arena, const void **checked);
void cancel_build(struct buffer *out, const struct cancel *cancel);
