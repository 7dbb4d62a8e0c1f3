/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* One frame of `skep top`: the snapshot of a node as lines that stand within a terminal's columns and rows. What does
 * not fit gives way in this order: columns from the right, links from the quietest, events from the oldest.
 * Owns: nothing; writes into the caller's buffer.   Never: asks the terminal, shows what is not in the snapshot.
 * Full: a table that is cut says how many more there are. */

#include "base/json.h"

struct top_frame_look {
    size_t columns;
    size_t rows;        /* 0: as many as it takes */
    const char *notice; /* a line at the top; NULL: none */
    const char *footer; /* a line at the bottom; NULL: none */
};
void top_frame_write(struct buffer *out, const struct json_value *snapshot, const struct top_frame_look *look);
/* In the place of a frame while no node answers: old figures would pass for new ones. */
void top_frame_write_away(struct buffer *out, const char *complaint, int64_t away_ms,
                          const struct top_frame_look *look);
