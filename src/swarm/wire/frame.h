/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* How a message travels on a byte stream: length u32 | type u8 | body[length].
 * Owns: nothing.   Never: reads a body whose length is over its type's limit.   Spec: WIRE W8. */

#include "swarm/refusal.h"

/* 01..3f JSON; 40..7f; 80..ff bulk, of which a type that we do not know is ignored. */
enum frame_class { FRAME_CONTROL, FRAME_BINARY, FRAME_BULK };

struct frame {
    uint8_t type;
    struct span body; /* borrowed until the bytes it was found in change */
};
enum frame_class frame_class(uint8_t type);
bool frame_is_bulk(uint8_t type); /* waits behind control in a queue, and does not count as control */
uint32_t frame_body_max(uint8_t type);
void frame_write_header(struct buffer *out, uint8_t type, uint32_t body_size);
