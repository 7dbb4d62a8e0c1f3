/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/interface_list.h"

#include <ifaddrs.h>
#include <netinet/in.h>
#include <string.h>

static bool take_address(const struct sockaddr *from, struct address *to) {
    *to = (struct address){0};
    if (from == NULL) return false;
    if (from->sa_family == AF_INET) {
        to->family = ADDRESS_IPV4;
        memcpy(to->ip, &((const struct sockaddr_in *)(const void *)from)->sin_addr, 4);
        return true;
    }
    if (from->sa_family == AF_INET6) {
        to->family = ADDRESS_IPV6;
        memcpy(to->ip, &((const struct sockaddr_in6 *)(const void *)from)->sin6_addr, 16);
        return true;
    }
    return false;
}

size_t interface_list_addresses(struct address *addresses, size_t max) {
    struct ifaddrs *list = NULL;
    size_t count = 0;
    if (getifaddrs(&list) != 0) return 0;
    for (const struct ifaddrs *at = list; at != NULL && count < max; at = at->ifa_next) {
        if (take_address(at->ifa_addr, &addresses[count])) count++;
    }
    freeifaddrs(list);
    return count;
}
