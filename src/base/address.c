/* SPDX-License-Identifier: Apache-2.0 */
#include "base/address.h"

#include <string.h>

#include "base/must.h"
#include "base/number.h"

enum { IPV6_GROUPS = 8 };

static size_t ip_size(const struct address *address) {
    return address->family == ADDRESS_IPV4 ? 4 : 16;
}

static struct span rest_of(struct span text, size_t from) {
    return (struct span){text.at + from, text.size - from};
}

/* How many bytes come before the first of that kind; all of them when there is none. */
static size_t size_before(struct span text, uint8_t byte) {
    for (size_t i = 0; i < text.size; i++) {
        if (text.at[i] == byte) return i;
    }
    return text.size;
}

/* Four decimal numbers without leading zeros, which some programs would read as octal. */
static bool read_ipv4(struct span text, uint8_t ip[4]) {
    for (int i = 0; i < 4; i++) {
        const size_t size = i < 3 ? size_before(text, '.') : text.size;
        if (i < 3 && size == text.size) return false;
        uint32_t number;
        if (!number_read_u32((struct span){text.at, size}, 255, &number)) return false;
        ip[i] = (uint8_t)number;
        text = rest_of(text, i < 3 ? size + 1 : size);
    }
    return true;
}

/* One to four hex digits. */
static bool read_group(struct span text, uint8_t group[2]) {
    if (text.size == 0 || text.size > 4) return false;
    unsigned value = 0;
    for (size_t i = 0; i < text.size; i++) {
        const uint8_t byte = text.at[i];
        const uint8_t small = byte | 0x20;
        if (byte >= '0' && byte <= '9') {
            value = value * 16 + (unsigned)(byte - '0');
        } else if (small >= 'a' && small <= 'f') {
            value = value * 16 + (unsigned)(small - 'a' + 10);
        } else {
            return false;
        }
    }
    group[0] = (uint8_t)(value >> 8);
    group[1] = (uint8_t)value;
    return true;
}

struct groups {
    uint8_t bytes[2 * IPV6_GROUPS];
    size_t count;
};

/* Groups between single colons; the last may be an IPv4 address that stands for two. An empty text has none. */
static bool read_groups(struct span text, bool may_end_in_ipv4, struct groups *groups) {
    groups->count = 0;
    bool is_last = text.size == 0;
    while (!is_last) {
        const size_t size = size_before(text, ':');
        const struct span group = {text.at, size};
        is_last = size == text.size;
        const bool is_ipv4 = is_last && may_end_in_ipv4 && size_before(group, '.') < size;
        const size_t width = is_ipv4 ? 2 : 1;
        if (groups->count + width > IPV6_GROUPS) return false;
        uint8_t *at = groups->bytes + 2 * groups->count;
        if (is_ipv4 ? !read_ipv4(group, at) : !read_group(group, at)) return false;
        groups->count += width;
        if (!is_last) text = rest_of(text, size + 1);
    }
    return true;
}

/* Where "::" starts; the size when it is absent. */
static size_t size_before_gap(struct span text) {
    for (size_t i = 0; i + 1 < text.size; i++) {
        if (text.at[i] == ':' && text.at[i + 1] == ':') return i;
    }
    return text.size;
}

static bool read_ipv6(struct span text, uint8_t ip[16]) {
    struct groups head;
    struct groups tail = {.count = 0};
    const size_t gap = size_before_gap(text);
    const bool has_gap = gap < text.size;
    if (!read_groups((struct span){text.at, gap}, !has_gap, &head)) return false;
    if (has_gap && !read_groups(rest_of(text, gap + 2), true, &tail)) return false;
    const size_t count = head.count + tail.count;
    if (has_gap ? count >= IPV6_GROUPS : count != IPV6_GROUPS) return false;
    memset(ip, 0, 16);
    memcpy(ip, head.bytes, 2 * head.count);
    memcpy(ip + 16 - 2 * tail.count, tail.bytes, 2 * tail.count);
    return true;
}

static const uint8_t mapped_prefix[12] = {[10] = 0xff, [11] = 0xff}; /* ::ffff:0:0/96 */

