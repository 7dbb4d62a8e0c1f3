/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"

#include <math.h>
#include <string.h>

#include "base/json_key_order.h"
#include "base/json_reader.h"
#include "base/must.h"
#include "base/number.h"

/* The text is read twice. The first reading checks it and counts the children of each container; the second builds
 * the tree, each container's children at once in one block of the right size. The counts stand at the far end of the
 * arena while the tree grows from the near one, and are given back at the end. */

struct counts {
    uint32_t *end; /* the count of container n, in the order of opening, is end[-1 - n] */
    size_t count;
    size_t capacity;
};

static struct counts counts_at_end(const struct arena *arena) {
    struct counts counts = {0};
    if (arena->at == NULL) return counts;
    const uintptr_t loose = ((uintptr_t)arena->at + arena->capacity) % _Alignof(uint32_t);
    const size_t left = arena->capacity - arena->used;
    if (left < loose) return counts;
    counts.end = (uint32_t *)(void *)(arena->at + arena->capacity - loose);
    counts.capacity = (left - loose) / sizeof(uint32_t);
    return counts;
}

static uint32_t *count_of(const struct counts *counts, size_t container) {
    must(container < counts->count);
    return counts->end - 1 - container;
}

/* Reads to the end; false when the text is refused or has more containers than fit. */
static bool measure(struct json_reader *r, struct counts *counts) {
    size_t open[JSON_CANON_DEPTH_MAX + 1]; /* container at each depth */
    for (enum json_token token = json_reader_next(r); token != JSON_TOKEN_END; token = json_reader_next(r)) {
        if (token == JSON_TOKEN_FAULT) return false;
        const bool is_open = token == JSON_TOKEN_ARRAY_OPEN || token == JSON_TOKEN_OBJECT_OPEN;
        const bool is_close = token == JSON_TOKEN_ARRAY_CLOSE || token == JSON_TOKEN_OBJECT_CLOSE;
        const unsigned parent_depth = r->depth - is_open;
        if (parent_depth > 0 && !is_close && token != JSON_TOKEN_NAME) ++*count_of(counts, open[parent_depth]);
        if (!is_open) continue;
        if (counts->count == counts->capacity) {
            r->fault = JSON_FAULT_TOO_LARGE;
            return false;
        }
        open[r->depth] = counts->count++;
        *count_of(counts, open[r->depth]) = 0;
    }
    return true;
}

struct frame { /* an open container */
    struct json_value *value;
    struct json_value *items;    /* of an array */
    struct json_member *members; /* of an object */
    size_t filled;
};

struct builder {
    struct json_reader reader;
    struct arena arena;
    struct counts counts;
    size_t opened; /* containers so far */
    unsigned depth;
    struct frame frames[JSON_CANON_DEPTH_MAX];
    struct json_value *root;
    enum json_fault fault;
    size_t fault_at;
};

static bool fail(struct builder *b, enum json_fault fault, size_t at) {
    b->fault = fault;
    b->fault_at = at;
    return false;
}

static bool fail_too_large(struct builder *b) {
    return fail(b, JSON_FAULT_TOO_LARGE, b->reader.token_position);
}

/* The place of the value that the reader just passed. */
static struct json_value *place(struct builder *b) {
    if (b->depth == 0) return b->root;
    struct frame *frame = &b->frames[b->depth - 1];
    must(frame->filled < frame->value->count);
    if (frame->value->kind == JSON_ARRAY) return &frame->items[frame->filled++];
    return &frame->members[frame->filled++].value;
}

/* A string without escapes stays in the text. */
static bool take_string(struct builder *b, struct span *string) {
    const struct span token = b->reader.token;
    *string = token;
    if (!b->reader.has_escapes) return true;
    uint8_t *bytes = arena_take(&b->arena, token.size);
    if (bytes == NULL) return fail_too_large(b);
    *string = (struct span){bytes, json_unescape(token, bytes)};
    return true;
}

