/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_reader.h"

#include "base/encoding.h"
#include "base/must.h"

#include <string.h>

_Static_assert(JSON_CANON_DEPTH_MAX <= 64 && JSON_WIRE_DEPTH_MAX <= 64, "object_bits has a bit for each depth");

enum expects {
    EXPECTS_VALUE,
    EXPECTS_FIRST_ITEM, /* or the end of the array */
    EXPECTS_FIRST_NAME, /* or the end of the object */
    EXPECTS_COMMA,      /* or the end of the container */
    EXPECTS_END,
};

struct json_reader json_reader_over(struct span text, enum json_mode mode) {
    return (struct json_reader){.text = text, .mode = mode, .expects = EXPECTS_VALUE};
}

static enum json_token refuse(struct json_reader *r, enum json_fault fault, size_t position) {
    r->fault = fault;
    r->position = position;
    return JSON_TOKEN_FAULT;
}

static enum json_token refuse_here(struct json_reader *r) {
    return refuse(r, JSON_FAULT_SYNTAX, r->position);
}

static bool has_byte(const struct json_reader *r) {
    return r->position < r->text.size;
}

/* The byte to come; 0, which no JSON text holds outside of what we refuse, at the end. */
static uint8_t peek(const struct json_reader *r) {
    return has_byte(r) ? r->text.at[r->position] : 0;
}

static void skip_space(struct json_reader *r) {
    while (has_byte(r)) {
        const uint8_t byte = r->text.at[r->position];
        if (byte != ' ' && byte != '\n' && byte != '\r' && byte != '\t') return;
        r->position++;
    }
}

static bool skip_digits(struct json_reader *r) {
    const size_t start = r->position;
    while (peek(r) >= '0' && peek(r) <= '9') r->position++;
    return r->position > start;
}

