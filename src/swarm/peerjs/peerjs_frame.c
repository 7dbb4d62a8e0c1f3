/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/peerjs/peerjs_frame.h"

#include "base/json_reader.h"

static const char MARK[] = "__peerData", CLOSE_WORD[] = "close";

/* What stands under `__peerData`. A script asks whether it is truthy, so 0 and null are as if it were not there. */
enum mark { MARK_NONE, MARK_PIECE, MARK_CLOSE, MARK_OTHER };
struct look {
    enum mark mark;
    struct peerjs_piece piece;
    bool has_number, has_total, has_data;
};

/* Behind a map: whether its member `type` is the text "close". */
static enum mark read_order(struct binarypack_reader *r) {
    bool is_type = false, is_close = false;
    for (const unsigned inside = r->depth; r->depth >= inside;) {
        const enum binarypack_token token = binarypack_next(r);
        if (token == BINARYPACK_REFUSED) return MARK_OTHER;
        if (r->is_key)
            is_type = span_equal_text(r->bytes, "type");
        else if (is_type && r->depth == inside)
            is_close = token == BINARYPACK_TEXT && span_equal_text(r->bytes, CLOSE_WORD);
        if (!binarypack_skip(r, token)) return MARK_OTHER;
    }
    return is_close ? MARK_CLOSE : MARK_OTHER;
}

static enum mark read_mark(struct binarypack_reader *r, struct look *look, enum binarypack_token token) {
    switch (token) {
    case BINARYPACK_NULL: return MARK_NONE;
    case BINARYPACK_BOOLEAN: return r->boolean ? MARK_OTHER : MARK_NONE;
    case BINARYPACK_INTEGER: look->piece.id = r->integer; return r->integer == 0 ? MARK_NONE : MARK_PIECE;
    case BINARYPACK_TEXT: return r->bytes.size == 0 ? MARK_NONE : MARK_OTHER;
    case BINARYPACK_MAP: return read_order(r);
    case BINARYPACK_ARRAY: return binarypack_skip(r, token) ? MARK_OTHER : MARK_NONE;
    case BINARYPACK_NATURAL:
    case BINARYPACK_DOUBLE:
    case BINARYPACK_BYTES:
    case BINARYPACK_CLOSE:
    case BINARYPACK_REFUSED:
    case BINARYPACK_END: break;
    }
    return MARK_OTHER;
}

static bool read_count(const struct binarypack_reader *r, enum binarypack_token token, uint32_t *count) {
    if (token != BINARYPACK_INTEGER || r->integer < 0 || r->integer > UINT32_MAX) return false;
    *count = (uint32_t)r->integer;
    return true;
}

static void read_member(struct binarypack_reader *r, struct span name, struct look *look) {
    const enum binarypack_token token = binarypack_next(r);
    if (span_equal_text(name, MARK)) {
        look->mark = read_mark(r, look, token);
        return;
    }
    if (span_equal_text(name, "n")) {
        look->has_number = read_count(r, token, &look->piece.number);
    } else if (span_equal_text(name, "total")) {
        look->has_total = read_count(r, token, &look->piece.total);
    } else if (span_equal_text(name, "data")) {
        look->has_data = token == BINARYPACK_BYTES;
        look->piece.data = r->bytes;
    }
    (void)binarypack_skip(r, token);
}

enum peerjs_fault peerjs_frame_read(struct span packed, struct peerjs_frame *frame) {
    struct binarypack_reader r = binarypack_reader_over(packed);
    struct look look = {0};
    enum binarypack_token token;
    *frame = (struct peerjs_frame){0};
    while ((token = binarypack_next(&r)) != BINARYPACK_END) {
        if (token == BINARYPACK_REFUSED) return r.fault;
        if (r.is_key)
            read_member(&r, r.bytes, &look);
        else if (r.depth > 0 && token != BINARYPACK_MAP)
            (void)binarypack_skip(&r, token);
    }
    if (look.mark == MARK_NONE) return PEERJS_FAULT_NONE;
    frame->kind = look.mark == MARK_CLOSE ? PEERJS_FRAME_CLOSE : PEERJS_FRAME_PIECE;
    if (look.mark == MARK_CLOSE) return PEERJS_FAULT_NONE;
    const bool is_piece = look.mark == MARK_PIECE && look.has_number && look.has_total && look.has_data;
    frame->piece = look.piece;
    return is_piece ? PEERJS_FAULT_NONE : PEERJS_FAULT_PIECE_SHAPE;
}

