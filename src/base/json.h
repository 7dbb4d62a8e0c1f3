/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* JSON from outside, as a tree in the caller's arena (RFC 8259), and the canonical text that signatures cover.
 * The one parser that every stranger reaches: small, bounded, fuzzed first.
 *
 * Two modes. WIRE is what two nodes say to each other: duplicate members, lone surrogates and depth over 8 are
 * refused. CANON is what browsers' JSON.parse accepts, for foreign signed objects: the last duplicate wins (at the
 * place of the first), lone surrogates are kept (as their three bytes in the string, which no valid UTF-8 has), a
 * number too large for a double becomes null when written, depth at most 64.
 *
 * Owns: nothing; the tree lives in the arena and its strings point into the arena or into the text (both borrowed).
 * Never: recurses deeper than the mode allows, takes more than O(n log n) steps for n bytes, accepts trailing text.
 * Full: an arena that runs out is JSON_FAULT_TOO_LARGE. */

#include "base/arena.h"
#include "base/bytes.h"

enum json_mode { JSON_WIRE, JSON_CANON };
enum { JSON_WIRE_DEPTH_MAX = 8, JSON_CANON_DEPTH_MAX = 64 };

enum json_fault {
    JSON_FAULT_NONE,
    JSON_FAULT_SYNTAX,    /* not JSON, not UTF-8, or something follows the value */
    JSON_FAULT_DUPLICATE, /* WIRE: a member named twice */
    JSON_FAULT_SURROGATE, /* WIRE: half of a surrogate pair */
    JSON_FAULT_DEPTH,
    JSON_FAULT_TOO_LARGE, /* the arena is full */
    JSON_FAULT_KEY_ORDER, /* only from json_write_canonical: the rule does not decide the order of these keys */
};
const char *json_fault_name(enum json_fault fault); /* "syntax", "duplicate-member", ... */

enum json_kind { JSON_NULL, JSON_BOOLEAN, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

struct json_member;
struct json_value {
    enum json_kind kind;
    size_t count; /* items of an array, members of an object */
    union {
        bool boolean;
        double number;      /* infinite when the text overflows */
        struct span string; /* unescaped bytes; valid UTF-8, but for lone surrogates in CANON */
        const struct json_value *items;
        const struct json_member *members; /* in the order of the text */
    } as;
    struct span text; /* where this value stands in what was read (borrowed until that goes) */
};
struct json_member {
    struct span name;
    struct json_value value;
};

/* NULL when refused; *fault then says why, *fault_at (may be NULL) where in the text. */
const struct json_value *json_parse(struct span text, enum json_mode mode, struct arena *arena, enum json_fault *fault,
                                    size_t *fault_at);

/* Members by name; NULL when absent or when `object` is no object. */
const struct json_value *json_member(const struct json_value *object, const char *name);
/* How many items an array has; 0 when absent (NULL) or no array. */
size_t json_array_count(const struct json_value *array);

/* Typed looks: false when absent (NULL) or of another type; nothing is coerced. */
bool json_as_string(const struct json_value *value, struct span *string);
bool json_as_boolean(const struct json_value *value, bool *boolean);
/* 1.0 and 1e3 count; beyond 2^53 - 1 a double need not be what the text said, so such numbers are refused. */
bool json_as_integer(const struct json_value *value, int64_t min, int64_t max, int64_t *integer);

/* Writes the canonical form: keys in the browsers' collation order (for ASCII keys), shortest numbers, minimal
 * escapes, no white space. Keys whose order the rule does not decide give JSON_FAULT_KEY_ORDER; an object with one
 * member needs no order. `scratch` holds the sorted members while it runs; JSON_FAULT_TOO_LARGE when it or `out` is
 * full. */
enum json_fault json_write_canonical(const struct json_value *value, struct arena *scratch, struct buffer *out);

/* Whether a value that was read in CANON could also stand in a WIRE text, within `depth_max` containers of it: what one
 * side accepts here and passes on must not be what the other side refuses there. */
bool json_fits_wire(const struct json_value *value, size_t depth_max);

/* Writes the value again without white space, members in the order they came (the text a browser would send on).
 * False when `out` is full. */
bool json_write_compact(const struct json_value *value, struct buffer *out);
