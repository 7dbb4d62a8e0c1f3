/* SPDX-License-Identifier: Apache-2.0 */
/* The reading half of binarypack.h. */
#include "swarm/peerjs/binarypack.h"

#include <string.h>

#include "base/encoding.h"
#include "base/must.h"

_Static_assert(BINARYPACK_DEPTH_MAX <= 64, "map_bits has a bit for each depth");

struct binarypack_reader binarypack_reader_over(struct span packed) {
    return (struct binarypack_reader){.packed = packed};
}

static enum binarypack_token refuse(struct binarypack_reader *r, enum peerjs_fault fault, size_t position) {
    r->fault = fault;
    r->position = position;
    return BINARYPACK_REFUSED;
}

static size_t bytes_left(const struct binarypack_reader *r) {
    return r->packed.size - r->position;
}

static bool is_in_map(const struct binarypack_reader *r) {
    return r->depth > 0 && (r->map_bits >> (r->depth - 1) & 1) != 0;
}

/* The big-endian number of `size` bytes that follows the code; false when there are not so many. */
static bool read_number(struct binarypack_reader *r, size_t size, uint64_t *number) {
    *number = 0;
    if (bytes_left(r) < size) return false;
    for (size_t i = 0; i < size; i++) *number = *number << 8 | r->packed.at[r->position++];
    return true;
}

static enum binarypack_token read_span(struct binarypack_reader *r, uint64_t size, enum binarypack_token token,
                                       size_t start) {
    if (size > bytes_left(r)) return refuse(r, PEERJS_FAULT_CUT_SHORT, start);
    r->bytes = (struct span){r->packed.at + r->position, (size_t)size};
    if (token == BINARYPACK_TEXT && !utf8_is_valid(r->bytes)) return refuse(r, PEERJS_FAULT_TEXT, start);
    r->position += (size_t)size;
    return token;
}

/* Each value takes a byte at least: a count beyond that is not waited for. */
static enum binarypack_token open_container(struct binarypack_reader *r, uint64_t count, bool is_map, size_t start) {
    const uint64_t wanted = is_map ? 2 * count : count;
    if (wanted > bytes_left(r)) return refuse(r, PEERJS_FAULT_CUT_SHORT, start);
    if (r->depth == BINARYPACK_DEPTH_MAX) return refuse(r, PEERJS_FAULT_DEPTH, start);
    const uint64_t bit = UINT64_C(1) << r->depth;
    r->map_bits = is_map ? r->map_bits | bit : r->map_bits & ~bit;
    r->left[r->depth++] = wanted;
    r->count = (uint32_t)count;
    return is_map ? BINARYPACK_MAP : BINARYPACK_ARRAY;
}

static enum binarypack_token integer_of(struct binarypack_reader *r, int64_t value) {
    r->integer = value;
    r->number = (double)value;
    return BINARYPACK_INTEGER;
}

static enum binarypack_token natural_of(struct binarypack_reader *r, uint64_t value) {
    if (value <= INT64_MAX) return integer_of(r, (int64_t)value);
    r->natural = value;
    r->number = (double)value;
    return BINARYPACK_NATURAL;
}

/* `bits` holds an integer of `size` bytes in two's complement. */
static int64_t signed_of(uint64_t bits, size_t size) {
    const unsigned unused = 64 - 8 * (unsigned)size;
    return (int64_t)(bits << unused) >> unused;
}

static enum binarypack_token double_of(struct binarypack_reader *r, uint64_t bits, size_t size) {
    if (size == 8) {
        memcpy(&r->number, &bits, sizeof r->number);
    } else {
        const uint32_t narrow = (uint32_t)bits;
        float number;
        memcpy(&number, &narrow, sizeof number);
        r->number = (double)number;
    }
    return BINARYPACK_DOUBLE;
}

enum family {
    FAMILY_NONE,
    FAMILY_FLOAT,
    FAMILY_NATURAL,
    FAMILY_INTEGER,
    FAMILY_TEXT,
    FAMILY_BYTES,
    FAMILY_ARRAY,
    FAMILY_MAP
};

/* The codes from 0xc4 up: what follows, and in how many bytes its number or its length stands. */
static const struct long_form {
    enum family family;
    size_t size;
} LONG_FORMS[0x20] = {
    [0x0a] = {FAMILY_FLOAT, 4},   [0x0b] = {FAMILY_FLOAT, 8},   [0x0c] = {FAMILY_NATURAL, 1},
    [0x0d] = {FAMILY_NATURAL, 2}, [0x0e] = {FAMILY_NATURAL, 4}, [0x0f] = {FAMILY_NATURAL, 8},
    [0x10] = {FAMILY_INTEGER, 1}, [0x11] = {FAMILY_INTEGER, 2}, [0x12] = {FAMILY_INTEGER, 4},
    [0x13] = {FAMILY_INTEGER, 8}, [0x18] = {FAMILY_TEXT, 2},    [0x19] = {FAMILY_TEXT, 4},
    [0x1a] = {FAMILY_BYTES, 2},   [0x1b] = {FAMILY_BYTES, 4},   [0x1c] = {FAMILY_ARRAY, 2},
    [0x1d] = {FAMILY_ARRAY, 4},   [0x1e] = {FAMILY_MAP, 2},     [0x1f] = {FAMILY_MAP, 4},
};

