/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/wire/ticket_frame.h"

#include "swarm/wire/member.h"

enum refusal ticket_frame_check(struct span body, const struct verifier *verifier, struct arena *arena,
                                const void **checked) {
    struct members m = members_read(body, arena);
    struct ticket_frame *frame = arena_take(arena, sizeof *frame);
    if (frame == NULL) return REFUSAL_NO_ROOM;
    if (m.refusal != REFUSAL_NONE) return m.refusal;
    *checked = frame;
    return ticket_check(m.object, &(struct ticket_rules){0}, verifier, arena, &frame->ticket);
}

void ticket_frame_build(struct buffer *out, const struct ticket *ticket) {
    ticket_write(out, ticket);
}
