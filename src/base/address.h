/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* An IP address and a port: read, written (RFC 5952), ordered and classed.
 * Never: resolves names, asks the system, holds ::ffff: forms (they become IPv4).   Full: cannot be. */

#include "base/bytes.h"

enum address_family { ADDRESS_NONE, ADDRESS_IPV4, ADDRESS_IPV6 };

struct address {
    uint8_t family; /* enum address_family */
    uint16_t port;
    uint8_t ip[16]; /* IPv4 in the first 4; the rest zero, so that equal addresses are equal bytes */
};

enum { ADDRESS_TEXT_MAX = 56 }; /* "[ffff:...:255.255.255.255]:65535" and its NUL fit */

/* "203.0.113.5:8782" or "[2001:db8::5]:8782". Any valid spelling of the IP; port 0..65535. */
bool address_read(struct span text, struct address *address);
/* The same, but only in the one form that address_write gives, never ::ffff:, port not 0 (WIRE W1). */
bool address_read_canonical(struct span text, struct address *address);
bool address_read_ip(struct span text, struct address *address); /* no port, no brackets; port becomes 0 */
void address_write(struct buffer *out, const struct address *address);
void address_write_ip(struct buffer *out, const struct address *address); /* no port, no brackets */
/* The same into a NUL-terminated text. */
const char *address_text(const struct address *address, char text[ADDRESS_TEXT_MAX]);

bool address_equal(const struct address *a, const struct address *b);
bool address_same_ip(const struct address *a, const struct address *b);
int address_compare(const struct address *a, const struct address *b);

/* Which network an address belongs to (WIRE W6): the first that fits. */
enum address_scope {
    ADDRESS_SCOPE_UNSPECIFIED, /* 0.0.0.0/8, ::  */
    ADDRESS_SCOPE_MULTICAST,   /* 224/4, ff00::/8 */
    ADDRESS_SCOPE_BROADCAST,   /* 255.255.255.255, and the reserved 240/4 */
    ADDRESS_SCOPE_LINK_LOCAL,  /* 169.254/16, fe80::/10 */
    ADDRESS_SCOPE_LOOPBACK,    /* 127/8, ::1 */
    ADDRESS_SCOPE_PRIVATE,     /* 10/8, 172.16/12, 192.168/16, 100.64/10, fc00::/7 */
    ADDRESS_SCOPE_GLOBAL,
};
enum address_scope address_scope(const struct address *address);

/* Where a listener at this address is reached from its own machine: one at every address (0.0.0.0, ::) on the loopback.
 */
struct address address_from_here(const struct address *listening);

/* The address with all but the first `bits` of its IP zero, port zero: a prefix, an announce group. */
struct address address_prefix(const struct address *address, unsigned ipv4_bits, unsigned ipv6_bits);
/* WIRE's `prefix`: IPv4 /24, IPv6 /48. */
struct address address_diversity_prefix(const struct address *address);
