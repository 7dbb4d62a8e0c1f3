/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What carries a link, and the way its bytes go: the same words on the wire, in the API and on the page.
 * Spec: WIRE W7, W9, W18. */

#include "base/address.h"

/* TLS proves the peer's key by itself; over WebRTC its hello does (swarm/identity/link_binding). */
enum link_transport { LINK_TRANSPORT_TLS, LINK_TRANSPORT_WEBRTC };
const char *link_transport_name(enum link_transport transport);

enum link_path {
    LINK_PATH_DIRECT,
    LINK_PATH_RELAYED, /* another node carries them */
    LINK_PATH_LAN,     /* within a local network */
    LINK_PATH_COUNT
};
const char *link_path_name(enum link_path path);
bool link_path_read(struct span name, enum link_path *path); /* false: there is no such */
enum link_path link_path_of(const struct address *remote);   /* of a link that goes straight to that address */
