/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/api/draft.h"

#include "base/memory.h"

void draft_init(struct draft *draft) {
    *draft = (struct draft){.memory = memory_zeroed(1, DRAFT_SIZE_FIRST), .capacity = DRAFT_SIZE_FIRST};
}

void draft_deinit(struct draft *draft) {
    memory_free(draft->memory);
    *draft = (struct draft){0};
}

bool draft_write(struct draft *draft, void (*write)(struct buffer *out, void *context), void *context,
                 struct span *text) {
    for (;;) {
        struct buffer out = buffer_over(draft->memory, draft->capacity);
        write(&out, context);
        *text = buffer_span(&out);
        if (!out.overflowed) return true;
        if (draft->capacity >= DRAFT_SIZE_MAX) return false;
        draft->capacity *= 2;
        draft->memory = memory_resized(draft->memory, draft->capacity);
    }
}
