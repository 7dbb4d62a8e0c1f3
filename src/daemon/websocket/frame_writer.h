/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* One whole frame, written by wslay: its head first, then its payload, masked with a fresh mask if we are the client.
 * Owns: nothing.   Never: cuts a message.   Full: the caller has made room for FRAME_HEAD_SIZE_MAX and the payload.
 * Spec: RFC 6455, 5.2 and 5.3. */

#include "base/bytes.h"
#include "base/err.h"
#include "daemon/websocket/frame_reader.h"

enum {
    FRAME_HEAD_SIZE_MAX = 14,
    FRAME_CONTROL_SIZE_MAX = 125,
};

struct frame_sink {
    void (*put)(void *context, struct span bytes); /* borrowed during the call */
    void *context;
};
/* False: there is no memory, and nothing was put. */
MUST_USE bool frame_write(const struct frame_sink *sink, enum frame_opcode opcode, bool is_masked, struct span payload);
