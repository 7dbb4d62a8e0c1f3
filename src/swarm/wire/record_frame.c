/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/wire/record_frame.h"

#include "swarm/limits.h"

_Static_assert((int)RECORD_SIZE_MAX <= (int)LIMIT_BULK_BODY_MAX, "the largest record fits");
_Static_assert(sizeof(struct record_frame) + 64 + PUBLICATION_ARENA_SIZE <= LIMIT_CHECK_ARENA,
               "every record can be checked");

enum refusal record_frame_check(struct span body, const struct verifier *verifier, struct arena *arena,
                                const void **checked) {
    struct record_frame *frame = arena_take(arena, sizeof *frame);
    if (frame == NULL) return REFUSAL_NO_ROOM;
    *checked = frame;
    return publication_check(body, verifier, arena, &frame->publication);
}

int64_t record_frame_weight(size_t text_size) {
    return 1 + (int64_t)(text_size / RECORD_FRAME_WEIGHT_BYTES);
}
