/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/peerjs/peerjs_chunks.h"

#include <string.h>

#include "base/memory.h"
#include "base/must.h"

struct message {
    int64_t id; /* 0: the row is free */
    uint32_t total, count;
    size_t held;      /* bytes that came */
    size_t last_size; /* of the last piece; 0: it has not come */
    int64_t grown_ms;
    uint8_t *room;
    uint8_t has[(PEERJS_PIECES_MAX + 7) / 8];
};

struct peerjs_chunks {
    struct peerjs_budget *budget;
    size_t held, open;
    uint8_t *whole;
    struct message messages[PEERJS_OPEN_MAX];
};

struct peerjs_chunks *peerjs_chunks_new(struct peerjs_budget *budget) {
    struct peerjs_chunks *c = memory_zeroed(1, sizeof *c);
    c->budget = budget;
    return c;
}

/* The bytes are no longer held against anybody; the row is free. */
static void let_go(struct peerjs_chunks *c, struct message *message) {
    must_le(message->held, c->held);
    must_le(message->held, c->budget->held);
    c->held -= message->held;
    c->budget->held -= message->held;
    c->open--;
    memory_free(message->room);
    *message = (struct message){0};
}

void peerjs_chunks_forget_whole(struct peerjs_chunks *c) {
    memory_free(c->whole);
    c->whole = NULL;
}

void peerjs_chunks_free(struct peerjs_chunks *c) {
    if (c == NULL) return;
    for (size_t i = 0; i < PEERJS_OPEN_MAX; i++)
        if (c->messages[i].id != 0) let_go(c, &c->messages[i]);
    peerjs_chunks_forget_whole(c);
    memory_free(c);
}

size_t peerjs_chunks_expire(struct peerjs_chunks *c, int64_t now_ms) {
    size_t count = 0;
    for (size_t i = 0; i < PEERJS_OPEN_MAX && c->open > 0; i++) {
        struct message *message = &c->messages[i];
        if (message->id == 0 || now_ms - message->grown_ms < PEERJS_IDLE_MS) continue;
        let_go(c, message);
        count++;
    }
    return count;
}

size_t peerjs_chunks_open(const struct peerjs_chunks *c) {
    return c->open;
}

static struct message *find(struct peerjs_chunks *c, int64_t id) {
    for (size_t i = 0; i < PEERJS_OPEN_MAX; i++)
        if (c->messages[i].id == id) return &c->messages[i];
    return NULL;
}

static enum peerjs_fault piece_check(const struct peerjs_piece *piece) {
    if (piece->id == 0 || piece->total == 0 || piece->total > PEERJS_PIECES_MAX) return PEERJS_FAULT_PIECE_TOTAL;
    if (piece->number >= piece->total) return PEERJS_FAULT_PIECE_NUMBER;
    const bool is_last = piece->number == piece->total - 1;
    const bool fits =
        is_last ? piece->data.size > 0 && piece->data.size <= PEERJS_PIECE_SIZE : piece->data.size == PEERJS_PIECE_SIZE;
    return fits ? PEERJS_FAULT_NONE : PEERJS_FAULT_PIECE_SIZE;
}

static bool has_room(struct peerjs_chunks *c, size_t size) {
    return c->held + size <= PEERJS_HELD_MAX && c->budget->held + size <= c->budget->held_max;
}

static struct message *begin(struct peerjs_chunks *c, const struct peerjs_piece *piece) {
    struct message *message = find(c, 0);
    if (message == NULL) return NULL;
    uint8_t *room = memory_try_room((size_t)piece->total * PEERJS_PIECE_SIZE);
    if (room == NULL) return NULL;
    *message = (struct message){.id = piece->id, .total = piece->total, .room = room};
    c->open++;
    return message;
}

static bool has_piece(const struct message *message, uint32_t number) {
    return (message->has[number / 8] >> number % 8 & 1) != 0;
}

static void take_piece(struct peerjs_chunks *c, struct message *message, const struct peerjs_piece *piece) {
    memcpy(message->room + (size_t)piece->number * PEERJS_PIECE_SIZE, piece->data.at, piece->data.size);
    message->has[piece->number / 8] |= (uint8_t)(1U << piece->number % 8);
    message->held += piece->data.size;
    c->held += piece->data.size;
    c->budget->held += piece->data.size;
    if (piece->number == message->total - 1) message->last_size = piece->data.size;
    message->count++;
}

static struct span finish(struct peerjs_chunks *c, struct message *message) {
    const size_t size = (size_t)(message->total - 1) * PEERJS_PIECE_SIZE + message->last_size;
    c->whole = message->room;
    message->room = NULL;
    let_go(c, message);
    return (struct span){c->whole, size};
}

enum peerjs_fault peerjs_chunks_add(struct peerjs_chunks *c, const struct peerjs_piece *piece, struct span *whole,
                                    int64_t now_ms) {
    *whole = SPAN_NONE;
    peerjs_chunks_forget_whole(c);
    const enum peerjs_fault fault = piece_check(piece);
    if (fault != PEERJS_FAULT_NONE) return fault;
    struct message *message = find(c, piece->id);
    if (message != NULL && message->total != piece->total) return PEERJS_FAULT_PIECE_TOTAL_OTHER;
    if (message != NULL && has_piece(message, piece->number)) return PEERJS_FAULT_NONE;
    if (message != NULL) message->grown_ms = now_ms;
    if (!has_room(c, piece->data.size) || c->open == PEERJS_OPEN_MAX) (void)peerjs_chunks_expire(c, now_ms);
    if (!has_room(c, piece->data.size)) return PEERJS_FAULT_PIECE_ROOM;
    if (message == NULL && (message = begin(c, piece)) == NULL) return PEERJS_FAULT_PIECE_ROOM;
    message->grown_ms = now_ms;
    take_piece(c, message, piece);
    if (message->count == message->total) *whole = finish(c, message);
    return PEERJS_FAULT_NONE;
}
