/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* pex (05): some tickets of ours, and how many we would like back. An answer wants 0.
 * One ticket that does not verify refuses the whole frame: an honest peer passes on only what it has verified.
 * Spec: WIRE W9, W16. */

#include "swarm/identity/ticket.h"
#include "swarm/wire/message.h"

struct pex {
    int64_t want;
    size_t ticket_count;
    const struct ticket *tickets; /* in the arena; signatures verified, ages not judged */
};
enum refusal pex_check(struct span body, const struct verifier *verifier, struct arena *arena, const void **checked);
/* Writes up to LIMIT_PEX_TICKETS_MAX of the tickets pointed to. */
void pex_build(struct buffer *out, int64_t want, const struct ticket *const *tickets, size_t ticket_count);