static int hex_digit(uint8_t byte) {
    if (byte >= '0' && byte <= '9') return byte - '0';
    byte |= 0x20;
    return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

/* Four hex digits; -1 when they are not. */
static int32_t read_code_unit(struct span text, size_t at) {
    if (text.size < 4 || at > text.size - 4) return -1;
    int32_t unit = 0;
    for (size_t i = 0; i < 4; i++) {
        const int digit = hex_digit(text.at[at + i]);
        if (digit < 0) return -1;
        unit = unit * 16 + digit;
    }
    return unit;
}

static bool is_high_surrogate(int32_t unit) {
    return unit >= 0xd800 && unit <= 0xdbff;
}
static bool is_low_surrogate(int32_t unit) {
    return unit >= 0xdc00 && unit <= 0xdfff;
}

/* After "\uD8xx" at `at`: does the other half follow? */
static bool is_followed_by_low(struct span text, size_t at) {
    if (text.size < 2 || at > text.size - 2 || text.at[at] != '\\' || text.at[at + 1] != 'u') return false;
    return is_low_surrogate(read_code_unit(text, at + 2));
}

/* "\uXXXX", or two of them for one character. */
static bool read_unicode_escape(struct json_reader *r) {
    const size_t start = r->position;
    const int32_t unit = read_code_unit(r->text, start + 2);
    if (unit < 0) return refuse(r, JSON_FAULT_SYNTAX, start);
    r->position = start + 6;
    if (is_high_surrogate(unit) && is_followed_by_low(r->text, r->position)) {
        r->position += 6;
    } else if (unit >= 0xd800 && unit <= 0xdfff && r->mode == JSON_WIRE) {
        return refuse(r, JSON_FAULT_SURROGATE, start);
    }
    return true;
}

static bool read_escape(struct json_reader *r) {
    r->has_escapes = true;
    const size_t next = r->position + 1;
    switch (next < r->text.size ? r->text.at[next] : 0) {
    case '"':
    case '\\':
    case '/':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't': r->position += 2; return true;
    case 'u': return read_unicode_escape(r);
    default: return refuse_here(r);
    }
}

/* Whether one of eight bytes is not plain text: a quote, a backslash, a control character, or beyond ASCII. It may say
 * so of eight that are plain (a borrow runs into the next byte), never the other way. */
static bool has_special(const uint8_t *at) {
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t word;
    memcpy(&word, at, sizeof word);
    const uint64_t quotes = word ^ ones * '"', backslashes = word ^ ones * '\\';
    const uint64_t found =
        ((quotes - ones) & ~quotes) | ((backslashes - ones) & ~backslashes) | ((word - ones * 0x20) & ~word) | word;
    return (found & ones * 0x80) != 0;
}

/* Behind plain text, eight bytes at once: most of what is long is a string, and most of a string is plain. */
static void skip_plain(struct json_reader *r) {
    while (r->text.size - r->position >= 8 && !has_special(r->text.at + r->position)) r->position += 8;
}

/* From the opening quote behind the closing one. */
static bool read_string(struct json_reader *r) {
    const size_t start = ++r->position;
    r->has_escapes = false;
    while (has_byte(r)) {
        const uint8_t byte = r->text.at[r->position];
        if (byte == '"') {
            r->token = (struct span){r->text.at + start, r->position++ - start};
            return true;
        }
        if (byte == '\\') {
            if (!read_escape(r)) return false;
        } else if (byte < 0x20) {
            return refuse_here(r);
        } else if (byte < 0x80) {
            r->position++;
            skip_plain(r);
        } else {
            const size_t size = utf8_first_size((struct span){r->text.at + r->position, r->text.size - r->position});
            if (size == 0) return refuse_here(r);
            r->position += size;
        }
    }
    return refuse_here(r);
}

/* After a whole value: a comma, a closing bracket, or the end of everything. */
static enum json_token value_done(struct json_reader *r, enum json_token token) {
    r->expects = r->depth == 0 ? EXPECTS_END : EXPECTS_COMMA;
    return token;
}

static enum json_token next_string(struct json_reader *r) {
    return read_string(r) ? value_done(r, JSON_TOKEN_STRING) : JSON_TOKEN_FAULT;
}

static bool read_number(struct json_reader *r) {
    if (peek(r) == '-') r->position++;
    if (peek(r) == '0') {
        r->position++;
    } else if (!skip_digits(r)) {
        return false;
    }
    if (peek(r) == '.') {
        r->position++;
        if (!skip_digits(r)) return false;
    }
    if (peek(r) == 'e' || peek(r) == 'E') {
        r->position++;
        if (peek(r) == '+' || peek(r) == '-') r->position++;
        if (!skip_digits(r)) return false;
    }
    return true;
}

static enum json_token next_number(struct json_reader *r) {
    const size_t start = r->position;
    if (!read_number(r)) return refuse_here(r);
    r->token = (struct span){r->text.at + start, r->position - start};
    return value_done(r, JSON_TOKEN_NUMBER);
}

static enum json_token next_word(struct json_reader *r, struct span word, enum json_token token) {
    const struct span rest = {r->text.at + r->position, r->text.size - r->position};
    if (!span_starts_with(rest, word)) return refuse_here(r);
    r->position += word.size;
    return value_done(r, token);
}

static enum json_token open_container(struct json_reader *r, bool is_object) {
    const unsigned depth_max = r->mode == JSON_WIRE ? JSON_WIRE_DEPTH_MAX : JSON_CANON_DEPTH_MAX;
    if (r->depth == depth_max) return refuse(r, JSON_FAULT_DEPTH, r->position);
    const uint64_t bit = UINT64_C(1) << r->depth++;
    r->object_bits = is_object ? r->object_bits | bit : r->object_bits & ~bit;
    r->expects = is_object ? EXPECTS_FIRST_NAME : EXPECTS_FIRST_ITEM;
    r->position++;
    return is_object ? JSON_TOKEN_OBJECT_OPEN : JSON_TOKEN_ARRAY_OPEN;
}

static bool is_in_object(const struct json_reader *r) {
    must(r->depth > 0);
    return (r->object_bits >> (r->depth - 1) & 1) != 0;
}

static enum json_token close_container(struct json_reader *r) {
    const bool is_object = is_in_object(r);
    r->position++;
    r->depth--;
    return value_done(r, is_object ? JSON_TOKEN_OBJECT_CLOSE : JSON_TOKEN_ARRAY_CLOSE);
}

static enum json_token next_value(struct json_reader *r) {
    switch (peek(r)) {
    case '{': return open_container(r, true);
    case '[': return open_container(r, false);
    case '"': return next_string(r);
    case 'n': return next_word(r, SPAN_LITERAL("null"), JSON_TOKEN_NULL);
    case 't': r->boolean = true; return next_word(r, SPAN_LITERAL("true"), JSON_TOKEN_BOOLEAN);
    case 'f': r->boolean = false; return next_word(r, SPAN_LITERAL("false"), JSON_TOKEN_BOOLEAN);
    default: return next_number(r);
    }
}

static enum json_token next_name(struct json_reader *r) {
    if (peek(r) != '"') return refuse_here(r);
    if (!read_string(r)) return JSON_TOKEN_FAULT;
    skip_space(r);
    if (peek(r) != ':') return refuse_here(r);
    r->position++;
    r->expects = EXPECTS_VALUE;
    return JSON_TOKEN_NAME;
}

static enum json_token next_after_comma(struct json_reader *r) {
    r->position++;
    skip_space(r);
    r->token_position = r->position;
    return is_in_object(r) ? next_name(r) : next_value(r);
}

enum json_token json_reader_next(struct json_reader *r) {
    if (r->fault != JSON_FAULT_NONE) return JSON_TOKEN_FAULT;
    skip_space(r);
    r->token_position = r->position;
    const uint8_t byte = peek(r);
    switch ((enum expects)r->expects) {
    case EXPECTS_VALUE: return next_value(r);
    case EXPECTS_FIRST_ITEM: return byte == ']' ? close_container(r) : next_value(r);
    case EXPECTS_FIRST_NAME: return byte == '}' ? close_container(r) : next_name(r);
    case EXPECTS_COMMA:
        if (byte == ',') return next_after_comma(r);
        return byte == (is_in_object(r) ? '}' : ']') ? close_container(r) : refuse_here(r);
    case EXPECTS_END: return has_byte(r) ? refuse_here(r) : JSON_TOKEN_END;
    }
    return refuse_here(r);
}

/* UTF-8 of any code point; of a surrogate it makes the three bytes that its number would have (WTF-8). */
static size_t put_code_point(uint8_t *out, uint32_t code) {
    if (code < 0x80) {
        out[0] = (uint8_t)code;
        return 1;
    }
    if (code < 0x800) {
        out[0] = (uint8_t)(0xc0 | code >> 6);
        out[1] = (uint8_t)(0x80 | (code & 0x3f));
        return 2;
    }
    if (code < 0x10000) {
        out[0] = (uint8_t)(0xe0 | code >> 12);
        out[1] = (uint8_t)(0x80 | (code >> 6 & 0x3f));
        out[2] = (uint8_t)(0x80 | (code & 0x3f));
        return 3;
    }
    out[0] = (uint8_t)(0xf0 | code >> 18);
    out[1] = (uint8_t)(0x80 | (code >> 12 & 0x3f));
    out[2] = (uint8_t)(0x80 | (code >> 6 & 0x3f));
    out[3] = (uint8_t)(0x80 | (code & 0x3f));
    return 4;
}

/* The character of the escape at *at, which moves behind it. */
static uint32_t escaped_character(struct span token, size_t *at) {
    const uint8_t letter = token.at[*at + 1];
    if (letter != 'u') *at += 2;
    switch (letter) {
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case 'u': break;
    default: return letter;
    }
    const int32_t unit = read_code_unit(token, *at + 2);
    must(unit >= 0);
    *at += 6;
    if (!is_high_surrogate(unit) || !is_followed_by_low(token, *at)) return (uint32_t)unit;
    const int32_t low = read_code_unit(token, *at + 2);
    *at += 6;
    return 0x10000 + ((uint32_t)(unit - 0xd800) << 10) + (uint32_t)(low - 0xdc00);
}

size_t json_unescape(struct span token, uint8_t *out) {
    size_t size = 0;
    for (size_t at = 0; at < token.size;) {
        if (token.at[at] != '\\') {
            out[size++] = token.at[at++];
        } else {
            must(at + 1 < token.size);
            size += put_code_point(out + size, escaped_character(token, &at));
        }
    }
    return size;
}
