/* SPDX-License-Identifier: Apache-2.0 */
#include "base/encoding.h"

#include <string.h>

static const char base64_alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char base64url_alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
static const char base32_alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
static const char hex_alphabet[] = "0123456789abcdef";

/* Bits waiting to become bytes, or bytes waiting to become digits: base64, base32 and hex differ only in how many
 * bits a digit carries. */
struct bits {
    uint32_t held; /* the low `count` bits count */
    unsigned count;
};

static void digits_write(struct buffer *out, struct span bytes, const char *alphabet, unsigned digit_bits) {
    const uint32_t mask = (1U << digit_bits) - 1;
    struct bits bits = {0};
    for (size_t i = 0; i < bytes.size; i++) {
        bits.held = bits.held << 8 | bytes.at[i];
        bits.count += 8;
        while (bits.count >= digit_bits) {
            bits.count -= digit_bits;
            buffer_put_u8(out, (uint8_t)alphabet[bits.held >> bits.count & mask]);
        }
    }
    if (bits.count > 0) buffer_put_u8(out, (uint8_t)alphabet[bits.held << (digit_bits - bits.count) & mask]);
}

static void digit_read(struct bits *bits, unsigned value, unsigned digit_bits, struct buffer *out) {
    bits->held = bits->held << digit_bits | value;
    bits->count += digit_bits;
    if (bits->count < 8) return;
    bits->count -= 8;
    buffer_put_u8(out, (uint8_t)(bits->held >> bits->count));
}

/* The bits after the last whole byte; an encoder leaves them zero. */
static bool has_loose_bits(const struct bits *bits) {
    return (bits->held & ((1U << bits->count) - 1)) != 0;
}

/* A refused text leaves the buffer as it was. */
static bool refused(struct buffer *out, size_t size_before) {
    out->size = size_before;
    return false;
}

static int base64_value(uint8_t digit) {
    if (digit >= 'A' && digit <= 'Z') return digit - 'A';
    if (digit >= 'a' && digit <= 'z') return digit - 'a' + 26;
    if (digit >= '0' && digit <= '9') return digit - '0' + 52;
    if (digit == '+') return 62;
    return digit == '/' ? 63 : -1;
}

static int base32_value(uint8_t digit) {
    if (digit >= 'a' && digit <= 'z') return digit - 'a';
    return digit >= '2' && digit <= '7' ? digit - '2' + 26 : -1;
}

static int hex_value(uint8_t digit) {
    if (digit >= '0' && digit <= '9') return digit - '0';
    if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
    return digit >= 'A' && digit <= 'F' ? digit - 'A' + 10 : -1;
}

void base64_write(struct buffer *out, struct span bytes) {
    digits_write(out, bytes, base64_alphabet, 6);
    for (size_t i = bytes.size; i % 3 != 0; i++) buffer_put_u8(out, '=');
}

bool base64_read(struct span text, struct buffer *out) {
    const size_t size_before = out->size;
    if (text.size % 4 != 0) return false;
    struct span digits = text;
    for (int i = 0; i < 2 && digits.size > 0 && digits.at[digits.size - 1] == '='; i++) digits.size--;
    struct bits bits = {0};
    for (size_t i = 0; i < digits.size; i++) {
        int value = base64_value(digits.at[i]);
        if (value < 0) return refused(out, size_before);
        digit_read(&bits, (unsigned)value, 6, out);
    }
    if (has_loose_bits(&bits) || out->overflowed) return refused(out, size_before);
    return true;
}

void base64url_write(struct buffer *out, struct span bytes) {
    digits_write(out, bytes, base64url_alphabet, 6);
}

static int base64url_value(uint8_t digit) {
    if (digit == '+' || digit == '/') return -1;
    return base64_value(digit == '-' ? '+' : digit == '_' ? '/' : digit);
}

bool base64url_read(struct span text, struct buffer *out) {
    const size_t size_before = out->size;
    if (text.size % 4 == 1) return false;
    struct bits bits = {0};
    for (size_t i = 0; i < text.size; i++) {
        int value = base64url_value(text.at[i]);
        if (value < 0) return refused(out, size_before);
        digit_read(&bits, (unsigned)value, 6, out);
    }
    if (has_loose_bits(&bits) || out->overflowed) return refused(out, size_before);
    return true;
}

static bool is_forgiven(uint8_t byte) {
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\f' || byte == '\r';
}

/* How many bytes are neither white space nor, in a text of whole groups of four, its padding. */
static size_t base64_read_forgiving_count(struct span text) {
    size_t count = 0;
    for (size_t i = 0; i < text.size; i++) count += !is_forgiven(text.at[i]);
    if (count % 4 != 0) return count;
    size_t padding = 0;
    for (size_t i = text.size; i > 0 && padding < 2; i--) {
        if (is_forgiven(text.at[i - 1])) continue;
        if (text.at[i - 1] != '=') break;
        padding++;
    }
    return count - padding;
}

