/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The pair of candidates that carries a link by WebRTC: where each end is reached, and how it came to that address. It
 * may change while the link stands. Owns: nothing.   Spec: RFC 8445. */

#include "swarm/webrtc/ice_candidate.h"

struct link_route_end {
    enum ice_candidate_kind kind;
    struct address address;
};
struct link_route {
    bool is_known; /* false: no pair is in use yet, or the link is not by WebRTC */
    struct link_route_end own, peer;
};
enum ice_candidate_kind link_route_kind(const struct link_route *route); /* of the end that is reached worse */
bool link_route_is_relayed(const struct link_route *route);              /* another carries its bytes */
bool link_route_equal(const struct link_route *a, const struct link_route *b);
bool link_route_is_alike(const struct link_route *a, const struct link_route *b); /* but for the ports */
