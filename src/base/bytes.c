/* SPDX-License-Identifier: Apache-2.0 */
#include "base/bytes.h"

#include <string.h>

#include "base/must.h"

struct span span_of_text(const char *text) {
    if (text == NULL) return SPAN_NONE;
    return (struct span){(const uint8_t *)text, strlen(text)};
}

/* memcmp may not be given NULL, not even for no bytes. */
static int compare_bytes(const uint8_t *a, const uint8_t *b, size_t size) {
    return size == 0 ? 0 : memcmp(a, b, size);
}

bool span_equal(struct span a, struct span b) {
    return a.size == b.size && compare_bytes(a.at, b.at, a.size) == 0;
}

bool span_equal_text(struct span a, const char *text) {
    return span_equal(a, span_of_text(text));
}

int span_compare(struct span a, struct span b) {
    int order = compare_bytes(a.at, b.at, a.size < b.size ? a.size : b.size);
    if (order != 0) return order;
    return (a.size > b.size) - (a.size < b.size);
}

bool span_starts_with(struct span a, struct span prefix) {
    return a.size >= prefix.size && compare_bytes(a.at, prefix.at, prefix.size) == 0;
}

static uint8_t lower(uint8_t c) {
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c + ('a' - 'A')) : c;
}

bool span_equal_ignoring_case(struct span a, struct span b) {
    if (a.size != b.size) return false;
    for (size_t i = 0; i < a.size; i++)
        if (lower(a.at[i]) != lower(b.at[i])) return false;
    return true;
}

static bool is_blank(uint8_t c) {
    return c == ' ' || c == '\t';
}

struct span span_trimmed(struct span a) {
    while (a.size > 0 && is_blank(a.at[0])) a = (struct span){a.at + 1, a.size - 1};
    while (a.size > 0 && is_blank(a.at[a.size - 1])) a.size--;
    return a;
}

struct span span_take_until(struct span *rest, char mark) {
    const uint8_t *found = rest->size == 0 ? NULL : memchr(rest->at, mark, rest->size);
    size_t size = found == NULL ? rest->size : (size_t)(found - rest->at);
    struct span taken = {rest->at, size};
    size_t used = found == NULL ? size : size + 1;
    if (used > 0) *rest = (struct span){rest->at + used, rest->size - used};
    return taken;
}

bool span_copy_text(struct span a, char *text, size_t capacity) {
    if (capacity == 0) return false;
    text[0] = '\0';
    if (a.size >= capacity) return false;
    if (a.size == 0) return true;
    if (memchr(a.at, '\0', a.size) != NULL) return false;
    memcpy(text, a.at, a.size);
    text[a.size] = '\0';
    return true;
}

struct buffer buffer_over(uint8_t *memory, size_t capacity) {
    return (struct buffer){.at = memory, .capacity = capacity};
}

void buffer_put(struct buffer *b, struct span bytes) {
    must_le(b->size, b->capacity);
    if (b->overflowed || bytes.size > b->capacity - b->size) {
        b->overflowed = true;
        return;
    }
    if (bytes.size == 0) return;
    memcpy(b->at + b->size, bytes.at, bytes.size);
    b->size += bytes.size;
}

void buffer_put_text(struct buffer *b, const char *text) {
    buffer_put(b, span_of_text(text));
}

void buffer_put_u8(struct buffer *b, uint8_t value) {
    buffer_put(b, (struct span){&value, 1});
}

static void put_big_endian(struct buffer *b, uint64_t value, size_t size) {
    uint8_t bytes[8];
    for (size_t i = 0; i < size; i++) bytes[size - 1 - i] = (uint8_t)(value >> (8 * i));
    buffer_put(b, (struct span){bytes, size});
}

void buffer_put_u32(struct buffer *b, uint32_t value) {
    put_big_endian(b, value, 4);
}

void buffer_put_u64(struct buffer *b, uint64_t value) {
    put_big_endian(b, value, 8);
}

void buffer_put_decimal(struct buffer *b, int64_t value) {
    uint8_t text[20]; /* "-9223372036854775808" */
    size_t start = sizeof text;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value; /* the smallest has no positive twin */
    do {
        text[--start] = (uint8_t)('0' + rest % 10);
        rest /= 10;
    } while (rest != 0);
    if (value < 0) text[--start] = '-';
    buffer_put(b, (struct span){text + start, sizeof text - start});
}

struct span buffer_span(const struct buffer *b) {
    return (struct span){b->at, b->size};
}

uint32_t bytes_read_u32(const uint8_t *at) {
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

uint64_t bytes_read_u64(const uint8_t *at) {
    return (uint64_t)bytes_read_u32(at) << 32 | bytes_read_u32(at + 4);
}
