/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Strict JSON (RFC 8259) token by token, over bytes that are borrowed: the only code that looks at the characters of
 * a JSON text. The tree (json.h) stands on it.
 * Owns: nothing.   Never: allocates, recurses, looks at a byte twice (but for numbers), accepts a byte order mark.
 * Full: deeper than the mode allows is JSON_FAULT_DEPTH. */

#include "base/json.h"

enum json_token {
    JSON_TOKEN_FAULT, /* stays; `fault` and `position` say what and where */
    JSON_TOKEN_NULL,
    JSON_TOKEN_BOOLEAN, /* `boolean` */
    JSON_TOKEN_NUMBER,  /* `token` is its text */
    JSON_TOKEN_STRING,  /* `token` lies between the quotes, still escaped */
    JSON_TOKEN_NAME,    /* the same; the colon is behind us, a value comes next */
    JSON_TOKEN_ARRAY_OPEN,
    JSON_TOKEN_ARRAY_CLOSE,
    JSON_TOKEN_OBJECT_OPEN,
    JSON_TOKEN_OBJECT_CLOSE,
    JSON_TOKEN_END, /* the one value was whole and nothing follows; stays */
};

struct json_reader {
    struct span text;
    enum json_mode mode;
    size_t position;       /* of the next byte; after a fault, of the byte that was refused */
    size_t token_position; /* where the token starts, its quote included */
    struct span token;
    bool has_escapes; /* of the last string or name */
    bool boolean;
    enum json_fault fault;
    uint8_t expects;      /* what may come next; private */
    unsigned depth;       /* open containers */
    uint64_t object_bits; /* bit n: the container at depth n + 1 is an object */
};

struct json_reader json_reader_over(struct span text, enum json_mode mode); /* text: borrowed until the last token */
enum json_token json_reader_next(struct json_reader *r);

/* Writes the characters of a token that the reader has passed, in at most token.size bytes; gives how many. */
size_t json_unescape(struct span token, uint8_t *out);
