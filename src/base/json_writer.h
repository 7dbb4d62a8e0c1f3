/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Writes JSON text member by member; commas and escapes are its business, nesting is the caller's.
 * Owns: nothing; writes into the caller's buffer.   Never: allocates, writes what is not valid UTF-8 (bad bytes
 * become U+FFFD).   Full: the buffer's `overflowed` says so at the end. */

#include "base/bytes.h"

struct json_writer {
    struct buffer *out;
    bool needs_comma;
};

struct json_writer json_writer_into(struct buffer *out);
/* `name` NULL inside an array or at the top; otherwise the member's name (plain ASCII of ours). */
void json_open_object(struct json_writer *w, const char *name);
void json_close_object(struct json_writer *w);
void json_open_array(struct json_writer *w, const char *name);
void json_close_array(struct json_writer *w);
void json_put_span(struct json_writer *w, const char *name, struct span string); /* escaped */
void json_put_text(struct json_writer *w, const char *name, const char *string); /* NULL writes null */
void json_put_integer(struct json_writer *w, const char *name, int64_t value);
void json_put_number(struct json_writer *w, const char *name, double value); /* not finite writes null */
void json_put_boolean(struct json_writer *w, const char *name, bool value);
void json_put_hex(struct json_writer *w, const char *name, struct span bytes);    /* lower-case digits in a string */
void json_put_base64(struct json_writer *w, const char *name, struct span bytes); /* padded, in a string */
void json_put_null(struct json_writer *w, const char *name);
void json_put_raw(struct json_writer *w, const char *name, struct span json); /* JSON text, written as it is */
/* A string with its quotes, escaped as canonical JSON does it; lone surrogates (three bytes) become \udxxx. */
void json_write_string(struct buffer *out, struct span string);
