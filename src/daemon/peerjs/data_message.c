/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/peerjs/data_message.h"

#include "base/encoding.h"
#include "base/json_writer.h"
#include "base/memory.h"
#include "swarm/peerjs/binarypack_json.h"

/* Writes one form into another; `out` has room for `growth` times the message and BINARYPACK_JSON_ROOM. */
struct recipe {
    enum peerjs_fault (*write)(struct span bytes, struct buffer *out);
    size_t growth;
};

static enum peerjs_fault write_same(struct span bytes, struct buffer *out) {
    buffer_put(out, bytes);
    return PEERJS_FAULT_NONE;
}

static enum peerjs_fault write_json(struct span text, struct buffer *out) {
    enum peerjs_frame_kind kind;
    const enum peerjs_fault fault = peerjs_frame_read_json(text, &kind);
    if (fault == PEERJS_FAULT_NONE) buffer_put(out, text);
    return fault;
}

static enum peerjs_fault write_json_string(struct span text, struct buffer *out) {
    json_write_string(out, text);
    return PEERJS_FAULT_NONE;
}

static enum peerjs_fault write_json_base64(struct span bytes, struct buffer *out) {
    buffer_put_u8(out, '"');
    base64_write(out, bytes);
    buffer_put_u8(out, '"');
    return PEERJS_FAULT_NONE;
}

static enum peerjs_fault pack_json(struct span text, struct buffer *out) {
    const size_t arena_size = text.size * BINARYPACK_JSON_ARENA + BINARYPACK_JSON_ROOM;
    void *memory = memory_try_room(arena_size);
    if (memory == NULL) return PEERJS_FAULT_NO_ROOM;
    struct arena arena = arena_over(memory, arena_size);
    const enum peerjs_fault fault = binarypack_from_json(text, &arena, out);
    memory_free(memory);
    return fault;
}

static enum peerjs_fault pack_text(struct span text, struct buffer *out) {
    struct binarypack_writer w = binarypack_writer_into(out);
    binarypack_put_text(&w, text);
    return w.fault;
}

static enum peerjs_fault pack_bytes(struct span bytes, struct buffer *out) {
    struct binarypack_writer w = binarypack_writer_into(out);
    binarypack_put_bytes(&w, bytes);
    return w.fault;
}

static const struct recipe RECIPES[3][4] = {
    [PEERJS_RAW] = {[DATA_TEXT] = {write_same, 1},
                    [DATA_BYTES] = {write_same, 1},
                    [DATA_JSON] = {write_same, 1},
                    [DATA_VALUE] = {binarypack_to_json, BINARYPACK_TO_JSON_GROWTH}},
    [PEERJS_JSON] = {[DATA_TEXT] = {write_json_string, BINARYPACK_TO_JSON_GROWTH},
                     [DATA_BYTES] = {write_json_base64, 2},
                     [DATA_JSON] = {write_json, 1},
                     [DATA_VALUE] = {binarypack_to_json, BINARYPACK_TO_JSON_GROWTH}},
    [PEERJS_BINARY] = {[DATA_TEXT] = {pack_text, 3},
                       [DATA_BYTES] = {pack_bytes, 1},
                       [DATA_JSON] = {pack_json, BINARYPACK_FROM_JSON_GROWTH},
                       [DATA_VALUE] = {binarypack_rewrite, BINARYPACK_GROWTH}},
};

enum peerjs_fault data_message_encode(const struct data_message *message, enum peerjs_serialization serialization,
                                      struct data_packet *packet) {
    const struct recipe *recipe = &RECIPES[serialization][message->form];
    *packet = (struct data_packet){0};
    if (message->bytes.size > PEERJS_MESSAGE_MAX) return PEERJS_FAULT_TOO_LARGE;
    const size_t room = message->bytes.size * recipe->growth + BINARYPACK_JSON_ROOM;
    uint8_t *memory = memory_try_room(room);
    if (memory == NULL) return PEERJS_FAULT_NO_ROOM;
    struct buffer out = buffer_over(memory, room);
    enum peerjs_fault fault = recipe->write(message->bytes, &out);
    if (fault == PEERJS_FAULT_NONE && (out.overflowed || out.size > PEERJS_MESSAGE_MAX)) fault = PEERJS_FAULT_TOO_LARGE;
    if (fault != PEERJS_FAULT_NONE) {
        memory_free(memory);
        return fault;
    }
    const bool is_text = serialization == PEERJS_RAW && message->form != DATA_BYTES;
    *packet = (struct data_packet){.bytes = memory_resized(memory, out.size > 0 ? out.size : 1),
                                   .size = out.size,
                                   .kind = is_text ? RTC_TEXT : RTC_BINARY,
                                   .is_value = serialization == PEERJS_BINARY};
    return PEERJS_FAULT_NONE;
}
