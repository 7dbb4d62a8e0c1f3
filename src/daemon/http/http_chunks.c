/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/http/http_chunks.h"

static int hex_digit(uint8_t c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

static enum http_chunks_state after_size_byte(struct http_chunks *chunks, uint8_t c) {
    int digit = hex_digit(c);
    if (digit < 0) {
        if (!chunks->has_digit) return HTTP_CHUNKS_DAMAGED;
        if (c == '\r') return HTTP_CHUNKS_SIZE_LF;
        return c == ';' || c == ' ' || c == '\t' ? HTTP_CHUNKS_EXTENSION : HTTP_CHUNKS_DAMAGED;
    }
    if (chunks->left >> 56 != 0) return HTTP_CHUNKS_DAMAGED; /* no size that anyone means */
    chunks->left = chunks->left << 4 | (uint64_t)digit;
    chunks->has_digit = true;
    return HTTP_CHUNKS_SIZE;
}

/* An extension or a trailer: anything that stays in its line. */
static enum http_chunks_state after_text_byte(uint8_t c, enum http_chunks_state same, enum http_chunks_state at_cr) {
    if (c == '\r') return at_cr;
    return c == '\n' || c == '\0' ? HTTP_CHUNKS_DAMAGED : same;
}

static enum http_chunks_state only(uint8_t c, uint8_t wanted, enum http_chunks_state next) {
    return c == wanted ? next : HTTP_CHUNKS_DAMAGED;
}

static enum http_chunks_state after_byte(struct http_chunks *chunks, uint8_t c) {
    switch (chunks->state) {
    case HTTP_CHUNKS_SIZE: return after_size_byte(chunks, c);
    case HTTP_CHUNKS_EXTENSION: return after_text_byte(c, HTTP_CHUNKS_EXTENSION, HTTP_CHUNKS_SIZE_LF);
    case HTTP_CHUNKS_SIZE_LF:
        chunks->line_size = 0;
        return only(c, '\n', chunks->left > 0 ? HTTP_CHUNKS_DATA : HTTP_CHUNKS_TRAILER);
    case HTTP_CHUNKS_DATA_CR: return only(c, '\r', HTTP_CHUNKS_DATA_LF);
    case HTTP_CHUNKS_DATA_LF:
        chunks->line_size = 0;
        chunks->has_digit = false;
        return only(c, '\n', HTTP_CHUNKS_SIZE);
    case HTTP_CHUNKS_TRAILER: return after_text_byte(c, HTTP_CHUNKS_TRAILER_LINE, HTTP_CHUNKS_END_LF);
    case HTTP_CHUNKS_TRAILER_LINE: return after_text_byte(c, HTTP_CHUNKS_TRAILER_LINE, HTTP_CHUNKS_TRAILER_LF);
    case HTTP_CHUNKS_TRAILER_LF: return only(c, '\n', HTTP_CHUNKS_TRAILER);
    case HTTP_CHUNKS_END_LF: return only(c, '\n', HTTP_CHUNKS_DONE);
    case HTTP_CHUNKS_DATA:
    case HTTP_CHUNKS_DONE:
    case HTTP_CHUNKS_DAMAGED: break;
    }
    return chunks->state;
}

static struct span take_data(struct http_chunks *chunks, struct span *rest) {
    size_t size = chunks->left < rest->size ? (size_t)chunks->left : rest->size;
    struct span data = {rest->at, size};
    *rest = (struct span){rest->at + size, rest->size - size};
    chunks->left -= size;
    if (chunks->left == 0) chunks->state = HTTP_CHUNKS_DATA_CR;
    return data;
}

struct span http_chunks_take(struct http_chunks *chunks, struct span *rest) {
    while (rest->size > 0 && chunks->state != HTTP_CHUNKS_DONE && chunks->state != HTTP_CHUNKS_DAMAGED) {
        if (chunks->state == HTTP_CHUNKS_DATA) return take_data(chunks, rest);
        chunks->state = after_byte(chunks, rest->at[0]);
        *rest = (struct span){rest->at + 1, rest->size - 1};
        if (++chunks->line_size > HTTP_CHUNK_LINE_MAX) chunks->state = HTTP_CHUNKS_DAMAGED;
    }
    return SPAN_NONE;
}
