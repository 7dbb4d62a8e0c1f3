/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The chunked form of a request's body, taken apart as it arrives.
 * Owns: nothing.   Never: allocates, keeps chunk extensions or trailers (read past, bounded).
 * Full: a line over HTTP_CHUNK_LINE_MAX, or more trailers than that, is damage.   Spec: RFC 9112, 7.1. */

#include "base/bytes.h"

enum { HTTP_CHUNK_LINE_MAX = 1024 };

struct http_chunks {
    enum http_chunks_state {
        HTTP_CHUNKS_SIZE,      /* in the digits: -> EXTENSION, SIZE_LF */
        HTTP_CHUNKS_EXTENSION, /* -> SIZE_LF */
        HTTP_CHUNKS_SIZE_LF,   /* -> DATA, or TRAILER after the chunk of no bytes */
        HTTP_CHUNKS_DATA,      /* -> DATA_CR */
        HTTP_CHUNKS_DATA_CR,
        HTTP_CHUNKS_DATA_LF, /* -> SIZE */
        HTTP_CHUNKS_TRAILER, /* at the start of a line: -> TRAILER_LINE, END_LF */
        HTTP_CHUNKS_TRAILER_LINE,
        HTTP_CHUNKS_TRAILER_LF, /* -> TRAILER */
        HTTP_CHUNKS_END_LF,     /* -> DONE */
        HTTP_CHUNKS_DONE,
        HTTP_CHUNKS_DAMAGED,
    } state;
    uint64_t left;    /* of this chunk */
    size_t line_size; /* of the line, or of all trailers */
    bool has_digit;
};

/* Takes from `rest` up to the next piece of data, which may be empty. Call until `rest` is empty, or it is done or
 * damaged. The piece is borrowed from `rest`. */
struct span http_chunks_take(struct http_chunks *chunks, struct span *rest);
