/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* pex (05): some tickets of ours, and how many we would like back. An answer wants 0.
 * A ticket that does not hold is left out and counted: were it to end the link, whoever finds a ticket on which two
 * honest nodes differ could make them cut each other off.
 * Spec: WIRE W9, W16. */

#include "swarm/identity/ticket.h"
#include "swarm/wire/message.h"

struct pex {
    int64_t want;
    size_t ticket_count;
    const struct ticket *tickets;    /* in the arena; signatures verified, ages not judged */
    size_t refused_count;            /* listed, but they do not hold */
    uint32_t refused[REFUSAL_COUNT]; /* of these, for each cause */
};
enum refusal pex_check(struct span body, const struct verifier *verifier, struct arena *arena, const void **checked);
/* Writes up to LIMIT_PEX_TICKETS_MAX of the tickets pointed to. */
void pex_build(struct buffer *out, int64_t want, const struct ticket *const *tickets, size_t ticket_count);
