/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The bytes of one link that have arrived and are not yet whole frames.
 * Owns: one block, as large as the frame being received needs and small when there is none.
 * Never: holds more than one largest frame and what came with it in the same read.
 * Full: cannot be; no memory is `false` from inlet_make_room. */

#include "swarm/wire/intake.h"

enum { INLET_SIZE_MIN = 2048 };

struct inlet {
    struct intake intake;
    uint8_t *bytes;
    size_t head; /* taken so far */
    size_t tail;
    size_t capacity;
    size_t need; /* bytes from `head` until the next frame is whole */
};

void inlet_init(struct inlet *inlet, int64_t now_ms);
void inlet_deinit(struct inlet *inlet);
/* Room for the rest of the frame being received, and some. False: there is no memory. */
bool inlet_make_room(struct inlet *inlet);
struct buffer inlet_room(struct inlet *inlet); /* where to read to; not empty after inlet_make_room */
void inlet_filled(struct inlet *inlet, size_t size);
/* The next frame, as intake_next gives it; borrowed until inlet_taken. */
struct intake_step inlet_next(struct inlet *inlet, int64_t now_ms);
void inlet_taken(struct inlet *inlet, size_t size);
/* Gives back what is not needed between frames. */
void inlet_shrink(struct inlet *inlet);
/* The block, moved to the caller (memory_free); the inlet is empty then. */
uint8_t *inlet_take_block(struct inlet *inlet);
