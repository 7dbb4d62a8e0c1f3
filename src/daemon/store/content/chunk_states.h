/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* How it stands with each chunk of an open file.
 *
 *   MISSING --> MOVING --> WRITTEN --> SYNCING --> HERE
 *      ^          |           ^           |         |
 *      +----------+-----------|-----------+---------+    (wrong, failed, rotten)
 *                             +-----------+              (the commit failed: it is tried again)
 *
 * Owns: a byte for each chunk (4 MiB of the largest file). */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum chunk_state {
    CHUNK_MISSING,
    CHUNK_MOVING,  /* on its way to the disk */
    CHUNK_WRITTEN, /* and not synced */
    CHUNK_SYNCING,
    CHUNK_HERE, /* synced, and the database says so */
};
enum { CHUNK_STATE_COUNT = CHUNK_HERE + 1 };

struct chunk_states {
    uint32_t count;
    uint8_t *states;
    uint32_t in[CHUNK_STATE_COUNT]; /* how many are in each */
};
void chunk_states_init(struct chunk_states *states, uint32_t count); /* all of them missing */
void chunk_states_deinit(struct chunk_states *states);
enum chunk_state chunk_state_of(const struct chunk_states *states, uint32_t index);
void chunk_states_enter(struct chunk_states *states, uint32_t index, enum chunk_state state);
/* The first at or after `from` that is in `state`; false when there is none. */
bool chunk_states_next(const struct chunk_states *states, enum chunk_state state, uint32_t from, uint32_t *index);
