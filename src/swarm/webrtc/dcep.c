/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/webrtc/dcep.h"

#include <string.h>

#include "base/encoding.h"
#include "base/must.h"

enum { TYPE_ACK = 2, TYPE_OPEN = 3, OPEN_HEAD_SIZE = 12, UNORDERED = 0x80, PRIORITY_NORMAL = 256 };

static uint16_t read_u16(const uint8_t *at) {
    return (uint16_t)(at[0] << 8 | at[1]);
}

static void put_u16(struct buffer *out, uint16_t value) {
    buffer_put_u8(out, (uint8_t)(value >> 8));
    buffer_put_u8(out, (uint8_t)value);
}

static bool is_text(struct span text) {
    const bool has_nul = text.size > 0 && memchr(text.at, '\0', text.size) != NULL;
    return text.size <= DCEP_TEXT_MAX && !has_nul && utf8_is_valid(text);
}

static enum refusal read_open(struct span bytes, struct dcep_message *message) {
    if (bytes.size < OPEN_HEAD_SIZE) return REFUSAL_DCEP_SIZE;
    const uint8_t type = bytes.at[1] & 0x7f;
    const size_t label_size = read_u16(bytes.at + 8), protocol_size = read_u16(bytes.at + 10);
    if (bytes.size != OPEN_HEAD_SIZE + label_size + protocol_size) return REFUSAL_DCEP_SIZE;
    if (type > 2) return REFUSAL_DCEP_CHANNEL_TYPE;
    message->is_unordered = (bytes.at[1] & UNORDERED) != 0;
    message->is_unreliable = type != 0;
    message->priority = read_u16(bytes.at + 2);
    message->reliability = bytes_read_u32(bytes.at + 4);
    message->label = (struct span){bytes.at + OPEN_HEAD_SIZE, label_size};
    message->protocol = (struct span){bytes.at + OPEN_HEAD_SIZE + label_size, protocol_size};
    return is_text(message->label) && is_text(message->protocol) ? REFUSAL_NONE : REFUSAL_DCEP_TEXT;
}

enum refusal dcep_read(struct span bytes, struct dcep_message *message) {
    *message = (struct dcep_message){0};
    if (bytes.size == 0) return REFUSAL_DCEP_MESSAGE;
    switch (bytes.at[0]) {
    case TYPE_OPEN: message->kind = DCEP_OPEN; return read_open(bytes, message);
    case TYPE_ACK: message->kind = DCEP_ACK; return bytes.size == 1 ? REFUSAL_NONE : REFUSAL_DCEP_SIZE;
    default: return REFUSAL_DCEP_MESSAGE;
    }
}

void dcep_write_open(struct buffer *out, bool is_unordered, struct span label, struct span protocol) {
    must_le(label.size, DCEP_TEXT_MAX);
    must_le(protocol.size, DCEP_TEXT_MAX);
    buffer_put_u8(out, TYPE_OPEN);
    buffer_put_u8(out, is_unordered ? UNORDERED : 0);
    put_u16(out, PRIORITY_NORMAL);
    buffer_put_u32(out, 0);
    put_u16(out, (uint16_t)label.size);
    put_u16(out, (uint16_t)protocol.size);
    buffer_put(out, label);
    buffer_put(out, protocol);
}

void dcep_write_ack(struct buffer *out) {
    buffer_put_u8(out, TYPE_ACK);
}
