/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Frames out of a stream of bytes, by wslay: each in one piece or several, as they arrive, unmasked.
 *
 * wslay's context holds 4 KiB of input, and its event interface as much again for output: for ten thousand connections
 * that wait, most of what they would cost. So it is the frame interface, and its context lives only while a frame is
 * half here: frame_reader_rest gives it back. Owns: that context.
 * Never: keeps what it was fed beyond frame_reader_next's FRAME_NEEDS_MORE; judges what a frame means.
 * Full: a piece is at most 4 KiB.   Spec: RFC 6455, 5.2. */

#include "base/bytes.h"

struct wslay_frame_context;

enum frame_opcode {
    FRAME_CONTINUATION = 0x0,
    FRAME_TEXT = 0x1,
    FRAME_BINARY = 0x2,
    FRAME_CLOSE = 0x8,
    FRAME_PING = 0x9,
    FRAME_PONG = 0xa,
    FRAME_CONTROL = 0x8, /* the bit that control frames have */
};
enum frame_outcome {
    FRAME_PIECE,
    FRAME_NEEDS_MORE, /* all that was fed is taken */
    FRAME_BROKEN,     /* a length in the wrong form, or a control frame that is cut or too long */
    FRAME_NO_MEMORY,
};

struct frame_piece {
    unsigned opcode; /* any of four bits */
    bool is_final;   /* FIN */
    bool is_masked;
    bool has_reserved; /* bits that an extension would have to explain */
    bool is_first;     /* of its frame */
    bool is_last;
    uint64_t frame_size; /* the payload's */
    struct span bytes;   /* borrowed until the next call */
};
struct frame_reader {
    struct wslay_frame_context *wslay; /* NULL: no frame is half here */
    struct span input;                 /* fed, and not taken yet; borrowed */
    uint64_t payload_left;             /* of the frame at hand */
    uint64_t inside;                   /* bytes that wslay has, and no piece has given back */
};

void frame_reader_feed(struct frame_reader *reader, struct span bytes); /* borrowed until all is taken */
enum frame_outcome frame_reader_next(struct frame_reader *reader, struct frame_piece *piece);
void frame_reader_rest(struct frame_reader *reader); /* after FRAME_NEEDS_MORE */
void frame_reader_deinit(struct frame_reader *reader);
