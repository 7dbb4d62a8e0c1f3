/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* BinaryPack, in which PeerJS writes a value: MessagePack with the codes of texts and of bytes changed over. A reader
 * gives one token after the other over bytes that are borrowed; a writer picks the smallest form, and stays clear of
 * what the decoder in the browser gets wrong:
 *
 *   - a whole number is never written as a double (0.0 arrives there as something else), nor is what is so small that a
 *     double has no leading bit for it (it arrives as another number, so 0 is written);
 *   - a whole number below -2^31 is a double, for its 64-bit integers lose their last digits;
 *   - NaN is refused, and so is null as the whole message: either ends the page's script.
 *
 * Owns: nothing.   Never: allocates, recurses, believes a length or a count that what is left could not hold.
 * Full: nested deeper than BINARYPACK_DEPTH_MAX is DEPTH; a writer's buffer says itself when it is full.
 * Spec: reference 7.4; peerjs-js-binarypack 2.1. */

#include "base/bytes.h"
#include "swarm/peerjs/peerjs_fault.h"

enum { BINARYPACK_DEPTH_MAX = 64 };

enum binarypack_token {
    BINARYPACK_REFUSED, /* stays; `fault` and `position` say why and where */
    BINARYPACK_NULL,    /* also what JavaScript calls undefined */
    BINARYPACK_BOOLEAN, /* `boolean` */
    BINARYPACK_INTEGER, /* `integer` */
    BINARYPACK_NATURAL, /* `natural`: over INT64_MAX */
    BINARYPACK_DOUBLE,  /* `number`; may be NaN or infinite */
    BINARYPACK_BYTES,   /* `bytes` */
    BINARYPACK_TEXT,    /* `bytes`, valid UTF-8; at the place of a key it is that key */
    BINARYPACK_ARRAY,   /* `count` values follow, then CLOSE */
    BINARYPACK_MAP,     /* `count` times a key and a value follow, then CLOSE */
    BINARYPACK_CLOSE,
    BINARYPACK_END, /* the one value was whole and nothing follows; stays */
};

struct binarypack_reader {
    struct span packed;
    size_t position; /* of the next byte; after a fault, of the value that was refused */
    enum peerjs_fault fault;
    bool boolean;
    int64_t integer;
    uint64_t natural;
    double number;
    struct span bytes; /* borrowed until what is read goes */
    uint32_t count;
    bool is_key; /* of a TEXT: the key of a map */
    bool has_value;
    unsigned depth;                      /* containers that are open */
    uint64_t left[BINARYPACK_DEPTH_MAX]; /* tokens that each still wants: of a map, keys and values */
    uint64_t map_bits;                   /* bit n: the container at depth n + 1 is a map */
};

struct binarypack_reader binarypack_reader_over(struct span packed); /* packed: borrowed until the last token */
enum binarypack_token binarypack_next(struct binarypack_reader *reader);
/* Behind the value that a token began: nothing for a simple one, all of its contents for a container. */
bool binarypack_skip(struct binarypack_reader *reader, enum binarypack_token token);
/* Reads all of it: NONE when it is one whole value. */
enum peerjs_fault binarypack_check(struct span packed);

struct binarypack_writer {
    struct buffer *out;
    bool has_begun;
    enum peerjs_fault fault; /* the first; stays */
};

struct binarypack_writer binarypack_writer_into(struct buffer *out);
void binarypack_put_null(struct binarypack_writer *w);
void binarypack_put_boolean(struct binarypack_writer *w, bool value);
void binarypack_put_integer(struct binarypack_writer *w, int64_t value);
void binarypack_put_natural(struct binarypack_writer *w, uint64_t value);
void binarypack_put_number(struct binarypack_writer *w, double value);
void binarypack_put_bytes(struct binarypack_writer *w, struct span bytes);
void binarypack_put_text(struct binarypack_writer *w, struct span text); /* what is no UTF-8 becomes U+FFFD */
void binarypack_put_array(struct binarypack_writer *w, uint32_t count);  /* `count` values are to follow */
void binarypack_put_map(struct binarypack_writer *w, uint32_t count);    /* `count` times a text and a value */

/* The same value in the smallest form, without the traps above; at most BINARYPACK_GROWTH times as long.
 * NOT_A_NUMBER and NOTHING besides what a reader refuses; TOO_LARGE when `out` is full. */
enum peerjs_fault binarypack_rewrite(struct span packed, struct buffer *out);
enum { BINARYPACK_GROWTH = 2 }; /* a float of 5 bytes becomes a double of 9 */
