/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* ticket (03): the sender's newest ticket, so that its peers stay sure of it.   Spec: WIRE W9, W16. */

#include "swarm/identity/ticket.h"
#include "swarm/wire/message.h"

struct ticket_frame {
    struct ticket ticket;
};
enum refusal ticket_frame_check(struct span body, const struct verifier *verifier, struct arena *arena,
                                const void **checked);
void ticket_frame_build(struct buffer *out, const struct ticket *ticket);
