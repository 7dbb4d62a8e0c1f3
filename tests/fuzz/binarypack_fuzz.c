/* SPDX-License-Identifier: Apache-2.0 */
/* BinaryPack of strangers: what is taken can be written again, in a form that stays the same from then on, and as JSON
 * that packs into a value; what is refused by the reader is refused by everybody. */
#include "fuzz_target.h"

#include "base/must.h"
#include "swarm/peerjs/binarypack_json.h"
#include "swarm/peerjs/peerjs_frame.h"

enum { INPUT_MAX = 4096, ROOM = BINARYPACK_TO_JSON_GROWTH * INPUT_MAX + BINARYPACK_JSON_ROOM };

static uint8_t once_memory[ROOM], twice_memory[ROOM], json_memory[ROOM];
static uint8_t packed_memory[BINARYPACK_FROM_JSON_GROWTH * ROOM + BINARYPACK_JSON_ROOM];
static uint8_t arena_memory[BINARYPACK_JSON_ARENA * ROOM + BINARYPACK_JSON_ROOM];

/* Once without the traps, a value is written as it stands. */
static void check_rewriting(struct span packed) {
    struct buffer once = buffer_over(once_memory, BINARYPACK_GROWTH * packed.size);
    struct buffer twice = buffer_over(twice_memory, sizeof twice_memory);
    const enum peerjs_fault fault = binarypack_rewrite(packed, &once);
    must(fault == PEERJS_FAULT_NONE || fault == PEERJS_FAULT_NOTHING || fault == PEERJS_FAULT_NOT_A_NUMBER);
    if (fault != PEERJS_FAULT_NONE) return;
    must(binarypack_rewrite(buffer_span(&once), &twice) == PEERJS_FAULT_NONE);
    must(span_equal(buffer_span(&once), buffer_span(&twice)));
}

static void check_json(struct span packed) {
    struct buffer json = buffer_over(json_memory, BINARYPACK_TO_JSON_GROWTH * packed.size + BINARYPACK_JSON_ROOM);
    struct buffer again = buffer_over(packed_memory, BINARYPACK_FROM_JSON_GROWTH * json.capacity);
    struct arena arena = arena_over(arena_memory, sizeof arena_memory);
    must(binarypack_to_json(packed, &json) == PEERJS_FAULT_NONE);
    const enum peerjs_fault fault = binarypack_from_json(buffer_span(&json), &arena, &again);
    must(fault == PEERJS_FAULT_NONE || fault == PEERJS_FAULT_NOTHING);
    must(binarypack_check(buffer_span(&again)) == PEERJS_FAULT_NONE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const struct span packed = {data, size < INPUT_MAX ? size : INPUT_MAX};
    struct buffer out = buffer_over(once_memory, sizeof once_memory);
    struct peerjs_frame frame;
    const enum peerjs_fault fault = binarypack_check(packed), frame_fault = peerjs_frame_read(packed, &frame);
    must(fault == PEERJS_FAULT_NONE || binarypack_to_json(packed, &out) == fault);
    must(fault != PEERJS_FAULT_NONE || frame_fault == PEERJS_FAULT_NONE || frame_fault == PEERJS_FAULT_PIECE_SHAPE);
    must(fault == PEERJS_FAULT_NONE || frame_fault == fault);
    if (fault != PEERJS_FAULT_NONE) return 0;
    check_rewriting(packed);
    check_json(packed);
    return 0;
}