/* An IPv4 address in IPv6 clothes becomes the IPv4 address that it is, so that there is one form of it. */
static void unmap(struct address *address) {
    if (memcmp(address->ip, mapped_prefix, sizeof mapped_prefix) != 0) return;
    address->family = ADDRESS_IPV4;
    memmove(address->ip, address->ip + 12, 4);
    memset(address->ip + 4, 0, 12);
}

bool address_read_ip(struct span text, struct address *address) {
    struct address read = {.family = ADDRESS_IPV4};
    if (size_before(text, ':') == text.size) {
        if (!read_ipv4(text, read.ip)) return false;
    } else {
        if (!read_ipv6(text, read.ip)) return false;
        read.family = ADDRESS_IPV6;
        unmap(&read);
    }
    *address = read;
    return true;
}

bool address_read(struct span text, struct address *address) {
    const bool has_brackets = text.size > 0 && text.at[0] == '[';
    const struct span inner = has_brackets ? rest_of(text, 1) : text;
    const struct span ip = {inner.at, size_before(inner, has_brackets ? ']' : ':')};
    /* Brackets are for IPv6 only, and IPv6 is only in brackets. */
    if (has_brackets != (size_before(ip, ':') < ip.size)) return false;
    const size_t colon = ip.size + has_brackets;
    if (colon >= inner.size || inner.at[colon] != ':') return false;
    uint32_t port;
    struct address read;
    if (!number_read_u32(rest_of(inner, colon + 1), UINT16_MAX, &port) || !address_read_ip(ip, &read)) return false;
    read.port = (uint16_t)port;
    *address = read;
    return true;
}

bool address_read_canonical(struct span text, struct address *address) {
    struct address read;
    if (!address_read(text, &read) || read.port == 0) return false;
    uint8_t written[ADDRESS_TEXT_MAX];
    struct buffer out = buffer_over(written, sizeof written);
    address_write(&out, &read);
    if (!span_equal(buffer_span(&out), text)) return false;
    *address = read;
    return true;
}

static void write_ipv4(struct buffer *out, const uint8_t ip[4]) {
    for (int i = 0; i < 4; i++) {
        if (i > 0) buffer_put_u8(out, '.');
        buffer_put_decimal(out, ip[i]);
    }
}

static unsigned group_at(const uint8_t ip[16], size_t group) {
    return (unsigned)ip[2 * group] << 8 | ip[2 * group + 1];
}

/* Lower case, no leading zeros. */
static void write_group(struct buffer *out, unsigned group) {
    for (int shift = 12; shift >= 0; shift -= 4) {
        const unsigned digit = group >> shift & 0xf;
        if (shift > 0 && group >> shift == 0) continue;
        buffer_put_u8(out, (uint8_t)(digit < 10 ? '0' + digit : 'a' + digit - 10));
    }
}

struct gap {
    size_t start;
    size_t count;
};

/* The run of zero groups that "::" stands for: the longest, the first of equal ones, never a single group. */
static struct gap find_gap(const uint8_t ip[16]) {
    struct gap longest = {.start = IPV6_GROUPS, .count = 1};
    struct gap run = {0};
    for (size_t group = 0; group < IPV6_GROUPS; group++) {
        if (group_at(ip, group) != 0) {
            run = (struct gap){.start = group + 1};
            continue;
        }
        run.count++;
        if (run.count > longest.count) longest = run;
    }
    return longest;
}

static void write_ipv6(struct buffer *out, const uint8_t ip[16]) {
    const struct gap gap = find_gap(ip);
    for (size_t group = 0; group < IPV6_GROUPS; group++) {
        if (group == gap.start) {
            buffer_put_text(out, "::");
            group += gap.count - 1;
        } else {
            if (group > 0 && group != gap.start + gap.count) buffer_put_u8(out, ':');
            write_group(out, group_at(ip, group));
        }
    }
}

void address_write_ip(struct buffer *out, const struct address *address) {
    switch ((enum address_family)address->family) {
    case ADDRESS_NONE: buffer_put_text(out, "none"); break;
    case ADDRESS_IPV4: write_ipv4(out, address->ip); break;
    case ADDRESS_IPV6: write_ipv6(out, address->ip); break;
    }
}

void address_write(struct buffer *out, const struct address *address) {
    const bool has_brackets = address->family == ADDRESS_IPV6;
    if (has_brackets) buffer_put_u8(out, '[');
    address_write_ip(out, address);
    buffer_put_text(out, has_brackets ? "]:" : ":");
    buffer_put_decimal(out, address->port);
}

