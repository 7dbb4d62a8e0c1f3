/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/websocket/frame_writer.h"

#include <wslay/wslay.h>

#include "base/must.h"
#include "crypto/entropy.h"

static ssize_t put_all(const uint8_t *bytes, size_t size, int flags, void *context) {
    const struct frame_sink *sink = context;
    (void)flags;
    sink->put(sink->context, (struct span){bytes, size});
    return (ssize_t)size;
}

static int make_mask(uint8_t *mask, size_t size, void *context) {
    const struct entropy source = entropy_of_system();
    (void)context;
    entropy_fill(&source, mask, size);
    return 0;
}

bool frame_write(const struct frame_sink *sink, enum frame_opcode opcode, bool is_masked, struct span payload) {
    static const struct wslay_frame_callbacks callbacks = {.send_callback = put_all, .genmask_callback = make_mask};
    struct frame_sink to = *sink;
    struct wslay_frame_iocb frame = {.fin = 1,
                                     .opcode = (uint8_t)opcode,
                                     .mask = is_masked,
                                     .payload_length = payload.size,
                                     .data = payload.at,
                                     .data_length = payload.size};
    struct wslay_frame_context *wslay;
    must((opcode & FRAME_CONTROL) == 0 || payload.size <= FRAME_CONTROL_SIZE_MAX);
    if (wslay_frame_context_init(&wslay, &callbacks, &to) != 0) return false;
    const ssize_t sent = wslay_frame_send(wslay, &frame);
    wslay_frame_context_free(wslay);
    must(sent == (ssize_t)payload.size);
    return true;
}
