/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* goodbye (02): the last frame: why, in a word and a sentence, and how long not to come back.   Spec: WIRE W9. */

#include "swarm/limits.h"
#include "swarm/wire/message.h"

struct goodbye {
    enum reason reason;                    /* NONE for a word we do not know */
    char text[LIMIT_GOODBYE_TEXT_MAX + 1]; /* the peer's own; escape it before a person sees it */
    int64_t for_ms;                        /* 0 = not said */
};
enum refusal goodbye_check(struct span body, const struct verifier *verifier, struct arena *arena,
                           const void **checked);
void goodbye_build(struct buffer *out, const struct goodbye *goodbye);
