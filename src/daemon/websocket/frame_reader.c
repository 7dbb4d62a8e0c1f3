/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/websocket/frame_reader.h"

#include <string.h>
#include <wslay/wslay.h>

#include "base/must.h"

_Static_assert(FRAME_TEXT == (int)WSLAY_TEXT_FRAME && FRAME_CLOSE == (int)WSLAY_CONNECTION_CLOSE, "the same numbers");

static ssize_t give_input(uint8_t *into, size_t capacity, int flags, void *context) {
    struct frame_reader *reader = context;
    const size_t size = reader->input.size < capacity ? reader->input.size : capacity;
    (void)flags;
    if (size == 0) return -1; /* wslay: no more for now */
    memcpy(into, reader->input.at, size);
    reader->input = (struct span){reader->input.at + size, reader->input.size - size};
    reader->inside += size;
    return (ssize_t)size;
}

void frame_reader_feed(struct frame_reader *reader, struct span bytes) {
    must(reader->input.size == 0);
    reader->input = bytes;
}

/* wslay takes each length in its shortest form alone, so a frame tells the size of its head. */
static uint64_t head_size(const struct wslay_frame_iocb *frame) {
    const uint64_t length_size = frame->payload_length < 126 ? 0 : frame->payload_length < 65536 ? 2 : 8;
    return 2 + length_size + (frame->mask ? 4 : 0);
}

static void note(struct frame_reader *reader, const struct wslay_frame_iocb *frame, struct frame_piece *piece) {
    const bool is_first = reader->payload_left == 0;
    if (is_first) {
        reader->payload_left = frame->payload_length;
        reader->inside -= head_size(frame);
    }
    reader->payload_left -= frame->data_length;
    reader->inside -= frame->data_length;
    *piece = (struct frame_piece){.opcode = frame->opcode,
                                  .is_final = frame->fin != 0,
                                  .is_masked = frame->mask != 0,
                                  .has_reserved = frame->rsv != 0,
                                  .is_first = is_first,
                                  .is_last = reader->payload_left == 0,
                                  .frame_size = frame->payload_length,
                                  .bytes = {frame->data, frame->data_length}};
}

enum frame_outcome frame_reader_next(struct frame_reader *reader, struct frame_piece *piece) {
    static const struct wslay_frame_callbacks callbacks = {.recv_callback = give_input};
    struct wslay_frame_iocb frame = {0};
    if (reader->wslay == NULL && wslay_frame_context_init(&reader->wslay, &callbacks, reader) != 0)
        return FRAME_NO_MEMORY;
    const ssize_t taken = wslay_frame_recv(reader->wslay, &frame);
    if (taken == WSLAY_ERR_WANT_READ) return FRAME_NEEDS_MORE;
    if (taken < 0) return FRAME_BROKEN;
    note(reader, &frame, piece);
    return FRAME_PIECE;
}

void frame_reader_rest(struct frame_reader *reader) {
    if (reader->inside == 0 && reader->payload_left == 0) frame_reader_deinit(reader);
}

void frame_reader_deinit(struct frame_reader *reader) {
    if (reader->wslay != NULL) wslay_frame_context_free(reader->wslay);
    *reader = (struct frame_reader){0};
}
