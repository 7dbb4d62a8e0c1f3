/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* One direction of a simulated connection: what is under way, in order, as TCP gives it: nothing is lost, nothing
 * overtakes. Handshakes and endings travel in the same row as the bytes.
 * Owns: its segments.   Never: drops one silently; stream_clear is for a connection that is gone.
 * Full: ends the process without memory; the engines' own limits keep it small. */

#include "base/bytes.h"

enum segment_kind {
    SEGMENT_SYN,
    SEGMENT_SYN_ANSWER,
    SEGMENT_CLIENT_HELLO,  /* the dialler begins TLS */
    SEGMENT_SERVER_FLIGHT, /* the acceptor's key, proven */
    SEGMENT_FINISHED,      /* the dialler's key, proven */
    SEGMENT_ALERT,         /* the dialler does not like the key */
    SEGMENT_BYTES,
    SEGMENT_END,   /* no more bytes come */
    SEGMENT_RESET, /* nobody is here for this */
};
struct segment {
    struct segment *next;
    int64_t due_ms;
    enum segment_kind kind;
    size_t size;
    uint8_t bytes[];
};
struct stream { /* all zero: nothing is under way */
    struct segment *first, *last;
    int64_t last_due_ms;
    size_t size; /* of all that is under way */
};

void stream_put(struct stream *stream, enum segment_kind kind, struct span bytes, int64_t due_ms); /* bytes: copied */
const struct segment *stream_first(const struct stream *stream);                                   /* NULL: none */
struct segment *stream_take(struct stream *stream); /* owned by the caller: memory_free */
void stream_clear(struct stream *stream);
