/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/wire/intake.h"

#include "swarm/limits.h"
#include "swarm/wire/gossip.h"
#include "swarm/wire/message.h"
#include "swarm/wire/record_frame.h"
#include "swarm/wire/sync_frame.h"

enum { FRAMES_BURST_MILLI = LIMIT_CONTROL_FRAMES_BURST * 1000 };
/* 50 frames a second are 50 thousandths of a frame a millisecond. */
enum { FRAMES_MILLI_PER_MS = LIMIT_CONTROL_FRAMES_PER_SECOND };
enum { BYTES_BURST = LIMIT_CONTROL_BYTES_PER_SECOND };
/* After so long both buckets are full whatever was in them; it also keeps the product below in range. */
enum { FILLED_MS = 10000 };

_Static_assert(FILLED_MS *FRAMES_MILLI_PER_MS >= FRAMES_BURST_MILLI, "full after that time");
_Static_assert(LIMIT_CONTROL_BODY_MAX + LIMIT_FRAME_HEADER_SIZE <= BYTES_BURST, "the largest frame fits the bucket");

/* What an honest peer needs (WIRE W16), several times over: pex each 30 s and an answer to ours, a ticket each minute
 * and when its addresses change (5 s apart), one hello; of joins, and of records and messages of reconciliation by
 * weight, twice what an honest peer says. The second hello passes, so that the engine can say what is wrong. */
static const struct {
    uint8_t type;
    struct pace_limit limit;
} costly_budgets[INTAKE_COSTLY_COUNT] = {
    [INTAKE_HELLO] = {MESSAGE_HELLO, {60000, 2}},
    [INTAKE_TICKET] = {MESSAGE_TICKET_FRAME, {5000, 4}},
    [INTAKE_FORWARD_JOIN] = {MESSAGE_FORWARD_JOIN, {LIMIT_FORWARD_JOIN_MS / 2, 2 * LIMIT_FORWARD_JOIN_BURST}},
    [INTAKE_PEX] = {MESSAGE_PEX, {5000, 4}},
    [INTAKE_GOSSIP] = {MESSAGE_GOSSIP, {LIMIT_GOSSIP_MS / 2, 2 * LIMIT_GOSSIP_BURST}},
    [INTAKE_RECORD] = {MESSAGE_RECORD_FRAME, {LIMIT_RECORD_MS / 2, 2 * LIMIT_RECORD_BURST}},
    [INTAKE_SYNC] = {MESSAGE_SYNC_FRAME, {LIMIT_SYNC_MESSAGE_MS / 2, 2 * LIMIT_SYNC_MESSAGE_BURST}},
};

static bool type_is_known(uint8_t type) {
    switch (type) {
#define MESSAGE(number, NAME, name, wire_name, concern) case number:
#include "messages.def"
#undef MESSAGE
        return true;
    default: return frame_class(type) == FRAME_BULK;
    }
}

void intake_init(struct intake *intake, int64_t now_ms) {
    *intake =
        (struct intake){.filled_at_ms = now_ms, .frames_left_milli = FRAMES_BURST_MILLI, .bytes_left = BYTES_BURST};
}

static int64_t smaller(int64_t a, int64_t b) {
    return a < b ? a : b;
}

static void intake_refill(struct intake *intake, int64_t now_ms) {
    if (now_ms <= intake->filled_at_ms) return;
    int64_t elapsed_ms = smaller(now_ms - intake->filled_at_ms, FILLED_MS);
    int64_t frames_milli = intake->frames_left_milli + elapsed_ms * FRAMES_MILLI_PER_MS;
    int64_t bytes = intake->bytes_left + elapsed_ms * LIMIT_CONTROL_BYTES_PER_SECOND / 1000;
    intake->frames_left_milli = smaller(frames_milli, FRAMES_BURST_MILLI);
    intake->bytes_left = smaller(bytes, BYTES_BURST);
    intake->filled_at_ms = now_ms;
}

static bool intake_take(struct intake *intake, size_t size, int64_t now_ms) {
    intake_refill(intake, now_ms);
    if (intake->frames_left_milli < 1000 || intake->bytes_left < (int64_t)size) return false;
    intake->frames_left_milli -= 1000;
    intake->bytes_left -= (int64_t)size;
    return true;
}

static int64_t costly_weight(enum intake_costly kind, size_t body_size) {
    if (kind == INTAKE_GOSSIP) return gossip_weight(body_size);
    if (kind == INTAKE_RECORD) return record_frame_weight(body_size);
    return kind == INTAKE_SYNC ? sync_frame_weight(body_size) : 1;
}

static bool intake_take_costly(struct intake *intake, uint8_t type, size_t body_size, int64_t now_ms) {
    size_t kind = 0;
    while (kind < INTAKE_COSTLY_COUNT && costly_budgets[kind].type != type) kind++;
    if (kind == INTAKE_COSTLY_COUNT) return true;
    const int64_t weight = costly_weight((enum intake_costly)kind, body_size);
    return pace_take_many(&intake->costly[kind], &costly_budgets[kind].limit, weight, now_ms);
}

static struct intake_step step_refused(uint8_t type, enum refusal refusal) {
    return (struct intake_step){.result = INTAKE_REFUSED, .frame.type = type, .refusal = refusal};
}

struct intake_step intake_next(struct intake *intake, struct span bytes, int64_t now_ms) {
    if (bytes.size < LIMIT_FRAME_HEADER_SIZE)
        return (struct intake_step){.result = INTAKE_MORE, .need = LIMIT_FRAME_HEADER_SIZE};
    /* The header alone decides about type and length: a body over its limit is never waited for. */
    const uint32_t body_size = bytes_read_u32(bytes.at);
    const uint8_t type = bytes.at[4];
    if (!type_is_known(type)) return step_refused(type, REFUSAL_TYPE_UNKNOWN);
    if (body_size > frame_body_max(type)) return step_refused(type, REFUSAL_FRAME_TOO_LARGE);
    const size_t size = LIMIT_FRAME_HEADER_SIZE + (size_t)body_size;
    const struct frame frame = {type, {bytes.at + LIMIT_FRAME_HEADER_SIZE, body_size}};
    if (bytes.size < size) return (struct intake_step){.result = INTAKE_MORE, .need = size, .frame.type = type};
    /* Charged once, when the frame is whole, so that asking again for the same bytes costs nothing. */
    const bool is_paid = intake_take_costly(intake, type, body_size, now_ms) &&
                         (frame_is_bulk(type) || intake_take(intake, size, now_ms));
    if (!is_paid) return step_refused(type, REFUSAL_FRAME_RATE);
    return (struct intake_step){.result = INTAKE_FRAME, .need = size, .frame = frame};
}