/* Follows a JSON text as far as the library looks: {"__peerData":{"type":"close"}}. */
struct json_look {
    unsigned depth;
    bool is_object;         /* the outermost is one */
    bool is_mark, is_order; /* the name at depth 1 is `__peerData`; its value is an object */
    bool is_type, is_close;
};

static void look_at_name(struct json_look *look, struct span name) {
    if (look->depth == 1) {
        look->is_mark = look->is_object && span_equal_text(name, MARK);
        look->is_order = false;
        if (look->is_mark) look->is_close = false; /* the last of several counts */
    }
    look->is_type = look->depth == 2 && look->is_order && span_equal_text(name, "type");
}

static void look_at_token(struct json_look *look, enum json_token token, struct span text) {
    const bool is_close = token == JSON_TOKEN_OBJECT_CLOSE || token == JSON_TOKEN_ARRAY_CLOSE;
    const bool is_value = token != JSON_TOKEN_NAME && !is_close;
    if (is_value && look->is_type && look->depth == 2)
        look->is_close = token == JSON_TOKEN_STRING && span_equal_text(text, CLOSE_WORD);
    if (is_value && look->depth == 1 && look->is_mark) look->is_order = token == JSON_TOKEN_OBJECT_OPEN;
    if (token == JSON_TOKEN_OBJECT_OPEN || token == JSON_TOKEN_ARRAY_OPEN) {
        if (look->depth++ == 0) look->is_object = token == JSON_TOKEN_OBJECT_OPEN;
    } else if (is_close) {
        look->depth--;
    } else if (token == JSON_TOKEN_NAME) {
        look_at_name(look, text);
    }
}

enum peerjs_fault peerjs_frame_read_json(struct span text, enum peerjs_frame_kind *kind) {
    struct json_reader r = json_reader_over(text, JSON_CANON);
    struct json_look look = {0};
    *kind = PEERJS_FRAME_VALUE;
    for (bool is_first = true;; is_first = false) {
        const enum json_token token = json_reader_next(&r);
        if (token == JSON_TOKEN_FAULT) return r.fault == JSON_FAULT_DEPTH ? PEERJS_FAULT_DEPTH : PEERJS_FAULT_JSON;
        if (token == JSON_TOKEN_NULL && is_first) return PEERJS_FAULT_NOTHING;
        if (token == JSON_TOKEN_END) break;
        look_at_token(&look, token, r.token);
    }
    if (look.is_close) *kind = PEERJS_FRAME_CLOSE;
    return PEERJS_FAULT_NONE;
}

struct peerjs_cut peerjs_cut_begin(struct span packed, int64_t id) {
    const size_t pieces = (packed.size + PEERJS_PIECE_SIZE - 1) / PEERJS_PIECE_SIZE;
    return (struct peerjs_cut){.packed = packed, .id = id, .total = pieces > 1 ? (uint32_t)pieces : 1};
}

bool peerjs_cut_next(struct peerjs_cut *cut, struct buffer *frame) {
    if (cut->next == cut->total) return false;
    const uint32_t number = cut->next++;
    if (cut->total == 1) {
        buffer_put(frame, cut->packed);
        return true;
    }
    const size_t begin = (size_t)number * PEERJS_PIECE_SIZE, rest = cut->packed.size - begin;
    struct binarypack_writer w = binarypack_writer_into(frame);
    binarypack_put_map(&w, 4);
    binarypack_put_text(&w, span_of_text(MARK));
    binarypack_put_integer(&w, cut->id);
    binarypack_put_text(&w, SPAN_LITERAL("n"));
    binarypack_put_integer(&w, number);
    binarypack_put_text(&w, SPAN_LITERAL("data"));
    binarypack_put_bytes(&w,
                         (struct span){cut->packed.at + begin, rest < PEERJS_PIECE_SIZE ? rest : PEERJS_PIECE_SIZE});
    binarypack_put_text(&w, SPAN_LITERAL("total"));
    binarypack_put_integer(&w, cut->total);
    return true;
}

struct span peerjs_close_packed(void) {
    return SPAN_LITERAL("\x81\xba__peerData\x81\xb4type\xb5"
                        "close");
}

struct span peerjs_close_json(void) {
    return SPAN_LITERAL("{\"__peerData\":{\"type\":\"close\"}}");
}