static bool take_name(struct builder *b) {
    struct frame *frame = &b->frames[b->depth - 1];
    must(frame->filled < frame->value->count);
    return take_string(b, &frame->members[frame->filled].name);
}

static bool open_frame(struct builder *b, struct json_value *value) {
    must(b->depth < JSON_CANON_DEPTH_MAX);
    struct frame *frame = &b->frames[b->depth++];
    *frame = (struct frame){.value = value};
    value->count = *count_of(&b->counts, b->opened++);
    if (value->count == 0) return true;
    const size_t child_size = value->kind == JSON_ARRAY ? sizeof *frame->items : sizeof *frame->members;
    void *children = value->count > SIZE_MAX / child_size ? NULL : arena_take(&b->arena, value->count * child_size);
    if (children == NULL) return fail_too_large(b);
    if (value->kind == JSON_ARRAY) {
        value->as.items = frame->items = children;
    } else {
        value->as.members = frame->members = children;
    }
    return true;
}

/* Each name that comes again gives its value to the first of that name. The later ones stay behind without a name. */
static bool give_to_first(struct builder *b, struct json_member *first, const struct json_member *again) {
    if (b->reader.mode == JSON_WIRE) {
        return fail(b, JSON_FAULT_DUPLICATE, (size_t)(again->value.text.at - b->reader.text.at));
    }
    first->value = again->value;
    return true;
}

static void drop_nameless(struct frame *frame) {
    size_t kept = 0;
    for (size_t i = 0; i < frame->value->count; i++) {
        if (frame->members[i].name.at == NULL) continue;
        if (kept != i) frame->members[kept] = frame->members[i];
        kept++;
    }
    frame->value->count = kept;
}

static bool settle_duplicates(struct builder *b, struct frame *frame) {
    struct arena scratch = b->arena; /* a copy: the sorted list goes when we leave */
    const struct json_member **sorted =
        json_members_sorted(frame->members, frame->value->count, span_compare, &scratch);
    if (sorted == NULL) return fail_too_large(b);
    bool has_dropped = false;
    struct json_member *first = &frame->members[sorted[0] - frame->members];
    for (size_t i = 1; i < frame->value->count; i++) {
        struct json_member *member = &frame->members[sorted[i] - frame->members];
        if (!span_equal(member->name, first->name)) {
            first = member;
            continue;
        }
        if (!give_to_first(b, first, member)) return false;
        member->name.at = NULL;
        has_dropped = true;
    }
    if (has_dropped) drop_nameless(frame);
    return true;
}

static bool close_frame(struct builder *b) {
    struct frame *frame = &b->frames[--b->depth];
    frame->value->text.size = (size_t)(b->reader.text.at + b->reader.position - frame->value->text.at);
    must(frame->filled == frame->value->count);
    if (frame->value->kind == JSON_ARRAY || frame->value->count < 2) return true;
    return settle_duplicates(b, frame);
}

static enum json_kind kind_of(enum json_token token) {
    switch (token) {
    case JSON_TOKEN_BOOLEAN: return JSON_BOOLEAN;
    case JSON_TOKEN_NUMBER: return JSON_NUMBER;
    case JSON_TOKEN_STRING: return JSON_STRING;
    case JSON_TOKEN_ARRAY_OPEN: return JSON_ARRAY;
    case JSON_TOKEN_OBJECT_OPEN: return JSON_OBJECT;
    case JSON_TOKEN_NULL:
    case JSON_TOKEN_FAULT:
    case JSON_TOKEN_NAME:
    case JSON_TOKEN_ARRAY_CLOSE:
    case JSON_TOKEN_OBJECT_CLOSE:
    case JSON_TOKEN_END: break;
    }
    return JSON_NULL;
}

static bool take_value(struct builder *b, enum json_token token) {
    const struct json_reader *r = &b->reader;
    struct json_value *value = place(b);
    value->kind = kind_of(token);
    value->text = (struct span){r->text.at + r->token_position, r->position - r->token_position};
    switch (value->kind) {
    case JSON_NULL: return true;
    case JSON_BOOLEAN: value->as.boolean = r->boolean; return true;
    case JSON_NUMBER: value->as.number = number_read_double(r->token); return true;
    case JSON_STRING: return take_string(b, &value->as.string);
    case JSON_ARRAY:
    case JSON_OBJECT: return open_frame(b, value);
    }
    return false;
}

