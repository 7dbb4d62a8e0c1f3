/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/peerjs/binarypack_json.h"

#include "base/encoding.h"
#include "base/json_writer.h"
#include "base/number.h"

static void put_members(struct binarypack_writer *w, const struct json_value *object) {
    binarypack_put_map(w, (uint32_t)object->count);
    for (size_t i = 0; i < object->count; i++) {
        binarypack_put_text(w, object->as.members[i].name);
        binarypack_put_json(w, &object->as.members[i].value);
    }
}

static void put_items(struct binarypack_writer *w, const struct json_value *array) {
    binarypack_put_array(w, (uint32_t)array->count);
    for (size_t i = 0; i < array->count; i++) binarypack_put_json(w, &array->as.items[i]);
}

/* Recurses no deeper than the parser let the text be nested (JSON_CANON_DEPTH_MAX). */
void binarypack_put_json(struct binarypack_writer *w, const struct json_value *value) {
    switch (value->kind) {
    case JSON_NULL: binarypack_put_null(w); break;
    case JSON_BOOLEAN: binarypack_put_boolean(w, value->as.boolean); break;
    case JSON_NUMBER: binarypack_put_number(w, value->as.number); break;
    case JSON_STRING: binarypack_put_text(w, value->as.string); break;
    case JSON_ARRAY: put_items(w, value); break;
    case JSON_OBJECT: put_members(w, value); break;
    }
}

static enum peerjs_fault fault_of_json(enum json_fault fault) {
    switch (fault) {
    case JSON_FAULT_DEPTH: return PEERJS_FAULT_DEPTH;
    case JSON_FAULT_TOO_LARGE: return PEERJS_FAULT_TOO_LARGE;
    case JSON_FAULT_NONE:
    case JSON_FAULT_SYNTAX:
    case JSON_FAULT_DUPLICATE:
    case JSON_FAULT_SURROGATE:
    case JSON_FAULT_KEY_ORDER: break;
    }
    return PEERJS_FAULT_JSON;
}

enum peerjs_fault binarypack_from_json(struct span text, struct arena *arena, struct buffer *out) {
    enum json_fault fault = JSON_FAULT_NONE;
    const struct json_value *value = json_parse(text, JSON_CANON, arena, &fault, NULL);
    if (value == NULL) return fault_of_json(fault);
    struct binarypack_writer w = binarypack_writer_into(out);
    binarypack_put_json(&w, value);
    if (w.fault != PEERJS_FAULT_NONE) return w.fault;
    return out->overflowed ? PEERJS_FAULT_TOO_LARGE : PEERJS_FAULT_NONE;
}

static void put_base64(struct buffer *out, struct span bytes) {
    buffer_put_u8(out, '"');
    base64_write(out, bytes);
    buffer_put_u8(out, '"');
}

static void put_natural(struct buffer *out, uint64_t value) {
    char digits[24];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    buffer_put(out, (struct span){(const uint8_t *)digits + at, sizeof digits - at});
}

/* The text of JSON while it is written: what closes each container that is open, and whether a comma is due. */
struct json_state {
    uint64_t map_bits;
    unsigned depth;
    bool needs_comma;
};

static void open_json(struct json_state *state, struct buffer *out, bool is_map) {
    const uint64_t bit = UINT64_C(1) << state->depth++;
    state->map_bits = is_map ? state->map_bits | bit : state->map_bits & ~bit;
    state->needs_comma = false;
    buffer_put_u8(out, is_map ? '{' : '[');
}

static void close_json(struct json_state *state, struct buffer *out) {
    const bool is_map = (state->map_bits >> --state->depth & 1) != 0;
    state->needs_comma = true;
    buffer_put_u8(out, is_map ? '}' : ']');
}

static void put_simple(struct buffer *out, const struct binarypack_reader *r, enum binarypack_token token) {
    switch (token) {
    case BINARYPACK_NULL: buffer_put_text(out, "null"); break;
    case BINARYPACK_BOOLEAN: buffer_put_text(out, r->boolean ? "true" : "false"); break;
    case BINARYPACK_INTEGER: buffer_put_decimal(out, r->integer); break;
    case BINARYPACK_NATURAL: put_natural(out, r->natural); break;
    case BINARYPACK_DOUBLE: number_write_double(out, r->number); break;
    case BINARYPACK_BYTES: put_base64(out, r->bytes); break;
    case BINARYPACK_TEXT: json_write_string(out, r->bytes); break;
    case BINARYPACK_ARRAY:
    case BINARYPACK_MAP:
    case BINARYPACK_CLOSE:
    case BINARYPACK_REFUSED:
    case BINARYPACK_END: break;
    }
}

static void put_token(struct json_state *state, struct buffer *out, const struct binarypack_reader *r,
                      enum binarypack_token token) {
    if (token == BINARYPACK_CLOSE) {
        close_json(state, out);
        return;
    }
    if (state->needs_comma) buffer_put_u8(out, ',');
    if (token == BINARYPACK_ARRAY || token == BINARYPACK_MAP) {
        open_json(state, out, token == BINARYPACK_MAP);
        return;
    }
    put_simple(out, r, token);
    state->needs_comma = !r->is_key;
    if (r->is_key) buffer_put_u8(out, ':');
}

enum peerjs_fault binarypack_to_json(struct span packed, struct buffer *out) {
    struct binarypack_reader r = binarypack_reader_over(packed);
    struct json_state state = {0};
    enum binarypack_token token;
    while ((token = binarypack_next(&r)) != BINARYPACK_END) {
        if (token == BINARYPACK_REFUSED) return r.fault;
        put_token(&state, out, &r, token);
        if (out->overflowed) return PEERJS_FAULT_TOO_LARGE;
    }
    return PEERJS_FAULT_NONE;
}
