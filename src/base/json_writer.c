/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_writer.h"

#include "base/encoding.h"
#include "base/number.h"

struct json_writer json_writer_into(struct buffer *out) {
    return (struct json_writer){.out = out};
}

/* What stands before any value: the comma, and the member's name. */
static void begin(struct json_writer *w, const char *name) {
    if (w->needs_comma) buffer_put_u8(w->out, ',');
    w->needs_comma = true;
    if (name == NULL) return;
    json_write_string(w->out, span_of_text(name));
    buffer_put_u8(w->out, ':');
}

static void open_container(struct json_writer *w, const char *name, uint8_t bracket) {
    begin(w, name);
    buffer_put_u8(w->out, bracket);
    w->needs_comma = false;
}

static void close_container(struct json_writer *w, uint8_t bracket) {
    buffer_put_u8(w->out, bracket);
    w->needs_comma = true;
}

void json_open_object(struct json_writer *w, const char *name) {
    open_container(w, name, '{');
}

void json_close_object(struct json_writer *w) {
    close_container(w, '}');
}

void json_open_array(struct json_writer *w, const char *name) {
    open_container(w, name, '[');
}

void json_close_array(struct json_writer *w) {
    close_container(w, ']');
}

void json_put_span(struct json_writer *w, const char *name, struct span string) {
    begin(w, name);
    json_write_string(w->out, string);
}

void json_put_text(struct json_writer *w, const char *name, const char *string) {
    begin(w, name);
    if (string == NULL) {
        buffer_put_text(w->out, "null");
    } else {
        json_write_string(w->out, span_of_text(string));
    }
}

void json_put_integer(struct json_writer *w, const char *name, int64_t value) {
    begin(w, name);
    buffer_put_decimal(w->out, value);
}

void json_put_number(struct json_writer *w, const char *name, double value) {
    begin(w, name);
    number_write_double(w->out, value);
}

void json_put_boolean(struct json_writer *w, const char *name, bool value) {
    begin(w, name);
    buffer_put_text(w->out, value ? "true" : "false");
}

void json_put_hex(struct json_writer *w, const char *name, struct span bytes) {
    begin(w, name);
    buffer_put_u8(w->out, '"');
    hex_write(w->out, bytes);
    buffer_put_u8(w->out, '"');
}

void json_put_base64(struct json_writer *w, const char *name, struct span bytes) {
    begin(w, name);
    buffer_put_u8(w->out, '"');
    base64_write(w->out, bytes);
    buffer_put_u8(w->out, '"');
}

void json_put_null(struct json_writer *w, const char *name) {
    begin(w, name);
    buffer_put_text(w->out, "null");
}

void json_put_raw(struct json_writer *w, const char *name, struct span json) {
    begin(w, name);
    buffer_put(w->out, json);
}

static void put_code_unit_escape(struct buffer *out, unsigned unit) {
    const uint8_t bytes[2] = {(uint8_t)(unit >> 8), (uint8_t)unit};
    buffer_put_text(out, "\\u");
    hex_write(out, (struct span){bytes, sizeof bytes});
}

/* The letter of a two-character escape; 0 when there is none. */
static uint8_t short_escape(uint8_t byte) {
    switch (byte) {
    case '"':
    case '\\': return byte;
    case '\b': return 'b';
    case '\t': return 't';
    case '\n': return 'n';
    case '\f': return 'f';
    case '\r': return 'r';
    default: return 0;
    }
}

static void put_ascii_escape(struct buffer *out, uint8_t byte) {
    const uint8_t letter = short_escape(byte);
    if (letter == 0) {
        put_code_unit_escape(out, byte);
        return;
    }
    buffer_put_u8(out, '\\');
    buffer_put_u8(out, letter);
}

/* The three bytes that the parser keeps for half of a surrogate pair. */
static bool is_surrogate(struct span rest) {
    return rest.size >= 3 && rest.at[0] == 0xed && (rest.at[1] & 0xe0) == 0xa0 && (rest.at[2] & 0xc0) == 0x80;
}

/* One character that is not plain; gives how many bytes it was. */
static size_t put_other(struct buffer *out, struct span rest) {
    if (rest.at[0] < 0x80) {
        put_ascii_escape(out, rest.at[0]);
        return 1;
    }
    if (is_surrogate(rest)) {
        put_code_unit_escape(out, 0xd000U | (rest.at[1] & 0x3fU) << 6 | (rest.at[2] & 0x3fU));
        return 3;
    }
    buffer_put(out, SPAN_LITERAL("\xef\xbf\xbd")); /* U+FFFD for a byte that is not UTF-8 */
    return 1;
}

/* How many bytes from the start may be written as they are. */
static size_t plain_size(struct span rest) {
    size_t at = 0;
    while (at < rest.size) {
        const uint8_t byte = rest.at[at];
        if (byte < 0x20 || byte == '"' || byte == '\\') return at;
        const size_t size = byte < 0x80 ? 1 : utf8_first_size((struct span){rest.at + at, rest.size - at});
        if (size == 0) return at;
        at += size;
    }
    return at;
}

void json_write_string(struct buffer *out, struct span string) {
    buffer_put_u8(out, '"');
    while (string.size > 0) {
        size_t size = plain_size(string);
        if (size > 0) {
            buffer_put(out, (struct span){string.at, size});
        } else {
            size = put_other(out, string);
        }
        string.at += size;
        string.size -= size;
    }
    buffer_put_u8(out, '"');
}
