/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What one message of a PeerJS channel is: a value, a piece of a larger one, or the wish that we close. The library
 * tells them apart by the member `__peerData` of the outermost map, and so do we.
 * Owns: nothing.   Never: allocates.   Spec: reference 7.4, Framing. */

#include "swarm/peerjs/binarypack.h"

enum {
    PEERJS_PIECE_SIZE = 16300,                 /* of every piece but the last; a value up to it goes in one frame */
    PEERJS_FRAME_MAX = PEERJS_PIECE_SIZE + 64, /* a piece and its members */
};

enum peerjs_frame_kind { PEERJS_FRAME_VALUE, PEERJS_FRAME_PIECE, PEERJS_FRAME_CLOSE };
struct peerjs_piece {
    int64_t id; /* of the message, from 1; each end counts its own */
    uint32_t number, total;
    struct span data; /* borrowed until the frame goes */
};
struct peerjs_frame {
    enum peerjs_frame_kind kind;
    struct peerjs_piece piece; /* of a PIECE; not yet held against any limit */
};

/* What binarypack_check refuses, and PIECE_SHAPE: `__peerData` with other members than a piece has. */
enum peerjs_fault peerjs_frame_read(struct span packed, struct peerjs_frame *frame);
/* The same of a connection that speaks JSON, which has no pieces: JSON, DEPTH. `text` may not be the text
 * `null` alone, which ends the script of a page that gets it: NOTHING. */
enum peerjs_fault peerjs_frame_read_json(struct span text, enum peerjs_frame_kind *kind);

/* Cuts a packed value into frames: one that holds it as it is, or pieces that say which message they are of. */
struct peerjs_cut {
    struct span packed; /* borrowed until the last frame */
    int64_t id;
    uint32_t next, total;
};
struct peerjs_cut peerjs_cut_begin(struct span packed, int64_t id);
bool peerjs_cut_next(struct peerjs_cut *cut, struct buffer *frame); /* false: there is none left */

struct span peerjs_close_packed(void); /* {"__peerData":{"type":"close"}} */
struct span peerjs_close_json(void);