static bool build(struct builder *b) {
    b->root = arena_take(&b->arena, sizeof *b->root);
    if (b->root == NULL) return fail_too_large(b);
    for (enum json_token token = json_reader_next(&b->reader); token != JSON_TOKEN_END;
         token = json_reader_next(&b->reader)) {
        must(token != JSON_TOKEN_FAULT); /* the first reading passed */
        bool is_done;
        if (token == JSON_TOKEN_NAME) {
            is_done = take_name(b);
        } else if (token == JSON_TOKEN_ARRAY_CLOSE || token == JSON_TOKEN_OBJECT_CLOSE) {
            is_done = close_frame(b);
        } else {
            is_done = take_value(b, token);
        }
        if (!is_done) return false;
    }
    return true;
}

static bool parse(struct builder *b, const struct arena *arena) {
    b->counts = counts_at_end(arena);
    if (b->reader.text.size > UINT32_MAX) return fail_too_large(b);
    struct json_reader first_reading = b->reader;
    if (!measure(&first_reading, &b->counts)) return fail(b, first_reading.fault, first_reading.position);
    b->arena = *arena;
    if (b->counts.count > 0)
        b->arena.capacity = (size_t)((uint8_t *)count_of(&b->counts, b->counts.count - 1) - arena->at);
    return build(b);
}

const struct json_value *json_parse(struct span text, enum json_mode mode, struct arena *arena, enum json_fault *fault,
                                    size_t *fault_at) {
    struct builder b = {.reader = json_reader_over(text, mode)};
    const bool is_accepted = parse(&b, arena);
    *fault = b.fault;
    if (fault_at != NULL) *fault_at = b.fault_at;
    if (!is_accepted) return NULL;
    arena->used = b.arena.used;
    return b.root;
}

const char *json_fault_name(enum json_fault fault) {
    switch (fault) {
    case JSON_FAULT_NONE: return "none";
    case JSON_FAULT_SYNTAX: return "syntax";
    case JSON_FAULT_DUPLICATE: return "duplicate-member";
    case JSON_FAULT_SURROGATE: return "lone-surrogate";
    case JSON_FAULT_DEPTH: return "too-deep";
    case JSON_FAULT_TOO_LARGE: return "too-large";
    case JSON_FAULT_KEY_ORDER: return "undecided-key-order";
    }
    return "unknown";
}

size_t json_array_count(const struct json_value *array) {
    return array != NULL && array->kind == JSON_ARRAY ? array->count : 0;
}

const struct json_value *json_member(const struct json_value *object, const char *name) {
    if (object == NULL || object->kind != JSON_OBJECT) return NULL;
    const struct span wanted = span_of_text(name);
    for (size_t i = 0; i < object->count; i++) {
        if (span_equal(object->as.members[i].name, wanted)) return &object->as.members[i].value;
    }
    return NULL;
}

bool json_as_string(const struct json_value *value, struct span *string) {
    if (value == NULL || value->kind != JSON_STRING) return false;
    *string = value->as.string;
    return true;
}

bool json_as_boolean(const struct json_value *value, bool *boolean) {
    if (value == NULL || value->kind != JSON_BOOLEAN) return false;
    *boolean = value->as.boolean;
    return true;
}

bool json_as_integer(const struct json_value *value, int64_t min, int64_t max, int64_t *integer) {
    const double whole_max = 9007199254740991.0; /* 2^53 - 1: beyond, the double may not be what the text said */
    if (value == NULL || value->kind != JSON_NUMBER) return false;
    const double number = value->as.number;
    if (!(fabs(number) <= whole_max) || number != trunc(number)) return false;
    const int64_t whole = (int64_t)number;
    if (whole < min || whole > max) return false;
    *integer = whole;
    return true;
}
