/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The gate of one link: cuts the byte stream into frames and stops what is too large, unknown or too fast, before
 * anything is parsed. Two token buckets hold the rate of control frames and of their bytes; the kinds whose check costs
 * signatures, or whose answer costs a walk through a set, have one more each, far below that rate, because one frame of
 * them costs as much as thousands of others.
 * Owns: nothing but its counters; the bytes are the host's.
 * Never: buffers, allocates, reads the clock.
 * Full: a refusal, after which the stream is not read any more.   Spec: WIRE W8. */

#include "base/pace.h"
#include "swarm/wire/frame.h"

enum intake_costly {
    INTAKE_HELLO,
    INTAKE_TICKET,
    INTAKE_FORWARD_JOIN,
    INTAKE_PEX,
    INTAKE_GOSSIP,
    INTAKE_RECORD,
    INTAKE_SYNC,
    INTAKE_COSTLY_COUNT
};

struct intake {
    int64_t filled_at_ms;
    int64_t frames_left_milli; /* thousandths of a frame */
    int64_t bytes_left;
    struct pace costly[INTAKE_COSTLY_COUNT];
};
enum intake_result {
    INTAKE_MORE,   /* the next frame is not whole; `need` says how many bytes it takes from the start of `bytes` */
    INTAKE_FRAME,  /* `frame` is whole and takes `need` bytes; a foreign type is given too, the checker ignores it */
    INTAKE_REFUSED /* `refusal` says why; `frame.type` is set */
};
struct intake_step {
    enum intake_result result;
    size_t need;
    struct frame frame;
    enum refusal refusal;
};
void intake_init(struct intake *intake, int64_t now_ms);
struct intake_step intake_next(struct intake *intake, struct span bytes, int64_t now_ms);
