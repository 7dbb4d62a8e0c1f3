/* SPDX-License-Identifier: Apache-2.0 */
/* The writing half of binarypack.h. */
#include "swarm/peerjs/binarypack.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/encoding.h"

enum { SHORT_MAX = 15 };

/* Up to where a double says every whole number; browsers count with nothing else. */
static const int64_t EXACT_MAX = INT64_C(1) << 53;

struct binarypack_writer binarypack_writer_into(struct buffer *out) {
    return (struct binarypack_writer){.out = out};
}

static void refuse(struct binarypack_writer *w, enum peerjs_fault fault) {
    if (w->fault == PEERJS_FAULT_NONE) w->fault = fault;
}

static void put_number(struct binarypack_writer *w, uint8_t code, uint64_t value, unsigned size) {
    w->has_begun = true;
    buffer_put_u8(w->out, code);
    for (unsigned i = size; i > 0; i--) buffer_put_u8(w->out, (uint8_t)(value >> 8 * (i - 1)));
}

void binarypack_put_null(struct binarypack_writer *w) {
    if (!w->has_begun) refuse(w, PEERJS_FAULT_NOTHING);
    put_number(w, 0xc0, 0, 0);
}

void binarypack_put_boolean(struct binarypack_writer *w, bool value) {
    put_number(w, value ? 0xc3 : 0xc2, 0, 0);
}

static void put_double(struct binarypack_writer *w, double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    put_number(w, 0xcb, bits, 8);
}

static void put_below_zero(struct binarypack_writer *w, int64_t value) {
    if (value >= -32)
        put_number(w, (uint8_t)value, 0, 0);
    else if (value >= INT8_MIN)
        put_number(w, 0xd0, (uint64_t)value, 1);
    else if (value >= INT16_MIN)
        put_number(w, 0xd1, (uint64_t)value, 2);
    else if (value >= INT32_MIN)
        put_number(w, 0xd2, (uint64_t)value, 4);
    else if (value >= -EXACT_MAX)
        put_double(w, (double)value);
    else
        put_number(w, 0xd3, (uint64_t)value, 8);
}

void binarypack_put_natural(struct binarypack_writer *w, uint64_t value) {
    if (value <= INT8_MAX)
        put_number(w, (uint8_t)value, 0, 0);
    else if (value <= UINT8_MAX)
        put_number(w, 0xcc, value, 1);
    else if (value <= UINT16_MAX)
        put_number(w, 0xcd, value, 2);
    else if (value <= UINT32_MAX)
        put_number(w, 0xce, value, 4);
    else
        put_number(w, value <= INT64_MAX ? 0xd3 : 0xcf, value, 8);
}

void binarypack_put_integer(struct binarypack_writer *w, int64_t value) {
    if (value < 0)
        put_below_zero(w, value);
    else
        binarypack_put_natural(w, (uint64_t)value);
}

/* Whole, and one that 64 bits hold. Below zero only as far as every whole number is a double: further down a double is
 * the one that JavaScript reads best. */
static bool is_written_whole(double value) {
    return value >= -(double)EXACT_MAX && value < 0x1p64 && value == floor(value);
}

void binarypack_put_number(struct binarypack_writer *w, double value) {
    if (isnan(value)) {
        refuse(w, PEERJS_FAULT_NOT_A_NUMBER);
        value = 0;
    }
    if (fabs(value) < DBL_MIN)
        binarypack_put_natural(w, 0);
    else if (!is_written_whole(value))
        put_double(w, value);
    else if (value < 0)
        put_below_zero(w, (int64_t)value);
    else
        binarypack_put_natural(w, (uint64_t)value);
}

/* A length or a count: in the code itself, or after it in two bytes or four. */
static void put_size(struct binarypack_writer *w, uint8_t short_code, uint8_t long_code, size_t size) {
    if (size > UINT32_MAX) refuse(w, PEERJS_FAULT_TOO_LARGE);
    if (size <= SHORT_MAX)
        put_number(w, (uint8_t)(short_code | size), 0, 0);
    else if (size <= UINT16_MAX)
        put_number(w, long_code, size, 2);
    else
        put_number(w, (uint8_t)(long_code + 1), size, 4);
}

