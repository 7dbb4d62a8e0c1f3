/* SPDX-License-Identifier: Apache-2.0 */
/* What strangers send through signaling: an offer that is taken can be said again, and is read as the same one. The
 * same bytes are read as an answer, as a candidate, and as a message of a connection that speaks JSON. */
#include "fuzz_target.h"

#include <string.h>

#include "base/must.h"
#include "swarm/peerjs/peerjs_frame.h"
#include "swarm/peerjs/peerjs_offer.h"

static uint8_t arena_memory[PEERJS_PAYLOAD_ARENA], other_arena_memory[PEERJS_PAYLOAD_ARENA];
static uint8_t text_memory[8 * PEERJS_PAYLOAD_MAX];

static void check_offer(const struct peerjs_offer *offer) {
    struct buffer out = buffer_over(text_memory, sizeof text_memory);
    struct arena arena = arena_over(other_arena_memory, sizeof other_arena_memory);
    struct peerjs_offer again;
    must(offer->sdp.size > 0 && offer->sdp.size <= PEERJS_DESCRIPTION_MAX);
    must_le(offer->metadata.size, PEERJS_METADATA_MAX);
    peerjs_offer_write(&out, offer);
    must(!out.overflowed);
    if (out.size > PEERJS_PAYLOAD_MAX) return; /* escapes may make it longer than it was */
    must(peerjs_offer_read(buffer_span(&out), &arena, &again) == PEERJS_FAULT_NONE);
    must(again.serialization == offer->serialization && again.is_reliable == offer->is_reliable);
    must(span_equal(again.metadata, offer->metadata));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const struct span payload = {data, size};
    struct arena arena = arena_over(arena_memory, sizeof arena_memory);
    struct peerjs_offer offer;
    struct peerjs_answer answer;
    struct peerjs_candidate candidate;
    enum peerjs_frame_kind kind;
    if (peerjs_offer_read(payload, &arena, &offer) == PEERJS_FAULT_NONE) check_offer(&offer);
    arena_reset(&arena);
    (void)peerjs_answer_read(payload, &arena, &answer);
    arena_reset(&arena);
    (void)peerjs_candidate_read(payload, &arena, &candidate);
    (void)peerjs_frame_read_json(payload, &kind);
    return 0;
}
