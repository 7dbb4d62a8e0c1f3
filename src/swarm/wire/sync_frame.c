/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/wire/sync_frame.h"

_Static_assert((int)SYNC_FRAME_HEAD_SIZE + (int)LIMIT_RECONCILE_MESSAGE_MAX <= (int)LIMIT_BULK_BODY_MAX,
               "the largest message fits");

static bool is_sized(enum sync_role role, size_t message_size) {
    if (role == SYNC_ASK) return message_size > 0;
    return role == SYNC_ANSWER || message_size == 0;
}

enum refusal sync_frame_check(struct span body, const struct verifier *verifier, struct arena *arena,
                              const void **checked) {
    (void)verifier;
    if (body.size < SYNC_FRAME_HEAD_SIZE) return REFUSAL_BODY_SIZE;
    if (body.size - SYNC_FRAME_HEAD_SIZE > LIMIT_RECONCILE_MESSAGE_MAX) return REFUSAL_RECONCILE_TOO_LARGE;
    if (body.at[0] >= SYNC_ROLE_COUNT) return REFUSAL_SYNC_ROLE;
    struct sync_frame *frame = arena_take(arena, sizeof *frame);
    if (frame == NULL) return REFUSAL_NO_ROOM;
    frame->role = (enum sync_role)body.at[0];
    frame->session = bytes_read_u32(body.at + 1);
    frame->since = bytes_read_u64(body.at + 5);
    frame->message = (struct span){body.at + SYNC_FRAME_HEAD_SIZE, body.size - SYNC_FRAME_HEAD_SIZE};
    *checked = frame;
    return is_sized(frame->role, frame->message.size) ? REFUSAL_NONE : REFUSAL_BODY_SIZE;
}

int64_t sync_frame_weight(size_t body_size) {
    return 1 + (int64_t)(body_size / SYNC_FRAME_WEIGHT_BYTES);
}

void sync_frame_build_head(struct buffer *out, enum sync_role role, uint32_t session, uint64_t since) {
    buffer_put_u8(out, (uint8_t)role);
    buffer_put_u32(out, session);
    buffer_put_u64(out, since);
}
