/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Work for the loop's pool, a few pieces at a time, so that a slow disk does not take every thread of the pool from
 * the rest of the program.
 * Owns: each piece from put until `drop`.   Never: runs more than `width` pieces at once; reorders those that wait.
 * Full: cannot be; who puts bounds what is under way. */

#include "daemon/loop/loop.h"

struct work_piece {
    struct work_piece *next;
    struct work_lane *lane;
    void (*begin)(struct work_piece *piece); /* on the loop, when its turn has come; may be NULL */
    void (*work)(struct work_piece *piece);  /* on a thread of the pool */
    void (*done)(struct work_piece *piece);  /* on the loop; not once the lane is closed */
    void (*drop)(struct work_piece *piece);  /* on the loop, always, last; frees it and what it holds */
};

struct work_lane *work_lane_new(struct loop *loop, unsigned width);
void work_lane_put(struct work_lane *lane, struct work_piece *piece);
/* Drops what waits, waits for `work` that runs; that is dropped when the loop comes to it. Accepts NULL. */
void work_lane_close(struct work_lane *lane);
