/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* forward-join (04): a node has joined somewhere; its ticket walks on through the mesh.
 * A ticket that does not hold is noted, not refused, as in pex.   Spec: WIRE W9, W10. */

#include "swarm/identity/ticket.h"
#include "swarm/wire/message.h"

enum { FORWARD_JOIN_HOPS = 6 };

struct forward_join {
    int64_t hops; /* left to go */
    enum refusal ticket_refusal;
    struct ticket ticket; /* valid when ticket_refusal is NONE; its age is not judged */
};
enum refusal forward_join_check(struct span body, const struct verifier *verifier, struct arena *arena,
                                const void **checked);
void forward_join_build(struct buffer *out, int64_t hops, const struct ticket *ticket);