static enum binarypack_token read_long(struct binarypack_reader *r, uint8_t code, size_t start) {
    const struct long_form *form = &LONG_FORMS[code - 0xc0];
    uint64_t number;
    if (form->family == FAMILY_NONE) return refuse(r, PEERJS_FAULT_CODE, start);
    if (!read_number(r, form->size, &number)) return refuse(r, PEERJS_FAULT_CUT_SHORT, start);
    switch (form->family) {
    case FAMILY_NONE: break;
    case FAMILY_FLOAT: return double_of(r, number, form->size);
    case FAMILY_NATURAL: return natural_of(r, number);
    case FAMILY_INTEGER: return integer_of(r, signed_of(number, form->size));
    case FAMILY_TEXT: return read_span(r, number, BINARYPACK_TEXT, start);
    case FAMILY_BYTES: return read_span(r, number, BINARYPACK_BYTES, start);
    case FAMILY_ARRAY: return open_container(r, number, false, start);
    case FAMILY_MAP: return open_container(r, number, true, start);
    }
    return refuse(r, PEERJS_FAULT_CODE, start);
}

static enum binarypack_token read_value(struct binarypack_reader *r, size_t start) {
    const uint8_t code = r->packed.at[r->position++];
    if (code < 0x80) return integer_of(r, code);
    if (code >= 0xe0) return integer_of(r, (int64_t)code - 0x100);
    const uint64_t small = code & 0x0f;
    switch (code >> 4) {
    case 0x8: return open_container(r, small, true, start);
    case 0x9: return open_container(r, small, false, start);
    case 0xa: return read_span(r, small, BINARYPACK_BYTES, start);
    case 0xb: return read_span(r, small, BINARYPACK_TEXT, start);
    default: break;
    }
    switch (code) {
    case 0xc0:
    case 0xc1: return BINARYPACK_NULL;
    case 0xc2: r->boolean = false; return BINARYPACK_BOOLEAN;
    case 0xc3: r->boolean = true; return BINARYPACK_BOOLEAN;
    default: return read_long(r, code, start);
    }
}

static enum binarypack_token next_outermost(struct binarypack_reader *r) {
    if (bytes_left(r) == 0) return r->has_value ? BINARYPACK_END : refuse(r, PEERJS_FAULT_CUT_SHORT, r->position);
    if (r->has_value) return refuse(r, PEERJS_FAULT_TRAILING, r->position);
    r->has_value = true;
    return read_value(r, r->position);
}

enum binarypack_token binarypack_next(struct binarypack_reader *r) {
    if (r->fault != PEERJS_FAULT_NONE) return BINARYPACK_REFUSED;
    r->is_key = false;
    if (r->depth == 0) return next_outermost(r);
    uint64_t *left = &r->left[r->depth - 1];
    if (*left == 0) {
        r->depth--;
        return BINARYPACK_CLOSE;
    }
    if (bytes_left(r) == 0) return refuse(r, PEERJS_FAULT_CUT_SHORT, r->position);
    const bool is_key = is_in_map(r) && *left % 2 == 0;
    const size_t start = r->position;
    --*left;
    const enum binarypack_token token = read_value(r, start);
    if (is_key && token != BINARYPACK_TEXT && token != BINARYPACK_REFUSED) return refuse(r, PEERJS_FAULT_KEY, start);
    r->is_key = is_key;
    return token;
}

bool binarypack_skip(struct binarypack_reader *r, enum binarypack_token token) {
    if (token != BINARYPACK_ARRAY && token != BINARYPACK_MAP) return token != BINARYPACK_REFUSED;
    must(r->depth > 0);
    const unsigned outside = r->depth - 1;
    while (r->depth > outside)
        if (binarypack_next(r) == BINARYPACK_REFUSED) return false;
    return true;
}

enum peerjs_fault binarypack_check(struct span packed) {
    struct binarypack_reader r = binarypack_reader_over(packed);
    for (;;) {
        const enum binarypack_token token = binarypack_next(&r);
        if (token == BINARYPACK_REFUSED) return r.fault;
        if (token == BINARYPACK_END) return PEERJS_FAULT_NONE;
    }
}
