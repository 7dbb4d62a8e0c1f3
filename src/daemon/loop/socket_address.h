/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Our addresses as the system's socket addresses, and back; the one place of the daemon that knows both.
 * Owns: nothing.   Never: gives a ::ffff: form (it becomes IPv4). */

#include <netinet/in.h>
#include <sys/socket.h>

#include "base/address.h"

union socket_address {
    struct sockaddr any;
    struct sockaddr_in ipv4;
    struct sockaddr_in6 ipv6;
    struct sockaddr_storage room;
};
/* Gives the size that bind and connect want. */
socklen_t socket_address_of(const struct address *address, union socket_address *native);
/* ADDRESS_NONE for a family that is neither IPv4 nor IPv6. */
struct address socket_address_read(const union socket_address *native);
/* The same from a list of the system's (getaddrinfo, getifaddrs); false for another family, or NULL. */
bool socket_address_from(const struct sockaddr *native, struct address *address);
