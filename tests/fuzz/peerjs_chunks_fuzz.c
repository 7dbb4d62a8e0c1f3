/* SPDX-License-Identifier: Apache-2.0 */
/* Pieces in any order, of any message: whatever comes, no more is held than was said, a whole message has the bytes of
 * its pieces, and all of it is given back in the end.
 *
 * An input is records of five bytes: the message, the piece's number, how many there are, how its size is wrong (0: it
 * is right), and how many seconds later. */
#include "fuzz_target.h"

#include <string.h>

#include "base/must.h"
#include "swarm/peerjs/peerjs_chunks.h"

enum { RECORD = 5, BUDGET = 40 * PEERJS_PIECE_SIZE };

static uint8_t bytes[PEERJS_PIECE_SIZE + 256];

static struct peerjs_piece piece_of(const uint8_t *record) {
    const uint32_t number = record[1], total = record[2];
    size_t size = number + 1 == total ? 1 + record[0] : PEERJS_PIECE_SIZE;
    if (record[3] != 0) size += (size_t)record[3] - 128;
    if (size > sizeof bytes) size = 0;
    memset(bytes, (uint8_t)number, sizeof bytes);
    return (struct peerjs_piece){.id = record[0], .number = number, .total = total, .data = {bytes, size}};
}

static void check_whole(struct span whole, const struct peerjs_piece *piece) {
    const size_t full = (size_t)(piece->total - 1) * PEERJS_PIECE_SIZE;
    must(whole.size > full);
    must_le(whole.size, full + PEERJS_PIECE_SIZE);
    for (size_t i = 0; i < whole.size; i++) must(whole.at[i] == (uint8_t)(i / PEERJS_PIECE_SIZE));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct peerjs_budget budget = {.held_max = BUDGET};
    struct peerjs_chunks *chunks = peerjs_chunks_new(&budget);
    int64_t now_ms = 0;
    for (size_t at = 0; at + RECORD <= size; at += RECORD) {
        const struct peerjs_piece piece = piece_of(data + at);
        struct span whole;
        now_ms += 1000 * data[at + 4];
        const enum peerjs_fault fault = peerjs_chunks_add(chunks, &piece, &whole, now_ms);
        must(fault == PEERJS_FAULT_NONE || whole.size == 0);
        must_le(budget.held, budget.held_max);
        must_le(peerjs_chunks_open(chunks), PEERJS_OPEN_MAX);
        if (whole.size > 0) check_whole(whole, &piece);
    }
    (void)peerjs_chunks_expire(chunks, now_ms + PEERJS_IDLE_MS);
    must(peerjs_chunks_open(chunks) == 0);
    must(budget.held == 0);
    peerjs_chunks_free(chunks);
    return 0;
}
