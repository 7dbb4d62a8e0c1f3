/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/interface_list.h"

#include <ifaddrs.h>
#include <net/if.h>

#include "daemon/loop/socket_address.h"

size_t interface_list_addresses(struct address *addresses, size_t max) {
    struct ifaddrs *list = NULL;
    size_t count = 0;
    if (getifaddrs(&list) != 0) return 0;
    for (const struct ifaddrs *at = list; at != NULL && count < max; at = at->ifa_next) {
        bool is_working = (at->ifa_flags & IFF_UP) != 0 && (at->ifa_flags & IFF_RUNNING) != 0;
        if (is_working && socket_address_from(at->ifa_addr, &addresses[count])) count++;
    }
    freeifaddrs(list);
    return count;
}