const char *address_text(const struct address *address, char text[ADDRESS_TEXT_MAX]) {
    struct buffer out = buffer_over((uint8_t *)text, ADDRESS_TEXT_MAX - 1);
    address_write(&out, address);
    must(!out.overflowed);
    text[out.size] = '\0';
    return text;
}

bool address_equal(const struct address *a, const struct address *b) {
    return address_compare(a, b) == 0;
}

bool address_same_ip(const struct address *a, const struct address *b) {
    return a->family == b->family && memcmp(a->ip, b->ip, sizeof a->ip) == 0;
}

int address_compare(const struct address *a, const struct address *b) {
    if (a->family != b->family) return a->family < b->family ? -1 : 1;
    const int order = memcmp(a->ip, b->ip, sizeof a->ip);
    if (order != 0) return order;
    return (a->port > b->port) - (a->port < b->port);
}

static enum address_scope ipv4_scope(const uint8_t ip[4]) {
    if (ip[0] == 0) return ADDRESS_SCOPE_UNSPECIFIED;
    if (ip[0] >= 224 && ip[0] <= 239) return ADDRESS_SCOPE_MULTICAST;
    if (ip[0] >= 240) return ADDRESS_SCOPE_BROADCAST;
    if (ip[0] == 169 && ip[1] == 254) return ADDRESS_SCOPE_LINK_LOCAL;
    if (ip[0] == 127) return ADDRESS_SCOPE_LOOPBACK;
    if (ip[0] == 10) return ADDRESS_SCOPE_PRIVATE;
    if (ip[0] == 172 && (ip[1] & 0xf0) == 16) return ADDRESS_SCOPE_PRIVATE;
    if (ip[0] == 192 && ip[1] == 168) return ADDRESS_SCOPE_PRIVATE;
    if (ip[0] == 100 && (ip[1] & 0xc0) == 64) return ADDRESS_SCOPE_PRIVATE;
    return ADDRESS_SCOPE_GLOBAL;
}

static enum address_scope ipv6_scope(const uint8_t ip[16]) {
    bool has_only_last = true;
    for (int i = 0; i < 15; i++) has_only_last = has_only_last && ip[i] == 0;
    if (has_only_last && ip[15] == 0) return ADDRESS_SCOPE_UNSPECIFIED;
    if (ip[0] == 0xff) return ADDRESS_SCOPE_MULTICAST;
    if (ip[0] == 0xfe && (ip[1] & 0xc0) == 0x80) return ADDRESS_SCOPE_LINK_LOCAL;
    if (has_only_last && ip[15] == 1) return ADDRESS_SCOPE_LOOPBACK;
    if ((ip[0] & 0xfe) == 0xfc) return ADDRESS_SCOPE_PRIVATE;
    return ADDRESS_SCOPE_GLOBAL;
}

enum address_scope address_scope(const struct address *address) {
    switch ((enum address_family)address->family) {
    case ADDRESS_NONE: break;
    case ADDRESS_IPV4: return ipv4_scope(address->ip);
    case ADDRESS_IPV6: return ipv6_scope(address->ip);
    }
    return ADDRESS_SCOPE_UNSPECIFIED;
}

struct address address_from_here(const struct address *listening) {
    struct address at = *listening;
    if (address_scope(&at) != ADDRESS_SCOPE_UNSPECIFIED) return at;
    memset(at.ip, 0, sizeof at.ip);
    if (at.family == ADDRESS_IPV4) at.ip[0] = 127;
    at.ip[at.family == ADDRESS_IPV4 ? 3 : 15] = 1;
    return at;
}

struct address address_prefix(const struct address *address, unsigned ipv4_bits, unsigned ipv6_bits) {
    const unsigned bits = address->family == ADDRESS_IPV4 ? ipv4_bits : ipv6_bits;
    must_le(bits, 8 * ip_size(address));
    struct address prefix = {.family = address->family};
    memcpy(prefix.ip, address->ip, bits / 8);
    if (bits % 8 != 0) prefix.ip[bits / 8] = (uint8_t)(address->ip[bits / 8] & 0xff << (8 - bits % 8));
    return prefix;
}

struct address address_diversity_prefix(const struct address *address) {
    return address_prefix(address, 24, 48);
}
