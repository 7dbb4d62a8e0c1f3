/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/loop/socket_address.h"

#include <string.h>

#include "base/must.h"

socklen_t socket_address_of(const struct address *address, union socket_address *native) {
    memset(native, 0, sizeof *native);
    if (address->family == ADDRESS_IPV4) {
        native->ipv4.sin_family = AF_INET;
        native->ipv4.sin_port = htons(address->port);
        memcpy(&native->ipv4.sin_addr, address->ip, sizeof native->ipv4.sin_addr);
        return sizeof native->ipv4;
    }
    must(address->family == ADDRESS_IPV6);
    native->ipv6.sin6_family = AF_INET6;
    native->ipv6.sin6_port = htons(address->port);
    memcpy(&native->ipv6.sin6_addr, address->ip, sizeof native->ipv6.sin6_addr);
    return sizeof native->ipv6;
}

struct address socket_address_read(const union socket_address *native) {
    struct address address = {.family = ADDRESS_NONE};
    if (native->any.sa_family == AF_INET) {
        address.family = ADDRESS_IPV4;
        address.port = ntohs(native->ipv4.sin_port);
        memcpy(address.ip, &native->ipv4.sin_addr, sizeof native->ipv4.sin_addr);
    } else if (native->any.sa_family == AF_INET6) {
        const uint8_t *ip = native->ipv6.sin6_addr.s6_addr;
        const bool is_mapped = IN6_IS_ADDR_V4MAPPED(&native->ipv6.sin6_addr);
        address.family = is_mapped ? ADDRESS_IPV4 : ADDRESS_IPV6;
        address.port = ntohs(native->ipv6.sin6_port);
        memcpy(address.ip, is_mapped ? ip + 12 : ip, is_mapped ? 4 : 16);
    }
    return address;
}

bool socket_address_from(const struct sockaddr *native, struct address *address) {
    union socket_address copy; /* what the system points to need not be aligned for the larger structs */
    *address = (struct address){.family = ADDRESS_NONE};
    if (native == NULL) return false;
    memset(&copy, 0, sizeof copy);
    if (native->sa_family == AF_INET) memcpy(&copy.ipv4, native, sizeof copy.ipv4);
    if (native->sa_family == AF_INET6) memcpy(&copy.ipv6, native, sizeof copy.ipv6);
    *address = socket_address_read(&copy);
    return address->family != ADDRESS_NONE;
}
