/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Memory for one answer at a time, that grows until the answer fits: it is written, and when it did not fit, written
 * again with twice the room.
 * Owns: its memory, kept for the next answer.
 * Full: over DRAFT_SIZE_MAX draft_write gives false; what we write is bounded by limits.h well below that. */

#include "base/bytes.h"

enum { DRAFT_SIZE_FIRST = 16 * 1024, DRAFT_SIZE_MAX = 4 * 1024 * 1024 };

struct draft {
    uint8_t *memory;
    size_t capacity;
};
void draft_init(struct draft *draft);
void draft_deinit(struct draft *draft);
/* `write` may be called several times and must write the same each time. `text` is borrowed until the next write. */
bool draft_write(struct draft *draft, void (*write)(struct buffer *out, void *context), void *context,
                 struct span *text);
