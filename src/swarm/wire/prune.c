/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/wire/prune.h"

enum refusal prune_check(struct span body, const struct verifier *verifier, struct arena *arena, const void **checked) {
    (void)verifier;
    if (body.size != 0) return REFUSAL_BODY_SIZE;
    struct prune *prune = arena_take(arena, sizeof *prune);
    if (prune == NULL) return REFUSAL_NO_ROOM;
    *checked = prune;
    return REFUSAL_NONE;
}