bool base64_read_forgiving(struct span text, struct buffer *out) {
    const size_t size_before = out->size;
    const size_t count = base64_read_forgiving_count(text);
    if (count % 4 == 1) return false;
    struct bits bits = {0};
    size_t read = 0;
    for (size_t i = 0; read < count; i++) {
        if (is_forgiven(text.at[i])) continue;
        int value = base64_value(text.at[i]);
        if (value < 0) return refused(out, size_before);
        digit_read(&bits, (unsigned)value, 6, out);
        read++;
    }
    return out->overflowed ? refused(out, size_before) : true;
}

void base32_write(struct buffer *out, struct span bytes) {
    digits_write(out, bytes, base32_alphabet, 5);
}

bool base32_read(struct span text, struct buffer *out) {
    const size_t size_before = out->size;
    struct bits bits = {0};
    for (size_t i = 0; i < text.size; i++) {
        int value = base32_value(text.at[i]);
        if (value < 0) return refused(out, size_before);
        digit_read(&bits, (unsigned)value, 5, out);
    }
    /* Five loose bits or more would be a digit that adds no byte. */
    if (bits.count >= 5 || has_loose_bits(&bits) || out->overflowed) return refused(out, size_before);
    return true;
}

void hex_write(struct buffer *out, struct span bytes) {
    digits_write(out, bytes, hex_alphabet, 4);
}

bool hex_read(struct span text, struct buffer *out) {
    const size_t size_before = out->size;
    if (text.size % 2 != 0) return false;
    struct bits bits = {0};
    for (size_t i = 0; i < text.size; i++) {
        int value = hex_value(text.at[i]);
        if (value < 0) return refused(out, size_before);
        digit_read(&bits, (unsigned)value, 4, out);
    }
    return out->overflowed ? refused(out, size_before) : true;
}

bool hex_is_lower(struct span text) {
    for (size_t i = 0; i < text.size; i++) {
        if (hex_value(text.at[i]) < 0 || (text.at[i] >= 'A' && text.at[i] <= 'F')) return false;
    }
    return true;
}

/* What a first byte promises: how many bytes, and which range the second one keeps to so that overlong forms,
 * surrogates and everything over U+10FFFF are impossible (RFC 3629, section 4). */
struct utf8_lead {
    uint8_t size;
    uint8_t second_min;
    uint8_t second_max;
};

static struct utf8_lead utf8_lead(uint8_t first) {
    if (first < 0x80) return (struct utf8_lead){1, 0, 0};
    if (first < 0xc2) return (struct utf8_lead){0, 0, 0};
    if (first < 0xe0) return (struct utf8_lead){2, 0x80, 0xbf};
    if (first == 0xe0) return (struct utf8_lead){3, 0xa0, 0xbf};
    if (first == 0xed) return (struct utf8_lead){3, 0x80, 0x9f};
    if (first < 0xf0) return (struct utf8_lead){3, 0x80, 0xbf};
    if (first == 0xf0) return (struct utf8_lead){4, 0x90, 0xbf};
    if (first < 0xf4) return (struct utf8_lead){4, 0x80, 0xbf};
    if (first == 0xf4) return (struct utf8_lead){4, 0x80, 0x8f};
    return (struct utf8_lead){0, 0, 0};
}

size_t utf8_first_size(struct span text) {
    if (text.size == 0) return 0;
    const struct utf8_lead lead = utf8_lead(text.at[0]);
    if (lead.size <= 1) return lead.size;
    if (lead.size > text.size) return 0;
    if (text.at[1] < lead.second_min || text.at[1] > lead.second_max) return 0;
    for (size_t i = 2; i < lead.size; i++) {
        if ((text.at[i] & 0xc0) != 0x80) return 0;
    }
    return lead.size;
}

/* Most texts are ASCII for the most part: eight bytes at once. */
static size_t ascii_size(struct span text) {
    size_t size = 0;
    for (uint64_t eight; text.size - size >= sizeof eight; size += sizeof eight) {
        memcpy(&eight, text.at + size, sizeof eight);
        if ((eight & UINT64_C(0x8080808080808080)) != 0) break;
    }
    return size;
}

bool utf8_is_valid(struct span text) {
    size_t at = ascii_size(text);
    while (at < text.size) {
        const size_t size = utf8_first_size((struct span){text.at + at, text.size - at});
        if (size == 0) return false;
        at += size;
        if (size > 1) at += ascii_size((struct span){text.at + at, text.size - at});
    }
    return true;
}

size_t utf8_count(struct span text) {
    size_t count = 0;
    for (size_t i = 0; i < text.size; i++) count += (text.at[i] & 0xc0) != 0x80;
    return count;
}
