/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/link/link_route.h"

enum ice_candidate_kind link_route_kind(const struct link_route *route) {
    return route->own.kind > route->peer.kind ? route->own.kind : route->peer.kind;
}

bool link_route_is_relayed(const struct link_route *route) {
    return route->is_known && link_route_kind(route) == ICE_CANDIDATE_RELAY;
}

static bool end_is_alike(const struct link_route_end *a, const struct link_route_end *b) {
    return a->kind == b->kind && address_same_ip(&a->address, &b->address);
}

bool link_route_is_alike(const struct link_route *a, const struct link_route *b) {
    if (!a->is_known || !b->is_known) return a->is_known == b->is_known;
    return end_is_alike(&a->own, &b->own) && end_is_alike(&a->peer, &b->peer);
}

bool link_route_equal(const struct link_route *a, const struct link_route *b) {
    const bool has_same_ports =
        a->own.address.port == b->own.address.port && a->peer.address.port == b->peer.address.port;
    return link_route_is_alike(a, b) && (!a->is_known || has_same_ports);
}
