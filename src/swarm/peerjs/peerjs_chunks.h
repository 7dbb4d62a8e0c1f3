/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The messages of one PeerJS connection that come in pieces, put together again. On an unordered channel pieces come in
 * any order and between those of other messages.
 * Owns: the bytes of every message that is not whole yet, and of the last that was. A message takes the room it says it
 * needs at its first piece; the system gives a large block page by page, so that only what came is really held.
 * Never: believes a piece that does not fit the first of its message.
 * Full: a connection has PEERJS_OPEN_MAX messages under way and PEERJS_HELD_MAX bytes of them, all together what their
 * budget says; what has not grown for PEERJS_IDLE_MS makes room, and then a piece is refused with PIECE_ROOM.
 * Spec: reference 7.4 (W57 not repeated). */

#include "swarm/peerjs/peerjs_frame.h"

enum {
    PEERJS_MESSAGE_MAX = 16 * 1024 * 1024 + 65536, /* packed: 16 MiB of bytes, and what is said around them */
    PEERJS_PIECES_MAX = (PEERJS_MESSAGE_MAX + PEERJS_PIECE_SIZE - 1) / PEERJS_PIECE_SIZE,
    PEERJS_OPEN_MAX = 64, /* as many pieces as a megabyte of lost packets can delay */
    PEERJS_HELD_MAX = 2 * PEERJS_MESSAGE_MAX,
    PEERJS_IDLE_MS = 60000,
};

/* What several connections may hold between them. */
struct peerjs_budget {
    size_t held, held_max;
};

struct peerjs_chunks;

struct peerjs_chunks *peerjs_chunks_new(struct peerjs_budget *budget); /* budget: borrowed until free */
void peerjs_chunks_free(struct peerjs_chunks *chunks);                 /* accepts NULL */
/* `whole` is the message when this was the last piece of it (borrowed until the next call), else empty. A piece that
 * came before is passed over. PIECE_TOTAL, PIECE_NUMBER, PIECE_SIZE, PIECE_TOTAL_OTHER, PIECE_ROOM. */
enum peerjs_fault peerjs_chunks_add(struct peerjs_chunks *chunks, const struct peerjs_piece *piece, struct span *whole,
                                    int64_t now_ms);
/* Gives up what is idle; how many there were. */
size_t peerjs_chunks_expire(struct peerjs_chunks *chunks, int64_t now_ms);
void peerjs_chunks_forget_whole(struct peerjs_chunks *chunks); /* the last whole message has been read */
size_t peerjs_chunks_open(const struct peerjs_chunks *chunks);
