/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/link/link_path.h"

const char *link_transport_name(enum link_transport transport) {
    return transport == LINK_TRANSPORT_WEBRTC ? "webrtc" : "tls";
}

const char *link_path_name(enum link_path path) {
    static const char *const names[] = {"direct", "relayed", "lan"};
    _Static_assert(sizeof names / sizeof names[0] == LINK_PATH_COUNT, "a name for each");
    return names[path];
}

bool link_path_read(struct span name, enum link_path *path) {
    for (int i = 0; i < LINK_PATH_COUNT; i++) {
        if (!span_equal_text(name, link_path_name((enum link_path)i))) continue;
        *path = (enum link_path)i;
        return true;
    }
    return false;
}

enum link_path link_path_of(const struct address *remote) {
    enum address_scope scope = address_scope(remote);
    bool is_near =
        scope == ADDRESS_SCOPE_LOOPBACK || scope == ADDRESS_SCOPE_PRIVATE || scope == ADDRESS_SCOPE_LINK_LOCAL;
    return is_near ? LINK_PATH_LAN : LINK_PATH_DIRECT;
}
