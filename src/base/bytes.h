/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Spans (somebody's bytes, borrowed) and buffers (bytes being written into a fixed place).
 * Owns: nothing; both point into memory of the caller.
 * Never: allocates, reads past a size, treats bytes as a C string.
 * Full: a buffer that is full sets `overflowed`, drops what does not fit, and stays that way: check once, at
 * the end. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct span {
    const uint8_t *at;
    size_t size;
};

#define SPAN_NONE ((struct span){0})
/* A span over a string literal or a NUL-terminated text. */
struct span span_of_text(const char *text);
#define SPAN_LITERAL(literal) ((struct span){(const uint8_t *)(literal), sizeof(literal) - 1})

bool span_equal(struct span a, struct span b);
bool span_equal_text(struct span a, const char *text);
int span_compare(struct span a, struct span b); /* by bytes; a prefix comes first */
bool span_starts_with(struct span a, struct span prefix);
bool span_equal_ignoring_case(struct span a, struct span b); /* of ASCII letters */
struct span span_trimmed(struct span a);                     /* without the blanks and tabs around it */
/* Cuts `rest` at the first `mark` and gives what stood before it; all of it when there is none. */
struct span span_take_until(struct span *rest, char mark);
/* Copies into a NUL-terminated text of `capacity` bytes; false, and an empty text, when it does not fit or holds a
 * NUL. */
bool span_copy_text(struct span a, char *text, size_t capacity);

struct buffer {
    uint8_t *at;
    size_t size; /* written so far */
    size_t capacity;
    bool overflowed;
};

struct buffer buffer_over(uint8_t *memory, size_t capacity);
void buffer_put(struct buffer *b, struct span bytes);
void buffer_put_text(struct buffer *b, const char *text);
void buffer_put_u8(struct buffer *b, uint8_t value);
void buffer_put_u32(struct buffer *b, uint32_t value); /* big-endian, as everything on the wire */
void buffer_put_u64(struct buffer *b, uint64_t value); /* big-endian */
void buffer_put_decimal(struct buffer *b, int64_t value);
struct span buffer_span(const struct buffer *b); /* borrowed until the buffer's memory changes */

uint32_t bytes_read_u32(const uint8_t *at); /* big-endian; the caller has checked the size */
uint64_t bytes_read_u64(const uint8_t *at);
