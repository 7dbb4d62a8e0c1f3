/* SPDX-License-Identifier: Apache-2.0 */
#include "base/address_range.h"

#include <string.h>

#include "base/number.h"

enum { IPV4_BITS = 32, IPV6_BITS = 128, MAPPED_BITS = 96 };

static unsigned bits_of(const struct address *address) {
    return address->family == ADDRESS_IPV4 ? IPV4_BITS : IPV6_BITS;
}

static struct address first_of(const struct address *address, unsigned bits) {
    return address_prefix(address, bits, bits);
}

/* "::ffff:192.0.2.0/120" is IPv4 in the clothes of IPv6, and so are its bits. */
static bool read_bits(struct span text, const struct address *first, bool is_written_as_ipv6, unsigned *bits) {
    uint32_t number;
    if (!number_read_u32(text, is_written_as_ipv6 ? IPV6_BITS : IPV4_BITS, &number)) return false;
    const bool is_mapped = is_written_as_ipv6 && first->family == ADDRESS_IPV4;
    if (is_mapped && number < MAPPED_BITS) return false;
    *bits = is_mapped ? number - MAPPED_BITS : number;
    return true;
}

bool address_range_read(struct span text, struct address_range *range) {
    const uint8_t *slash = text.size == 0 ? NULL : memchr(text.at, '/', text.size);
    const struct span ip = {text.at, slash == NULL ? text.size : (size_t)(slash - text.at)};
    struct address_range read;
    if (!address_read_ip(ip, &read.first)) return false;
    read.bits = bits_of(&read.first);
    if (slash != NULL) {
        const struct span behind = {slash + 1, text.size - ip.size - 1};
        if (!read_bits(behind, &read.first, memchr(ip.at, ':', ip.size) != NULL, &read.bits)) return false;
    }
    const struct address first = first_of(&read.first, read.bits);
    if (!address_same_ip(&first, &read.first)) return false;
    *range = read;
    return true;
}

void address_range_write(struct buffer *out, const struct address_range *range) {
    address_write_ip(out, &range->first);
    if (range->bits == bits_of(&range->first)) return;
    buffer_put_text(out, "/");
    buffer_put_decimal(out, range->bits);
}

bool address_range_has(const struct address_range *range, const struct address *address) {
    if (range->first.family != address->family) return false;
    const struct address first = first_of(address, range->bits);
    return address_same_ip(&first, &range->first);
}
