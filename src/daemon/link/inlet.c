/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/link/inlet.h"

#include <string.h>

#include "base/memory.h"
#include "base/must.h"
#include "swarm/limits.h"

enum { FRAME_SIZE_MAX = LIMIT_FRAME_HEADER_SIZE + LIMIT_BULK_BODY_MAX };

void inlet_init(struct inlet *inlet, int64_t now_ms) {
    *inlet = (struct inlet){.need = LIMIT_FRAME_HEADER_SIZE};
    intake_init(&inlet->intake, now_ms);
}

void inlet_deinit(struct inlet *inlet) {
    memory_free(inlet_take_block(inlet));
}

bool inlet_make_room(struct inlet *inlet) {
    const size_t used = inlet->tail - inlet->head;
    must_le(inlet->need, FRAME_SIZE_MAX);
    if (inlet->need <= inlet->capacity && inlet->capacity > used) {
        if (inlet->head > 0 && used > 0) memmove(inlet->bytes, inlet->bytes + inlet->head, used);
    } else {
        const size_t capacity = inlet->need > INLET_SIZE_MIN ? inlet->need : INLET_SIZE_MIN;
        must_le(used, capacity - 1);
        uint8_t *bytes = memory_try_room(capacity);
        if (!bytes) return false;
        if (used > 0) memcpy(bytes, inlet->bytes + inlet->head, used);
        memory_free(inlet->bytes);
        inlet->bytes = bytes;
        inlet->capacity = capacity;
    }
    inlet->head = 0;
    inlet->tail = used;
    return true;
}

struct buffer inlet_room(struct inlet *inlet) {
    return buffer_over(inlet->bytes + inlet->tail, inlet->capacity - inlet->tail);
}

void inlet_filled(struct inlet *inlet, size_t size) {
    must_le(size, inlet->capacity - inlet->tail);
    inlet->tail += size;
}

struct intake_step inlet_next(struct inlet *inlet, int64_t now_ms) {
    const size_t used = inlet->tail - inlet->head;
    struct span bytes = {used > 0 ? inlet->bytes + inlet->head : NULL, used};
    struct intake_step step = intake_next(&inlet->intake, bytes, now_ms);
    if (step.result == INTAKE_MORE) inlet->need = step.need;
    return step;
}

void inlet_taken(struct inlet *inlet, size_t size) {
    must_le(size, inlet->tail - inlet->head);
    inlet->head += size;
    inlet->need = LIMIT_FRAME_HEADER_SIZE;
}

void inlet_shrink(struct inlet *inlet) {
    if (inlet->head == inlet->tail && inlet->capacity > INLET_SIZE_MIN) memory_free(inlet_take_block(inlet));
}

uint8_t *inlet_take_block(struct inlet *inlet) {
    uint8_t *block = inlet->bytes;
    inlet->bytes = NULL;
    inlet->head = inlet->tail = inlet->capacity = 0;
    inlet->need = LIMIT_FRAME_HEADER_SIZE;
    return block;
}