void binarypack_put_bytes(struct binarypack_writer *w, struct span bytes) {
    put_size(w, 0xa0, 0xda, bytes.size);
    buffer_put(w->out, bytes);
}

static const char REPLACEMENT[] = "\xef\xbf\xbd";

/* What stands for the first byte of `rest` when no character begins there: half of a surrogate pair, which a JSON text
 * may hold, is three bytes and goes as a whole. */
static size_t broken_size(struct span rest) {
    return rest.size >= 3 && rest.at[0] == 0xed && rest.at[1] >= 0xa0 && (rest.at[2] & 0xc0) == 0x80 ? 3 : 1;
}

static size_t mended_size(struct span text) {
    size_t size = 0;
    for (struct span rest = text; rest.size > 0;) {
        const size_t good = utf8_first_size(rest), step = good > 0 ? good : broken_size(rest);
        size += good > 0 ? good : sizeof REPLACEMENT - 1;
        rest = (struct span){rest.at + step, rest.size - step};
    }
    return size;
}

static void put_mended(struct buffer *out, struct span text) {
    for (struct span rest = text; rest.size > 0;) {
        const size_t good = utf8_first_size(rest), step = good > 0 ? good : broken_size(rest);
        if (good > 0)
            buffer_put(out, (struct span){rest.at, good});
        else
            buffer_put_text(out, REPLACEMENT);
        rest = (struct span){rest.at + step, rest.size - step};
    }
}

void binarypack_put_text(struct binarypack_writer *w, struct span text) {
    const bool is_valid = utf8_is_valid(text);
    put_size(w, 0xb0, 0xd8, is_valid ? text.size : mended_size(text));
    if (is_valid)
        buffer_put(w->out, text);
    else
        put_mended(w->out, text);
}

void binarypack_put_array(struct binarypack_writer *w, uint32_t count) {
    put_size(w, 0x90, 0xdc, count);
}

void binarypack_put_map(struct binarypack_writer *w, uint32_t count) {
    put_size(w, 0x80, 0xde, count);
}

static void put_token(struct binarypack_writer *w, const struct binarypack_reader *r, enum binarypack_token token) {
    switch (token) {
    case BINARYPACK_NULL: binarypack_put_null(w); break;
    case BINARYPACK_BOOLEAN: binarypack_put_boolean(w, r->boolean); break;
    case BINARYPACK_INTEGER: binarypack_put_integer(w, r->integer); break;
    case BINARYPACK_NATURAL: binarypack_put_natural(w, r->natural); break;
    case BINARYPACK_DOUBLE: binarypack_put_number(w, r->number); break;
    case BINARYPACK_BYTES: binarypack_put_bytes(w, r->bytes); break;
    case BINARYPACK_TEXT: binarypack_put_text(w, r->bytes); break;
    case BINARYPACK_ARRAY: binarypack_put_array(w, r->count); break;
    case BINARYPACK_MAP: binarypack_put_map(w, r->count); break;
    case BINARYPACK_REFUSED:
    case BINARYPACK_CLOSE:
    case BINARYPACK_END: break;
    }
}

enum peerjs_fault binarypack_rewrite(struct span packed, struct buffer *out) {
    struct binarypack_reader r = binarypack_reader_over(packed);
    struct binarypack_writer w = binarypack_writer_into(out);
    enum binarypack_token token;
    while ((token = binarypack_next(&r)) != BINARYPACK_END) {
        if (token == BINARYPACK_REFUSED) return r.fault;
        put_token(&w, &r, token);
        if (w.fault != PEERJS_FAULT_NONE) return w.fault;
        if (out->overflowed) return PEERJS_FAULT_TOO_LARGE;
    }
    return PEERJS_FAULT_NONE;
}
