/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/wire/frame.h"

#include "swarm/limits.h"

enum { FIRST_BINARY = 0x40, FIRST_BULK = 0x80 };
/* Content on its way: want, data, miss, cancel. All four are bulk, so that a cancel never overtakes its want. */
enum { FIRST_CONTENT = 0x46, LAST_CONTENT = 0x49 };
/* A record is up to 64 KiB: a burst of them must not hold up pings. */
enum { GOSSIP = 0x42 };

enum frame_class frame_class(uint8_t type) {
    if (type >= FIRST_BULK) return FRAME_BULK;
    return type >= FIRST_BINARY ? FRAME_BINARY : FRAME_CONTROL;
}

bool frame_is_bulk(uint8_t type) {
    return type >= FIRST_BULK || type == GOSSIP || (type >= FIRST_CONTENT && type <= LAST_CONTENT);
}

uint32_t frame_body_max(uint8_t type) {
    return frame_class(type) == FRAME_CONTROL ? LIMIT_CONTROL_BODY_MAX : LIMIT_BULK_BODY_MAX;
}

void frame_write_header(struct buffer *out, uint8_t type, uint32_t body_size) {
    buffer_put_u32(out, body_size);
    buffer_put_u8(out, type);
}
